//! `territoires export`

use std::path::PathBuf;
use std::process::ExitCode;

use super::{CommandError, DataArguments, say, world};
use crate::domain::attribution::LICENCE;
use crate::exports;

/// What to export, and where to.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Couche : temps-2, temps-1, epci, ept, communes, departements, regions ou pays
    couche: String,

    /// Fichier à écrire : .geojson, ou .geojsonl pour une entité par ligne
    #[arg(value_name = "FICHIER")]
    fichier: PathBuf,

    #[command(flatten)]
    data: DataArguments,
}

/// Writes the file.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let atlas = world::load(arguments.data.donnees.as_deref())?;
    let exported = exports::write(&atlas, &arguments.couche, &arguments.fichier)?;
    say(format!(
        "{} : {} entités dans {}",
        arguments.couche,
        exported.features,
        arguments.fichier.display()
    ))?;
    say(format!("{} · {LICENCE}", exported.attribution))?;
    Ok(ExitCode::SUCCESS)
}
