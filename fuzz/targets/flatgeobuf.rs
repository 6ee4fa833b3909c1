//! A FlatGeobuf file.

use super::layer;

/// Reads it as import does.
pub fn run(data: &[u8]) {
    layer::check(&[("essai.fgb", data)]);
}
