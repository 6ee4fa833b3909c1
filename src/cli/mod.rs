//! One file per command.

mod build;
mod carte;
mod check;
mod config;
mod export;
mod import;
mod journal;
mod locate;
mod sante;
mod serve;
mod settings;
pub mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::ConfigError;

/// Périmètres, tuiles vectorielles et appartenance aux Territoires d’industrie.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Servir la carte, les tuiles et les réponses.
    Serve(settings::Settings),
    /// Imprimer les réglages en vigueur, et d’où vient chacun ; un fichier pour --config.
    Config(settings::Settings),
    /// Dire si le service qui tourne ici est prêt ; sort avec 1 s’il ne l’est pas.
    Sante(settings::Settings),
    /// Écrire toutes les tuiles dans une archive, .pmtiles ou .mbtiles.
    Build(build::Arguments),
    /// Contrôler les données et imprimer le rapport ; sort avec 1 s’il y a un défaut.
    Check(check::Arguments),
    /// Importer des contours (IGN ADMIN EXPRESS, GeoJSON, FlatGeobuf) ou refaire les données par défaut.
    Import(import::Arguments),
    /// Écrire une couche dans un fichier, avec ses contours exacts : GeoPackage, GeoJSON, Shapefile, CSV…
    Export(export::Arguments),
    /// Dessiner une carte à imprimer, en SVG, PDF ou PNG, ou une feuille par territoire.
    Carte(carte::Arguments),
    /// Répondre pour une adresse, un point, une commune, un code postal, un EPCI, ou pour chaque ligne d’un CSV.
    Locate(locate::Arguments),
}

/// Which data a command reads.
#[derive(clap::Args)]
struct DataArguments {
    /// Dossier de données écrit par « territoires import » [défaut : les données embarquées]
    #[arg(long, value_name = "DOSSIER")]
    donnees: Option<PathBuf>,
}

/// Why a command failed: already a sentence for the user.
pub type CommandError = Box<dyn std::error::Error>;

/// Runs the command line.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(settings) => serve::run(&settings),
        Command::Config(settings) => config::run(&settings),
        Command::Sante(settings) => sante::run(&settings),
        Command::Build(arguments) => build::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Export(arguments) => export::run(&arguments),
        Command::Carte(arguments) => carte::run(&arguments),
        Command::Locate(arguments) => locate::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("territoires : {error}");
        // As for a command line that cannot be read.
        let is_usage = error.is::<ConfigError>();
        ExitCode::from(if is_usage { 2 } else { 1 })
    })
}

/// Prints a line. A reader that has gone away is no fault; a full disk is.
fn say(line: impl std::fmt::Display) -> Result<(), CommandError> {
    use std::io::{ErrorKind, Write};
    match writeln!(std::io::stdout(), "{line}") {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            Err(format!("impossible d’écrire la réponse\u{a0}: {e}").into())
        }
        _ => Ok(()),
    }
}
