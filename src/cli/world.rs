//! Data in, atlas out: where the rooms `boundaries` and `atlas` meet.

use std::fs;
use std::path::Path;

use super::CommandError;
use crate::address::streets::{self, Streets};
use crate::atlas::places::Named;
use crate::atlas::world::{self, Atlas, Outlines};
use crate::boundaries::dataset::{self, Dataset, Files, Folder, InMemory, files};
use crate::boundaries::embedded::Embedded;
use crate::boundaries::import::Imported;
use crate::boundaries::manifest::MANIFEST;
use crate::boundaries::packages::sha256;
use crate::domain::codes::CommuneCode;

/// Loads a data folder, or the embedded data, and builds the atlas.
///
/// # Errors
/// Why the data are refused: a sentence in French.
pub fn load(folder: Option<&Path>) -> Result<Atlas, CommandError> {
    match folder {
        Some(folder) if !has_addresses_alone(folder) => build(&Folder(folder)),
        _ => build(&Embedded),
    }
}

/// Whether a folder holds addresses and no boundaries: the embedded ones serve then.
fn has_addresses_alone(folder: &Path) -> bool {
    !folder.join(MANIFEST).exists() && folder.join(streets::FOLDER).is_dir()
}

/// Opens the streets of a data folder, where it has any.
///
/// # Errors
/// Why they are refused: a sentence in French.
pub fn streets(folder: Option<&Path>) -> Result<Option<Streets>, CommandError> {
    match folder {
        Some(folder) => Ok(Streets::open(folder)?),
        None => Ok(None),
    }
}

/// An edition that was read whole.
pub struct Edition {
    /// The world.
    pub atlas: Atlas,
    /// Its streets, where it has any.
    pub streets: Option<Streets>,
    /// The mark of the folder that it was read from; `None` where the folder was changed meanwhile, so that it is not known
    /// which mark is its own, and where there is no folder.
    pub mark: Option<Vec<u8>>,
}

/// Reads an edition: of a data folder, or the embedded one.
///
/// # Errors
/// Why it is refused: a sentence in French.
pub fn open(folder: Option<&Path>) -> Result<Edition, CommandError> {
    let before = folder.and_then(mark);
    let atlas = load(folder)?;
    let streets = streets(folder)?;
    let is_read = |read: &Vec<u8>| {
        folder.is_some_and(|folder| {
            let is_of_atlas = read.starts_with(atlas.digest.as_bytes());
            mark(folder).as_ref() == Some(read) && (is_of_atlas || has_addresses_alone(folder))
        })
    };
    Ok(Edition {
        mark: before.filter(is_read),
        atlas,
        streets,
    })
}

/// The manifests of a folder, the digest of the one and the text of the other: what tells its edition from another without
/// reading it whole. `None` where there are none.
#[must_use]
pub fn mark(folder: &Path) -> Option<Vec<u8>> {
    let boundaries = fs::read(folder.join(MANIFEST)).map(|text| sha256(&text).into_bytes());
    let streets = fs::read(streets::manifest(folder));
    let texts: Vec<Vec<u8>> = [boundaries, streets].into_iter().flatten().collect();
    (!texts.is_empty()).then(|| texts.join(&0))
}

/// The commune that answers for a code today; none where no single one does.
#[must_use]
pub fn today(atlas: &Atlas, code: CommuneCode) -> Option<CommuneCode> {
    let place = match atlas.places.named(code)? {
        Named::Current(place) => Some(place),
        Named::Former(_, places) => match places[..] {
            [place] => Some(place),
            _ => None,
        },
    };
    place.map(|place| atlas.places.commune(place).code)
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
