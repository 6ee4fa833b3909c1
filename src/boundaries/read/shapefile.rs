//! ESRI Shapefile: `.shp` with its `.shx`, `.dbf` and `.prj`, and `.cpg` when there is one.
//!
//! The `shapefile` crate decodes the records. The counts and offsets that it takes on trust are checked here
//! first, against the length of each record, as it reserves memory for what they announce.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use shapefile::{PolygonRing, Shape, ShapeReader};

use super::crs::Declared;
use super::error::{Fault, Place, ReadError};
use super::rings::polygons_of;
use super::{MAX_FEATURES, RawLayer, Rings, SourceFeature, bytes_of, dbf, stem};

const FORMAT: &str = "Shapefile";

/// Bytes of the header of a `.shp` and of a `.shx`.
const HEADER_BYTES: usize = 100;

/// Reads every feature, in the file's coordinates. The layer is named after the file.
///
/// # Errors
/// A [`ReadError`] that names the file missing beside the `.shp`, or says which part of which file is damaged, or
/// which feature is not a polygon.
pub(super) fn read(path: &Path, place: &Place) -> Result<RawLayer, ReadError> {
    let name = stem(path);
    let place = place.layer(&name);
    let shp = bytes_of(path, &place)?;
    let shx = bytes_of(&sidecar(path, "shx", &place)?, &place)?;
    let dbf = bytes_of(&sidecar(path, "dbf", &place)?, &place)?;
    let prj = bytes_of(&sidecar(path, "prj", &place)?, &place)?;
    let cpg = sidecar(path, "cpg", &place)
        .ok()
        .map(|cpg| bytes_of(&cpg, &place))
        .transpose()?;
    let encoding =
        dbf::Encoding::chosen(cpg.as_deref(), &dbf).map_err(|fault| place.fault(fault))?;
    let table = dbf::read(&dbf, encoding).map_err(|fault| place.fault(fault))?;
    let count = check_index(&shp, &shx).map_err(|detail| place.damaged(FORMAT, detail))?;
    if table.rows.len() != count {
        let detail = format!(
            "{count} formes mais {} lignes dans le .dbf",
            table.rows.len()
        );
        return Err(place.damaged(FORMAT, detail));
    }
    let mut shapes =
        ShapeReader::with_shx(Cursor::new(shp.as_slice()), Cursor::new(shx.as_slice()))
            .map_err(|error| place.damaged(FORMAT, error.to_string()))?;
    let mut features = Vec::with_capacity(count);
    for (index, row) in table.rows.into_iter().enumerate() {
        let Some(attributes) = row else { continue };
        let at = place.feature(index + 1).commune(&attributes);
        let shape = shapes
            .read_nth_shape(index)
            .ok_or_else(|| at.damaged(FORMAT, "forme absente"))?;
        let shape = shape.map_err(|error| at.damaged(FORMAT, error.to_string()))?;
        let polygons = rings(shape)
            .and_then(polygons_of)
            .map_err(|fault| at.fault(fault))?;
        features.push(SourceFeature {
            number: index + 1,
            attributes,
            polygons,
        });
    }
    let declared = Declared {
        code: None,
        wkt: Some(String::from_utf8_lossy(&prj).into_owned()),
    };
    Ok(RawLayer {
        name,
        declared,
        columns: table.columns,
        features,
    })
}

/// The file of the same name with another extension, in lower or upper case.
fn sidecar(path: &Path, extension: &str, place: &Place) -> Result<PathBuf, ReadError> {
    let cases = [extension.to_owned(), extension.to_ascii_uppercase()];
    let found = cases
        .into_iter()
        .map(|case| path.with_extension(case))
        .find(|candidate| candidate.is_file());
    found.ok_or_else(|| {
        let missing = path.with_extension(extension);
        let missing = missing
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        place.fault(Fault::MissingSidecar { missing })
    })
}

/// Checks every record the index points to and counts them.
fn check_index(shp: &[u8], shx: &[u8]) -> Result<usize, String> {
    if shp.len() < HEADER_BYTES || shx.len() < HEADER_BYTES {
        return Err("en-tête incomplet".to_owned());
    }
    let records = shx
        .get(HEADER_BYTES..words(shx, 24)?)
        .ok_or(".shx plus court qu’annoncé")?;
    let (records, rest) = records.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(".shx dont la longueur n’est pas celle de lignes entières".to_owned());
    }
    if records.len() > MAX_FEATURES {
        return Err(format!("{} formes", records.len()));
    }
    if words(shp, 24)? > shp.len() {
        return Err(".shp plus court qu’annoncé".to_owned());
    }
    let mut total = HEADER_BYTES;
    for (index, record) in records.iter().enumerate() {
        let number = index + 1;
        let start = words(record, 0)?;
        let length = start
            .checked_add(4)
            .map_or(Err(String::new()), |at| words(shp, at))
            .unwrap_or(usize::MAX);
        let content = start
            .checked_add(8)
            .and_then(|from| shp.get(from..from.checked_add(length)?));
        let content = content.ok_or_else(|| format!("la forme {number} déborde du .shp"))?;
        // Lines that point to the same record would multiply what the file holds.
        total += 8 + content.len();
        if total > shp.len() {
            return Err(format!("la forme {number} en chevauche une autre"));
        }
        check_record(content)
            .ok_or_else(|| format!("la forme {number} annonce plus qu’elle ne contient"))?;
    }
    Ok(records.len())
}

/// A big-endian length in 16-bit words at `offset`, in bytes.
fn words(bytes: &[u8], offset: usize) -> Result<usize, String> {
    let field = bytes.get(offset..).and_then(<[u8]>::first_chunk::<4>);
    let length = field.and_then(|field| usize::try_from(i32::from_be_bytes(*field)).ok());
    length
        .map(|length| length * 2)
        .ok_or_else(|| "longueur négative ou absente".to_owned())
}

/// Whether the parts and positions a polygonal record announces fit in it; other kinds are refused later, unread.
fn check_record(content: &[u8]) -> Option<()> {
    let int = |offset: usize| {
        let field = content.get(offset..)?.first_chunk::<4>()?;
        Some(i32::from_le_bytes(*field))
    };
    // Shape types: 5 polygon, 15 with Z, 25 with M.
    let values = match int(0)? {
        0 => return Some(()),
        5 | 25 => 2,
        15 => 3,
        _ => return None,
    };
    let (parts, positions) = (
        usize::try_from(int(36)?).ok()?,
        usize::try_from(int(40)?).ok()?,
    );
    let needed = parts
        .checked_mul(4)?
        .checked_add(positions.checked_mul(8 * values)?)?
        .checked_add(44)?;
    if needed > content.len() {
        return None;
    }
    let mut previous = 0;
    for part in 0..parts {
        let start = usize::try_from(int(44 + 4 * part)?).ok()?;
        if start < previous || start > positions || (part == 0 && start != 0) {
            return None;
        }
        previous = start;
    }
    Some(())
}

/// The rings of a shape, without Z and M.
fn rings(shape: Shape) -> Result<Rings, Fault> {
    fn flat<P>(rings: &[PolygonRing<P>], position: fn(&P) -> [f64; 2]) -> Rings {
        rings
            .iter()
            .map(|ring| ring.points().iter().map(position).collect())
            .collect()
    }
    match shape {
        Shape::NullShape => Ok(Vec::new()),
        Shape::Polygon(polygon) => Ok(flat(polygon.rings(), |p| [p.x, p.y])),
        Shape::PolygonM(polygon) => Ok(flat(polygon.rings(), |p| [p.x, p.y])),
        Shape::PolygonZ(polygon) => Ok(flat(polygon.rings(), |p| [p.x, p.y])),
        _ => Err(Fault::NotPolygon {
            found: "Point, Polyline ou MultiPatch",
        }),
    }
}
