//! `territoires serve`

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Instant;

use ipnet::IpNet;

use super::{CommandError, DataArguments, world};
use crate::api::serve;
use crate::api::state::{App, SharedApp};
use crate::config::Config;

/// How to serve.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Adresse et port d’écoute ; le port 0 laisse le système choisir
    #[arg(long, value_name = "ADRESSE:PORT", default_value = "127.0.0.1:8080")]
    adresse: SocketAddr,

    /// Adresse publique du service, pour les URL qu’il écrit, par exemple `https://ti.example.fr`
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// Mandataires (« proxies ») dont les en-têtes Forwarded ou X-Forwarded-* sont crus, adresses ou
    /// réseaux séparés par des virgules, par exemple `127.0.0.1,10.0.0.0/8`
    #[arg(long, value_name = "ADRESSES", value_delimiter = ',', value_parser = proxy)]
    mandataires: Vec<IpNet>,

    /// Mémoire pour les tuiles, en mébioctets
    #[arg(long, value_name = "MIO", default_value_t = 64)]
    cache_tuiles: u64,

    #[command(flatten)]
    data: DataArguments,
}

/// Serves until it is told to end.
pub(super) fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let started = Instant::now();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let config = Config {
        adresse: arguments.adresse,
        url: arguments.url.map(|u| public_url(&u)).transpose()?,
        mandataires: arguments.mandataires,
        donnees: arguments.data.donnees,
        cache_tuiles: arguments.cache_tuiles.saturating_mul(1 << 20),
        ..Config::default()
    };
    let atlas = world::load(config.donnees.as_deref())?;
    let streets = world::streets(config.donnees.as_deref())?;
    let counts: Vec<String> = atlas
        .tables
        .phases
        .iter()
        .filter_map(|p| {
            Some(format!(
                "{} : {} territoires",
                p.nom,
                p.editions.last()?.territoires.len()
            ))
        })
        .collect();
    let addresses = streets
        .as_ref()
        .map_or_else(String::new, |s| format!(" ; {} voies", s.street_count()));
    let cog = atlas.tables.cog;
    let adresse = config.adresse;
    let app = App::new(atlas, streets, config);
    warm(&app);
    let listening = |at: SocketAddr| {
        println!(
            "territoires : http://{at}  ({} ; communes {cog}{addresses} ; prêt en {} ms)",
            counts.join(" ; "),
            started.elapsed().as_millis()
        );
    };
    serve::serve(app, listening).map_err(|e| {
        format!("impossible de servir sur {adresse} : {e} ; essayez --adresse 127.0.0.1:0")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prepares the borders of what is looked at most in the background, so that the first visitor of a zoom
/// need not wait some milliseconds.
fn warm(app: &SharedApp) {
    let app = SharedApp::clone(app);
    std::thread::spawn(move || app.atlas.warm());
}

/// An address or a network of proxies.
fn proxy(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address).ok_or_else(|| {
        "il faut des adresses ou des réseaux, par exemple 127.0.0.1,10.0.0.0/8".to_owned()
    })
}

/// A public address without a slash at the end.
fn public_url(url: &str) -> Result<String, CommandError> {
    let plain = url.starts_with("https://") || url.starts_with("http://");
    if plain
        && url
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'<')
    {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    Err(
        format!("--url {url} : il faut une adresse complète, par exemple https://ti.example.fr")
            .into(),
    )
}
