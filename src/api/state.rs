//! What all handlers share.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::appartenance::body::Sources;
use super::cartes::Prints;
use super::document::Documents;
use super::exports::kept::Kept;
use super::flights::Flights;
use super::openapi::Contract;
use super::pages::apercu::Overviews;
use super::pages::front::Front;
use super::service::Service;
use crate::address::streets::Streets;
use crate::address::{self, Gazetteer};
use crate::atlas::suggest::Suggestions;
use crate::atlas::world::Atlas;
use crate::config::Config;
use crate::tiles::RENDERER;
use crate::tiles::cache::TileCache;

/// An edition of the data as it is served: immutable but for what is kept and being made.
pub struct App {
    /// The world.
    pub atlas: Atlas,
    /// The towns of addresses.
    pub gazetteer: Gazetteer,
    /// What the search box proposes.
    pub suggestions: Suggestions,
    /// Their streets and house numbers, where an operator imported them.
    pub streets: Option<Streets>,
    /// What answers end with.
    pub sources: Sources,
    /// Names what decides the bytes of all tiles: the data and the renderer. Twelve hexadecimal digits.
    pub version: String,
    /// Tiles made so far.
    pub tiles: TileCache,
    /// Tiles being made.
    pub flights: Flights,
    /// Answers and pages made so far that many ask for.
    pub documents: Documents,
    /// Exports made so far.
    pub kept: Kept,
    /// Printed maps made so far.
    pub prints: Prints,
    /// What the front page shows before its map.
    pub overviews: Overviews,
    /// The front page, once it was asked for.
    pub front: OnceLock<Front>,
    /// The description of the contract, once it was asked for.
    pub contract: OnceCell<Contract>,
    /// What outlives this edition.
    pub service: Arc<Service>,
}

/// How handlers hold it.
pub type SharedApp = Arc<App>;

impl App {
    /// The state for an atlas, and for streets where there are any, of a service of its own.
    #[must_use]
    pub fn new(atlas: Atlas, streets: Option<Streets>, config: Config) -> SharedApp {
        Arc::new(Self::of(atlas, streets, Service::new(config)))
    }

    /// The state for an edition of a service.
    #[must_use]
    pub fn of(atlas: Atlas, streets: Option<Streets>, service: Arc<Service>) -> Self {
        let version = Sha256::new()
            .chain_update(&atlas.digest)
            .chain_update(RENDERER.to_be_bytes())
            .finalize();
        let (gazetteer, suggestions) =
            rayon::join(|| gazetteer(&atlas), || Suggestions::new(&atlas));
        let version = hex::encode(&version[..6]);
        let config = &service.config;
        Self {
            overviews: Overviews::new(&version),
            front: OnceLock::new(),
            version,
            gazetteer,
            suggestions,
            streets,
            sources: Sources::new(&atlas),
            atlas,
            tiles: TileCache::new(config.cache_tuiles),
            flights: Flights::default(),
            documents: Documents::new(config.cache_reponses),
            kept: Kept::new(config.cache_exports),
            prints: Prints::new(config.cache_cartes),
            contract: OnceCell::new(),
            service,
        }
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
