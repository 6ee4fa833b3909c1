//! `territoires import`

use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::{CommandError, say, world};
use crate::address::streets::{self, Prepared};
use crate::atlas::world::Atlas;
use crate::boundaries::dataset::{Folder, InMemory};
use crate::boundaries::embedded::Embedded;
use crate::boundaries::import::{self, Imported};
use crate::boundaries::import_files;
use crate::boundaries::install;
use crate::boundaries::manifest::MANIFEST;

/// What to import, and where to.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Fichiers de communes : GeoPackage, Shapefile, GeoJSON ou FlatGeobuf, un par projection
    #[arg(value_name = "FICHIER", required_unless_present_any = ["paquets", "adresses"])]
    fichiers: Vec<PathBuf>,

    /// Dossier des paquets épinglés dans sources.toml : refait les données par défaut
    #[arg(long, value_name = "DOSSIER", conflicts_with = "fichiers")]
    paquets: Option<PathBuf>,

    /// Fichiers d’adresses de la Base Adresse Nationale, CSV tel quel ou compressé (.gz), par exemple
    /// adresses-64.csv.gz ; seuls, ils s’ajoutent au dossier
    #[arg(long, value_name = "FICHIER", num_args = 1..)]
    adresses: Vec<PathBuf>,

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
    if arguments.fichiers.is_empty() && arguments.paquets.is_none() {
        let has_boundaries = arguments.donnees.join(MANIFEST).exists();
        let atlas = world::load(has_boundaries.then_some(arguments.donnees.as_path()))?;
        if let Some(prepared) = addresses(arguments, &atlas)? {
            say(prepared.install()?)?;
        }
        return written(arguments);
    }
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
    let atlas = world::build(&InMemory { files, manifest })?;
    let report = atlas.check();
    say(&report)?;
    if !report.faults.is_empty() && !arguments.partiel {
        return Err(
            "données refusées à cause des défauts ci-dessus, rien n’a été écrit ; \
                    pour les contours d’une partie du pays, ajoutez --partiel"
                .into(),
        );
    }
    // Both are whole before either is put in force.
    let prepared = addresses(arguments, &atlas)?;
    install::install(&arguments.donnees, files, manifest)?;
    if let Some(prepared) = prepared {
        say(prepared.install()?)?;
    }
    written(arguments)
}

fn written(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    say(format!(
        "données écrites dans {}",
        arguments.donnees.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the address files, where there are any, and writes their index beside the one in force.
fn addresses(arguments: &Arguments, atlas: &Atlas) -> Result<Option<Prepared>, CommandError> {
    if arguments.adresses.is_empty() {
        return Ok(None);
    }
    let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
        "{bar:40} {bytes}/{total_bytes}, {eta} restantes",
    )?);
    let prepared = streets::prepare(
        &arguments.adresses,
        &arguments.donnees,
        |code| world::today(atlas, code),
        |read, all| {
            bar.set_length(all);
            bar.set_position(read);
        },
    );
    bar.finish_and_clear();
    Ok(Some(prepared?))
}
