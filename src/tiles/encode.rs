//! Mapbox Vector Tile specification 2.1: layers of areas.
//!
//! Written here and not with the `mvt` crate, which writes the label points (`labels`): it leaves out the vertices in the
//! middle of horizontal and vertical runs, where a neighbour may have its corner.

use foldhash::{HashMap, HashMapExt};

use super::faces::Cover;
use crate::atlas::features::{LevelData, Value};
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator::EXTENT;
use crate::geometry::varint;

/// Numbers of fields in the specification's `vector_tile.proto`.
mod field {
    pub const TILE_LAYERS: u32 = 3;
    pub const LAYER_NAME: u32 = 1;
    pub const LAYER_FEATURES: u32 = 2;
    pub const LAYER_KEYS: u32 = 3;
    pub const LAYER_VALUES: u32 = 4;
    pub const LAYER_EXTENT: u32 = 5;
    pub const LAYER_VERSION: u32 = 15;
    pub const FEATURE_ID: u32 = 1;
    pub const FEATURE_TAGS: u32 = 2;
    pub const FEATURE_TYPE: u32 = 3;
    pub const FEATURE_GEOMETRY: u32 = 4;
    pub const VALUE_STRING: u32 = 1;
    pub const VALUE_DOUBLE: u32 = 3;
    pub const VALUE_INT: u32 = 4;
    pub const VALUE_BOOL: u32 = 7;
}

const POLYGON: u64 = 3;
const MOVE_TO: u64 = 1;
const LINE_TO: u64 = 2;
const CLOSE_PATH: u64 = 7;

/// Appends a layer with the areas of a level to a tile; nothing where none is in it.
pub fn areas(tile: &mut Vec<u8>, name: &str, level: &LevelData, cover: &Cover) {
    if cover.is_empty() {
        return;
    }
    let table = level.table();
    let mut layer = Vec::new();
    bytes(&mut layer, field::LAYER_NAME, name.as_bytes());
    // The layer's own numbers of the level's values, in order of first use.
    let mut numbers: HashMap<u32, u64> = HashMap::with_capacity(64);
    let mut values: Vec<u32> = Vec::new();
    let (mut feature, mut packed) = (Vec::new(), Vec::new());
    for (label, rings) in cover.features() {
        let label = label as usize;
        feature.clear();
        number(
            &mut feature,
            field::FEATURE_ID,
            level.features[label].number,
        );
        packed.clear();
        for &(key, value) in table.fields(label) {
            let own = *numbers.entry(value).or_insert_with(|| {
                values.push(value);
                values.len() as u64 - 1
            });
            varint::write(&mut packed, u64::from(key));
            varint::write(&mut packed, own);
        }
        bytes(&mut feature, field::FEATURE_TAGS, &packed);
        number(&mut feature, field::FEATURE_TYPE, POLYGON);
        packed.clear();
        geometry(&mut packed, rings.map(|r| r.1));
        bytes(&mut feature, field::FEATURE_GEOMETRY, &packed);
        bytes(&mut layer, field::LAYER_FEATURES, &feature);
    }
    for key in &table.names {
        bytes(&mut layer, field::LAYER_KEYS, key.as_bytes());
    }
    for value in values {
        packed.clear();
        write_value(&mut packed, level.value(value));
        bytes(&mut layer, field::LAYER_VALUES, &packed);
    }
    number(
        &mut layer,
        field::LAYER_EXTENT,
        u64::from(EXTENT.unsigned_abs()),
    );
    number(&mut layer, field::LAYER_VERSION, 2);
    bytes(tile, field::TILE_LAYERS, &layer);
}

/// Rings as commands (specification, 4.3): each moved to, drawn and closed.
fn geometry<'a>(out: &mut Vec<u8>, rings: impl Iterator<Item = &'a [Vertex]>) {
    let mut at = Vertex::default();
    for ring in rings {
        let [first, rest @ ..] = ring else { continue };
        varint::write(out, 1 << 3 | MOVE_TO);
        varint::write_step(out, &mut at, *first);
        varint::write(out, (rest.len() as u64) << 3 | LINE_TO);
        for v in rest {
            varint::write_step(out, &mut at, *v);
        }
        varint::write(out, 1 << 3 | CLOSE_PATH);
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => bytes(out, field::VALUE_STRING, text.as_bytes()),
        Value::Whole(n) => number(out, field::VALUE_INT, n.cast_unsigned()),
        Value::Real(x) => {
            // Wire type 1: eight bytes, least significant first.
            varint::write(out, u64::from(field::VALUE_DOUBLE << 3 | 1));
            out.extend(x.to_le_bytes());
        }
        Value::Flag(flag) => number(out, field::VALUE_BOOL, u64::from(*flag)),
    }
}

/// A field with a number (wire type 0).
fn number(out: &mut Vec<u8>, field: u32, value: u64) {
    varint::write(out, u64::from(field << 3));
    varint::write(out, value);
}

/// A field with bytes and their length before them (wire type 2).
fn bytes(out: &mut Vec<u8>, field: u32, value: &[u8]) {
    varint::write(out, u64::from(field << 3 | 2));
    varint::write(out, value.len() as u64);
    out.extend(value);
}
