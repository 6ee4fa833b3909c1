//! `territoires locate`

use std::process::ExitCode;

use super::{CommandError, DataArguments, say, world};
use crate::atlas::answer::Answer;
use crate::domain::answer::Reponse;
use crate::domain::attribution::LICENCE;
use crate::domain::codes::CommuneCode;

/// What to look up.
#[derive(clap::Args)]
#[command(allow_negative_numbers = true)]
pub(super) struct Arguments {
    /// Longitude du point, en degrés décimaux (WGS84), par exemple -0.3708
    #[arg(
        value_name = "LON",
        allow_hyphen_values = true,
        requires = "lat",
        required_unless_present = "commune"
    )]
    lon: Option<f64>,

    /// Latitude du point, par exemple 43.2951
    #[arg(value_name = "LAT", allow_hyphen_values = true)]
    lat: Option<f64>,

    /// Code INSEE d’une commune, actuelle ou ancienne, par exemple 64445
    #[arg(long, value_name = "CODE", conflicts_with_all = ["lon", "lat"])]
    commune: Option<String>,

    /// Phase du programme [défaut : la plus récente]
    #[arg(long, value_name = "PHASE")]
    phase: Option<String>,

    /// Édition de la liste, par sa date [défaut : la plus récente de la phase]
    #[arg(long, value_name = "DATE")]
    edition: Option<String>,

    #[command(flatten)]
    data: DataArguments,
}

/// Prints the answer.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let atlas = world::load(arguments.data.donnees.as_deref())?;
    let phase = match &arguments.phase {
        None => atlas.current_phase(),
        Some(id) => atlas.phase(id).ok_or_else(|| {
            let known: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
            format!(
                "la phase « {id} » n’existe pas ; il y a : {}",
                known.join(", ")
            )
        })?,
    };
    let question = atlas
        .question(phase, arguments.edition.as_deref())
        .ok_or_else(|| {
            let known: Vec<&str> = atlas.tables.phases[phase]
                .editions
                .iter()
                .map(|e| e.id.as_str())
                .collect();
            format!("cette édition n’existe pas ; il y a : {}", known.join(", "))
        })?;
    let answer = match (&arguments.commune, arguments.lon, arguments.lat) {
        (Some(code), _, _) => {
            let code: CommuneCode = code.trim().parse()?;
            question.of_commune(code).ok_or_else(|| {
                format!("aucune commune, actuelle ou ancienne, n’a le code {code}")
            })?
        }
        (None, Some(lon), Some(lat)) => {
            if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
                return Err(format!(
                    "{lon} {lat} n’est pas un point de la Terre : la longitude (-180 à 180) vient \
                     d’abord, puis la latitude (-90 à 90), par exemple : territoires locate -0.3708 43.2951"
                )
                .into());
            }
            question.of_point(lon, lat)
        }
        // Held by the arguments' own rules.
        _ => return Err("il faut LON LAT, ou --commune CODE".into()),
    };
    print(&answer, "")?;
    for candidate in &answer.candidats {
        print(candidate, "  - ")?;
    }
    let edition = answer.edition;
    say(format!(
        "{} · communes au 1er janvier {} · {LICENCE}",
        edition.attribution, atlas.tables.cog
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn print(answer: &Answer, indent: &str) -> Result<(), CommandError> {
    let word = match answer.reponse {
        Reponse::Oui => "Oui. ",
        Reponse::Non => "Non. ",
        Reponse::Incertain => "",
    };
    say(format!("{indent}{word}{}", answer.explication))?;
    if let Some(commune) = answer.commune {
        say(format!(
            "{indent}commune : {} {}",
            commune.code, commune.nom
        ))?;
    }
    if let Some((territoire, _)) = answer.territoire {
        say(format!(
            "{indent}territoire : {} {} ({})",
            territoire.id, territoire.nom, territoire.region
        ))?;
    }
    if let Some(membre) = answer.membre {
        say(format!(
            "{indent}membre : {} {} {}",
            membre.code.kind(),
            membre.code,
            membre.nom
        ))?;
    }
    Ok(())
}
