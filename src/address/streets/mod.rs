//! Streets and house numbers of the Base Adresse Nationale (BAN), where an operator imported them.
//!
//! The commune is decided without them; they add the street, the number and a point, and complete what is typed.
//! [`prepare`] turns BAN files into an index, [`Streets`] answers from it. Streets are filed under today's commune,
//! so that the arrondissements of Paris and communes merged since are found by the town that people write.
//!
//! The index is a folder `adresses` beside the boundary data:
//!
//! | file | what it holds |
//! |---|---|
//! | `adresses.toml` | sizes and digests of the others, counts, producer, licence: written last |
//! | `voies-*.bin` | street records; those of one commune and name follow each other |
//! | `numeros-*.bin` | house numbers of a street in order, 16 bytes each |
//! | `voies-*.fst` | commune and name without joining words, to the records |
//! | `entieres-*.fst` | commune and name with them, to the same |
//! | `noms-*.fst` | name from each of its words on, commune, postcode, to one record |
//! | `villes-*.tsv` | communes as the files name them |
//!
//! The automata are held in memory, records and numbers are read where they stand.

mod ban;
mod choice;
mod error;
mod find;
mod house;
mod import;
mod index;
mod manifest;
mod output;
mod record;
mod search;
mod slip;
mod sort;
mod spelling;
mod write;

pub use error::StreetsError;
pub use find::Located;
pub use import::{Prepared, Report, prepare};
pub use index::Streets;
pub use manifest::{LICENCE, PRODUCER};
pub use search::StreetHit;

/// The manifest of the index in a data folder, whether there is one or not.
#[must_use]
pub fn manifest(folder: &std::path::Path) -> std::path::PathBuf {
    folder.join(FOLDER).join(manifest::MANIFEST)
}

/// The folder of the index in a data folder.
pub const FOLDER: &str = "adresses";
