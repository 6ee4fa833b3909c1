//! What all handlers share.

use std::sync::Arc;

use super::pool::Pool;
use crate::atlas::world::Atlas;
use crate::config::Config;
use crate::tiles::cache::TileCache;

/// The shared state: immutable but for the cache.
pub struct App {
    /// The world.
    pub atlas: Atlas,
    /// Tiles drawn so far.
    pub tiles: TileCache,
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
        Arc::new(Self {
            atlas,
            tiles: TileCache::new(config.cache_tuiles),
            pool: Pool::new(cores, config.attente),
            config,
        })
    }
}
