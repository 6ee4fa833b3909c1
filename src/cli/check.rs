//! `territoires check`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{CommandError, DataArguments, say, world};

/// What to check.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    data: DataArguments,

    /// Dire aussi ce que ces données changeraient par rapport à celles d’un dossier ; sans dossier, aux données
    /// embarquées
    #[arg(long, value_name = "DOSSIER", num_args = 0..=1, default_missing_value = EMBEDDED)]
    contre: Option<PathBuf>,
}

/// What is compared with where no folder is named.
const EMBEDDED: &str = "données embarquées";

/// Prints the report, and what changes.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let folder = arguments.data.donnees.as_deref();
    let atlas = world::load(folder)?;
    let streets = world::streets(folder)?;
    let report = atlas.check();
    say(&report)?;
    if let Some(streets) = streets {
        let (streets, houses) = (streets.street_count(), streets.house_count());
        say(format!(
            "adresses : {streets} voies, {houses} numéros, fichiers intacts"
        ))?;
    }
    if let Some(before) = &arguments.contre {
        say(format!("\nchangements depuis : {}", before.display()))?;
        let folder = (before != Path::new(EMBEDDED)).then_some(before.as_path());
        say(world::load(folder)?.compare(&atlas))?;
    }
    Ok(if report.faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
