//! Layers of label points, written with the `mvt` crate.

use mvt::{GeomEncoder, GeomType, Layer, Tile};

use super::cover;
use super::id::TileId;
use crate::atlas::features::{Feature, LevelData, Value};
use crate::atlas::world::Chart;
use crate::domain::level::Level;
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator::EXTENT;

/// Length of the equator in kilometres.
const EQUATOR_KM: f64 = 40_075.017;

/// Labels shown at a zoom belong to areas at least this part of a tile's side wide, so that a tile has at
/// most some thousands; the territories of a phase are always all there.
const LABEL_SHARE: f64 = 1.0 / 64.0;

/// Appends a layer with the label points of a level to a tile; nothing where none is in it.
///
/// # Errors
/// What the encoder refuses; not known to happen.
pub fn points(
    tile: &mut Vec<u8>,
    name: &str,
    chart: &Chart,
    level: &LevelData,
    id: TileId,
) -> Result<(), mvt::Error> {
    // A power of two, small.
    let mut out = Tile::new(EXTENT.unsigned_abs());
    let mut layer = out.create_layer(name);
    for (feature, point) in level.features.iter().zip(level.label_points(&chart.arcs)) {
        let shown = point.filter(|_| is_shown(&level.level, feature.superficie, id));
        if let Some(at) = shown.and_then(|p| cover::locate(p, id)) {
            layer = label(layer, feature, at)?;
        }
    }
    if layer.num_features() > 0 {
        out.add_layer(layer)?;
        // Tiles one after the other are one tile with the layers of both (Protocol Buffers, « Last One Wins »
        // and repeated fields).
        tile.extend(out.to_bytes()?);
    }
    Ok(())
}

fn is_shown(level: &Level, superficie: f64, tile: TileId) -> bool {
    let side = EQUATOR_KM / f64::from(1_u32 << tile.z()) * LABEL_SHARE;
    matches!(level, Level::Phase(_) | Level::Pays) || superficie >= side * side / 2.0
}

fn label(layer: Layer, from: &Feature, at: Vertex) -> Result<Layer, mvt::Error> {
    let point = GeomEncoder::<i32>::new(GeomType::Point)
        .point(at.x, at.y)?
        .encode()?;
    let mut feature = layer.into_feature(point);
    feature.set_id(from.number);
    for (name, value) in &from.fields {
        match value {
            // A renderer that breaks a name into lines breaks it after the dash, not before.
            Value::Text(nom) if *name == "nom" => {
                feature.add_tag_string(name, &nom.replace(" – ", "\u{a0}– "));
            }
            Value::Text(text) => feature.add_tag_string(name, text),
            Value::Whole(n) => feature.add_tag_int(name, *n),
            Value::Real(x) => feature.add_tag_double(name, *x),
            Value::Flag(flag) => feature.add_tag_bool(name, *flag),
        }
    }
    feature.add_tag_int("rang", i64::from(from.rang));
    Ok(feature.into_layer())
}
