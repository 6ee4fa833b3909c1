//! `GeoJSON`: a `FeatureCollection`, read feature by feature.
//!
//! Without a `crs` member the positions are WGS84 (RFC 7946, section 4). The `crs` member of the 2008
//! specification, which GDAL and QGIS still write, is honoured.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use geojson::{Feature, GeometryValue, JsonValue, Position};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::crs::{Declared, code_in};
use super::error::{Fault, Place, ReadError};
use super::{MAX_FEATURES, RawLayer, Rings, SourceFeature, bytes_of, number_text, stem};

/// The mark some editors put before UTF-8 text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads the features of a `FeatureCollection`, in its own coordinates.
///
/// # Errors
/// A [`ReadError`] when the text is not UTF-8 JSON, is not a `FeatureCollection`, or holds something else than
/// polygons.
pub(super) fn read(path: &Path, place: &Place) -> Result<RawLayer, ReadError> {
    let bytes = bytes_of(path, place)?;
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
    let document: Document = serde_json::from_slice(text)
        .map_err(|error| place.damaged("GeoJSON", error.to_string()))?;
    if document.kind.as_deref() != Some("FeatureCollection") {
        return Err(place.damaged(
            "GeoJSON",
            "le membre « type » doit être « FeatureCollection »",
        ));
    }
    let name = document.name.unwrap_or_else(|| stem(path));
    let place = place.layer(&name);
    let items = document
        .features
        .ok_or_else(|| place.damaged("GeoJSON", "le membre « features » manque"))?
        .0;
    if items.len() > MAX_FEATURES {
        return Err(place.fault(Fault::TooManyFeatures));
    }
    let mut features = Vec::with_capacity(items.len());
    let mut columns = BTreeSet::new();
    for (index, item) in items.into_iter().enumerate() {
        let at = place.feature(index + 1).commune(&item.attributes);
        columns.extend(item.columns);
        let polygons = item.polygons.map_err(|fault| at.fault(fault))?;
        features.push(SourceFeature {
            number: index + 1,
            attributes: item.attributes,
            polygons,
        });
    }
    let declared = declared(document.crs).map_err(|fault| place.fault(fault))?;
    Ok(RawLayer {
        name,
        declared,
        columns: columns.into_iter().collect(),
        features,
    })
}

/// The system of the `crs` member; `None` when the document has no such member.
fn declared(crs: Option<JsonValue>) -> Result<Declared, Fault> {
    let Some(crs) = crs else {
        return Ok(Declared {
            code: Some("OGC:CRS84".to_owned()),
            wkt: None,
        });
    };
    if crs.is_null() {
        return Err(Fault::CrsMissing);
    }
    match crs.pointer("/properties/name").and_then(JsonValue::as_str) {
        Some(name) => Ok(Declared {
            code: Some(code_in(name)),
            wkt: None,
        }),
        None => Err(Fault::CrsUnknown {
            found: crs.to_string(),
        }),
    }
}

/// The members of a document that are of use, in any order.
#[derive(Default)]
struct Document {
    kind: Option<String>,
    name: Option<String>,
    /// `Some(Null)` for `"crs": null`.
    crs: Option<JsonValue>,
    features: Option<Items>,
}

struct Items(Vec<Item>);

/// A feature whose positions have been taken out of the JSON tree.
struct Item {
    attributes: BTreeMap<String, String>,
    columns: Vec<String>,
    polygons: Result<Vec<Rings>, Fault>,
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un objet FeatureCollection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut document = Document::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => document.kind = map.next_value()?,
                "name" => {
                    document.name = map.next_value::<JsonValue>()?.as_str().map(str::to_owned);
                }
                "crs" => document.crs = Some(map.next_value()?),
                "features" => document.features = Some(map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(document)
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor)
    }
}

struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un tableau de Feature")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items, A::Error> {
        // No capacity from the file: the vector grows with what is really there.
        let mut items = Vec::new();
        loop {
            let next = seq.next_element::<Feature>();
            match next
                .map_err(|error| A::Error::custom(format!("objet {}, {error}", items.len() + 1)))?
            {
                Some(_) if items.len() > MAX_FEATURES => {}
                Some(feature) => items.push(item(feature)),
                None => return Ok(Items(items)),
            }
        }
    }
}

fn item(feature: Feature) -> Item {
    let properties = feature.properties.unwrap_or_default();
    let columns = properties.keys().cloned().collect();
    let attributes = properties
        .into_iter()
        .filter_map(|(column, value)| Some((column, text(value)?)))
        .collect();
    let polygons = match feature.geometry.map(|geometry| geometry.value) {
        None => Ok(Vec::new()),
        Some(GeometryValue::Polygon { coordinates }) => {
            rings(coordinates).map(|polygon| vec![polygon])
        }
        Some(GeometryValue::MultiPolygon { coordinates }) => {
            coordinates.into_iter().map(rings).collect()
        }
        Some(other) => Err(Fault::NotPolygon {
            found: other.type_name(),
        }),
    };
    Item {
        attributes,
        columns,
        polygons: polygons.map(|all| all.into_iter().filter(|p| !p.is_empty()).collect()),
    }
}

fn rings(polygon: Vec<Vec<Position>>) -> Result<Rings, Fault> {
    let position = |p: &Position| match p.as_slice() {
        [x, y, ..] => Ok([*x, *y]),
        _ => Err(Fault::Damaged {
            format: "GeoJSON",
            detail: "position de moins de deux nombres".to_owned(),
        }),
    };
    polygon
        .into_iter()
        .map(|ring| ring.iter().map(position).collect())
        .collect()
}

/// A property as text; nothing for null.
fn text(value: JsonValue) -> Option<String> {
    match value {
        JsonValue::Null => None,
        JsonValue::String(text) => Some(text),
        JsonValue::Number(number) => Some(match number.as_f64() {
            Some(value) if number.is_f64() => number_text(value),
            _ => number.to_string(),
        }),
        other => Some(other.to_string()),
    }
}
