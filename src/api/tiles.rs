//! `GET /tiles/{layers}/{z}/{x}/{y}.mvt` and `GET /tiles/{layers}.json`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::headers::{etag, matches_etag};
use super::path::Segments;
use super::problem::Problem;
use super::state::SharedApp;
use crate::tiles::id::{MAX_ZOOM, TileId};
use crate::tiles::layers::{self, Layer};
use crate::tiles::render;

const EXAMPLE: &str = "/tiles/temps-2/6/31/23.mvt";

/// Longer lists of layers than there are layers to name are refused unread.
const MAX_NAMES: usize = 400;

/// Browsers keep a tile for an hour, then ask with its `ETag`; while they ask, they show the old one.
const CACHE_CONTROL: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");

fn layers_of<'a>(app: &'a SharedApp, names: &str) -> Result<Vec<Layer<'a>>, Problem> {
    if names.len() > MAX_NAMES {
        return Err(Problem::not_found(
            "Cette liste de couches est trop longue.",
            EXAMPLE,
        ));
    }
    layers::parse(&app.atlas, names)
        .map_err(|e| Problem::not_found(capitalised(&e.to_string()), EXAMPLE))
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}.", chars.as_str())
}

fn tile_id(z: &str, x: &str, y: &str) -> Result<TileId, Problem> {
    let number = |name: &str, text: &str| {
        let canonical = text.parse::<u32>().ok().filter(|n| n.to_string() == text);
        canonical.ok_or_else(|| {
            let shown: String = text.chars().take(20).collect();
            Problem::parameter(
                name,
                format!("« {shown} » n’est pas un nombre entier sans signe ni zéro devant."),
                EXAMPLE,
            )
        })
    };
    let (z, x, y) = (number("z", z)?, number("x", x)?, number("y", y)?);
    TileId::new(z, x, y)
        .map_err(|e| Problem::parameter(e.axis(), capitalised(&e.to_string()), EXAMPLE))
}

/// The data, this version of the code, the layers and the tile decide every byte.
fn tile_etag(app: &SharedApp, names: &str, tile: TileId) -> Result<HeaderValue, Problem> {
    let digest = Sha256::new()
        .chain_update(&app.atlas.digest)
        .chain_update(env!("CARGO_PKG_VERSION"))
        .chain_update(names)
        .chain_update([tile.z()])
        .chain_update(tile.x().to_be_bytes())
        .chain_update(tile.y().to_be_bytes())
        .finalize();
    etag(&digest.into())
}

/// One tile: 200, 204 where it is empty, 304 where the caller has it.
///
/// # Errors
/// 404 for a layer that does not exist, 400 for a tile that does not, 503 under load.
pub async fn tile(
    State(app): State<SharedApp>,
    Segments((names, z, x, file)): Segments<(String, String, String, String)>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let y = file.strip_suffix(".mvt").ok_or_else(|| {
        Problem::not_found(
            "Les tuiles sont au format MVT : l’adresse finit par « .mvt ».",
            EXAMPLE,
        )
    })?;
    let names = layers::name(&layers_of(&app, &names)?);
    let tile = tile_id(&z, &x, y)?;
    let etag = tile_etag(&app, &names, tile)?;
    if matches_etag(&request, &etag) {
        return Ok((
            StatusCode::NOT_MODIFIED,
            [(header::ETAG, etag), (header::CACHE_CONTROL, CACHE_CONTROL)],
        )
            .into_response());
    }
    let key = (Arc::from(names.as_str()), tile);
    let bytes = if let Some(bytes) = app.tiles.get(&key) {
        bytes
    } else {
        let drawing = Arc::clone(&app);
        app.pool.run(move || draw(&drawing, &names, tile)).await??
    };
    let headers = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, CACHE_CONTROL),
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/vnd.mapbox-vector-tile"),
        ),
    ];
    if bytes.is_empty() {
        return Ok((StatusCode::NO_CONTENT, headers).into_response());
    }
    Ok((headers, bytes).into_response())
}

fn draw(app: &SharedApp, names: &str, tile: TileId) -> Result<bytes::Bytes, Problem> {
    let layers = layers_of(app, names)?;
    app.tiles
        .get_or_draw((Arc::from(names), tile), || render::render(&layers, tile))
        .map_err(|e| {
            tracing::error!(error = %e, layers = names, ?tile, "tile not drawn");
            Problem::internal()
        })
}

/// `TileJSON` 3.0.0.
#[derive(Serialize)]
pub struct TileJson {
    tilejson: &'static str,
    name: String,
    attribution: String,
    tiles: Vec<String>,
    minzoom: u8,
    maxzoom: u8,
    bounds: [f64; 4],
    vector_layers: Vec<VectorLayer>,
}

#[derive(Serialize)]
struct VectorLayer {
    id: String,
    fields: serde_json::Map<String, serde_json::Value>,
    minzoom: u8,
    maxzoom: u8,
}

/// The description of a tile set.
///
/// # Errors
/// 404 for a layer that does not exist.
pub async fn tilejson(
    State(app): State<SharedApp>,
    Segments(file): Segments<String>,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let names = file.strip_suffix(".json").ok_or_else(|| {
        Problem::not_found(
            "La description d’un jeu de tuiles finit par « .json ».",
            "/tiles/temps-2.json",
        )
    })?;
    let layers = layers_of(&app, names)?;
    let base = super::headers::base_url(&app.config, &request);
    let body = TileJson {
        tilejson: "3.0.0",
        name: names.to_owned(),
        attribution: layers::attribution(&app.atlas, &layers),
        tiles: vec![format!("{base}/tiles/{names}/{{z}}/{{x}}/{{y}}.mvt")],
        minzoom: 0,
        maxzoom: MAX_ZOOM,
        bounds: layers::bounds(&layers),
        vector_layers: layers
            .iter()
            .map(|l| VectorLayer {
                id: l.name(),
                fields: l
                    .fields()
                    .into_iter()
                    .map(|(n, t)| (n.to_owned(), t.into()))
                    .collect(),
                minzoom: 0,
                maxzoom: MAX_ZOOM,
            })
            .collect(),
    };
    let cache = [(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    )];
    Ok((cache, Json(body)).into_response())
}
