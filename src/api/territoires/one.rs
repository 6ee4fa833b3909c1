//! `GET /api/v1/territoires/{phase}/{id}`: one territory.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::body::{FicheTerritoire, Territoire};
use crate::api::document::{self, Format};
use crate::api::geojson::Feature;
use crate::api::params::Params;
use crate::api::parts::CodeNom;
use crate::api::path::Segments;
use crate::api::phase;
use crate::api::problem::Problem;
use crate::api::source::Source;
use crate::api::state::{App, SharedApp};
use crate::api::words;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::alphabet;
use crate::domain::typography;
use crate::exports::geojson::{self, Drawn};

/// A request that works.
const EXAMPLE: &str = "/api/v1/territoires/temps-2/ti-7510";

/// Answers.
///
/// # Errors
/// 404 that names the phases there are, or says that the phase has no such territory.
#[utoipa::path(
    get,
    path = "/api/v1/territoires/{phase}/{id}",
    operation_id = "territoire",
    tag = "Territoires",
    summary = "Un territoire",
    description = "Un territoire avec ses communes. Un identifiant ne vaut qu’avec sa phase : ti-1104 n’est pas le même territoire dans les deux.",
    params(
        ("phase" = String, Path, description = "Phase.", example = "temps-2"),
        ("id" = String, Path, description = "Identifiant dans la phase.", example = "ti-7510"),
        ("format" = inline(Option<words::FormatFiche>), Query, description = "Format de la réponse ; geojson ajoute le contour exact.", example = "json"),
    ),
    responses(
        (status = 200, description = "Le territoire.", content(
            (FicheTerritoire = "application/json"),
            (Feature<FicheTerritoire> = "application/geo+json"),
        )),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "La phase ou le territoire n’existe pas.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Trop de demandes à la fois.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/territoires/temps-2/ti-7510")))
)]
pub async fn get(
    State(app): State<SharedApp>,
    Segments((phase, id)): Segments<(String, String)>,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let params = Params::new(query, &["format"], EXAMPLE)?;
    let format = Format::read(&params, &document::ONE)?;
    let found = find(&app.atlas, &phase, &id)?;
    let make = move |app: &App, profile: &Profile| write(&app.atlas, profile, format);
    send(app, request, format.kind(), ("api", found), make).await
}

/// The positions of a phase and of a territory in its latest edition.
pub type Found = (usize, usize);

/// Answers with what `make` writes of a territory, as [`document::send_kept`] does; `what` names what that is.
///
/// # Errors
/// What `make` says; 503 where too many wait.
pub async fn send(
    app: SharedApp,
    request: HeaderMap,
    kind: &'static str,
    (what, (phase, number)): (&str, Found),
    make: impl FnOnce(&App, &Profile) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let make = move |app: &App| {
        let profile = app.atlas.profiles(phase).nth(number);
        make(app, &profile.ok_or_else(Problem::internal)?)
    };
    let what = format!("{what} {kind} {phase} {number}");
    document::send_kept(app, request, kind, what, make).await
}

/// The territory of that id in a phase.
///
/// # Errors
/// 404 that names the phases there are, or says that the phase has no such territory.
pub fn find(atlas: &Atlas, phase: &str, id: &str) -> Result<Found, Problem> {
    let phase = atlas
        .phase(phase)
        .ok_or_else(|| Problem::not_found(phase::unknown(atlas), EXAMPLE))?;
    let number = atlas.profiles(phase).position(|p| p.territoire.id == id);
    let number = number.ok_or_else(|| {
        let shown = typography::shown(id, 40);
        let phase = &atlas.tables.phases[phase].id;
        let detail = format!("Aucun territoire de {phase} n’a l’identifiant « {shown} ».");
        Problem::not_found(detail, EXAMPLE)
    })?;
    Ok((phase, number))
}

fn write(atlas: &Atlas, profile: &Profile, format: Format) -> Result<Vec<u8>, Problem> {
    let communes = profile.facts.communes.iter();
    let mut communes_liste: Vec<CodeNom> = communes
        .map(|&place| CodeNom::commune(atlas, place))
        .collect();
    communes_liste
        .sort_by(|a, b| alphabet::order(&a.nom, &b.nom).then_with(|| a.code.cmp(&b.code)));
    let body = FicheTerritoire {
        territoire: Territoire::new(atlas, profile),
        communes_liste,
        source: Source::of_territories(atlas, profile.phase, profile.edition),
    };
    if format != Format::GeoJson {
        return document::json(&body);
    }
    let mut out = Vec::new();
    let drawn = Drawn {
        id: &profile.territoire.id,
        bbox: profile.feature().bbox(),
        properties: body,
        outline: profile.level.perimeters[profile.number].polygons(&profile.chart.arcs),
    };
    geojson::single(&mut out, &drawn).map_err(|_| Problem::internal())?;
    Ok(out)
}
