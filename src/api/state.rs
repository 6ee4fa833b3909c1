//! What all handlers share.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::flights::Flights;
use super::pool::Pool;
use crate::atlas::world::Atlas;
use crate::config::Config;
use crate::tiles::RENDERER;
use crate::tiles::cache::TileCache;

/// The shared state: immutable but for the tiles kept and being made.
pub struct App {
    /// The world.
    pub atlas: Atlas,
    /// Names what decides the bytes of all tiles: the data and the renderer. Twelve hexadecimal digits.
    pub version: String,
    /// Tiles made so far.
    pub tiles: TileCache,
    /// Tiles being made.
    pub flights: Flights,
    /// Bounds on CPU work.
    pub pool: Pool,
    /// The settings in force.
    pub config: Config,
}

/// How handlers hold it.
pub type SharedApp = Arc<App>;

impl App {
    /// The state for an atlas.
    #[must_use]
    pub fn new(atlas: Atlas, config: Config) -> SharedApp {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let version = Sha256::new()
            .chain_update(&atlas.digest)
            .chain_update(RENDERER.to_be_bytes())
            .finalize();
        Arc::new(Self {
            version: hex::encode(&version[..6]),
            atlas,
            tiles: TileCache::new(config.cache_tuiles),
            flights: Flights::default(),
            pool: Pool::new(cores, config.attente),
            config,
        })
    }
}
