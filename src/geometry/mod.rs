//! Pure functions on shapes: no files, no names, no I/O.
//!
//! Everything that must never gape or overlap is computed on an integer [`lattice`]: orientation,
//! crossing and containment are then exact, and « the same vertex » means the same two integers.

pub mod arcs;
pub mod area;
mod cells;
pub mod coverage;
pub mod label;
pub mod lattice;
pub mod mercator;
pub mod noding;
pub mod numbering;
pub mod planar;
pub mod polygon;
pub mod ring;
pub mod rings;
pub mod rounding;
pub mod threads;
pub mod tiling;
pub mod varint;
