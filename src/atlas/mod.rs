//! The built world: one immutable atlas that all answers, tiles and pages are read from.

pub mod answer;
pub mod attribution;
pub mod check;
pub mod colour;
pub mod error;
pub mod evolution;
pub mod features;
mod levels;
pub mod membership;
pub mod places;
mod postcodes;
pub mod territories;
pub mod world;
pub mod zooms;
