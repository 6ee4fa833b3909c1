//! What all handlers share.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use tokio::sync::{OnceCell, Semaphore};

use super::cartes::Prints;
use super::exports::kept::Kept;
use super::flights::Flights;
use super::openapi::Contract;
use super::pages::apercu::Overviews;
use super::pages::front::Front;
use super::pool::Pool;
use crate::address::streets::Streets;
use crate::address::{self, Gazetteer};
use crate::atlas::suggest::Suggestions;
use crate::atlas::world::Atlas;
use crate::config::Config;
use crate::tiles::RENDERER;
use crate::tiles::cache::TileCache;

/// The shared state: immutable but for the tiles kept and being made.
pub struct App {
    /// The world.
    pub atlas: Atlas,
    /// The towns of addresses.
    pub gazetteer: Gazetteer,
    /// What the search box proposes.
    pub suggestions: Suggestions,
    /// Their streets and house numbers, where an operator imported them.
    pub streets: Option<Streets>,
    /// Names what decides the bytes of all tiles: the data and the renderer. Twelve hexadecimal digits.
    pub version: String,
    /// Tiles made so far.
    pub tiles: TileCache,
    /// Tiles being made.
    pub flights: Flights,
    /// Exports made so far.
    pub kept: Kept,
    /// Printed maps being made and made so far.
    pub prints: Prints,
    /// What the front page shows before its map.
    pub overviews: Overviews,
    /// The front page, once it was asked for.
    pub front: OnceLock<Front>,
    /// The description of the contract, once it was asked for.
    pub contract: OnceCell<Contract>,
    /// Bounds on CPU work.
    pub pool: Pool,
    /// How many more files may be answered at once.
    pub files: Arc<Semaphore>,
    /// The settings in force.
    pub config: Config,
}

/// So many CSV files are answered at once.
const FILES: usize = 8;

/// How handlers hold it.
pub type SharedApp = Arc<App>;

impl App {
    /// The state for an atlas, and for streets where there are any.
    #[must_use]
    pub fn new(atlas: Atlas, streets: Option<Streets>, config: Config) -> SharedApp {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let version = Sha256::new()
            .chain_update(&atlas.digest)
            .chain_update(RENDERER.to_be_bytes())
            .finalize();
        let (gazetteer, suggestions) =
            rayon::join(|| gazetteer(&atlas), || Suggestions::new(&atlas));
        let version = hex::encode(&version[..6]);
        Arc::new(Self {
            overviews: Overviews::new(&version),
            front: OnceLock::new(),
            version,
            gazetteer,
            suggestions,
            streets,
            atlas,
            tiles: TileCache::new(config.cache_tuiles),
            flights: Flights::default(),
            kept: Kept::default(),
            prints: Prints::default(),
            contract: OnceCell::new(),
            pool: Pool::new(cores, config.attente),
            files: Arc::new(Semaphore::new(FILES)),
            config,
        })
    }
}

/// The towns that the atlas knows, arranged to be found in addresses.
fn gazetteer(atlas: &Atlas) -> Gazetteer {
    let tables = &atlas.tables;
    let passages: Vec<_> = atlas.places.passages().collect();
    Gazetteer::new(address::Tables {
        communes: atlas.places.communes(),
        passages: &passages,
        other_names: &tables.other_names,
        postcodes: &tables.postcodes,
        departements: &tables.departements,
        regions: &tables.regions,
    })
}
