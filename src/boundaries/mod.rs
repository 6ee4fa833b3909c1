//! Files in: boundary files and published packages become one checked [`dataset::Dataset`].
//!
//! The only room, with `exports`, that reprojects. Everything that comes in from outside passes
//! [`repair`], which turns polygons in degrees into one coverage on the lattice and says what it changed.

pub mod composition;
pub mod countries;
pub mod dataset;
pub mod embedded;
pub mod error;
pub mod flat;
mod former_names;
pub mod import;
pub mod import_files;
pub mod install;
pub mod manifest;
pub mod packages;
pub mod polygons;
mod postcodes;
pub mod read;
pub mod repair;
pub mod sources;
pub mod tables;
