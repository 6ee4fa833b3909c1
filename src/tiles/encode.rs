//! Mapbox Vector Tile specification 2.1.

use mvt::{Feature, GeomData, GeomEncoder, GeomType, Tile};

use crate::atlas::features::{self, Value};
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator::EXTENT;
use crate::geometry::polygon::Polygon;

/// A tile could not be encoded; the encoder's reason, for the log.
#[derive(Clone, Debug, thiserror::Error)]
#[error("encodage MVT : {0}")]
pub struct EncodeError(String);

impl From<mvt::Error> for EncodeError {
    fn from(e: mvt::Error) -> Self {
        Self(e.to_string())
    }
}

/// Adds a feature with polygons (tile units, y upwards, exteriors counter-clockwise).
///
/// # Errors
/// What the encoder refuses.
pub fn polygons(
    layer: mvt::Layer,
    feature: &features::Feature,
    polygons: &[Polygon],
) -> Result<mvt::Layer, EncodeError> {
    let mut encoder = GeomEncoder::<i32>::new(GeomType::Polygon);
    let mut last: Option<Vertex> = None;
    for ring in polygons.iter().flat_map(Polygon::rings) {
        // Turning y downwards turns rings round: exteriors have positive area in tile coordinates
        // (specification, 4.3.4.4) without reversing them again.
        let mut ring: Vec<Vertex> = ring
            .iter()
            .rev()
            .map(|v| Vertex::new(v.x, EXTENT - v.y))
            .collect();
        // The encoder joins a ring to the one before where it starts at the vertex that one ended at.
        if ring.first().copied() == last {
            ring.rotate_left(1);
        }
        last = ring.last().copied();
        for v in ring {
            encoder.add_point(v.x, v.y)?;
        }
        encoder.complete_geom()?;
    }
    Ok(tagged(layer, feature, encoder.encode()?, false))
}

/// Adds a feature with a label point (tile units, y upwards).
///
/// # Errors
/// What the encoder refuses.
pub fn label(
    layer: mvt::Layer,
    feature: &features::Feature,
    at: Vertex,
) -> Result<mvt::Layer, EncodeError> {
    // A renderer that breaks a name into lines breaks it after the dash, not before.
    let mut feature = feature.clone();
    for (_, value) in feature.fields.iter_mut().filter(|f| f.0 == "nom") {
        if let Value::Text(nom) = value {
            *nom = nom.replace(" – ", "\u{a0}– ");
        }
    }
    let point = GeomEncoder::<i32>::new(GeomType::Point)
        .point(at.x, EXTENT - at.y)?
        .encode()?;
    Ok(tagged(layer, &feature, point, true))
}

fn tagged(
    layer: mvt::Layer,
    from: &features::Feature,
    geometry: GeomData,
    labels: bool,
) -> mvt::Layer {
    let mut feature: Feature = layer.into_feature(geometry);
    feature.set_id(from.number);
    for (name, value) in &from.fields {
        match value {
            Value::Text(text) => feature.add_tag_string(name, text),
            Value::Whole(n) => feature.add_tag_int(name, *n),
            Value::Real(x) => feature.add_tag_double(name, *x),
            Value::Flag(flag) => feature.add_tag_bool(name, *flag),
        }
    }
    if labels {
        feature.add_tag_int("rang", i64::from(from.rang));
    }
    feature.into_layer()
}

/// A new tile of the extent used here.
#[must_use]
pub fn tile() -> Tile {
    // A power of two, small.
    Tile::new(EXTENT.unsigned_abs())
}
