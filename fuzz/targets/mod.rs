//! Every reader of foreign bytes as a function that panics where the reader breaks its word.
//!
//! Two crates include these files: that of the fuzzer (`fuzz/fuzz_targets/`), and the tests (`tests/oracles/fuzz.rs`), which
//! replay what it has found. Each gives them `crate::app()`, the service over the embedded data.

pub mod address;
pub mod ban;
pub mod composition;
pub mod coverage;
pub mod csv;
pub mod flatgeobuf;
pub mod folder;
pub mod geojson;
pub mod geopackage;
mod layer;
pub mod request;
pub mod shapefile;
pub mod style;
pub mod tile;

/// A target.
pub type Target = fn(&[u8]);

/// All targets by name, which is also that of their folders of seeds and regressions.
pub const ALL: [(&str, Target); 12] = [
    ("address", address::run),
    ("ban", ban::run),
    ("composition", composition::run),
    ("csv", csv::run),
    ("flatgeobuf", flatgeobuf::run),
    ("folder", folder::run),
    ("geojson", geojson::run),
    ("geopackage", geopackage::run),
    ("request", request::run),
    ("shapefile", shapefile::run),
    ("style", style::run),
    ("tile", tile::run),
];

/// The proxies that the service is to believe.
pub const PROXIES: &str = "10.0.0.0/8";

/// Several files in one input: each but the last behind its length, two bytes, little-endian. What is cut short is empty.
fn framed<const N: usize>(mut data: &[u8]) -> [&[u8]; N] {
    let mut files: [&[u8]; N] = [&[]; N];
    for (number, file) in files.iter_mut().enumerate() {
        if number + 1 == N {
            *file = data;
            break;
        }
        let Some((length, rest)) = data.split_first_chunk::<2>() else {
            break;
        };
        let length = usize::from(u16::from_le_bytes(*length)).min(rest.len());
        (*file, data) = rest.split_at(length);
    }
    files
}

/// Holds a refusal to what users are promised: words, without what would break a line or a terminal, and no endless ones.
fn is_sentence(text: &str) {
    assert!(!text.trim().is_empty(), "a refusal without words");
    assert!(
        !text.chars().any(|c| c.is_control() && c != '\n'),
        "control characters: {text:?}"
    );
    assert!(text.len() < 1 << 14, "{} bytes of refusal", text.len());
}
