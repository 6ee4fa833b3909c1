//! `GET /tiles/{layers}/{z}/{x}/{y}.mvt` and `.mlt`

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use super::asked::{self, Asked, EXAMPLE};
use super::conditions::{self, Known};
use super::flights;
use super::negotiation::Accepted;
use super::problem::Problem;
use super::state::{App, SharedApp};
use crate::tiles::cache::Stored;
use crate::tiles::compress::Encoding;

/// One tile: 200, 204 where it is empty, 304 where the caller has it.
///
/// # Errors
/// 404 for a layer that does not exist, 400 for a tile that does not and for unknown parameters, 503 under load.
pub async fn get(State(app): State<SharedApp>, request: Request) -> Result<Response, Problem> {
    let segments = asked::segments(request.uri())
        .ok_or_else(|| Problem::not_found("Cette adresse n’existe pas ici.", EXAMPLE))?;
    let asked = asked::read(&app, segments, request.uri().query())?;
    let accepted = Accepted::of(request.headers());
    let has = has(&app, &asked, accepted, request.headers());
    if let Has::This(encoding) = has {
        return Ok(not_modified(&asked, &app, encoding));
    }
    let key = asked.key(accepted.preferred());
    let body = match app.tiles.get(&key) {
        Some(body) => body,
        None => flights::body(&app, key).await?,
    };
    Ok(answer(&asked, &app, body, &has))
}

/// The same answer, where nothing has to be made nor explained for it: `None` for all that is not a good
/// request for a tile that is kept, or that the caller has. Never allocates in proportion to the tile.
#[must_use]
pub fn at_hand(app: &App, request: &Request) -> Option<Response> {
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        return None;
    }
    let asked = asked::read(app, asked::segments(request.uri())?, request.uri().query()).ok()?;
    let accepted = Accepted::of(request.headers());
    let has = has(app, &asked, accepted, request.headers());
    if let Has::This(encoding) = has {
        return Some(not_modified(&asked, app, encoding));
    }
    let body = app.tiles.get(&asked.key(accepted.preferred()))?;
    let length = body.bytes.len();
    let mut response = answer(&asked, app, body, &has);
    if is_head {
        *response.body_mut() = Body::empty();
        if response.status() == StatusCode::OK {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_LENGTH, length.into());
        }
    }
    Some(response)
}

/// What the caller has of the tile.
enum Has {
    /// Nothing that may be used.
    Nothing,
    /// The body with this coding.
    This(Encoding),
    /// Whatever there is: `If-None-Match: *`.
    Any,
}

/// Which body the caller has, by its tag alone.
///
/// The tag of any coding will do that the request accepts: which acceptable representation to select is ours
/// to decide (RFC 9110 § 12.1), and the one that the caller has is the best of them. One whose coding it no
/// longer accepts is not selected, so its tag does not count.
fn has(app: &App, asked: &Asked, accepted: Accepted, request: &HeaderMap) -> Has {
    let mut known = conditions::known(request).peekable();
    if known.peek().is_none() {
        return Has::Nothing;
    }
    let tags = Encoding::ALL.map(|encoding| (encoding, asked.tag(app, encoding)));
    let mut has = Has::Nothing;
    for item in known {
        match item {
            Known::Any => has = Has::Any,
            Known::Tag(tag) => {
                let ours = tags.iter().find(|(encoding, ours)| {
                    accepted.allows(*encoding)
                        && ours.as_bytes()[1..].strip_suffix(b"\"") == Some(tag)
                });
                if let Some((encoding, _)) = ours {
                    return Has::This(*encoding);
                }
            }
        }
    }
    has
}

/// What all answers say. Tiles are open data, for any site.
fn headers(asked: &Asked, app: &App, encoding: Encoding) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(header::ETAG, asked.tag(app, encoding));
    headers.insert(header::CACHE_CONTROL, asked.cache_control.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag"),
    );
    headers
}

fn not_modified(asked: &Asked, app: &App, encoding: Encoding) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    *response.headers_mut() = headers(asked, app, encoding);
    response
}

fn answer(asked: &Asked, app: &App, body: Stored, has: &Has) -> Response {
    if matches!(has, Has::Any) {
        return not_modified(asked, app, body.encoding);
    }
    let mut headers = headers(asked, app, body.encoding);
    if body.bytes.is_empty() {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        *response.headers_mut() = headers;
        return response;
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(asked.format.media_type()),
    );
    if body.encoding != Encoding::Identity {
        let name = HeaderValue::from_static(body.encoding.name());
        headers.insert(header::CONTENT_ENCODING, name);
    }
    let mut response = Response::new(Body::from(body.bytes));
    *response.headers_mut() = headers;
    response
}
