//! `edition.toml`: what a data folder is, and the digest of each of its files.
//!
//! Written last, so that a folder whose import was cut off is refused, not served.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::{BoundaryError, Result};
use super::packages::sha256;

/// Name of the manifest.
pub const MANIFEST: &str = "edition.toml";

/// The manifest of a data folder.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The COG year of the communes.
    pub cog: u16,
    /// What the outlines were made from.
    pub contours: String,
    /// SHA-256 of each file, by path relative to the folder.
    pub fichiers: BTreeMap<String, String>,
}

impl Manifest {
    /// The manifest for the files given.
    #[must_use]
    pub fn of(cog: u16, contours: String, files: &BTreeMap<String, Vec<u8>>) -> Self {
        let fichiers = files
            .iter()
            .map(|(name, bytes)| (name.clone(), sha256(bytes)))
            .collect();
        Self {
            cog,
            contours,
            fichiers,
        }
    }

    /// Names one more file.
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        self.fichiers.insert(name.to_owned(), sha256(bytes));
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// Where the text is none.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text)
            .map_err(|e| BoundaryError::content(MANIFEST, format!("illisible: {e}")))
    }

    /// The manifest as text.
    ///
    /// # Errors
    /// Never in practice: all its values can be written.
    pub fn to_text(&self) -> Result<String> {
        let body =
            toml::to_string(self).map_err(|e| BoundaryError::content(MANIFEST, e.to_string()))?;
        Ok(format!(
            "# Écrit par « territoires import »: ne pas modifier à la main.\n\n{body}"
        ))
    }

    /// Checks a file against its digest.
    ///
    /// # Errors
    /// Where the file is not the one that was imported.
    pub fn check(&self, name: &str, bytes: &[u8]) -> Result<()> {
        match self.fichiers.get(name) {
            Some(digest) if *digest == sha256(bytes) => Ok(()),
            Some(_) => Err(BoundaryError::content(
                name,
                "le fichier a changé depuis l’import (empreinte différente): \
                 relancez « territoires import », qui contrôle tout avant de remplacer",
            )),
            None => Err(BoundaryError::content(
                name,
                format!("le fichier n’est pas dans {MANIFEST}: relancez « territoires import »"),
            )),
        }
    }
}
