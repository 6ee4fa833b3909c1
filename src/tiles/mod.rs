//! Mapbox Vector Tiles 2.1 of any levels, from the one coverage of their zoom.

pub mod cache;
pub mod cover;
pub mod encode;
pub mod id;
pub mod layers;
pub mod render;
