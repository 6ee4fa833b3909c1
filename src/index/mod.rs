//! Look-ups: which face holds a point, which commune a code names.

pub mod borders;
pub mod codes;
mod grid;
pub mod names;
pub mod points;
mod vicinity;
