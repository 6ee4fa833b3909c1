//! The settings that a command line turns into.

use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;

/// Settings of the service.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 lets the system choose.
    pub adresse: SocketAddr,
    /// The data folder; the embedded data where there is none.
    pub donnees: Option<PathBuf>,
    /// The address under which users reach the service, without a slash at the end, for the URLs it
    /// writes; where there is none, the request's own `Host`.
    pub url: Option<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-…` are believed where there is no `url`; nobody else's are.
    pub mandataires: Vec<IpNet>,
    /// Bytes of tiles to keep.
    pub cache_tuiles: u64,
    /// How many requests may wait for a drawing.
    pub attente: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            adresse: SocketAddr::from(([127, 0, 0, 1], 8080)),
            donnees: None,
            url: None,
            mandataires: Vec::new(),
            cache_tuiles: 64 << 20,
            attente: 512,
        }
    }
}
