//! `GET /api/v1/appartenance`: is this in a Territoire d'industrie?

pub mod asked;
pub mod body;
pub mod csv;
mod found;
mod pace;
mod spool;

use std::sync::LazyLock;

use axum::body::Body as HttpBody;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;

use self::asked::Asked;
use self::body::Body;
use super::headers;
use super::params::Params;
use super::problem::Problem;
use super::state::{App, SharedApp};

/// Where it is asked.
pub const PATH: &str = "/api/v1/appartenance";

/// Room for most answers: they have some 900 bytes.
const USUAL: usize = 1536;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What the routes say in the headers of an answer.
static AT_HAND: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, JSON)]);
    headers::label(&mut headers);
    headers::open(&mut headers);
    headers
});

/// Answers.
///
/// # Errors
/// A problem that names the parameter at fault.
#[utoipa::path(
    get,
    path = "/api/v1/appartenance",
    operation_id = "appartenance",
    tag = "Appartenance",
    summary = "Est-ce dans un Territoire d’industrie ?",
    description = "Il faut exactement l’un de : adresse ; lon et lat ; commune ; codePostal ; epci. La commune décide ; un point vaut pour la commune qui le contient. « incertain » est une réponse : un code postal à cheval, un homonyme, une commune fusionnée par-dessus une limite ; les candidats disent ce qu’elle peut être.",
    params(
        ("adresse" = Option<String>, Query, min_length = 1, max_length = 400, description = "Adresse en toutes lettres ; au moins le nom de la commune.", example = "12 rue Serviez, 64000 Pau"),
        ("lon" = Option<f64>, Query, minimum = -180, maximum = 180, description = "Longitude WGS84, en degrés décimaux ; avec lat.", example = -0.3708),
        ("lat" = Option<f64>, Query, minimum = -90, maximum = 90, description = "Latitude WGS84, en degrés décimaux ; avec lon.", example = 43.2951),
        ("commune" = Option<String>, Query, pattern = r"^\s*([0-9]{2}|2[ABab])[0-9]{3}\s*$", description = "Code INSEE, d’aujourd’hui ou ancien.", example = "64445"),
        ("codePostal" = Option<String>, Query, pattern = r"^\s*[0-9]{5}\s*$", description = "Code postal.", example = "64000"),
        ("epci" = Option<String>, Query, pattern = r"^\s*[0-9]{9}\s*$", description = "SIREN d’un EPCI ou d’un EPT.", example = "200067254"),
        ("phase" = Option<String>, Query, description = "Phase ; la dernière si elle n’est pas donnée.", example = "temps-2"),
        ("edition" = Option<String>, Query, description = "Édition de la liste de la phase ; la dernière si elle n’est pas donnée.", example = "2024-07-04"),
    ),
    responses(
        (status = 200, description = "La réponse.", body = Body, content_type = "application/json"),
        (status = 400, description = "Un paramètre est inconnu, donné deux fois ou incorrect, ou il n’y en a pas exactement un pour dire de quoi il s’agit.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Le code est bien formé mais ne désigne rien, ou l’édition n’existe pas.", body = Problem, content_type = "application/problem+json"),
    ),
    extensions(("x-exemple" = json!("/api/v1/appartenance?commune=64445")))
)]
pub async fn get(State(app): State<SharedApp>, query: RawQuery) -> Result<Response, Problem> {
    let params = Params::new(query, &asked::KNOWN, asked::EXAMPLE)?;
    if reads_streets(&app, &params) {
        let shared = SharedApp::clone(&app);
        let job = move || answer(&shared, &Asked::read(&shared.atlas, &params)?);
        return app.service.pool.run(job).await?;
    }
    answer(&app, &Asked::read(&app.atlas, &params)?)
}

/// The same answer without the way through the routes, which costs more than finding it: `None` for all that
/// is not a good request for a point or a code.
#[must_use]
pub fn at_hand(app: &App, request: &Request) -> Option<Response> {
    if request.uri().path() != PATH || request.method() != Method::GET {
        return None;
    }
    let query = request.uri().query().unwrap_or_default();
    let params = Params::of(query, &asked::KNOWN, asked::EXAMPLE).ok()?;
    if reads_streets(app, &params) {
        return None;
    }
    let asked = Asked::read(&app.atlas, &params).ok()?;
    let mut response = Response::new(json(app, &asked).ok()?);
    response.headers_mut().clone_from(&AT_HAND);
    Some(response)
}

/// Whether the answer may have to wait for a disk.
fn reads_streets(app: &App, params: &Params) -> bool {
    app.streets.is_some() && params.get("adresse").is_some()
}

fn answer(app: &App, asked: &Asked) -> Result<Response, Problem> {
    let mut response = Response::new(json(app, asked)?);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    Ok(response)
}

fn json(app: &App, asked: &Asked) -> Result<HttpBody, Problem> {
    let answer = asked.answer(app)?;
    let mut json = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut json, &Body::new(&answer, &app.sources, &app.atlas))
        .map_err(|_| Problem::internal())?;
    Ok(HttpBody::from(json))
}
