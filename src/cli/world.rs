//! Data in, atlas out: where the rooms `boundaries` and `atlas` meet.

use std::path::Path;

use super::CommandError;
use crate::atlas::world::Atlas;
use crate::boundaries::dataset::{self, Dataset, Files, Folder};
use crate::boundaries::embedded::Embedded;

/// Loads a data folder, or the embedded data, and builds the atlas.
pub(super) fn load(folder: Option<&Path>) -> Result<Atlas, CommandError> {
    match folder {
        Some(folder) => build(&Folder(folder)),
        None => build(&Embedded),
    }
}

/// Builds the atlas from files.
pub(super) fn build(files: &dyn Files) -> Result<Atlas, CommandError> {
    let Dataset {
        tables,
        coverage,
        countries,
        digest,
    } = dataset::load(files)?;
    Ok(Atlas::build(tables, &coverage, &countries, digest)?)
}
