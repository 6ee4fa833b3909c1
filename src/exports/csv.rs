//! CSV, RFC 4180 in UTF-8, with outlines as well-known text (OGC 06-103r4).

use std::io::{self, Write};

use super::ExportError;
use super::extract::Extract;
use super::shape::{Position, Shape};
use crate::domain::attribution::LICENCE;

/// The columns that say where the rows come from, since a table has no other place for it.
pub const SOURCE: [&str; 3] = ["edition", "licence", "attribution"];

/// The column of the outlines.
pub const OUTLINE: &str = "geometrie";

/// Writes an extract: its attributes, where it comes from, its outlines where they are wanted.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, extract: &Extract) -> Result<(), ExportError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let fault = |e: csv::Error| ExportError::Io(io::Error::other(e));
    let outline = extract.has_outlines.then_some(OUTLINE);
    let names = extract.columns().iter().map(|c| c.name.as_str());
    writer
        .write_record(names.chain(SOURCE).chain(outline))
        .map_err(fault)?;
    let credit = &extract.credit;
    let source = [
        credit.edition.as_str(),
        LICENCE,
        credit.attribution.as_str(),
    ];
    for row in extract.rows() {
        let row = row?;
        for cell in &row.cells {
            writer
                .write_field(cell.text().unwrap_or_default())
                .map_err(fault)?;
        }
        for value in source {
            writer.write_field(value).map_err(fault)?;
        }
        if outline.is_some() {
            writer.write_field(wkt(&row.shape)).map_err(fault)?;
        }
        writer.write_record(None::<&[u8]>).map_err(fault)?;
    }
    writer.flush()?;
    Ok(())
}

/// An outline as a multipolygon in text; empty where there is none.
fn wkt(shape: &Shape) -> Vec<u8> {
    if shape.is_empty() {
        return Vec::new();
    }
    let mut out = b"MULTIPOLYGON ".to_vec();
    parts(&mut out, &shape.polygons, |out, polygon| {
        parts(out, polygon, |out, ring| {
            parts(out, ring, |out, (x, y): &Position| {
                // Into memory: cannot fail.
                let _ = write!(out, "{x} {y}");
            });
        });
    });
    out
}

fn parts<T>(out: &mut Vec<u8>, all: &[T], mut part: impl FnMut(&mut Vec<u8>, &T)) {
    for (i, one) in all.iter().enumerate() {
        out.push(if i == 0 { b'(' } else { b',' });
        part(out, one);
    }
    out.push(b')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_well_known_text() {
        let ring = vec![(0.0, 0.0), (1.5, 0.0), (0.0, -2.0), (0.0, 0.0)];
        let shape = Shape {
            polygons: vec![vec![ring.clone()], vec![ring]],
        };
        let one = "((0 0,1.5 0,0 -2,0 0))";
        let text = String::from_utf8(wkt(&shape)).unwrap();
        assert_eq!(text, format!("MULTIPOLYGON ({one},{one})"));
        assert!(wkt(&Shape::default()).is_empty());
    }
}
