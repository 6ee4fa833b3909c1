//! The words of the programme as validated types. No input or output here.

pub mod administrative;
pub mod alphabet;
pub mod answer;
pub mod attribution;
pub mod codes;
pub mod fold;
pub mod level;
pub mod programme;
pub mod tables;
pub mod typography;
