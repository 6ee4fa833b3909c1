//! `territoires locate`

mod csv;

use std::path::PathBuf;
use std::process::ExitCode;

use super::{CommandError, DataArguments, say, world};
use crate::api::state::App;
use crate::atlas::answer::{Answer, Question};
use crate::atlas::world::Atlas;
use crate::config::Config;
use crate::domain::answer::Reponse;
use crate::domain::attribution::LICENCE;
use crate::domain::codes::{CodePostal, CommuneCode, Siren};

/// What to look up.
#[derive(clap::Args)]
#[command(allow_negative_numbers = true)]
#[command(group = clap::ArgGroup::new("quoi").required(true).multiple(true))]
pub(super) struct Arguments {
    /// Longitude du point, en degrés décimaux (WGS84), par exemple -0.3708
    #[arg(
        value_name = "LON",
        allow_hyphen_values = true,
        requires = "lat",
        group = "quoi"
    )]
    lon: Option<f64>,

    /// Latitude du point, par exemple 43.2951
    #[arg(value_name = "LAT", allow_hyphen_values = true)]
    lat: Option<f64>,

    /// Code INSEE d’une commune, actuelle ou ancienne, par exemple 64445 ; avec --csv, la colonne de ces codes
    #[arg(long, value_name = "CODE", group = "quoi", conflicts_with_all = ["lon", "adresse", "code_postal", "epci"])]
    commune: Option<String>,

    /// Adresse en toutes lettres, par exemple « 2 place Royale, 64000 Pau »
    #[arg(long, value_name = "TEXTE", group = "quoi", conflicts_with_all = ["lon", "code_postal", "epci", "csv"])]
    adresse: Option<String>,

    /// Code postal, par exemple 64000
    #[arg(long, value_name = "CODE", group = "quoi", conflicts_with_all = ["lon", "epci", "csv"])]
    code_postal: Option<String>,

    /// SIREN d’un EPCI ou d’un EPT, par exemple 200067254
    #[arg(long, value_name = "SIREN", group = "quoi", conflicts_with_all = ["lon", "csv"])]
    epci: Option<String>,

    /// Fichier CSV à compléter, sur la sortie standard ; « - » lit l’entrée standard
    #[arg(long, value_name = "FICHIER", group = "quoi", conflicts_with = "lon")]
    csv: Option<PathBuf>,

    #[command(flatten)]
    columns: csv::Columns,

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
    let streets = world::streets(arguments.data.donnees.as_deref())?;
    let app = App::new(atlas, streets, Config::default());
    let question = question(&app.atlas, arguments)?;
    if let Some(path) = &arguments.csv {
        let commune = arguments.commune.as_deref();
        return csv::run(&app, question, path, &arguments.columns, commune);
    }
    let mut answer = answer(&app, question, arguments)?;
    question.measure(
        &mut answer,
        arguments.lon.zip(arguments.lat).map(<[f64; 2]>::from),
    );
    print(&answer, "")?;
    for candidate in &answer.candidats {
        print(candidate, "  - ")?;
    }
    let edition = answer.edition;
    say(format!(
        "{} · communes au 1er janvier {} · {LICENCE}",
        edition.attribution, app.atlas.tables.cog
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The phase and edition asked for.
fn question<'a>(atlas: &'a Atlas, arguments: &Arguments) -> Result<Question<'a>, CommandError> {
    let phase = match &arguments.phase {
        None => atlas.current_phase(),
        Some(id) => atlas.phase(id).ok_or_else(|| {
            let known: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
            format!(
                "la phase « {id} » n’existe pas ; il y a : {}",
                known.join(", ")
            )
        })?,
    };
    let found = atlas.question(phase, arguments.edition.as_deref());
    found.ok_or_else(|| {
        let editions = atlas.tables.phases[phase].editions.iter();
        let known: Vec<&str> = editions.map(|e| e.id.as_str()).collect();
        format!("cette édition n’existe pas ; il y a : {}", known.join(", ")).into()
    })
}

fn answer<'a>(
    app: &'a App,
    question: Question<'a>,
    arguments: &Arguments,
) -> Result<Answer<'a>, CommandError> {
    if let Some(text) = &arguments.adresse {
        return Ok(app.answer_address(question, text));
    }
    if let Some(code) = &arguments.commune {
        let code: CommuneCode = code.trim().parse()?;
        let none = || format!("aucune commune, actuelle ou ancienne, n’a le code {code}");
        return Ok(question.of_commune(code).ok_or_else(none)?);
    }
    if let Some(code) = &arguments.code_postal {
        let code: CodePostal = code.trim().parse()?;
        let none = || {
            format!(
                "aucune commune n’a le code postal {code} ; un code CEDEX se demande avec --adresse"
            )
        };
        return Ok(question.of_postcode(code).ok_or_else(none)?);
    }
    if let Some(siren) = &arguments.epci {
        let siren: Siren = siren.trim().parse()?;
        let none = || format!("aucun EPCI ni EPT n’a le SIREN {siren}");
        return Ok(question.of_epci(siren).ok_or_else(none)?);
    }
    // Held by the arguments' own rules.
    let (Some(lon), Some(lat)) = (arguments.lon, arguments.lat) else {
        return Err("il faut LON LAT, --adresse, --commune, --code-postal, --epci ou --csv".into());
    };
    if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
        return Err(format!(
            "{lon} {lat} n’est pas un point de la Terre : la longitude (-180 à 180) vient \
             d’abord, puis la latitude (-90 à 90), par exemple : territoires locate -0.3708 43.2951"
        )
        .into());
    }
    Ok(question.of_point(lon, lat))
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
    if let Some(found) = &answer.geocodage {
        say(format!(
            "{indent}adresse : {} (score {:.2})",
            found.libelle, found.score
        ))?;
    }
    if let Some(metres) = answer.distance_limite.filter(|m| *m >= 0.0) {
        say(format!("{indent}limite la plus proche : {metres:.0} m"))?;
    }
    if let Some(near) = answer.plus_proche {
        say(format!(
            "{indent}le plus proche : {} {}, à {:.0} m",
            near.territoire.id, near.territoire.nom, near.distance
        ))?;
    }
    Ok(())
}
