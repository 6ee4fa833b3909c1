//! Settings: what there are, where they come from, and what is in force.
//!
//! A flag of the command line counts before a variable of the environment, that before the file, that before the
//! default. Each is named once, in [`settings`]; flags, variables, keys of the file, `territoires config` and the
//! checks are made from there.

mod error;
mod file;
mod layers;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

pub use error::ConfigError;
pub use layers::{Given, InForce, PREFIX, gather};
pub use settings::{SETTINGS, Setting};

/// Settings of the service.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where to listen. Port 0 lets the system choose.
    pub adresse: SocketAddr,
    /// The data folder; the embedded data where there is none.
    pub donnees: Option<PathBuf>,
    /// Whether a new edition in the data folder is loaded without being told to.
    pub surveiller: bool,
    /// The address under which users reach the service, without a slash at the end, for the URLs it
    /// writes; where there is none, the request's own `Host`.
    pub url: Option<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-…` are believed where there is no `url`; nobody else's are.
    pub mandataires: Vec<IpNet>,
    /// Connections at once; more are refused.
    pub connexions: usize,
    /// Requests under way at once, answers that are at hand not counted; more are refused.
    pub demandes: usize,
    /// How late threads may come to what waits before what is not at hand is refused; zero for never.
    pub retard: Duration,
    /// Requests a second that one client may make in the long run; 0 for no bound.
    pub debit: u32,
    /// Requests that one client may make at once before `debit` counts.
    pub rafale: u32,
    /// How many requests may wait for a tile to be drawn.
    pub attente: usize,
    /// CSV files answered at once.
    pub fichiers: usize,
    /// Printed maps that may wait to be drawn.
    pub attente_cartes: usize,
    /// Bytes of tiles to keep.
    pub cache_tuiles: u64,
    /// Bytes of pages and lists to keep.
    pub cache_reponses: u64,
    /// Bytes of printed maps to keep.
    pub cache_cartes: u64,
    /// Bytes of exports to keep on disk.
    pub cache_exports: u64,
    /// A client sends the head of a request, or the next one, within this time.
    pub delai_entetes: Duration,
    /// A client that sends a body or takes an answer lets no more than this pass between two pieces.
    pub delai_inactif: Duration,
    /// An answer begins within this time.
    pub delai_reponse: Duration,
    /// How long requests under way may take once the end was asked for.
    pub delai_arret: Duration,
    /// How the log is written.
    pub journal: Journal,
    /// What is logged: a level or directives of `tracing-subscriber`.
    pub niveau: String,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

const MIB: u64 = 1 << 20;

impl Default for Config {
    fn default() -> Self {
        Self {
            adresse: SocketAddr::from(([127, 0, 0, 1], 8080)),
            donnees: None,
            surveiller: false,
            url: None,
            mandataires: Vec::new(),
            connexions: 4096,
            demandes: 1024,
            retard: Duration::from_millis(4),
            debit: 0,
            rafale: 200,
            attente: 512,
            fichiers: 8,
            attente_cartes: 6,
            cache_tuiles: 64 * MIB,
            cache_reponses: 32 * MIB,
            cache_cartes: 64 * MIB,
            cache_exports: 512 * MIB,
            delai_entetes: Duration::from_secs(30),
            delai_inactif: Duration::from_secs(30),
            delai_reponse: Duration::from_mins(1),
            delai_arret: Duration::from_secs(10),
            journal: Journal::Text,
            niveau: "info".to_owned(),
        }
    }
}
