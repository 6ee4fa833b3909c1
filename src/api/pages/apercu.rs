//! `GET /apercu/{lieu}/{style}.png`: a part of France at a glance. The front page shows it until there is a live map.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moka::sync::Cache;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Site;
use crate::api::asked;
use crate::api::conditions::is_known;
use crate::api::path::Segments;
use crate::api::problem::Problem;
use crate::api::state::{App, SharedApp};
use crate::exports::overview::Overview;
use crate::exports::print::Style;
use crate::exports::styles;

/// A request that works.
const EXAMPLE: &str = "/apercu/metropole/neutre.png";

/// The usual colours of the map, by day and by night.
const STYLES: [&str; 2] = ["neutre", "neutre-sombre"];

/// Changes where the same data would give another picture.
const RENDERER: u32 = 1;

/// What the name of the picture for a wide screen ends with.
const LARGE: &str = "-large";

/// Pixels that a frame is wide, and dots for each: on a phone, more than which would be seen later but hardly better; on
/// a wide screen; and of the small maps beside the large one.
const ON_A_PHONE: (f64, f64) = (366.0, 1.3);
const ON_A_DESK: (f64, f64) = (590.0, 1.0);
const BESIDE: (f64, f64) = (85.0, 2.0);

/// A part of France, as the page has it.
#[derive(Deserialize)]
struct Place {
    /// West, south, east, north in degrees.
    emprise: [f64; 4],
    /// Whether it has a small map of its own.
    #[serde(default)]
    encart: bool,
}

/// The pictures made so far.
pub struct Overviews {
    /// Names what decides their bytes: data, styles, frames and what draws. Twelve hexadecimal digits.
    pub version: String,
    places: BTreeMap<String, Place>,
    kept: Cache<String, Bytes>,
}

impl Overviews {
    /// None yet, of data and tiles of this version.
    #[must_use]
    pub fn new(version: &str) -> Self {
        // Written by the build of the page, so that frames are said once.
        let places = Site::get("lieux.json").map(|file| file.data);
        let places = places.as_deref().unwrap_or(b"{}");
        let mut digest = Sha256::new()
            .chain_update(version)
            .chain_update(RENDERER.to_be_bytes())
            .chain_update(places);
        for style in STYLES.iter().filter_map(|name| styles::named(name)) {
            digest.update(&style.data);
        }
        Self {
            version: hex::encode(&digest.finalize()[..6]),
            places: serde_json::from_slice(places).unwrap_or_default(),
            kept: Cache::new(32), // all there are
        }
    }
}

/// Answers. Under the address that the page has, it is never asked for again.
///
/// # Errors
/// 404 that names what there is; 503 where too many wait.
pub async fn get(
    State(app): State<SharedApp>,
    Segments((place, file)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let overviews = &app.overviews;
    let name = file.strip_suffix(".png").unwrap_or_default();
    let style = name.strip_suffix(LARGE).unwrap_or(name);
    let style = STYLES.into_iter().find(|known| *known == style);
    let (Some(style), true) = (style, overviews.places.contains_key(&place)) else {
        let places: Vec<&str> = overviews.places.keys().map(String::as_str).collect();
        let detail = format!(
            "Cet aperçu n’existe pas ; il y a : {}, chacun en {}.png.",
            places.join(", "),
            STYLES.join(".png ou ")
        );
        return Err(Problem::not_found(detail, EXAMPLE));
    };
    let cache = asked::kept(&overviews.version, query.as_deref(), EXAMPLE)?;
    let key = format!("{}-{place}-{name}", overviews.version);
    let tag = HeaderValue::from_str(&format!("\"{key}\"")).map_err(|_| Problem::internal())?;
    let mut response = if is_known(&request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let picture = match overviews.kept.get(&key) {
            Some(kept) => kept,
            None => made(&app, key, place, style, name != style).await?,
        };
        let kind = HeaderValue::from_static("image/png");
        ([(header::CONTENT_TYPE, kind)], picture).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// Draws the picture, once for all who wait for it.
async fn made(
    app: &SharedApp,
    key: String,
    place: String,
    style: &'static str,
    is_large: bool,
) -> Result<Bytes, Problem> {
    let shared = SharedApp::clone(app);
    let draw = move || {
        let draw = || draw(&shared, &place, style, is_large).ok_or(());
        shared.overviews.kept.try_get_with(key, draw)
    };
    app.service
        .pool
        .run(draw)
        .await?
        .map_err(|_| Problem::internal())
}

fn draw(app: &App, place: &str, style: &str, is_large: bool) -> Option<Bytes> {
    let place = app.overviews.places.get(place)?;
    let style = Style::read(&styles::named(style)?.data).ok()?;
    let (width, dots) = match (place.encart, is_large) {
        (true, _) => BESIDE,
        (false, true) => ON_A_DESK,
        (false, false) => ON_A_PHONE,
    };
    let overview = Overview {
        atlas: &app.atlas,
        style: &style,
        frame: place.emprise,
        width,
    };
    overview.png(dots).map(Bytes::from)
}
