//! Perimeters, look-ups and vector tiles of the French programme « Territoires d’industrie ».
//!
//! The rooms and who may use whom are described in `README.md`, « Map of the code »;
//! `tests/architecture.rs` holds them.

pub mod address;
pub mod api;
pub mod atlas;
pub mod boundaries;
pub mod cli;
pub mod config;
pub mod domain;
pub mod exports;
pub mod geometry;
pub mod index;
pub mod tiles;
pub mod topology;
