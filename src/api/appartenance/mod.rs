//! `GET /api/v1/appartenance`: is this in a Territoire d'industrie?

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;

use super::params::Params;
use super::problem::Problem;
use super::state::SharedApp;
use crate::atlas::answer::{Answer, Question};
use crate::atlas::world::Atlas;
use crate::domain::attribution::LICENCE;
use crate::domain::codes::CommuneCode;

const EXAMPLE: &str = "/api/v1/appartenance?lon=-0.3708&lat=43.2951";
const KNOWN: [&str; 5] = ["lon", "lat", "commune", "phase", "edition"];

/// The answer of the public contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
    #[serde(flatten)]
    answer: Core<'a>,
    candidats: Vec<Core<'a>>,
    source: SourceBody<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Core<'a> {
    reponse: &'static str,
    explication: &'a str,
    base: &'static str,
    phase: &'a str,
    territoire: Option<TerritoireBody<'a>>,
    membre: Option<MembreBody<'a>>,
    commune: Option<CommuneBody<'a>>,
    geocodage: Option<GeocodageBody<'a>>,
    distance_limite_m: Option<f64>,
    plus_proche: Option<PlusProcheBody<'a>>,
}

#[derive(Serialize)]
struct GeocodageBody<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    score: f64,
    libelle: &'a str,
    lon: Option<f64>,
    lat: Option<f64>,
    lecture: LectureBody<'a>,
}

/// What was read in the text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LectureBody<'a> {
    numero: Option<&'a str>,
    voie: Option<&'a str>,
    code_postal: Option<&'a str>,
    ville: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlusProcheBody<'a> {
    id: &'a str,
    nom: &'a str,
    distance_m: f64,
}

#[derive(Serialize)]
struct TerritoireBody<'a> {
    id: &'a str,
    nom: &'a str,
    region: &'a str,
    interregional: bool,
}

#[derive(Serialize)]
struct MembreBody<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    code: String,
    nom: &'a str,
}

#[derive(Serialize)]
struct CommuneBody<'a> {
    code: &'a str,
    nom: &'a str,
    departement: &'a str,
    region: &'a str,
    epci: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceBody<'a> {
    producteur: &'a str,
    edition: &'a str,
    cog: u16,
    cog_communes: u16,
    licence: &'static str,
    attribution: &'a str,
}

impl<'a> Body<'a> {
    /// The body for an answer.
    #[must_use]
    pub fn new(answer: &'a Answer<'a>, atlas: &'a Atlas) -> Self {
        let edition = answer.edition;
        Self {
            answer: Core::new(answer),
            candidats: answer.candidats.iter().map(Core::new).collect(),
            source: SourceBody {
                producteur: &edition.producteur,
                edition: &edition.id,
                cog: edition.cog,
                cog_communes: atlas.tables.cog,
                licence: LICENCE,
                attribution: &edition.attribution,
            },
        }
    }
}

impl<'a> Core<'a> {
    fn new(answer: &'a Answer<'a>) -> Self {
        Self {
            reponse: answer.reponse.as_str(),
            explication: &answer.explication,
            base: answer.base.as_str(),
            phase: &answer.phase.id,
            territoire: answer.territoire.map(|(t, facts)| TerritoireBody {
                id: &t.id,
                nom: &t.nom,
                region: &t.region,
                interregional: facts.interregional,
            }),
            membre: answer.membre.map(|m| MembreBody {
                kind: m.code.kind(),
                code: m.code.to_string(),
                nom: &m.nom,
            }),
            commune: answer.commune.map(|c| CommuneBody {
                code: c.code.as_str(),
                nom: &c.nom,
                departement: c.departement.as_str(),
                region: c.region.as_str(),
                epci: c.epci.map(|e| e.to_string()),
            }),
            geocodage: answer.geocodage.as_ref().map(|g| GeocodageBody {
                kind: g.precision.as_str(),
                score: (g.score * 1000.0).round() / 1000.0,
                libelle: &g.libelle,
                lon: g.position.map(|p| p[0]),
                lat: g.position.map(|p| p[1]),
                lecture: LectureBody {
                    numero: g.lecture.numero.as_deref(),
                    voie: g.lecture.voie.as_deref(),
                    code_postal: g.lecture.code_postal.as_deref(),
                    ville: g.lecture.ville.as_deref(),
                },
            }),
            distance_limite_m: answer.distance_limite.map(f64::round),
            plus_proche: answer.plus_proche.map(|n| PlusProcheBody {
                id: &n.territoire.id,
                nom: &n.territoire.nom,
                distance_m: n.distance.round(),
            }),
        }
    }
}

/// Answers.
///
/// # Errors
/// A problem that names the parameter at fault.
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
) -> Result<Json<serde_json::Value>, Problem> {
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let question = question(&app.atlas, &params)?;
    let answer = answer(question, &params)?;
    let body = serde_json::to_value(Body::new(&answer, &app.atlas));
    body.map(Json).map_err(|_| Problem::internal())
}

/// The phase and edition asked for.
fn question<'a>(atlas: &'a Atlas, params: &Params) -> Result<Question<'a>, Problem> {
    let phase = match params.get("phase") {
        None => atlas.current_phase(),
        Some(id) => atlas.phase(id).ok_or_else(|| {
            let known: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
            params.problem(
                "phase",
                format!("Cette phase n’existe pas ; il y a : {}.", known.join(", ")),
            )
        })?,
    };
    atlas.question(phase, params.get("edition")).ok_or_else(|| {
        let phase = &atlas.tables.phases[phase];
        let known: Vec<&str> = phase.editions.iter().map(|e| e.id.as_str()).collect();
        Problem::not_found(
            format!(
                "Cette édition de {} n’existe pas ; il y a : {}.",
                phase.id,
                known.join(", ")
            ),
            EXAMPLE,
        )
    })
}

fn answer<'a>(question: Question<'a>, params: &Params) -> Result<Answer<'a>, Problem> {
    let lon = params.number("lon", -180.0..=180.0)?;
    let lat = params.number("lat", -90.0..=90.0)?;
    match (lon, lat, params.get("commune")) {
        (None, None, Some(code)) => {
            let code: CommuneCode = code
                .trim()
                .parse()
                .map_err(|e| params.problem("commune", format!("{e}.")))?;
            question.of_commune(code).ok_or_else(|| {
                Problem::not_found(
                    format!("Aucune commune, actuelle ou ancienne, n’a le code {code}."),
                    "/api/v1/appartenance?commune=64445",
                )
            })
        }
        (Some(lon), Some(lat), None) => Ok(question.of_point(lon, lat)),
        (Some(_), None, None) => Err(params.problem("lat", "Il manque la latitude du point.")),
        (None, Some(_), None) => Err(params.problem("lon", "Il manque la longitude du point.")),
        (None, None, None) => {
            Err(params.problem("commune", "Il faut soit commune=, soit lon= et lat=."))
        }
        _ => Err(params.problem(
            "commune",
            "Il faut ou bien commune=, ou bien lon= et lat=, pas les deux.",
        )),
    }
}
