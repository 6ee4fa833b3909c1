//! Data in, atlas out: where the rooms `boundaries` and `atlas` meet.

use std::path::Path;

use super::CommandError;
use crate::atlas::world::{self, Atlas, Outlines};
use crate::boundaries::dataset::{self, Dataset, Files, Folder, InMemory, files};
use crate::boundaries::embedded::Embedded;
use crate::boundaries::import::Imported;

/// Loads a data folder, or the embedded data, and builds the atlas.
///
/// # Errors
/// Why the data are refused: a sentence in French.
pub fn load(folder: Option<&Path>) -> Result<Atlas, CommandError> {
    match folder {
        Some(folder) => build(&Folder(folder)),
        None => build(&Embedded),
    }
}

/// Builds the atlas from files.
///
/// # Errors
/// As [`load`].
pub fn build(files: &dyn Files) -> Result<Atlas, CommandError> {
    let Dataset {
        tables,
        coverage,
        countries,
        commune_zooms,
        country_zooms,
        digest,
    } = dataset::load(files)?;
    let communes = Outlines {
        coverage: &coverage,
        zooms: &commune_zooms,
    };
    let countries = Outlines {
        coverage: &countries,
        zooms: &country_zooms,
    };
    Ok(Atlas::build(tables, communes, countries, digest)?)
}

/// Adds to imported files how their outlines are drawn at each zoom.
pub(super) fn add_zooms(imported: &mut Imported) -> Result<(), CommandError> {
    let Imported {
        files, manifest, ..
    } = &imported;
    let outlines = dataset::outlines(&InMemory { files, manifest })?;
    let names = [files::COMMUNE_ZOOMS, files::COUNTRY_ZOOMS];
    for (name, (coverage, codes)) in names.into_iter().zip(outlines) {
        // Countries that were taken over from other data came with theirs.
        if imported.files.contains_key(name) {
            continue;
        }
        let bytes = world::zoom_file(&coverage, |face| codes[face].clone())?;
        imported.manifest.add(name, &bytes);
        imported.files.insert(name.to_owned(), bytes);
    }
    Ok(())
}
