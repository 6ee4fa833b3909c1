//! Mapbox Vector Tiles 2.1 of any levels, from the one coverage of their zoom.

pub mod cache;
pub mod cover;
mod encode;
pub mod faces;
pub mod id;
mod labels;
pub mod layers;
pub mod render;
