//! What outlives an edition of the data: settings, bounds on work, what is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use super::metrics::Metrics;
use super::pool::{Pool, Priority};
use super::rate::Rates;
use super::strain::Strain;
use crate::config::Config;

/// So many exports are made at once, and so many more may wait.
const EXPORTS: (usize, usize) = (2, 6);

/// So many printed maps are drawn at once: one takes a second, and look-ups are never to wait for one.
const PRINTS: usize = 1;

/// One process.
pub struct Service {
    /// The settings in force.
    pub config: Config,
    /// Tiles, documents, and answers that may wait for a disk.
    pub pool: Pool,
    /// Exports.
    pub exports: Pool,
    /// Printed maps.
    pub prints: Pool,
    /// CSV files.
    pub files: Pool,
    /// How many more requests may be under way.
    pub requests: Arc<Semaphore>,
    /// How much each client asks, where that is bounded.
    pub rates: Option<Rates>,
    /// What is refused when too much is asked.
    pub strain: Arc<Strain>,
    /// What is counted.
    pub metrics: Metrics,
    ending: AtomicBool,
}

impl Service {
    /// A service with these settings.
    #[must_use]
    pub fn new(config: Config) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let strain = Arc::default();
        let long = |size, max_waiting| Pool::new(size, max_waiting, Priority::Low, &strain);
        Arc::new(Self {
            pool: Pool::new(cores, config.attente, Priority::Usual, &strain),
            exports: long(EXPORTS.0, EXPORTS.1),
            prints: long(PRINTS, config.attente_cartes),
            files: long(config.fichiers, 0),
            requests: Arc::new(Semaphore::new(config.demandes)),
            rates: Rates::new(config.debit, config.rafale),
            strain,
            metrics: Metrics::new(),
            ending: AtomicBool::new(false),
            config,
        })
    }

    /// Says that no new work is to be sent here.
    pub fn end(&self) {
        self.ending.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }
}
