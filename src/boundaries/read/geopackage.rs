//! `GeoPackage`: an `SQLite` file whose `gpkg_contents` and `gpkg_geometry_columns` name the layers.
//!
//! The database is foreign: it is opened read-only, its schema is not trusted, and only plain tables and stored
//! columns are read, so that no view, trigger, virtual table or generated column of the file is ever evaluated.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use geozero::wkb::process_gpkg_geom;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::crs::Declared;
use super::error::{Fault, Place, ReadError};
use super::rings::Collector;
use super::{MAX_FEATURES, RawLayer, Rings, SourceFeature, number_text};

const FORMAT: &str = "GeoPackage";

/// Names under which the commune layer is chosen among several, in order. ADMIN EXPRESS 4 has fourteen layers and
/// names this one `commune`; ADMIN EXPRESS COG 2 and 3 name it `COMMUNE`, and up to 2.1 also had a generalised
/// `COMMUNE_CARTO`.
const PREFERRED: [&str; 2] = ["commune", "commune_carto"];

/// Most layers looked at in one file.
const MAX_LAYERS: usize = 1_000;

/// A row of `gpkg_geometry_columns`.
struct Layer {
    table: String,
    geometry: String,
    srs_id: i64,
}

/// Reads one layer, in its own coordinates: the one named, or the only one, or the one called `commune`.
///
/// # Errors
/// A [`ReadError`] when the database is damaged, the layer is absent or has to be chosen, or a geometry is not
/// polygonal.
pub(super) fn read(
    path: &Path,
    wanted: Option<&str>,
    place: &Place,
) -> Result<RawLayer, ReadError> {
    let damaged = |error: rusqlite::Error| place.damaged(FORMAT, error.to_string());
    let length = check_length(path, place)?;
    let database = open(path).map_err(damaged)?;
    for table in [
        "gpkg_contents",
        "gpkg_geometry_columns",
        "gpkg_spatial_ref_sys",
    ] {
        if !is_table(&database, table).map_err(damaged)? {
            return Err(place.damaged(FORMAT, format!("la table {table} manque")));
        }
    }
    let layer =
        choose(layers(&database).map_err(damaged)?, wanted).map_err(|fault| place.fault(fault))?;
    let place = place.layer(&layer.table);
    let damaged = |error: rusqlite::Error| place.damaged(FORMAT, error.to_string());
    if !is_table(&database, &layer.table).map_err(damaged)? {
        return Err(place.fault(Fault::NotATable));
    }
    let declared = declared(&database, layer.srs_id).map_err(damaged)?;
    let columns = columns(&database, &layer).map_err(damaged)?;
    let features = features(&database, &layer, &columns, length, &place)?;
    Ok(RawLayer {
        name: layer.table,
        declared,
        columns,
        features,
    })
}

/// Checks that the file is as long as its header says. `SQLite` itself only notices when it needs a page that is not
/// there, and a layer may be whole in a truncated file. Returns the length in bytes.
fn check_length(path: &Path, place: &Place) -> Result<u64, ReadError> {
    let mut header = [0; 100];
    let mut file = File::open(path).map_err(|error| place.fault(Fault::Open(error)))?;
    file.read_exact(&mut header)
        .map_err(|_| place.damaged(FORMAT, "en-tête incomplet"))?;
    let length = file
        .metadata()
        .map_err(|error| place.fault(Fault::Open(error)))?
        .len();
    let word = |at: usize| {
        u64::from(u32::from_be_bytes([
            header[at],
            header[at + 1],
            header[at + 2],
            header[at + 3],
        ]))
    };
    // A page of 65,536 bytes is written 1; the page count holds when the two change counters agree.
    let page = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        bytes => bytes,
    };
    if word(24) == word(92) && page * word(28) > length {
        return Err(place.damaged(
            FORMAT,
            format!("{length} octets au lieu de {}", page * word(28)),
        ));
    }
    Ok(length)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    database.pragma_update(None, "cell_size_check", true)?;
    Ok(database)
}

/// Whether `name` is a stored table, not a view nor a virtual table.
fn is_table(database: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?1)";
    let definition: Option<Option<String>> = database
        .query_row(sql, [name], |row| row.get(0))
        .optional()?;
    Ok(definition.flatten().is_some_and(|sql| {
        !sql.trim_start()
            .to_ascii_uppercase()
            .starts_with("CREATE VIRTUAL")
    }))
}

fn layers(database: &Connection) -> rusqlite::Result<Vec<Layer>> {
    let sql = "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c \
               JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name) \
               WHERE c.data_type = 'features' ORDER BY c.rowid";
    let mut statement = database.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok(Layer {
            table: row.get(0)?,
            geometry: row.get(1)?,
            srs_id: row.get(2)?,
        })
    })?;
    rows.take(MAX_LAYERS).collect()
}

fn choose(layers: Vec<Layer>, wanted: Option<&str>) -> Result<Layer, Fault> {
    let names: Vec<String> = layers.iter().map(|layer| layer.table.clone()).collect();
    let rank = |wanted: &str| {
        names
            .iter()
            .position(|table| table.to_lowercase() == wanted.to_lowercase())
    };
    let chosen = match wanted {
        Some(wanted) => rank(wanted).ok_or_else(|| Fault::NoSuchLayer {
            wanted: wanted.to_owned(),
            layers: names.clone(),
        })?,
        None if names.is_empty() => return Err(Fault::NoLayer),
        None if names.len() == 1 => 0,
        None => PREFERRED
            .iter()
            .find_map(|name| rank(name))
            .ok_or_else(|| Fault::ChooseLayer {
                layers: names.clone(),
            })?,
    };
    layers.into_iter().nth(chosen).ok_or(Fault::NoLayer)
}

fn declared(database: &Connection, srs_id: i64) -> rusqlite::Result<Declared> {
    // 0 and -1 stand for "undefined" in the GeoPackage specification (requirement 11).
    if srs_id <= 0 {
        return Ok(Declared::default());
    }
    let sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let row = database.query_row(sql, [srs_id], |row| {
        let code = match (
            row.get::<_, Option<String>>(0)?,
            row.get::<_, Option<i64>>(1)?,
        ) {
            (Some(authority), Some(code)) => Some(format!("{authority}:{code}")),
            _ => None,
        };
        Ok(Declared {
            code,
            wkt: row.get(2)?,
        })
    });
    Ok(row.optional()?.unwrap_or_else(|| Declared {
        code: Some(format!("srs_id {srs_id}")),
        wkt: None,
    }))
}

/// The stored columns of the layer, without its geometry.
fn columns(database: &Connection, layer: &Layer) -> rusqlite::Result<Vec<String>> {
    // `hidden` is 0 for a stored column, 2 or 3 for one computed on reading.
    let mut statement =
        database.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
    let names = statement.query_map([&layer.table], |row| row.get::<_, String>(0))?;
    names
        .filter(|name| !matches!(name, Ok(name) if name.eq_ignore_ascii_case(&layer.geometry)))
        .collect()
}

/// Reads the rows. Together their texts and geometries may not hold more than `length` bytes, the file's: in a
/// damaged file pages that are used twice would multiply them.
fn features(
    database: &Connection,
    layer: &Layer,
    columns: &[String],
    length: u64,
    place: &Place,
) -> Result<Vec<SourceFeature>, ReadError> {
    let damaged = |error: rusqlite::Error| place.damaged(FORMAT, error.to_string());
    let list: Vec<String> = std::iter::once(&layer.geometry)
        .chain(columns)
        .map(|name| identifier(name))
        .collect();
    let sql = format!(
        "SELECT {} FROM {} ORDER BY rowid",
        list.join(", "),
        identifier(&layer.table)
    );
    let mut statement = database.prepare(&sql).map_err(damaged)?;
    let mut rows = statement.query([]).map_err(damaged)?;
    let mut features = Vec::new();
    let mut held = 0;
    while let Some(row) = rows.next().map_err(damaged)? {
        let number = features.len() + 1;
        if number > MAX_FEATURES {
            return Err(place.fault(Fault::TooManyFeatures));
        }
        let at = place.feature(number);
        let mut attributes = BTreeMap::new();
        for (index, column) in columns.iter().enumerate() {
            let value = row.get_ref(index + 1).map_err(damaged)?;
            held += bytes_in(value);
            if let Some(text) = text(value).map_err(|detail| at.damaged(FORMAT, detail))? {
                attributes.insert(column.clone(), text);
            }
        }
        let at = at.commune(&attributes);
        let geometry = row.get_ref(0).map_err(damaged)?;
        held += bytes_in(geometry);
        if held > length {
            return Err(at.damaged(FORMAT, "des pages servent deux fois"));
        }
        let polygons = match geometry {
            ValueRef::Null => Vec::new(),
            ValueRef::Blob(blob) => polygons(blob).map_err(|fault| at.fault(fault))?,
            _ => return Err(at.damaged(FORMAT, "géométrie qui n’est pas binaire")),
        };
        features.push(SourceFeature {
            number,
            attributes,
            polygons,
        });
    }
    Ok(features)
}

fn bytes_in(value: ValueRef<'_>) -> u64 {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() as u64,
        _ => 0,
    }
}

/// A value as text; nothing for null and for binary values.
fn text(value: ValueRef<'_>) -> Result<Option<String>, &'static str> {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number.to_string())),
        ValueRef::Real(number) => Ok(Some(number_text(number))),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(|text| Some(text.to_owned()))
            .map_err(|_| "texte qui n’est pas en UTF-8"),
    }
}

/// The polygons of a geometry blob: the `GeoPackage` header, whatever its envelope, then WKB with or without Z and M.
fn polygons(blob: &[u8]) -> Result<Vec<Rings>, Fault> {
    const EXTENDED: u8 = 0b0010_0000;
    if blob.get(3).is_some_and(|flags| flags & EXTENDED != 0) {
        return Err(Fault::NotPolygon {
            found: "ExtendedGeoPackageBinary",
        });
    }
    let mut rest = blob;
    let mut collector = Collector::default();
    let walked = process_gpkg_geom(&mut rest, &mut collector);
    let polygons = collector.finish(FORMAT, walked)?;
    if rest.is_empty() {
        Ok(polygons)
    } else {
        Err(Fault::Damaged {
            format: FORMAT,
            detail: format!("{} octets de trop après la géométrie", rest.len()),
        })
    }
}

/// A foreign name as an SQL identifier.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A triangle as a `GeoPackage` blob with the given envelope kind and dimensions, in either byte order.
    fn blob(envelope: u8, dimensions: u32, little: bool) -> Vec<u8> {
        let word = |n: u32| {
            if little {
                n.to_le_bytes()
            } else {
                n.to_be_bytes()
            }
        };
        let real = |x: f64| {
            if little {
                x.to_le_bytes()
            } else {
                x.to_be_bytes()
            }
        };
        let mut bytes = vec![b'G', b'P', 0, (envelope << 1) | u8::from(little)];
        bytes.extend(word(4326));
        let reals = [0, 4, 6, 6, 8][usize::from(envelope)];
        (0..reals).for_each(|_| bytes.extend(real(0.0)));
        bytes.push(u8::from(little));
        bytes.extend(word(dimensions * 1000 + 3));
        bytes.extend(word(1));
        bytes.extend(word(4));
        let extra = [0, 1, 1, 2][dimensions as usize];
        for [x, y] in [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]] {
            bytes.extend(real(x));
            bytes.extend(real(y));
            (0..extra).for_each(|_| bytes.extend(real(9.0)));
        }
        bytes
    }

    #[test]
    fn every_envelope_dimension_and_byte_order_gives_the_same_triangle() {
        let expected = vec![vec![vec![[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]]];
        for envelope in 0..=4 {
            for dimensions in 0..=3 {
                for little in [true, false] {
                    assert_eq!(
                        polygons(&blob(envelope, dimensions, little)).unwrap(),
                        expected
                    );
                }
            }
        }
    }

    #[test]
    fn blobs_that_lie_are_refused() {
        let sound = blob(1, 0, true);
        for cut in 0..sound.len() {
            assert!(polygons(&sound[..cut]).is_err(), "{cut}");
        }
        let mut long = sound.clone();
        long.push(0);
        assert!(polygons(&long).is_err());
        // Four thousand million rings announced.
        let mut many = sound.clone();
        let rings = 8 + 32 + 5;
        many[rings..rings + 4].fill(0xFF);
        assert!(polygons(&many).is_err());
        // A collection nested ten thousand deep.
        let mut deep = blob(0, 0, true)[..8].to_vec();
        (0..10_000).for_each(|_| deep.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]));
        assert!(matches!(
            polygons(&deep),
            Err(Fault::NotPolygon {
                found: "GeometryCollection"
            })
        ));
    }

    #[test]
    fn an_empty_polygon_is_no_polygon() {
        let empty = [
            &b"GP\0\x11"[..],
            &4326u32.to_le_bytes(),
            &[1, 6, 0, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        assert_eq!(polygons(&empty).unwrap(), Vec::<Rings>::new());
    }
}
