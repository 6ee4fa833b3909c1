//! `/ogc/collections`: the levels.

use serde_json::{Value, json};

use super::wish::Asked;
use super::{LICENCE_URL, crs, link};
use crate::api::geojson;
use crate::api::problem::Problem;
use crate::atlas::features::LevelData;
use crate::atlas::world::{Atlas, Chart};
use crate::domain::attribution::LICENCE;
use crate::domain::typography;
use crate::exports::extract::Credit;
use crate::exports::format::Format;

/// The level of a collection.
///
/// # Errors
/// 404 that names the collections there are.
pub fn find<'a>(atlas: &'a Atlas, id: &str) -> Result<(&'a Chart, usize), Problem> {
    atlas.level(id).ok_or_else(|| {
        let known: Vec<&str> = atlas.levels().map(|l| l.level.name()).collect();
        let shown = typography::shown(id, 40);
        let detail = format!(
            "La collection « {shown} » n’existe pas ; il y a {}.",
            known.join(", ")
        );
        Problem::not_found(detail, "/ogc/collections")
    })
}

/// All of them.
#[must_use]
pub fn all(atlas: &Atlas, asked: &Asked) -> Value {
    let levels = atlas.levels().map(|level| one(atlas, level, asked));
    json!({
        "links": asked.selves("/ogc/collections", ""),
        "crs": crs::all(),
        "collections": levels.collect::<Vec<_>>(),
    })
}

/// One of them.
#[must_use]
pub fn one(atlas: &Atlas, level: &LevelData, asked: &Asked) -> Value {
    let id = level.level.name();
    let base = &asked.base;
    let credit = Credit::new(atlas, &level.level);
    let path = format!("/ogc/collections/{id}");
    let mut links = asked.selves(&path, "");
    links.push(link(
        &format!("{base}{path}/items?f=json"),
        "items",
        geojson::KIND,
        "Les entités",
    ));
    links.push(link(
        &format!("{base}{path}/items?f=html"),
        "items",
        "text/html",
        "Les entités, en page",
    ));
    links.push(link(LICENCE_URL, "license", "text/html", LICENCE));
    for format in Format::OFFERED {
        let file = format!("{base}/exports/{id}.{}", format.extension());
        let kind = format.kind().split(';').next().unwrap_or_default();
        links.push(link(
            &file,
            "enclosure",
            kind,
            &format!("Toute la collection en {}", format.name()),
        ));
    }
    json!({
        "id": id,
        "title": credit.title,
        "description": format!("Édition {}. {} – {LICENCE}", credit.edition, credit.attribution),
        "attribution": credit.attribution,
        "itemType": "feature",
        "extent": { "spatial": { "bbox": [extent(level)], "crs": crs::CRS84 } },
        "crs": crs::all(),
        "storageCrs": crs::CRS84,
        "links": links,
    })
}

/// The box around all features.
fn extent(level: &LevelData) -> [f64; 4] {
    let boxes = level
        .features
        .iter()
        .filter_map(crate::atlas::features::Feature::bbox);
    let around = |a: [f64; 4], b: [f64; 4]| {
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]
    };
    boxes.reduce(around).unwrap_or([-180.0, -90.0, 180.0, 90.0])
}
