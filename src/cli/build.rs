//! `territoires build`

use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::{CommandError, DataArguments, say, world};
use crate::exports::archive::{self, Content, MAX_ZOOM, Written};

/// Which tiles, and where to.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Couches, jointes par des virgules : temps-2, temps-1, epci, ept, communes, departements, regions,
    /// pays, et leurs noms avec « -etiquettes »
    #[arg(
        long,
        value_name = "COUCHES",
        default_value = "temps-2,temps-2-etiquettes"
    )]
    layers: String,

    /// Premier zoom
    #[arg(long, value_name = "ZOOM", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=i64::from(MAX_ZOOM)))]
    minzoom: u8,

    /// Dernier zoom
    #[arg(long, value_name = "ZOOM", default_value_t = 12, value_parser = clap::value_parser!(u8).range(..=i64::from(MAX_ZOOM)))]
    maxzoom: u8,

    /// Archive à écrire : .pmtiles ou .mbtiles
    #[arg(value_name = "FICHIER")]
    fichier: PathBuf,

    #[command(flatten)]
    data: DataArguments,
}

/// Writes the archive.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let atlas = world::load(arguments.data.donnees.as_deref())?;
    let zooms = arguments.minzoom..=arguments.maxzoom;
    let content = Content::new(&atlas, &arguments.layers, zooms)?;
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} tuiles, {eta} restantes",
    )?);
    let Written { tiles, bytes } = archive::write(&content, &arguments.fichier, |seen, all| {
        bar.set_length(all);
        bar.set_position(seen);
    })?;
    bar.finish_and_clear();
    say(format!(
        "{} : {tiles} tuiles, {bytes} octets compressés",
        arguments.fichier.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}
