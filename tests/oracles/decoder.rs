//! Reads tiles with `fast-mvt`, and strictly: what it lets pass and the specification does not is refused.

use std::collections::BTreeMap;

use fast_mvt::{MvtGeometry, MvtReaderRef, MvtValueRef};

/// A layer as read.
pub struct Layer {
    pub name: String,
    pub version: u32,
    pub extent: u32,
    pub features: Vec<Feature>,
}

/// A feature as read.
pub struct Feature {
    pub id: Option<u64>,
    /// `None` where its type is unknown.
    pub geometry: Option<MvtGeometry>,
    pub properties: BTreeMap<String, String>,
}

/// Decodes a tile whole.
///
/// # Errors
/// The first thing in it that is against the specification.
pub fn decode(tile: &[u8]) -> Result<Vec<Layer>, String> {
    let reader = MvtReaderRef::new(tile).map_err(|e| e.to_string())?;
    let mut layers = Vec::new();
    for layer in reader.layers() {
        if layer.values().any(|v| matches!(v, MvtValueRef::Null)) {
            return Err(format!("{} has a value of no known type", layer.name()));
        }
        let mut features = Vec::new();
        for feature in layer.features() {
            let mut properties = BTreeMap::new();
            for property in feature.properties() {
                let (key, value) = property.map_err(|e| e.to_string())?;
                properties.insert(key.to_owned(), format!("{value:?}"));
            }
            features.push(Feature {
                id: feature.id(),
                // A type of 0 is UNKNOWN, which decoders may leave alone (4.3.4).
                geometry: match feature.geom_type_value() {
                    None | Some(0) => None,
                    Some(_) => Some(feature.geometry().map_err(|e| e.to_string())?),
                },
                properties,
            });
        }
        layers.push(Layer {
            name: layer.name().to_owned(),
            version: layer.version(),
            extent: layer.extent(),
            features,
        });
    }
    Ok(layers)
}
