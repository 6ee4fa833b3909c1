//! Readers of boundary files: one file in, one layer of polygons in WGS84 out.
//!
//! Four formats are read: `GeoPackage`, Shapefile, `GeoJSON` and `FlatGeobuf`. Every reader does the same three things:
//! it checks the sizes the file declares against the bytes it holds, takes attributes as text and rings as they
//! are given, and hands over to [`crs`] for the conversion to WGS84. [`ign`] then names the columns.
//!
//! Nothing is repaired here: rings are not closed, not reoriented, not cleaned.

pub mod crs;
mod dbf;
pub mod error;
pub mod flatgeobuf;
pub mod geojson;
pub mod geopackage;
pub mod ign;
mod rings;
pub mod shapefile;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

pub use crs::SourceCrs;
pub use error::{Fault, Place, ReadError};

/// Rings of one polygon, exterior first: ring -> positions `[lon, lat]`.
pub type Rings = Vec<Vec<[f64; 2]>>;

/// Largest file read, in bytes. ADMIN EXPRESS COG of the whole country is about 1.3 GB as one `GeoPackage`.
pub const MAX_FILE_BYTES: u64 = 4 << 30;

/// Most features read from one layer. France has about 35,000 communes.
pub const MAX_FEATURES: usize = 500_000;

/// One feature of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFeature {
    /// Position in the file, from 1.
    pub number: usize,
    /// Column name, spelled as in the file -> value as text. Null values are absent.
    pub attributes: BTreeMap<String, String>,
    /// Polygon -> ring (exterior first) -> position, WGS84 longitude and latitude in degrees. Rings are as given:
    /// not closed, not repaired, not reoriented. Empty for a null or empty geometry.
    pub polygons: Vec<Rings>,
}

/// One layer of a boundary file, in WGS84.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceLayer {
    /// Name of the file, without its folders, for messages.
    pub file: String,
    /// Name of the layer: the table of a `GeoPackage`, the stem of a Shapefile.
    pub name: String,
    /// The system the coordinates were in before conversion.
    pub crs: SourceCrs,
    /// Column names as spelled in the file, in the file's order (sorted for `GeoJSON`, which declares none).
    pub columns: Vec<String>,
    /// The features, in the file's order.
    pub features: Vec<SourceFeature>,
}

/// A layer before conversion: what a format reader produces. Coordinates are in the declared system, x before y.
struct RawLayer {
    name: String,
    declared: crs::Declared,
    columns: Vec<String>,
    features: Vec<SourceFeature>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    GeoPackage,
    Shapefile,
    GeoJson,
    FlatGeobuf,
}

/// Reads one layer of a boundary file and converts it to WGS84.
///
/// The format is chosen by the first bytes of the file, then by its extension. `layer` names the layer wanted
/// (case does not matter); without it a file's only layer is read, or the one called `commune`.
///
/// # Errors
/// A [`ReadError`] says in one French sentence what is wrong and what would work: file absent or damaged, format,
/// layer or coordinate system unknown, geometry that is not polygonal, position outside the globe.
pub fn read(path: &Path, layer: Option<&str>) -> Result<SourceLayer, ReadError> {
    let place = Place::file(path);
    let raw = match detect(path, &place)? {
        Format::GeoPackage => geopackage::read(path, layer, &place),
        Format::Shapefile => shapefile::read(path, &place),
        Format::GeoJson => geojson::read(path, &place),
        Format::FlatGeobuf => flatgeobuf::read(path, &place),
    }?;
    let place = place.layer(&raw.name);
    if let Some(wanted) = layer
        && wanted.to_lowercase() != raw.name.to_lowercase()
    {
        let layers = vec![raw.name];
        return Err(place.without_layer().fault(Fault::NoSuchLayer {
            wanted: wanted.to_owned(),
            layers,
        }));
    }
    if raw.features.is_empty() {
        return Err(place.fault(Fault::EmptyLayer));
    }
    let RawLayer {
        name,
        declared,
        columns,
        mut features,
    } = raw;
    let crs = crs::to_wgs84(&declared, &mut features, &place)?;
    Ok(SourceLayer {
        file: place.file_name().to_owned(),
        name,
        crs,
        columns,
        features,
    })
}

/// Chooses the reader by the first bytes, then by the extension.
fn detect(path: &Path, place: &Place) -> Result<Format, ReadError> {
    let metadata = std::fs::metadata(path).map_err(|error| place.fault(Fault::Open(error)))?;
    if metadata.is_dir() {
        return Err(place.fault(Fault::Folder));
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(64).read_to_end(&mut head))
        .map_err(|error| place.fault(Fault::Open(error)))?;
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let first = head
        .strip_prefix(geojson::BYTE_ORDER_MARK)
        .unwrap_or(&head)
        .trim_ascii_start()
        .first();
    match head.as_slice() {
        // A .shx begins with the same bytes as its .shp.
        _ if ["shx", "dbf", "prj", "cpg"].contains(&extension.as_str()) => {
            Err(place.fault(Fault::GiveTheShp))
        }
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', b'f', ..] => Ok(Format::GeoPackage),
        [b'f', b'g', b'b', ..] => Ok(Format::FlatGeobuf),
        [0, 0, 0x27, 0x0A, ..] => Ok(Format::Shapefile),
        [b'P', b'K', 3, 4, ..] | [b'7', b'z', 0xBC, 0xAF, ..] | [0x1F, 0x8B, ..] => {
            Err(place.fault(Fault::Archive))
        }
        _ if first == Some(&b'{') => Ok(Format::GeoJson),
        _ => match extension.as_str() {
            "gpkg" => Ok(Format::GeoPackage),
            "shp" => Ok(Format::Shapefile),
            "geojson" | "json" => Ok(Format::GeoJson),
            "fgb" => Ok(Format::FlatGeobuf),
            _ => Err(place.fault(Fault::UnknownFormat)),
        },
    }
}

/// The whole file in memory, at most [`MAX_FILE_BYTES`].
fn bytes_of(path: &Path, place: &Place) -> Result<Vec<u8>, ReadError> {
    let open = |error| place.fault(Fault::Open(error));
    let file = File::open(path).map_err(open)?;
    let size = file.metadata().map_err(open)?.len();
    if size > MAX_FILE_BYTES {
        return Err(place.fault(Fault::TooLarge { bytes: size }));
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(open)?;
    Ok(bytes)
}

/// The name a single-layer file gives its layer when it says nothing: its stem.
fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A number as text: without decimals when it has none, so that `64445.0` reads as a code.
fn number_text(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.0}")
    } else {
        value.to_string()
    }
}
