//! GeoJSON, RFC 7946, written feature by feature.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::ExportError;
use super::extract::{Extract, Row};
use super::shape::{Position, Shape};
use super::table::{Cell, Column};
use crate::domain::attribution::LICENCE;
pub use crate::geometry::polygon::Polygon;

/// How the features follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One `FeatureCollection` that also names the level, who made it and its licence.
    Collection,
    /// One `Feature` on each line, nothing around them.
    Lines,
}

/// Writes an extract: each feature with its number in tiles, all its attributes and its outline in degrees as the
/// coverage has it.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, extract: &Extract, layout: Layout) -> Result<(), ExportError> {
    let credit = &extract.credit;
    let (head, between, tail) = match layout {
        Layout::Lines => (String::new(), "\n", "\n"),
        Layout::Collection => (
            format!(
                "{{\"type\":\"FeatureCollection\",\"name\":{},\"title\":{},\"edition\":{},\"attribution\":{},\"licence\":{},\"features\":[\n",
                json!(extract.level.level.name()),
                json!(credit.title),
                json!(credit.edition),
                json!(credit.attribution),
                json!(LICENCE)
            ),
            ",\n",
            "\n]}\n",
        ),
    };
    out.write_all(head.as_bytes())?;
    for (i, row) in extract.rows().enumerate() {
        if i > 0 {
            out.write_all(between.as_bytes())?;
        }
        let row = row?;
        row_as_feature(out, &json!(row.feature.number), extract.columns(), &row)?;
    }
    out.write_all(tail.as_bytes())?;
    Ok(())
}

/// Writes one row as a `Feature` with an identifier: its attributes, lists as lists, and its outline.
///
/// # Errors
/// What the writer says.
pub fn row_as_feature(
    out: &mut impl Write,
    id: &Json,
    columns: &[Column],
    row: &Row,
) -> io::Result<()> {
    write!(out, "{{\"type\":\"Feature\",\"id\":{id},\"properties\":{{")?;
    for (i, (column, cell)) in columns.iter().zip(&row.cells).enumerate() {
        let mark = if i == 0 { "" } else { "," };
        write!(out, "{mark}{}:{}", json!(column.name), json_of(cell))?;
    }
    write!(out, "}},\"geometry\":")?;
    shape(out, &row.shape)?;
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
    shape(out, &Shape::new(polygons))
}

/// Writes a geometry. The rings of the coverage turn as RFC 7946 wants them: exteriors counter-clockwise, holes
/// clockwise.
fn shape<W: Write>(out: &mut W, shape: &Shape) -> io::Result<()> {
    match shape.polygons.as_slice() {
        // A member of the programme whose outline a partial import lacks.
        [] => write!(out, "null")?,
        [one] => {
            write!(out, "{{\"type\":\"Polygon\",\"coordinates\":")?;
            list(out, one, ring)?;
            write!(out, "}}")?;
        }
        several => {
            write!(out, "{{\"type\":\"MultiPolygon\",\"coordinates\":")?;
            list(out, several, |out, polygon| list(out, polygon, ring))?;
            write!(out, "}}")?;
        }
    }
    Ok(())
}

/// The value of an attribute.
#[must_use]
pub fn json_of(cell: &Cell) -> Json {
    match cell {
        Cell::Empty => Json::Null,
        Cell::Text(text) => json!(text),
        Cell::Whole(n) => json!(n),
        Cell::Real(x) => json!(x),
        Cell::Flag(flag) => json!(flag),
        Cell::List(all) => json!(all),
    }
}

fn ring<W: Write>(out: &mut W, ring: &Vec<Position>) -> io::Result<()> {
    // Micro-degrees have at most six decimals, and the shortest text of the double is those.
    list(out, ring, |out, (x, y)| write!(out, "[{x},{y}]"))
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
