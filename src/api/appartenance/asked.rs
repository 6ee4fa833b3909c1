//! What a request asks: exactly one of an address, a point, a commune, a postcode, an EPCI.

use crate::api::params::Params;
use crate::api::phase;
use crate::api::problem::Problem;
use crate::api::state::App;
use crate::atlas::answer::{Answer, Question};
use crate::atlas::world::Atlas;
use crate::domain::codes::{CodePostal, CommuneCode, Siren};

/// A request that works.
pub const EXAMPLE: &str = "/api/v1/appartenance?lon=-0.3708&lat=43.2951";

/// The parameters there are.
pub const KNOWN: [&str; 8] = [
    "adresse",
    "lon",
    "lat",
    "commune",
    "codePostal",
    "epci",
    "phase",
    "edition",
];

/// Longer addresses are refused: seven lines of 38 characters (NF Z 10-011) fit.
pub const MAX_ADDRESS: usize = 400;

/// What is asked about.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// An address in words.
    Address(String),
    /// A point in WGS84 degrees.
    Point {
        /// Longitude.
        lon: f64,
        /// Latitude.
        lat: f64,
    },
    /// A commune's code, today's or a former one.
    Commune(CommuneCode),
    /// A postcode.
    Postcode(CodePostal),
    /// An EPCI or EPT.
    Epci(Siren),
}

/// A question and what it is about.
pub struct Asked<'a> {
    question: Question<'a>,
    subject: Subject,
}

impl<'a> Asked<'a> {
    /// Reads the parameters.
    ///
    /// # Errors
    /// The parameter that is missing, malformed or too many; 404 for an edition that does not exist.
    pub fn read(atlas: &'a Atlas, params: &Params) -> Result<Self, Problem> {
        Ok(Self {
            question: question(atlas, params)?,
            subject: subject(params)?,
        })
    }

    /// The answer.
    ///
    /// # Errors
    /// 404 for a well-formed code that names nothing.
    pub fn answer(&self, app: &'a App) -> Result<Answer<'a>, Problem> {
        let mut answer = self.plain(app)?;
        let point = match self.subject {
            Subject::Point { lon, lat } => Some([lon, lat]),
            _ => None,
        };
        self.question.measure(&mut answer, point);
        Ok(answer)
    }

    /// The answer without distances.
    fn plain(&self, app: &'a App) -> Result<Answer<'a>, Problem> {
        let question = &self.question;
        match &self.subject {
            Subject::Address(text) => Ok(app.answer_address(*question, text)),
            &Subject::Point { lon, lat } => Ok(question.of_point(lon, lat)),
            &Subject::Commune(code) => question.of_commune(code).ok_or_else(|| {
                unknown(
                    format!("Aucune commune, actuelle ou ancienne, n’a le code {code}."),
                    "/api/v1/appartenance?commune=64445",
                )
            }),
            &Subject::Postcode(code) => question.of_postcode(code).ok_or_else(|| {
                unknown(
                    format!("Aucune commune n’a le code postal {code} ; un code CEDEX se demande avec adresse=."),
                    "/api/v1/appartenance?codePostal=64000",
                )
            }),
            &Subject::Epci(siren) => question.of_epci(siren).ok_or_else(|| {
                unknown(
                    format!("Aucun EPCI ni EPT n’a le SIREN {siren}."),
                    "/api/v1/appartenance?epci=200067254",
                )
            }),
        }
    }
}

fn unknown(detail: String, example: &'static str) -> Problem {
    Problem::not_found(detail, example)
}

/// The phase and edition asked for.
///
/// # Errors
/// 400 for a phase, 404 for an edition that does not exist.
pub fn question<'a>(atlas: &'a Atlas, params: &Params) -> Result<Question<'a>, Problem> {
    let phase = phase::read(atlas, params)?;
    atlas.question(phase, params.get("edition")).ok_or_else(|| {
        let phase = &atlas.tables.phases[phase];
        let known: Vec<&str> = phase.editions.iter().map(|e| e.id.as_str()).collect();
        Problem::not_found(
            format!(
                "Cette édition de {} n’existe pas ; il y a : {}.",
                phase.id,
                known.join(", ")
            ),
            EXAMPLE,
        )
    })
}

/// Exactly one subject.
fn subject(params: &Params) -> Result<Subject, Problem> {
    let given: Vec<&'static str> = ["adresse", "lon", "commune", "codePostal", "epci"]
        .into_iter()
        .filter(|name| params.get(name).is_some())
        .collect();
    let several = |second: &str| {
        let detail = format!(
            "Il faut un seul de adresse=, lon= et lat=, commune=, codePostal=, epci= : {} et {second} sont donnés.",
            given.first().copied().unwrap_or("lat")
        );
        params.problem(second, detail)
    };
    if let [_, second, ..] = given[..] {
        return Err(several(second));
    }
    let has_lat = params.get("lat").is_some();
    match given.first() {
        None if has_lat => Err(params.problem("lon", "Il manque la longitude du point.")),
        None => Err(params.problem(
            "adresse",
            "Il faut l’un de adresse=, lon= et lat=, commune=, codePostal=, epci=.",
        )),
        Some(&"lon") => {
            let lon = params.number("lon", -180.0..=180.0)?;
            let lat = params.number("lat", -90.0..=90.0)?;
            match (lon, lat) {
                (Some(lon), Some(lat)) => Ok(Subject::Point { lon, lat }),
                _ => Err(params.problem("lat", "Il manque la latitude du point.")),
            }
        }
        Some(_) if has_lat => Err(several("lat")),
        Some(&"adresse") => address(params),
        Some(&"commune") => Ok(Subject::Commune(code(params, "commune")?)),
        Some(&"codePostal") => Ok(Subject::Postcode(code(params, "codePostal")?)),
        Some(_) => Ok(Subject::Epci(code(params, "epci")?)),
    }
}

fn address(params: &Params) -> Result<Subject, Problem> {
    let text = params.get("adresse").unwrap_or_default();
    let count = text.chars().count();
    if count > MAX_ADDRESS {
        let detail = format!("L’adresse a {count} caractères : il en faut {MAX_ADDRESS} au plus.");
        return Err(params.problem("adresse", detail));
    }
    if text.trim().is_empty() {
        return Err(params.problem("adresse", "L’adresse est vide."));
    }
    Ok(Subject::Address(text.to_owned()))
}

/// The code in a parameter that is there.
fn code<C: std::str::FromStr<Err: std::fmt::Display>>(
    params: &Params,
    name: &'static str,
) -> Result<C, Problem> {
    let text = params.get(name).unwrap_or_default();
    text.trim()
        .parse()
        .map_err(|e| params.problem(name, format!("{e}.")))
}
