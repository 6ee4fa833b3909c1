//! `territoires export`

use std::path::PathBuf;
use std::process::ExitCode;

use super::{CommandError, DataArguments, say, world};
use crate::domain::attribution::LICENCE;
use crate::exports;
use crate::exports::wanted::{self, Options, Wanted};

/// What to export, and where to.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Couche : temps-2, temps-1, epci, ept, communes, departements, regions ou pays
    couche: String,

    /// Fichier à écrire : .geojson, .geojsonl (une entité par ligne), .gpkg, .shp.zip, .fgb, .csv, .kml, .topojson,
    /// .pmtiles ou .mbtiles
    #[arg(value_name = "FICHIER")]
    fichier: PathBuf,

    /// Système de coordonnées (code EPSG) : 4326, 2154, 5490, 2972, 2975 ou 4471 ; pour .gpkg, .shp.zip, .fgb et .csv
    #[arg(long, value_name = "EPSG")]
    crs: Option<String>,

    /// Seulement ce qui est dans cette région, par son code ou son nom
    #[arg(long, value_name = "RÉGION")]
    region: Option<String>,

    /// Seulement ce territoire, ou ce qui partage une commune avec lui : ti-7510, ou temps-1/ti-7505
    #[arg(long, value_name = "TERRITOIRE")]
    territoire: Option<String>,

    /// Un CSV sans les contours
    #[arg(long)]
    sans_geometrie: bool,

    #[command(flatten)]
    data: DataArguments,
}

/// Writes the file.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let name = arguments.fichier.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let (_, format) = wanted::layer_and_format(&name)?;
    let atlas = world::load(arguments.data.donnees.as_deref())?;
    let options = Options {
        crs: arguments.crs.as_deref(),
        region: arguments.region.as_deref(),
        territoire: arguments.territoire.as_deref(),
        geometrie: arguments.sans_geometrie.then_some("non"),
    };
    let wanted = Wanted::new(&atlas, &arguments.couche, format, options)?;
    let exported = exports::write(&atlas, &wanted, &arguments.fichier)?;
    say(format!(
        "{} : {} entités dans {}",
        arguments.couche,
        exported.features,
        arguments.fichier.display()
    ))?;
    say(format!("{} · {LICENCE}", exported.attribution))?;
    Ok(ExitCode::SUCCESS)
}
