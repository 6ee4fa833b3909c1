//! `territoires serve`

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use super::settings::Settings;
use super::world::{self, Edition};
use super::{CommandError, journal};
use crate::address::streets::Streets;
use crate::api::pool::{LOW, step_back};
use crate::api::reload::{Mark, Source};
use crate::api::serve;
use crate::api::state::{App, SharedApp};
use crate::atlas::world::Atlas;

/// Serves until it is told to end.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let started = Instant::now();
    let config = settings.in_force()?.config;
    journal::begin(config.journal, &config.niveau)?;
    // What is drawn and built by many threads gives way to those that answer, as all long work does.
    rayon::ThreadPoolBuilder::new()
        .start_handler(|_| step_back(LOW))
        .build_global()?;
    let Edition {
        atlas,
        streets,
        mark,
    } = world::open(config.donnees.as_deref())?;
    let editions = config
        .donnees
        .clone()
        .map(|path| Folder { path, first: mark });
    let counts: Vec<String> = atlas
        .tables
        .phases
        .iter()
        .filter_map(|p| {
            Some(format!(
                "{} : {} territoires",
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
    warm(&app)?;
    let listening = |at| {
        println!(
            "territoires : http://{at}  ({} ; communes {cog}{addresses} ; prêt en {} ms)",
            counts.join(" ; "),
            started.elapsed().as_millis()
        );
    };
    serve::serve(app, editions, listening).map_err(|e| {
        format!("impossible de servir sur {adresse} : {e} ; essayez --adresse 127.0.0.1:0")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prepares the borders of what is looked at most in the background, so that the first visitor of a zoom
/// need not wait some milliseconds. It takes seconds, in which those that come already go first.
fn warm(app: &SharedApp) -> std::io::Result<()> {
    let app = SharedApp::clone(app);
    let thread = std::thread::Builder::new().name("apprets".to_owned());
    let begun = thread.spawn(move || {
        step_back(LOW);
        app.atlas.warm();
    });
    begun.map(drop)
}

/// A data folder, where new editions come to.
struct Folder {
    path: PathBuf,
    first: Option<Mark>,
}

impl Source for Folder {
    fn first(&self) -> Option<Mark> {
        self.first.clone()
    }

    fn mark(&self) -> Option<Mark> {
        world::mark(&self.path)
    }

    fn load(&self) -> Result<(Atlas, Option<Streets>, Option<Mark>), String> {
        let edition = world::open(Some(&self.path)).map_err(|e| e.to_string())?;
        Ok((edition.atlas, edition.streets, edition.mark))
    }
}
