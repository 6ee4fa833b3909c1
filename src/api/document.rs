//! Answers as documents: made and compressed off the async threads, with an `ETag` of what they say.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moka::sync::Cache;
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

/// Bytes that an entry takes beside what it holds, about.
const OVERHEAD: usize = 200;

/// A document as it is sent: its tag, the coding that a client accepts, and the bytes.
struct Document {
    tag: HeaderValue,
    encoding: Encoding,
    bytes: Bytes,
}

/// Documents made so far, by what was asked for and the coding.
pub struct Documents(Cache<(String, Encoding), Arc<Document>>);

impl Documents {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weight = |(what, _): &(String, Encoding), document: &Arc<Document>| {
            u32::try_from(what.len() + document.bytes.len() + OVERHEAD).unwrap_or(u32::MAX)
        };
        let documents = Cache::builder().max_capacity(max_bytes).weigher(weight);
        Self(documents.build())
    }

    /// How many bytes are kept, about.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.weighted_size()
    }
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
    let job = move || {
        let document = Document::plain(make(&shared)?)?;
        Ok(if is_known(&request, &document.tag) {
            document.known()
        } else {
            document
                .coded(Accepted::of(&request).preferred())
                .response(kind)
        })
    };
    app.service.pool.run(job).await?
}

/// Like [`send`], for what many ask for again: made once in each coding, and kept while there is room. `what` names it
/// among all that is kept, and says all that its bytes depend on but the edition.
///
/// # Errors
/// What `make` says; 503 where too many wait.
pub async fn send_kept(
    app: SharedApp,
    request: HeaderMap,
    kind: &'static str,
    what: String,
    make: impl FnOnce(&App) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let encoding = Accepted::of(&request).preferred();
    let key = (what, encoding);
    let document = if let Some(kept) = app.documents.0.get(&key) {
        kept
    } else {
        let shared = SharedApp::clone(&app);
        let job = move || {
            let fresh = || Ok(Arc::new(Document::plain(make(&shared)?)?.coded(encoding)));
            shared.documents.0.try_get_with(key, fresh)
        };
        let outcome = app.service.pool.run(job).await?;
        outcome.map_err(|problem: Arc<Problem>| Problem::clone(&problem))?
    };
    Ok(if is_known(&request, &document.tag) {
        document.known()
    } else {
        document.response(kind)
    })
}

/// The bytes of a JSON document.
///
/// # Errors
/// Never in practice: what is written here can be.
pub fn json(body: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(body).map_err(|_| Problem::internal())
}

impl Document {
    /// As it was made.
    fn plain(bytes: Vec<u8>) -> Result<Self, Problem> {
        Ok(Self {
            tag: etag(&Sha256::digest(&bytes).into())?,
            encoding: Encoding::Identity,
            bytes: bytes.into(),
        })
    }

    /// Compressed, but for what cannot be or is not worth it.
    fn coded(self, encoding: Encoding) -> Self {
        match compress(encoding, &self.bytes).ok().flatten() {
            Some(smaller) => Self {
                encoding,
                bytes: smaller.into(),
                ..self
            },
            None => self,
        }
    }

    /// For a client that has it.
    fn known(&self) -> Response {
        self.dated(StatusCode::NOT_MODIFIED.into_response())
    }

    /// For a client that has it not.
    fn response(&self, kind: &'static str) -> Response {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if self.encoding != Encoding::Identity {
            let name = HeaderValue::from_static(self.encoding.name());
            headers.insert(header::CONTENT_ENCODING, name);
        }
        self.dated(response)
    }

    fn dated(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::CACHE_CONTROL, KEPT);
        response
    }
}
