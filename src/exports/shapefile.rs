//! ESRI Shapefile: its files and a word on them, in one archive.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use shapefile::{Point, Polygon, PolygonRing, ShapeWriter};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::ExportError;
use super::dbf;
use super::extract::Extract;
use super::shape::{Position, Shape};
use crate::domain::attribution::LICENCE;

/// The words on it.
const README: &str = "LISEZMOI.txt";

/// Writes an extract; its parts wait in a folder of their own until they are put together.
///
/// # Errors
/// What the writers say.
pub fn write(path: &Path, extract: &Extract) -> Result<(), ExportError> {
    let folder = tempfile::tempdir()?;
    let name = extract.level.level.name();
    let part = |end: &str| folder.path().join(format!("{name}.{end}"));
    // An empty outline cannot be told from a fault by readers.
    let drawn: Vec<usize> = {
        let all = extract.chosen.iter().copied();
        all.filter(|&at| !extract.level.features[at].bounds.is_empty())
            .collect()
    };
    outlines(&part("shp"), &part("shx"), extract, &drawn)?;
    let mut table = BufWriter::new(File::create(part("dbf"))?);
    dbf::write(&mut table, extract, &drawn)?;
    table.flush()?;

    let mut archive = ZipWriter::new(BufWriter::new(File::create(path)?));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(day(&extract.credit.date));
    for end in ["shp", "shx", "dbf"] {
        archive
            .start_file(format!("{name}.{end}"), options)
            .map_err(fault)?;
        io::copy(&mut BufReader::new(File::open(part(end))?), &mut archive)?;
    }
    let wkt = extract.system.wkt_esri()?;
    let readme = readme(extract, extract.chosen.len() - drawn.len());
    let texts = [
        (format!("{name}.prj"), wkt.as_str()),
        (format!("{name}.cpg"), "UTF-8"),
        (README.to_owned(), readme.as_str()),
    ];
    for (name, text) in texts {
        archive.start_file(name, options).map_err(fault)?;
        archive.write_all(text.as_bytes())?;
    }
    archive.finish().map_err(fault)?.flush()?;
    Ok(())
}

fn outlines(shp: &Path, shx: &Path, extract: &Extract, drawn: &[usize]) -> Result<(), ExportError> {
    let create = |path| File::create(path).map(BufWriter::new);
    let mut writer = ShapeWriter::with_shx(create(shp)?, create(shx)?);
    for &at in drawn {
        let shape = extract.shape(at)?;
        writer.write_shape(&polygon(&shape)).map_err(fault)?;
    }
    writer.finalize().map_err(fault)
}

/// Rings of all polygons one after the other; the format tells holes by their direction.
fn polygon(shape: &Shape) -> Polygon {
    let points = |ring: &[Position]| ring.iter().map(|&(x, y)| Point::new(x, y)).collect();
    let rings = shape.polygons.iter().flat_map(|polygon| {
        let rings = polygon.iter().enumerate();
        rings.map(|(i, ring)| {
            if i == 0 {
                PolygonRing::Outer(points(ring))
            } else {
                PolygonRing::Inner(points(ring))
            }
        })
    });
    Polygon::with_rings(rings.collect())
}

/// What the file holds, where it comes from, and which column is which.
fn readme(extract: &Extract, without_outline: usize) -> String {
    let credit = &extract.credit;
    let mut text = String::new();
    let mut line = |words: &str| {
        // Into memory: cannot fail. Windows editors like both.
        let _ = write!(text, "{words}\r\n");
    };
    line(&credit.title);
    line("");
    line(&format!("Édition : {}", credit.edition));
    line(&format!("Source : {}", credit.attribution));
    line(&format!("Licence : {LICENCE}"));
    line(&format!(
        "Coordonnées : {} ({})",
        extract.system.code(),
        extract.system.name
    ));
    line("Textes : UTF-8 (fichier .cpg)");
    line(&format!(
        "Entités : {}",
        extract.chosen.len() - without_outline
    ));
    if without_outline > 0 {
        line(&format!(
            "Sans contour dans les données, donc absentes d’ici : {without_outline}"
        ));
    }
    line("");
    line("Colonnes : dix caractères au plus ; entre parenthèses, le nom dans les autres formats.");
    line(&format!(
        "Un texte de plus de {} octets est coupé et finit par « … ».",
        dbf::MAX_TEXT
    ));
    let mut cut = vec![0; extract.columns().len()];
    for &at in &extract.chosen {
        for (count, cell) in cut.iter_mut().zip(extract.table.cells(at)) {
            *count += usize::from(cell.text().is_some_and(|t| t.len() > dbf::MAX_TEXT));
        }
    }
    line("");
    for (column, cut) in extract.columns().iter().zip(cut) {
        let mut words = format!("{:<10} ({}) : {}", column.short, column.name, column.about);
        if cut > 0 {
            let _ = write!(words, " Coupé {cut} fois.");
        }
        line(&words);
    }
    text
}

/// The day of the data: the same file at every run.
fn day(date: &str) -> DateTime {
    let mut parts = date.split('-').map(|part| part.parse::<u16>().unwrap_or(1));
    let mut part = || parts.next().unwrap_or(1);
    let (year, month, day) = (part(), part(), part());
    let small = |n: u16| u8::try_from(n).unwrap_or(1);
    DateTime::from_date_and_time(year, small(month), small(day), 0, 0, 0).unwrap_or_default()
}

fn fault(cause: impl std::fmt::Display) -> ExportError {
    ExportError::Io(io::Error::other(cause.to_string()))
}
