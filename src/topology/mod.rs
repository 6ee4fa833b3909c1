//! One planar coverage, all levels: shared arcs, and perimeters as the arcs where a label changes.
//!
//! Steps, in order: [`cut`] cuts the coverage at its junctions into arcs with a face on each side;
//! [`dissolve`] turns any labelling of the faces into polygons made of arcs; [`simplify`] decides once
//! for each vertex from which zoom on it is drawn; [`network`] builds the coverage of one zoom.

pub mod borders;
pub mod cut;
pub mod dissolve;
pub mod generalisation;
mod join;
pub mod network;
pub mod simplify;
mod slivers;
