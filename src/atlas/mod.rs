//! The built world: one immutable atlas that all answers, tiles and pages are read from.

pub mod answer;
pub mod attribution;
pub mod changes;
pub mod check;
pub mod colour;
pub mod compare;
pub mod drawing;
pub mod error;
pub mod evolution;
pub mod features;
mod found;
pub mod intercommunalites;
mod levels;
mod measure;
pub mod membership;
pub mod names;
pub mod places;
mod postcodes;
pub mod profile;
mod several;
pub mod suggest;
pub mod territories;
pub mod union;
pub mod world;
pub mod zooms;
