//! Mapbox Vector Tile 2.1, as much of it as shows what a tile carries.

use std::collections::BTreeMap;

/// A field of a protobuf message.
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("cut off");
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return number;
        }
    }
    panic!("number too long");
}

fn message(mut bytes: &[u8]) -> Vec<(u64, Wire<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let mut take = |n: usize| {
            let (head, rest) = bytes.split_at(n);
            bytes = rest;
            head
        };
        let value = match key & 7 {
            1 => take(8),
            5 => take(4),
            _ => &[],
        };
        let value = match key & 7 {
            0 => Wire::Number(varint(&mut bytes)),
            1 | 5 => {
                assert!(!value.is_empty());
                Wire::Fixed
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (head, rest) = bytes.split_at(length);
                bytes = rest;
                Wire::Bytes(head)
            }
            other => panic!("wire type {other}"),
        };
        fields.push((key >> 3, value));
    }
    fields
}

fn numbers(mut bytes: &[u8]) -> Vec<u64> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        all.push(varint(&mut bytes));
    }
    all
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A layer: for each of its features the tags, as name and `TileJSON` type, and text values.
pub struct Layer {
    pub name: String,
    pub features: Vec<Feature>,
}

pub struct Feature {
    pub tags: BTreeMap<String, (&'static str, String)>,
    /// 1 for points, 3 for polygons.
    pub kind: u64,
    /// Twice the area of each ring in tile units, exteriors positive.
    pub areas: Vec<i64>,
    pub id: Option<u64>,
}

/// Decodes a tile, and holds it to the specification on the way.
pub fn decode(tile: &[u8]) -> Vec<Layer> {
    let layers = message(tile)
        .into_iter()
        .map(|(field, value)| match (field, value) {
            (3, Wire::Bytes(bytes)) => layer(bytes),
            _ => panic!("field {field} in a tile"),
        });
    layers.collect()
}

fn layer(bytes: &[u8]) -> Layer {
    let (mut name, mut version, mut extent) = (String::new(), 0, 0);
    let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
    for (field, value) in message(bytes) {
        match (field, value) {
            (15, Wire::Number(n)) => version = n,
            (1, Wire::Bytes(b)) => name = string(b),
            (2, Wire::Bytes(b)) => features.push(b),
            (3, Wire::Bytes(b)) => keys.push(string(b)),
            (4, Wire::Bytes(b)) => values.push(tag_value(b)),
            (5, Wire::Number(n)) => extent = n,
            (field, _) => panic!("field {field} in a layer"),
        }
    }
    assert_eq!((version, extent), (2, 4096), "{name}");
    let features = features
        .into_iter()
        .map(|f| feature(f, &keys, &values))
        .collect();
    Layer { name, features }
}

fn tag_value(bytes: &[u8]) -> (&'static str, String) {
    let fields = message(bytes);
    assert_eq!(fields.len(), 1, "a value is of one type");
    match &fields[0] {
        (1, Wire::Bytes(b)) => ("String", string(b)),
        (2 | 3, Wire::Fixed) => ("Number", String::new()),
        (4..=6, Wire::Number(n)) => ("Number", n.to_string()),
        (7, Wire::Number(n)) => ("Boolean", (*n == 1).to_string()),
        (field, _) => panic!("field {field} in a value"),
    }
}

fn feature(bytes: &[u8], keys: &[String], values: &[(&'static str, String)]) -> Feature {
    let (mut tags, mut kind, mut areas, mut id) = (BTreeMap::new(), 0, Vec::new(), None);
    for (field, value) in message(bytes) {
        match (field, value) {
            (1, Wire::Number(n)) => id = Some(n),
            (2, Wire::Bytes(b)) => {
                for pair in numbers(b).chunks(2) {
                    let at = |n: u64| usize::try_from(n).unwrap();
                    let key = keys[at(pair[0])].clone();
                    assert!(tags.insert(key, values[at(pair[1])].clone()).is_none());
                }
            }
            (3, Wire::Number(n)) => kind = n,
            (4, Wire::Bytes(b)) => areas = rings(&numbers(b)),
            (field, _) => panic!("field {field} in a feature"),
        }
    }
    Feature {
        tags,
        kind,
        areas,
        id,
    }
}

/// Runs the drawing commands (specification, 4.3).
fn rings(commands: &[u64]) -> Vec<i64> {
    let (mut pen, mut ring, mut areas) = ((0_i64, 0_i64), Vec::new(), Vec::new());
    let mut commands = commands.iter().copied();
    let zigzag = |n: u64| i64::try_from(n >> 1).unwrap() ^ -i64::from(n & 1 == 1);
    while let Some(command) = commands.next() {
        match command & 7 {
            1 | 2 => {
                for _ in 0..command >> 3 {
                    pen.0 += zigzag(commands.next().unwrap());
                    pen.1 += zigzag(commands.next().unwrap());
                    assert!(pen.0.abs() < 8192 && pen.1.abs() < 8192, "{pen:?}");
                    ring.push(pen);
                }
            }
            7 => {
                assert!(ring.len() >= 3, "a ring of {} vertices", ring.len());
                let next = ring.iter().cycle().skip(1);
                areas.push(
                    ring.iter()
                        .zip(next)
                        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
                        .sum(),
                );
                ring.clear();
            }
            other => panic!("command {other}"),
        }
    }
    areas
}
