//! French addresses: from a text as people write it to the commune that it is in.
//!
//! The commune decides membership, so a [`Gazetteer`] of communes, former communes and postcodes is enough, and no
//! other service is asked. It is certain only where one town fits: see [`resolve`](mod@resolve) for the rules. Where an
//! operator imported them, [`streets`] adds street and number.

mod edits;
pub mod gazetteer;
mod names;
mod parts;
pub mod resolve;
pub mod streets;
mod words;

pub use gazetteer::{Gazetteer, Tables};
pub use resolve::{Candidate, Outcome, Resolution};

/// No more characters of a text are read: seven lines of 38 characters (NF Z 10-011) fit.
pub const MAX_CHARACTERS: usize = 400;
