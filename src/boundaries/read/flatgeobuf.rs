//! `FlatGeobuf`. The `flatgeobuf` crate verifies the buffers; the sizes, ring ends and property bytes that it takes
//! on trust are checked here first, because a wrong one would make it panic or reserve gigabytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use flatgeobuf::{
    ColumnType, FallibleStreamingIterator, Feature, FgbReader, Geometry, GeometryType, Header,
};

use super::crs::Declared;
use super::error::{Fault, Place, ReadError};
use super::rings::Collector;
use super::{MAX_FEATURES, RawLayer, Rings, SourceFeature, bytes_of, number_text, stem};

const FORMAT: &str = "FlatGeobuf";

/// Bytes of one node of the packed R-tree: four coordinates and an offset.
const NODE_BYTES: u64 = 40;

/// Bytes before the header: the magic number and the header's size.
const PREFIX_BYTES: usize = 12;

/// Reads every feature, in the file's coordinates.
///
/// # Errors
/// A [`ReadError`] when a size does not fit in the file, a buffer does not verify, the file holds fewer features
/// than it declares, or a geometry is not polygonal.
pub(super) fn read(path: &Path, place: &Place) -> Result<RawLayer, ReadError> {
    let bytes = bytes_of(path, place)?;
    let reader = open(&bytes).map_err(|fault| place.fault(fault))?;
    let header = reader.header();
    let name = header
        .name()
        .filter(|name| !name.is_empty())
        .map_or_else(|| stem(path), str::to_owned);
    let place = place.layer(&name);
    let count = count(&bytes, &header).map_err(|fault| place.fault(fault))?;
    let columns = columns(&header);
    let declared = declared(&header);
    let kind = header.geometry_type();
    let mut iterator = reader
        .select_all_seq()
        .map_err(|error| place.damaged(FORMAT, error.to_string()))?;
    // Coordinates the file can hold: buffers that share their parts must not multiply them.
    let mut budget = bytes.len() / 8;
    let mut features = Vec::with_capacity(count);
    loop {
        let number = features.len() + 1;
        let at = place.feature(number);
        let Some(item) = iterator
            .next()
            .map_err(|error| at.damaged(FORMAT, error.to_string()))?
        else {
            break;
        };
        let feature = item.fbs_feature();
        let attributes = attributes(&columns, &feature)
            .ok_or_else(|| at.damaged(FORMAT, "attributs qui débordent de l’objet"))?;
        let polygons = polygons(feature.geometry(), kind, &mut budget)
            .map_err(|fault| at.commune(&attributes).fault(fault))?;
        features.push(SourceFeature {
            number,
            attributes,
            polygons,
        });
    }
    let columns = columns.into_iter().map(|(column, _)| column).collect();
    Ok(RawLayer {
        name,
        declared,
        columns,
        features,
    })
}

fn damaged(detail: impl Into<String>) -> Fault {
    Fault::Damaged {
        format: FORMAT,
        detail: detail.into(),
    }
}

/// Reads the header, whose size fits in the file.
///
/// # Errors
/// [`Fault::Damaged`] when it does not, or is no header.
pub(in crate::boundaries) fn open(bytes: &[u8]) -> Result<FgbReader<Cursor<&[u8]>>, Fault> {
    header_size(bytes)?;
    FgbReader::open(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))
}

fn header_size(bytes: &[u8]) -> Result<usize, Fault> {
    size_at(bytes, PREFIX_BYTES - 4)
        .filter(|size| bytes.len() - PREFIX_BYTES >= *size)
        .ok_or_else(|| damaged("taille d’en-tête plus grande que le fichier"))
}

/// Counts the features, all of whose sizes fit in the file.
///
/// # Errors
/// [`Fault::Damaged`] when a size does not, or when the header announces another number of features.
pub(in crate::boundaries) fn count(bytes: &[u8], header: &Header<'_>) -> Result<usize, Fault> {
    let index_bytes = index_size(header, bytes.len())?;
    let count = check_features(bytes, PREFIX_BYTES + header_size(bytes)? + index_bytes)?;
    let announced = header.features_count();
    if announced != 0 && announced != count as u64 {
        return Err(damaged(format!(
            "{count} objets au lieu des {announced} annoncés"
        )));
    }
    Ok(count)
}

/// A little-endian 32-bit size at `offset`.
fn size_at(bytes: &[u8], offset: usize) -> Option<usize> {
    let size = bytes.get(offset..offset.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(size)).ok()
}

/// Bytes of the spatial index between the header and the features: 0 without an index.
fn index_size(header: &Header<'_>, file_bytes: usize) -> Result<usize, Fault> {
    let (count, node) = (header.features_count(), u64::from(header.index_node_size()));
    if count == 0 || node == 0 {
        return Ok(0);
    }
    if node < 2 {
        return Err(damaged("index spatial de nœuds d’une seule branche"));
    }
    if count > file_bytes as u64 {
        return Err(damaged("plus d’objets annoncés que d’octets"));
    }
    let (mut level, mut nodes) = (count, count);
    while level > 1 {
        level = level.div_ceil(node);
        nodes += level;
    }
    // The format gives a lone item a root of its own.
    let nodes = if count == 1 { 2 } else { nodes };
    usize::try_from(nodes * NODE_BYTES).map_err(|_| damaged("index spatial trop grand"))
}

/// Walks the sizes of the features from `offset` to the end of the file and counts them.
fn check_features(bytes: &[u8], mut offset: usize) -> Result<usize, Fault> {
    let mut count = 0;
    if offset > bytes.len() {
        return Err(damaged("index spatial plus grand que le fichier"));
    }
    while offset < bytes.len() {
        let end = size_at(bytes, offset)
            .filter(|size| *size >= 8)
            .and_then(|size| offset.checked_add(4 + size));
        count += 1;
        offset = end
            .filter(|end| *end <= bytes.len())
            .ok_or_else(|| damaged(format!("l’objet {count} déborde du fichier")))?;
        if count > MAX_FEATURES {
            return Err(Fault::TooManyFeatures);
        }
    }
    Ok(count)
}

/// The columns that the header declares.
pub(in crate::boundaries) fn columns(header: &Header<'_>) -> Vec<(String, ColumnType)> {
    let all = header.columns();
    all.iter()
        .flatten()
        .map(|column| (column.name().to_owned(), column.type_()))
        .collect()
}

fn declared(header: &Header<'_>) -> Declared {
    let Some(crs) = header.crs() else {
        return Declared::default();
    };
    let authority = crs.org().filter(|org| !org.is_empty()).unwrap_or("EPSG");
    let code = match (crs.code(), crs.code_string()) {
        (0, code) => code
            .filter(|code| !code.is_empty())
            .map(|code| format!("{authority}:{code}")),
        (code, _) => Some(format!("{authority}:{code}")),
    };
    Declared {
        code,
        wkt: crs.wkt().map(str::to_owned),
    }
}

/// The properties of a feature as text, `None` when their bytes do not follow the declared columns.
fn attributes(
    columns: &[(String, ColumnType)],
    feature: &Feature<'_>,
) -> Option<BTreeMap<String, String>> {
    let mut attributes = BTreeMap::new();
    each_property(columns, feature, |index, text| {
        attributes.insert(columns[index].0.clone(), text.into_owned());
    })?;
    Some(attributes)
}

/// Hands on the properties of a feature as text, each with the position of its column; binary ones are passed over.
/// `None` when their bytes do not follow the declared columns.
pub(in crate::boundaries) fn each_property(
    columns: &[(String, ColumnType)],
    feature: &Feature<'_>,
    mut each: impl FnMut(usize, Cow<'_, str>),
) -> Option<()> {
    let Some(properties) = feature.properties() else {
        return Some(());
    };
    let mut rest = Bytes(properties.bytes());
    while !rest.0.is_empty() {
        let index = usize::from(u16::from_le_bytes(rest.take()?));
        let (_, kind) = columns.get(index)?;
        if *kind == ColumnType::Binary {
            rest.counted()?;
        } else {
            each(index, rest.value(*kind)?);
        }
    }
    Some(())
}

/// Property bytes not yet read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn counted(&mut self) -> Option<&'a [u8]> {
        let size = usize::try_from(u32::from_le_bytes(self.take()?)).ok()?;
        let (first, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(first)
    }

    /// The next value as text: `None` when the bytes run out or are not of that kind.
    fn value(&mut self, kind: ColumnType) -> Option<Cow<'a, str>> {
        let number = match kind {
            ColumnType::Byte => i8::from_le_bytes(self.take()?).to_string(),
            ColumnType::UByte => u8::from_le_bytes(self.take()?).to_string(),
            ColumnType::Bool => (u8::from_le_bytes(self.take()?) != 0).to_string(),
            ColumnType::Short => i16::from_le_bytes(self.take()?).to_string(),
            ColumnType::UShort => u16::from_le_bytes(self.take()?).to_string(),
            ColumnType::Int => i32::from_le_bytes(self.take()?).to_string(),
            ColumnType::UInt => u32::from_le_bytes(self.take()?).to_string(),
            ColumnType::Long => i64::from_le_bytes(self.take()?).to_string(),
            ColumnType::ULong => u64::from_le_bytes(self.take()?).to_string(),
            ColumnType::Float => number_text(f64::from(f32::from_le_bytes(self.take()?))),
            ColumnType::Double => number_text(f64::from_le_bytes(self.take()?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                return std::str::from_utf8(self.counted()?).ok().map(Cow::Borrowed);
            }
            _ => return None,
        };
        Some(Cow::Owned(number))
    }
}

/// The polygons of a feature; `kind` is the type the header gives all of them, or `Unknown`. Takes the number of
/// coordinates out of `budget`.
fn polygons(
    geometry: Option<Geometry<'_>>,
    kind: GeometryType,
    budget: &mut usize,
) -> Result<Vec<Rings>, Fault> {
    let Some(geometry) = geometry else {
        return Ok(Vec::new());
    };
    let kind = if kind == GeometryType::Unknown {
        geometry.type_()
    } else {
        kind
    };
    let mut sound = |polygon: &Geometry<'_>| {
        let coordinates = polygon.xy().map_or(0, |xy| xy.len());
        let left = budget
            .checked_sub(coordinates)
            .filter(|_| check_polygon(polygon));
        left.map(|left| *budget = left).is_some()
    };
    let sound = match kind {
        GeometryType::Polygon => sound(&geometry),
        GeometryType::MultiPolygon => geometry
            .parts()
            .is_some_and(|parts| parts.iter().all(|part| sound(&part))),
        other => {
            return Err(Fault::NotPolygon {
                found: other.variant_name().unwrap_or("inconnu"),
            });
        }
    };
    if !sound {
        return Err(damaged("anneaux qui débordent de leurs positions"));
    }
    let mut collector = Collector::default();
    let walked = geometry.process(&mut collector, kind);
    collector.finish(FORMAT, walked)
}

/// Whether the ring ends of a polygon grow and stay within its positions.
fn check_polygon(polygon: &Geometry<'_>) -> bool {
    let Some(xy) = polygon.xy() else { return false };
    let positions = xy.len() / 2;
    let mut previous = 0;
    xy.len().is_multiple_of(2)
        && polygon.ends().iter().flatten().all(|end| {
            let grows = end >= previous && end as usize <= positions;
            previous = end;
            grows
        })
}
