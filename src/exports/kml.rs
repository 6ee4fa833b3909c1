//! KML 2.3 (OGC 12-007r2), with typed extended data.

use std::io::Write;

use super::ExportError;
use super::extract::{Extract, Row};
use super::shape::Position;
use super::table::Kind;
use crate::domain::attribution::LICENCE;

/// Writes an extract.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, extract: &Extract) -> Result<(), ExportError> {
    let credit = &extract.credit;
    let name = extract.level.level.name();
    let schema = name.replace('-', "_");
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n\
         <Document id=\"{schema}\">\n<name>{}</name>\n<atom:author><atom:name>{}</atom:name></atom:author>\n\
         <description>{}</description>\n\
         <Style id=\"contour\"><LineStyle><color>ff332f2b</color><width>1.5</width></LineStyle>\
         <PolyStyle><color>99b876c2</color></PolyStyle></Style>\n\
         <Schema name=\"{schema}\" id=\"champs\">\n",
        escaped(&credit.title),
        escaped(&credit.attribution),
        escaped(&format!(
            "Édition {} · {} · {LICENCE}",
            credit.edition, credit.attribution
        )),
    )?;
    for column in extract.columns() {
        let kind = match column.kind {
            Kind::Text | Kind::List => "string",
            Kind::Whole => "int",
            Kind::Real => "double",
            Kind::Flag => "bool",
        };
        writeln!(
            out,
            "<SimpleField type=\"{kind}\" name=\"{}\"><displayName>{}</displayName></SimpleField>",
            column.name,
            escaped(&column.about)
        )?;
    }
    out.write_all("</Schema>\n".as_bytes())?;
    // A folder is what readers take for a layer.
    writeln!(out, "<Folder><name>{name}</name>")?;
    for row in extract.rows() {
        placemark(out, extract, &row?)?;
    }
    out.write_all(b"</Folder>\n</Document>\n</kml>\n")?;
    Ok(())
}

fn placemark(out: &mut impl Write, extract: &Extract, row: &Row) -> Result<(), ExportError> {
    write!(
        out,
        "<Placemark id=\"{}\"><name>{}</name><styleUrl>#contour</styleUrl>\
         <ExtendedData><SchemaData schemaUrl=\"#champs\">",
        identifier(&row.feature.code),
        escaped(&row.feature.nom)
    )?;
    for (column, cell) in extract.columns().iter().zip(&row.cells) {
        if let Some(text) = cell.text() {
            write!(
                out,
                "<SimpleData name=\"{}\">{}</SimpleData>",
                column.name,
                escaped(&text)
            )?;
        }
    }
    write!(out, "</SchemaData></ExtendedData>")?;
    if !row.shape.is_empty() {
        write!(out, "<MultiGeometry>")?;
        for polygon in &row.shape.polygons {
            write!(out, "<Polygon>")?;
            for (i, ring) in polygon.iter().enumerate() {
                let side = if i == 0 { "outer" } else { "inner" };
                write!(out, "<{side}BoundaryIs><LinearRing><coordinates>")?;
                positions(out, ring)?;
                write!(out, "</coordinates></LinearRing></{side}BoundaryIs>")?;
            }
            write!(out, "</Polygon>")?;
        }
        write!(out, "</MultiGeometry>")?;
    }
    writeln!(out, "</Placemark>")?;
    Ok(())
}

fn positions(out: &mut impl Write, ring: &[Position]) -> Result<(), ExportError> {
    for (i, (lon, lat)) in ring.iter().enumerate() {
        let space = if i == 0 { "" } else { " " };
        write!(out, "{space}{lon},{lat}")?;
    }
    Ok(())
}

/// An XML identifier starts with a letter and has no spaces.
fn identifier(code: &str) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let plain: String = code.chars().map(plain).collect();
    format!("e-{plain}")
}

/// Text as XML has it.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
