//! Mapbox Vector Tiles 2.1 of any levels, from the one coverage of their zoom.

pub mod cache;
pub mod compress;
pub mod cover;
mod encode;
pub mod faces;
pub mod id;
mod labels;
pub mod layers;
mod mlt;
pub mod render;

/// The version of what makes tiles from data: raised with every change of their bytes, compressed or not, so
/// that nothing kept by a browser or a cache on the way is taken for the new one. `tests/oracles/tiles.rs`
/// refuses a change without it.
pub const RENDERER: u32 = 4;
