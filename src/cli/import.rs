//! `territoires import`

use std::path::PathBuf;
use std::process::ExitCode;

use super::{CommandError, say, world};
use crate::boundaries::dataset::{self, Folder, InMemory};
use crate::boundaries::embedded::Embedded;
use crate::boundaries::import::{self, Imported};
use crate::boundaries::import_files;

/// What to import, and where to.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Fichiers de communes : GeoPackage, Shapefile, GeoJSON ou FlatGeobuf, un par projection
    #[arg(value_name = "FICHIER", required_unless_present = "paquets")]
    fichiers: Vec<PathBuf>,

    /// Dossier des paquets épinglés dans sources.toml : refait les données par défaut
    #[arg(long, value_name = "DOSSIER", conflicts_with = "fichiers")]
    paquets: Option<PathBuf>,

    /// Dossier de données à écrire
    #[arg(long, value_name = "DOSSIER")]
    donnees: PathBuf,

    /// Couche à lire quand un fichier en a plusieurs
    #[arg(long, value_name = "NOM")]
    couche: Option<String>,

    /// Année du code officiel géographique des fichiers [défaut : celle des données embarquées]
    #[arg(long, value_name = "ANNÉE")]
    cog: Option<u16>,

    /// Accepter les contours d’une partie du pays : les territoires sans contour sont signalés
    #[arg(long)]
    partiel: bool,
}

/// Imports, checks whole, and only then writes.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let mut imported = match &arguments.paquets {
        Some(packages) => import::from_packages(packages, &Folder(&arguments.donnees))?,
        None => import_files::from_files(
            &arguments.fichiers,
            arguments.couche.as_deref(),
            arguments.cog,
            &Embedded,
        )?,
    };
    for (name, report) in &imported.reports {
        say(format!("{name}\n{report}"))?;
    }
    world::add_zooms(&mut imported)?;
    let Imported {
        files, manifest, ..
    } = &imported;
    let report = world::build(&InMemory { files, manifest })?.check();
    say(&report)?;
    if !report.faults.is_empty() && !arguments.partiel {
        return Err(
            "données refusées à cause des défauts ci-dessus, rien n’a été écrit ; \
                    pour les contours d’une partie du pays, ajoutez --partiel"
                .into(),
        );
    }
    dataset::install(&arguments.donnees, files, manifest)?;
    say(format!(
        "données écrites dans {}",
        arguments.donnees.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}
