//! What people read: the front page and its files, built by `web/` and embedded, and the pages that are written here.

pub mod apercu;
pub mod carte;
pub mod donnees;
pub mod fiche;
pub mod front;
pub mod liste;
pub mod plan;
mod refusal;
pub mod reponse;
pub mod shell;
pub mod texts;
mod words;

use axum::extract::RawQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::conditions::is_known;
use super::headers::etag;
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

/// `GET /assets/{file}`
///
/// # Errors
/// 404 for a file that is not part of the site.
pub async fn asset(
    Segments(name): Segments<String>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let file = Site::get(&format!("assets/{name}"))
        .ok_or_else(|| Problem::not_found("Ce fichier ne fait pas partie du site.", "/"))?;
    let etag = etag(&file.metadata.sha256_hash())?;
    let is_named = query.is_some_and(|q| q.strip_prefix("v=") == Some(&version(&file)));
    let cache = HeaderValue::from_static(if is_named || is_hashed(&name) {
        "public, max-age=31536000, immutable"
    } else if file.metadata.mimetype() == "font/woff2" {
        // Under a plain name, since styles and other sites refer to it; it changes with the typeface, that is hardly ever.
        "public, max-age=604800, stale-while-revalidate=2592000"
    } else {
        "public, max-age=0, must-revalidate"
    });
    let headers = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, cache)];
    if is_known(&request, &etag) {
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

/// The address of a file of the site that has a plain name, with the version of its content: kept for ever.
#[must_use]
pub fn address_of(name: &str) -> String {
    match Site::get(&format!("assets/{name}")) {
        Some(file) => format!("/assets/{name}?v={}", version(&file)),
        None => format!("/assets/{name}"),
    }
}

/// Names the content of a file: eight hexadecimal digits.
fn version(file: &EmbeddedFile) -> String {
    hex::encode(&file.metadata.sha256_hash()[..4])
}

/// Whether the name changes with the content: `page-AB12CD34.js`.
fn is_hashed(name: &str) -> bool {
    let hash = name
        .split_once('.')
        .and_then(|(s, _)| s.rsplit_once('-'))
        .map(|(_, h)| h);
    (name.starts_with("page-") || name.starts_with("carte-"))
        && hash.is_some_and(|h| h.len() >= 8 && h.bytes().all(|b| b.is_ascii_alphanumeric()))
}
