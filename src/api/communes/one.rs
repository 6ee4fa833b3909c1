//! `GET /api/v1/communes/{code}`: a commune of today, or what became of a code.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::body::{Commune, FicheCommune, feature};
use super::outline;
use crate::api::document::{self, Format};
use crate::api::geojson::Feature;
use crate::api::params::Params;
use crate::api::path::Segments;
use crate::api::problem::Problem;
use crate::api::source::Source;
use crate::api::state::{App, SharedApp};
use crate::api::words;
use crate::atlas::features::Feature as Measured;
use crate::atlas::world::Atlas;
use crate::domain::codes::CommuneCode;
use crate::exports::geojson::{self, Drawn};

/// A request that works.
const EXAMPLE: &str = "/api/v1/communes/64445";

/// Answers.
///
/// # Errors
/// 400 for what is no code, 404 for a code that names nothing.
#[utoipa::path(
    get,
    path = "/api/v1/communes/{code}",
    operation_id = "commune",
    tag = "Communes et intercommunalités",
    summary = "Une commune",
    description = "Une commune d’aujourd’hui, ou ce qu’est devenu un ancien code (commune fusionnée, déléguée, associée, arrondissement).",
    params(
        ("code" = String, Path, pattern = "^([0-9]{2}|2[ABab])[0-9]{3}$", description = "Code INSEE, d’aujourd’hui ou ancien.", example = "64445"),
        ("format" = inline(Option<words::FormatFiche>), Query, description = "Format de la réponse ; geojson ajoute le contour exact.", example = "json"),
    ),
    responses(
        (status = 200, description = "La commune.", content(
            (FicheCommune = "application/json"),
            (Feature<FicheCommune> = "application/geo+json"),
        )),
        (status = 400, description = "Le code ou un paramètre est incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Aucune commune, actuelle ou ancienne, n’a ce code.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/communes/64445")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    Segments(code): Segments<String>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["format"], EXAMPLE)?;
    let format = Format::read(&params, &document::ONE)?;
    let code: CommuneCode = code
        .parse()
        .map_err(|e| params.problem("code", format!("{e}.")))?;
    let make = move |app: &App| write(&app.atlas, code, format);
    document::send(app, request, format.kind(), make).await
}

fn write(atlas: &Atlas, code: CommuneCode, format: Format) -> Result<Vec<u8>, Problem> {
    let commune = Commune::new(atlas, code).ok_or_else(|| {
        let detail = format!("Aucune commune, actuelle ou ancienne, n’a le code {code}.");
        Problem::not_found(detail, EXAMPLE)
    })?;
    let body = FicheCommune {
        commune,
        source: Source::of_places(atlas),
    };
    if format != Format::GeoJson {
        return document::json(&body);
    }
    let place = atlas.places.current(code);
    let mut out = Vec::new();
    let drawn = Drawn {
        id: code.as_str(),
        bbox: place
            .and_then(|p| feature(atlas, p))
            .and_then(Measured::bbox),
        properties: body,
        outline: place.map(|p| outline(atlas, p)).unwrap_or_default(),
    };
    geojson::single(&mut out, &drawn).map_err(|_| Problem::internal())?;
    Ok(out)
}
