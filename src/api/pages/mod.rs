//! What people read: the front page and its files, built by `web/` and embedded, and the pages that are written here.

pub mod carte;
pub mod donnees;
pub mod fiche;
pub mod liste;
pub mod plan;
mod refusal;
pub mod reponse;
pub mod shell;
pub mod texts;
mod words;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::conditions::is_known;
use super::headers::{self, etag};
use super::path::Segments;
use super::problem::Problem;
use crate::atlas::profile::Profile;

/// The media type of pages.
pub const KIND: &str = "text/html; charset=utf-8";

/// The address of a territory's page.
fn path_of(profile: &Profile) -> String {
    format!(
        "/territoires/{}/{}",
        profile.phase.id, profile.territoire.id
    )
}

/// The folder `web/dist/`, as `npm run build` leaves it.
#[derive(RustEmbed)]
#[folder = "web/dist/"]
struct Site;

/// `GET /`
///
/// # Errors
/// Where the binary was built without the page.
pub async fn front(request: HeaderMap) -> Result<Response, Problem> {
    file("index.html", &request)
}

/// `GET /integration`: the map alone, for other sites to show in a frame.
///
/// # Errors
/// As [`front`].
pub async fn embedded(request: HeaderMap) -> Result<Response, Problem> {
    let mut response = front(request).await?;
    headers::let_frame(response.headers_mut());
    Ok(response)
}

/// `GET /assets/{file}`
///
/// # Errors
/// 404 for a file that is not part of the site.
pub async fn asset(
    Segments(name): Segments<String>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    file(&format!("assets/{name}"), &request)
}

fn file(name: &str, request: &HeaderMap) -> Result<Response, Problem> {
    let file = Site::get(name)
        .ok_or_else(|| Problem::not_found("Ce fichier ne fait pas partie du site.", "/"))?;
    let etag = etag(&file.metadata.sha256_hash())?;
    let cache = HeaderValue::from_static(if is_hashed(name) {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=0, must-revalidate"
    });
    let headers = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, cache)];
    if is_known(request, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let mime = file.metadata.mimetype();
    let kind = if mime.starts_with("text/") && !mime.contains("charset") {
        HeaderValue::from_str(&format!("{mime}; charset=utf-8"))
    } else {
        HeaderValue::from_str(mime)
    };
    let kind = kind.map_err(|_| Problem::internal())?;
    Ok((headers, [(header::CONTENT_TYPE, kind)], file.data).into_response())
}

/// Whether the name changes with the content: `page-AB12CD34.js`.
fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let hash = stem
        .split_once('.')
        .and_then(|(s, _)| s.rsplit_once('-'))
        .map(|(_, h)| h);
    (stem.starts_with("page-") || stem.starts_with("carte-"))
        && hash.is_some_and(|h| h.len() >= 8 && h.bytes().all(|b| b.is_ascii_alphanumeric()))
}
