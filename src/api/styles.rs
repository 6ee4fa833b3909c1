//! `GET /styles/{name}.json`: the map styles, as they stand in `styles/`.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::EmbeddedFile;

use super::conditions::is_known;
use super::headers::etag;
use super::path::Segments;
use super::problem::Problem;
use crate::exports::styles;

/// One style.
///
/// # Errors
/// 404 that names the styles there are.
pub async fn get(
    Segments(name): Segments<String>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let style = named(name.strip_suffix(".json").unwrap_or_default())?;
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

/// A style by its name, without `.json`.
///
/// # Errors
/// 404 that names the styles there are.
pub fn named(name: &str) -> Result<EmbeddedFile, Problem> {
    styles::named(name).ok_or_else(|| {
        let known = styles::names().join(", ");
        Problem::not_found(
            format!("Ce style n’existe pas ; il y a : {known}."),
            "/styles/neutre.json",
        )
    })
}
