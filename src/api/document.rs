//! Answers as documents: made and compressed off the async threads, with an `ETag` of what they say.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::conditions::is_known;
use super::geojson;
use super::headers::etag;
use super::negotiation::Accepted;
use super::params::Params;
use super::problem::Problem;
use super::state::{App, SharedApp};
use crate::tiles::compress::{Encoding, compress};

/// How a resource is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON of the contract.
    Json,
    /// GeoJSON with outlines.
    GeoJson,
    /// A table.
    Csv,
}

impl Format {
    /// Its name in `format=`.
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::GeoJson => "geojson",
            Self::Csv => "csv",
        }
    }

    /// Its media type (RFC 8259, 7946, 4180).
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GeoJson => geojson::KIND,
            Self::Csv => "text/csv; charset=utf-8; header=present",
        }
    }

    /// The format asked for, JSON where none is.
    ///
    /// # Errors
    /// A format that is none of these.
    pub fn read(params: &Params, offered: &[Self]) -> Result<Self, Problem> {
        let Some(name) = params.get("format") else {
            return Ok(Self::Json);
        };
        let found = offered.iter().copied().find(|f| f.name() == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = offered.iter().map(|f| f.name()).collect();
            params.problem(
                "format",
                format!(
                    "Ce format n’existe pas ici ; il y a : {}.",
                    names.join(", ")
                ),
            )
        })
    }
}

/// What a format may be of one thing.
pub const ONE: [Format; 2] = [Format::Json, Format::GeoJson];

/// What a format may be of a list.
pub const LIST: [Format; 3] = [Format::Json, Format::GeoJson, Format::Csv];

/// How long an answer may be kept: the data change with a new version of the service only.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// What there is to send.
enum Made {
    /// The client has it.
    Known(HeaderValue),
    /// A body in a coding that the client accepts.
    Fresh(HeaderValue, Encoding, Vec<u8>),
}

/// Answers with what `make` writes, of a media type, or 304 where the client has it. `make` runs on the pool and so does compression.
///
/// # Errors
/// What `make` says; 503 where too many wait.
pub async fn send(
    app: SharedApp,
    request: HeaderMap,
    kind: &'static str,
    make: impl FnOnce(&App) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let shared = SharedApp::clone(&app);
    let job = move || Made::new(make(&shared)?, &request);
    app.service
        .pool
        .run(job)
        .await?
        .map(|made| made.response(kind))
}

/// The bytes of a JSON document.
///
/// # Errors
/// Never in practice: what is written here can be.
pub fn json(body: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(body).map_err(|_| Problem::internal())
}

impl Made {
    fn new(bytes: Vec<u8>, request: &HeaderMap) -> Result<Self, Problem> {
        let tag = etag(&Sha256::digest(&bytes).into())?;
        if is_known(request, &tag) {
            return Ok(Self::Known(tag));
        }
        let encoding = Accepted::of(request).preferred();
        // What cannot be compressed, or is not worth it, is sent as it is.
        Ok(match compress(encoding, &bytes).ok().flatten() {
            Some(smaller) => Self::Fresh(tag, encoding, smaller),
            None => Self::Fresh(tag, Encoding::Identity, bytes),
        })
    }

    fn response(self, kind: &'static str) -> Response {
        let (tag, mut response) = match self {
            Self::Known(tag) => (tag, StatusCode::NOT_MODIFIED.into_response()),
            Self::Fresh(tag, encoding, bytes) => {
                let mut response = Response::new(Body::from(bytes));
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
                if encoding != Encoding::Identity {
                    let name = HeaderValue::from_static(encoding.name());
                    headers.insert(header::CONTENT_ENCODING, name);
                }
                (tag, response)
            }
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, tag);
        headers.insert(header::CACHE_CONTROL, KEPT);
        response
    }
}
