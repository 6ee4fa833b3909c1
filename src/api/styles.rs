//! `GET /styles/{name}.json`: the map styles, as they stand in `styles/`.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::conditions::is_known;
use super::headers::etag;
use super::path::Segments;
use super::problem::Problem;

/// The folder `styles/`.
#[derive(RustEmbed)]
#[folder = "styles/"]
#[include = "*.json"]
struct Styles;

/// One style.
///
/// # Errors
/// 404 that names the styles there are.
pub async fn get(
    Segments(name): Segments<String>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let style = Styles::get(&name).ok_or_else(|| {
        let known: Vec<String> = Styles::iter()
            .map(|s| s.trim_end_matches(".json").to_owned())
            .collect();
        Problem::not_found(
            format!("Ce style n’existe pas ; il y a : {}.", known.join(", ")),
            "/styles/neutre.json",
        )
    })?;
    let etag = etag(&style.metadata.sha256_hash())?;
    let headers = [
        (header::ETAG, etag.clone()),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        ),
    ];
    if is_known(&request, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, style.data).into_response())
}
