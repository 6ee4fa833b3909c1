//! OGC GeoPackage 1.4 (12-128r19), with an index, metadata and styles for QGIS.

mod schema;
mod style;

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::ExportError;
use super::extract::{Extract, Row};
use super::shape::{Frame, Shape};
use super::systems::WGS84;
use super::table::{Cell, Kind};
use crate::domain::attribution::LICENCE;

/// The column of the outlines.
const OUTLINE: &str = "geom";

/// Writes an extract to a file that does not exist yet.
///
/// # Errors
/// What the database says.
pub fn write(path: &Path, extract: &Extract) -> Result<(), ExportError> {
    let database = Connection::open(path)?;
    // Nobody reads it before it is whole, and what is cut off is thrown away.
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    database.execute_batch(schema::TABLES)?;
    let table = extract.level.level.name().replace('-', "_");
    database.execute_batch("BEGIN;")?;
    systems(&database, extract)?;
    features(&database, extract, &table)?;
    styles(&database, extract, &table)?;
    metadata(&database, extract, &table)?;
    database.execute_batch("COMMIT;")?;
    database.close().map_err(|(_, e)| e)?;
    Ok(())
}

/// When the data became true: the same file at every run.
fn moment(extract: &Extract) -> String {
    format!("{}T00:00:00.000Z", extract.credit.date)
}

fn systems(database: &Connection, extract: &Extract) -> Result<(), ExportError> {
    let mut insert =
        database.prepare("INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?4, ?5, NULL)")?;
    let undefined = "undefined";
    insert.execute(params![
        "Undefined Cartesian SRS",
        -1,
        "NONE",
        -1,
        undefined
    ])?;
    insert.execute(params!["Undefined geographic SRS", 0, "NONE", 0, undefined])?;
    let mut known = vec![WGS84];
    if !extract.system.is_wgs84() {
        known.push(extract.system);
    }
    for system in known {
        insert.execute(params![
            system.name,
            system.epsg,
            "EPSG",
            system.epsg,
            system.wkt1()?
        ])?;
    }
    Ok(())
}

/// The features, their index, and what the package says of them.
fn features(database: &Connection, extract: &Extract, table: &str) -> Result<(), ExportError> {
    let epsg = extract.system.epsg;
    let columns: Vec<String> = extract
        .columns()
        .iter()
        .map(|c| {
            let kind = match c.kind {
                Kind::Text | Kind::List => "TEXT",
                Kind::Whole => "INTEGER",
                Kind::Real => "DOUBLE",
                Kind::Flag => "BOOLEAN",
            };
            format!(", \"{}\" {kind}", c.name)
        })
        .collect();
    database.execute_batch(&format!(
        "CREATE TABLE \"{table}\" (\"fid\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, \"{OUTLINE}\" MULTIPOLYGON{});
         CREATE VIRTUAL TABLE \"rtree_{table}_{OUTLINE}\" USING rtree(id, minx, maxx, miny, maxy);",
        columns.concat()
    ))?;
    let marks: Vec<String> = (0..columns.len())
        .map(|i| format!(", ?{}", i + 3))
        .collect();
    let mut insert = database.prepare(&format!(
        "INSERT INTO \"{table}\" VALUES (?1, ?2{})",
        marks.concat()
    ))?;
    let mut index = database.prepare(&format!(
        "INSERT INTO \"rtree_{table}_{OUTLINE}\" VALUES (?1, ?2, ?3, ?4, ?5)"
    ))?;
    let mut all: Option<Frame> = None;
    for (row, fid) in extract.rows().zip(1_i64..) {
        let Row { cells, shape, .. } = row?;
        let frame = shape.frame();
        let outline = frame.map_or(Value::Null, |frame| Value::Blob(blob(&shape, epsg, frame)));
        let values = [Value::Integer(fid), outline]
            .into_iter()
            .chain(cells.iter().map(value));
        insert.execute(params_from_iter(values))?;
        if let Some([west, south, east, north]) = frame {
            // The index holds single precision: it rounds outwards by itself.
            index.execute(params![fid, west, east, south, north])?;
            let grown =
                |[w, s, e, n]: Frame| [w.min(west), s.min(south), e.max(east), n.max(north)];
            all = Some(all.map_or([west, south, east, north], grown));
        }
    }
    let [west, south, east, north] = all.map_or([None; 4], |frame| frame.map(Some));
    let credit = &extract.credit;
    let description = format!(
        "Édition {} · {} · {LICENCE}",
        credit.edition, credit.attribution
    );
    let name = extract.level.level.name();
    database.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            table,
            name,
            description,
            moment(extract),
            west,
            south,
            east,
            north,
            epsg
        ],
    )?;
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, 'MULTIPOLYGON', ?3, 0, 0)",
        params![table, OUTLINE, epsg],
    )?;
    database.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index', 'http://www.geopackage.org/spec140/#extension_rtree', 'write-only')",
        params![table, OUTLINE],
    )?;
    // What keeps the index true when somebody edits the file.
    database.execute_batch(&schema::triggers(table, OUTLINE))?;
    described(database, extract, table)
}

/// What each column means (the extension « schema »).
fn described(database: &Connection, extract: &Extract, table: &str) -> Result<(), ExportError> {
    let mut insert = database
        .prepare("INSERT INTO gpkg_data_columns VALUES (?1, ?2, NULL, NULL, ?3, NULL, NULL)")?;
    for column in extract.columns() {
        insert.execute(params![table, column.name, column.about])?;
    }
    Ok(())
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Empty => Value::Null,
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Whole(n) => Value::Integer(*n),
        Cell::Real(x) => Value::Real(*x),
        Cell::Flag(flag) => Value::Integer((*flag).into()),
        list @ Cell::List(_) => list.text().map_or(Value::Null, Value::Text),
    }
}

/// A geometry as the package has it: a header with its system and box, then well-known binary.
fn blob(shape: &Shape, epsg: u16, [west, south, east, north]: Frame) -> Vec<u8> {
    // Little-endian, with a box of two dimensions.
    let mut out = vec![b'G', b'P', 0, 0b011];
    out.extend(i32::from(epsg).to_le_bytes());
    for bound in [west, east, south, north] {
        out.extend(bound.to_le_bytes());
    }
    shape.write_wkb(&mut out);
    out
}

/// Styles as QGIS keeps them with its data.
fn styles(database: &Connection, extract: &Extract, table: &str) -> Result<(), ExportError> {
    database.execute_batch(schema::STYLES)?;
    database.execute(
        "INSERT INTO gpkg_contents VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles pour QGIS', ?1, NULL, NULL, NULL, NULL, 0)",
        params![moment(extract)],
    )?;
    let mut insert = database.prepare(
        "INSERT INTO layer_styles VALUES (?1, '', '', ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', NULL, ?9)",
    )?;
    // The first phase has nothing before it: such a style would draw nothing.
    let mut fields = extract.level.features.iter().flat_map(|f| &f.fields);
    let has_evolution = fields.any(|(name, _)| *name == "evolution");
    let has_classes = extract.columns().iter().any(|c| c.name == "classe");
    for (style, id) in style::of(has_classes, has_evolution).iter().zip(1_i64..) {
        insert.execute(params![
            id,
            table,
            OUTLINE,
            style.name,
            style.qml(),
            style.sld(table),
            id == 1,
            style.about,
            moment(extract),
        ])?;
    }
    Ok(())
}

/// Who made it, in the words of the package and in ISO 19115's place for it.
fn metadata(database: &Connection, extract: &Extract, table: &str) -> Result<(), ExportError> {
    let credit = &extract.credit;
    let text = format!(
        "{}\nÉdition : {}\nSource : {}\nLicence : {LICENCE}\n",
        credit.title, credit.edition, credit.attribution
    );
    database.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'https://www.etalab.gouv.fr/licence-ouverte-open-licence', 'text/plain', ?1)",
        params![text],
    )?;
    database.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('table', ?1, NULL, NULL, ?2, 1, NULL)",
        params![table, moment(extract)],
    )?;
    Ok(())
}
