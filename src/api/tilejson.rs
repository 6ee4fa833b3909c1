//! `GET /tiles/{layers}.json`: the description of a tile set.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::asked;
use super::forwarded::Base;
use super::path::Segments;
use super::problem::Problem;
use super::state::SharedApp;
use crate::tiles::id::MAX_ZOOM;
use crate::tiles::layers;

/// `TileJSON` 3.0.0.
#[derive(Serialize)]
pub struct TileJson {
    tilejson: &'static str,
    name: String,
    attribution: String,
    tiles: [String; 1],
    /// The same areas as GeoJSON, whole.
    data: Vec<String>,
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

/// The description; the address of its tiles names their version, so that they may be kept for ever.
///
/// # Errors
/// 404 for a layer that does not exist.
pub async fn get(
    State(app): State<SharedApp>,
    Segments(file): Segments<String>,
    base: Base,
) -> Result<Response, Problem> {
    let names = file.strip_suffix(".json").ok_or_else(|| {
        Problem::not_found(
            "La description d’un jeu de tuiles finit par « .json ».",
            "/tiles/temps-2.json",
        )
    })?;
    let layers = asked::layer_set(&app, names)?.layers(&app.atlas);
    let version = &app.version;
    let body = TileJson {
        tilejson: "3.0.0",
        name: names.to_owned(),
        attribution: layers::attribution(&app.atlas, &layers),
        tiles: [format!(
            "{}/tiles/{names}/{{z}}/{{x}}/{{y}}.mvt?v={version}",
            base.url
        )],
        data: layers
            .iter()
            .filter(|l| !l.labels)
            .map(|l| format!("{}/exports/{}.geojson", base.url, l.name()))
            .collect(),
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
    // An address taken from the request must not reach other clients through a shared cache.
    let kept = HeaderValue::from_static(if base.is_fixed {
        "public, max-age=300"
    } else {
        "private, max-age=300"
    });
    Ok(([(header::CACHE_CONTROL, kept)], Json(body)).into_response())
}
