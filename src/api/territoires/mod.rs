//! `GET /api/v1/territoires`: the territories of a phase.

pub mod body;
pub mod criteria;
pub mod one;
mod table;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use self::body::{ListeTerritoires, Territoire};
use self::criteria::Criteria;
use super::document::{self, Format};
use super::geojson::Collection;
use super::params::Params;
use super::problem::Problem;
use super::source::Source;
use super::state::{App, SharedApp};
use super::words;
use crate::atlas::world::Atlas;
use crate::exports::geojson::{self, Drawn};

/// A request that works.
const EXAMPLE: &str = "/api/v1/territoires?region=Bretagne";

/// The parameters there are.
const KNOWN: [&str; 7] = [
    "phase",
    "region",
    "departement",
    "evolution",
    "interregional",
    "q",
    "format",
];

/// Answers.
///
/// # Errors
/// A problem that names the parameter at fault.
#[utoipa::path(
    get,
    path = "/api/v1/territoires",
    operation_id = "territoires",
    tag = "Territoires",
    summary = "Les territoires d’une phase",
    description = "La dernière liste d’une phase, par nom. Les critères se cumulent. En GeoJSON, avec les contours exacts (plusieurs mégaoctets pour la liste entière).",
    params(
        ("phase" = Option<String>, Query, description = "Phase ; la dernière si elle n’est pas donnée.", example = "temps-2"),
        ("region" = Option<String>, Query, min_length = 1, max_length = 100, description = "Code INSEE ou nom de région, sans égard aux accents : la région chef de file, ou l’une de celles d’un territoire interrégional.", example = "Bretagne"),
        ("departement" = Option<String>, Query, min_length = 1, max_length = 100, description = "Code ou nom de département : le territoire y a au moins une commune.", example = "29"),
        ("evolution" = inline(Option<words::Evolution>), Query, description = "Ce qu’est devenu le territoire depuis la phase précédente.", example = "nouveau"),
        ("interregional" = inline(Option<words::OuiNon>), Query, description = "oui : ceux dont les membres viennent de plusieurs régions ; non : les autres.", example = "oui"),
        ("q" = Option<String>, Query, min_length = 1, max_length = 100, description = "Partie du nom, sans égard aux accents, ou identifiant.", example = "pau"),
        ("format" = inline(Option<words::FormatListe>), Query, description = "Format de la réponse.", example = "json"),
    ),
    responses(
        (status = 200, description = "Les territoires.", content(
            (ListeTerritoires = "application/json"),
            (Collection<Territoire> = "application/geo+json"),
            (String = "text/csv"),
        )),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "La région ou le département n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/territoires?q=lacq")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let what = format!("territoires {}", query.0.as_deref().unwrap_or_default());
    let params = Params::new(query, &KNOWN, EXAMPLE)?;
    let criteria = Criteria::read(&app.atlas, &params)?;
    let format = Format::read(&params, &document::LIST)?;
    let make = move |app: &App| write(&criteria, &app.atlas, format);
    document::send_kept(app, request, format.kind(), what, make).await
}

/// Writes the territories that fit.
fn write(criteria: &Criteria, atlas: &Atlas, format: Format) -> Result<Vec<u8>, Problem> {
    let profiles = criteria.chosen(atlas);
    let phase = &atlas.tables.phases[criteria.phase];
    let edition = phase.editions.last().ok_or_else(Problem::internal)?;
    let source = Source::of_territories(atlas, phase, edition);
    let all = profiles.iter().map(|p| Territoire::new(atlas, p));
    match format {
        Format::Json => document::json(&ListeTerritoires {
            phase: phase.id.clone(),
            nombre: profiles.len(),
            territoires: all.collect(),
            source,
        }),
        Format::Csv => table::write(all, &source),
        Format::GeoJson => {
            let features = profiles.iter().map(|p| Drawn {
                id: &p.territoire.id,
                bbox: p.feature().bbox(),
                properties: Territoire::new(atlas, p),
                outline: p.level.perimeters[p.number].polygons(&p.chart.arcs),
            });
            let mut out = Vec::new();
            geojson::collection(&mut out, &source, features).map_err(|_| Problem::internal())?;
            Ok(out)
        }
    }
}
