//! `adresses.toml`: what an index of addresses is, and the size and digest of each of its files.
//!
//! Written last: until it is in place the index before it is the one in force.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::{Result, StreetsError};

/// Name of the manifest.
pub(super) const MANIFEST: &str = "adresses.toml";
/// The version of the format that is written and read.
pub(super) const VERSION: u32 = 1;

/// Who is to be named beside answers that streets or numbers decide.
pub const PRODUCER: &str = "DINUM, IGN – Base Adresse Nationale";
/// The licence of the Base Adresse Nationale.
pub const LICENCE: &str = "Licence Ouverte 2.0";

/// The files of an index, by what they hold.
pub(super) mod kinds {
    /// Street records.
    pub const STREETS: &str = "voies.bin";
    /// Numbers.
    pub const HOUSES: &str = "numeros.bin";
    /// Names without joining words.
    pub const BARE: &str = "voies.fst";
    /// Names with joining words.
    pub const WHOLE: &str = "entieres.fst";
    /// Names from each word on.
    pub const NAMES: &str = "noms.fst";
    /// Communes.
    pub const TOWNS: &str = "villes.tsv";
}

/// A file of an index.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// Its name in the folder: it holds a part of its digest, so that two imports never mix.
    pub fichier: String,
    /// Its size in bytes.
    pub octets: u64,
    /// Its SHA-256, hexadecimal.
    pub sha256: String,
}

/// The manifest.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The version of the format.
    pub version: u32,
    /// Who made the data.
    pub producteur: String,
    /// Their licence.
    pub licence: String,
    /// The files that were read, without their folders.
    pub sources: Vec<String>,
    /// Rows that were read.
    pub lignes: u64,
    /// Rows that were refused.
    pub refusees: u64,
    /// Streets.
    pub voies: u64,
    /// House numbers.
    pub numeros: u64,
    /// The files by what they hold.
    pub fichiers: BTreeMap<String, Entry>,
}

impl Manifest {
    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// Where there is none, or one of another version.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => StreetsError::content(
                &path,
                "ce fichier manque, l’import d’adresses a été interrompu ; \
                 relancez « territoires import --adresses » ou supprimez le dossier",
            ),
            _ => StreetsError::io(&path)(source),
        })?;
        // The version first: another one may have other members.
        let version = toml::from_str::<toml::Table>(&text)
            .ok()
            .and_then(|table| table.get("version")?.as_integer());
        if version.is_some_and(|v| v != i64::from(VERSION)) {
            let found = version.unwrap_or_default();
            let message = format!(
                "ces adresses sont au format {found}, il faut le format {VERSION} ; \
                 relancez « territoires import --adresses »"
            );
            return Err(StreetsError::content(&path, message));
        }
        toml::from_str(&text).map_err(|e| {
            StreetsError::content(
                &path,
                format!(
                    "illisible ({}) ; relancez « territoires import --adresses »",
                    e.message()
                ),
            )
        })
    }

    /// The manifest as text.
    pub fn to_text(&self, path: &Path) -> Result<String> {
        let body = toml::to_string(self).map_err(|e| StreetsError::content(path, e.to_string()))?;
        Ok(format!(
            "# Écrit par « territoires import --adresses » : ne pas modifier à la main.\n\n{body}"
        ))
    }
}
