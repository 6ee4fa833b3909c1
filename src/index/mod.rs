//! Look-ups: which face holds a point, which commune a code names.

pub mod codes;
pub mod points;
