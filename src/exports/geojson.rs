//! GeoJSON, RFC 7946, written feature by feature.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::atlas::features::{Feature, LevelData, Value};
use crate::domain::attribution::LICENCE;
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
pub use crate::geometry::polygon::Polygon;

/// How the features follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One `FeatureCollection` that also names the level, who made it and its licence.
    Collection,
    /// One `Feature` on each line, nothing around them.
    Lines,
}

/// Writes a level: each feature with its number and its fields as tiles have them, and its outline in
/// degrees as the coverage has it.
///
/// # Errors
/// What the writer says.
pub fn write(
    out: &mut impl Write,
    level: &LevelData,
    arcs: &Arcs,
    attribution: &str,
    layout: Layout,
) -> io::Result<()> {
    let (head, between, tail) = match layout {
        Layout::Lines => (String::new(), "\n", "\n"),
        Layout::Collection => (
            format!(
                "{{\"type\":\"FeatureCollection\",\"name\":{},\"attribution\":{},\"licence\":{},\"features\":[\n",
                json!(level.level.name()),
                json!(attribution),
                json!(LICENCE)
            ),
            ",\n",
            "\n]}\n",
        ),
    };
    out.write_all(head.as_bytes())?;
    for (i, (f, perimeter)) in level.features.iter().zip(&level.perimeters).enumerate() {
        if i > 0 {
            out.write_all(between.as_bytes())?;
        }
        feature(out, f, &perimeter.polygons(arcs))?;
    }
    out.write_all(tail.as_bytes())
}

fn feature(out: &mut impl Write, feature: &Feature, polygons: &[Polygon]) -> io::Result<()> {
    write!(
        out,
        "{{\"type\":\"Feature\",\"id\":{},\"properties\":",
        feature.number
    )?;
    for (i, (name, value)) in feature.fields.iter().enumerate() {
        let mark = if i == 0 { '{' } else { ',' };
        write!(out, "{mark}{}:{}", json!(name), json_of(value))?;
    }
    write!(out, "}},\"geometry\":")?;
    geometry(out, polygons)?;
    write!(out, "}}")
}

/// A feature that is written with members of its own: a territory with all that is known of it, any union.
pub struct Drawn<'a, P> {
    /// Its code or id.
    pub id: &'a str,
    /// The box around it in degrees: west, south, east, north.
    pub bbox: Option<[f64; 4]>,
    /// Its properties: what serialises to an object.
    pub properties: P,
    /// Its outline; `null` is written where there is none.
    pub outline: Vec<Polygon>,
}

/// Writes one `Feature`.
///
/// # Errors
/// What the writer or the properties say.
pub fn single<P: Serialize>(out: &mut impl Write, drawn: &Drawn<P>) -> io::Result<()> {
    write!(out, "{{\"type\":\"Feature\",\"id\":{}", json!(drawn.id))?;
    if let Some(bbox) = drawn.bbox {
        write!(out, ",\"bbox\":{}", json!(bbox))?;
    }
    write!(out, ",\"properties\":")?;
    serde_json::to_writer(&mut *out, &drawn.properties)?;
    write!(out, ",\"geometry\":")?;
    geometry(out, &drawn.outline)?;
    write!(out, "}}")
}

/// Writes a `FeatureCollection`, each feature as it is made, with a foreign member (RFC 7946 § 6.1) that says where it comes from.
///
/// # Errors
/// What the writer or the properties say.
pub fn collection<'a, P: Serialize>(
    out: &mut impl Write,
    source: &impl Serialize,
    features: impl IntoIterator<Item = Drawn<'a, P>>,
) -> io::Result<()> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"source\":")?;
    serde_json::to_writer(&mut *out, source)?;
    write!(out, ",\"features\":[")?;
    for (i, drawn) in features.into_iter().enumerate() {
        out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        single(out, &drawn)?;
    }
    out.write_all(b"\n]}\n")
}

fn geometry<W: Write>(out: &mut W, polygons: &[Polygon]) -> io::Result<()> {
    match polygons {
        // A member of the programme whose outline a partial import lacks.
        [] => write!(out, "null")?,
        [one] => {
            write!(out, "{{\"type\":\"Polygon\",\"coordinates\":")?;
            rings(out, one)?;
            write!(out, "}}")?;
        }
        several => {
            write!(out, "{{\"type\":\"MultiPolygon\",\"coordinates\":")?;
            list(out, several, rings)?;
            write!(out, "}}")?;
        }
    }
    Ok(())
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Whole(n) => json!(n),
        Value::Real(x) => json!(x),
        Value::Flag(flag) => json!(flag),
    }
}

/// The rings of the coverage turn as RFC 7946 wants them: exteriors counter-clockwise, holes clockwise.
fn rings<W: Write>(out: &mut W, polygon: &Polygon) -> io::Result<()> {
    list(out, polygon.rings(), |out, ring| {
        list(out, ring.iter().chain(ring.first()).copied(), position)
    })
}

/// Micro-degrees have at most six decimals, and the shortest text of the double is those.
fn position<W: Write>(out: &mut W, vertex: Vertex) -> io::Result<()> {
    let [lon, lat] = vertex.to_degrees();
    write!(out, "[{lon},{lat}]")
}

fn list<W: Write, T>(
    out: &mut W,
    items: impl IntoIterator<Item = T>,
    mut item: impl FnMut(&mut W, T) -> io::Result<()>,
) -> io::Result<()> {
    for (i, x) in items.into_iter().enumerate() {
        out.write_all(if i == 0 { b"[" } else { b"," })?;
        item(out, x)?;
    }
    out.write_all(b"]")
}
