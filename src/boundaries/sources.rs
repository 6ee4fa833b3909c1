//! The pinned sources: `sources.toml`.

use serde::Deserialize;

use super::error::{BoundaryError, Result};
use crate::domain::attribution::Source;

/// The declaration of all sources, in the order in which they are cited.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The COG year that communes are brought to.
    pub cog: u16,
    /// The sources.
    pub source: Vec<PinnedSource>,
}

/// One pinned package file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedSource {
    /// What the importer takes from it: `contours`, `cog-2023`, …, `pays`, `noms-pays`.
    pub role: String,
    /// What it is, for people.
    pub nom: String,
    /// Package and version, as its client names it.
    pub paquet: String,
    /// Name of the package file.
    pub fichier: String,
    /// SHA-256 of the package file, in hexadecimal.
    pub sha256: String,
    /// The producers to name.
    pub producteur: String,
    /// The edition of the data.
    pub edition: String,
    /// Their licence.
    pub licence: String,
    /// How to cite them.
    pub attribution: String,
}

/// Roles of the sources that only serve the neighbouring countries.
const CONTEXT_ROLES: [&str; 2] = ["pays", "noms-pays"];

impl Sources {
    /// Reads the declaration.
    ///
    /// # Errors
    /// Where the text is no such declaration.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text)
            .map_err(|e| BoundaryError::content("sources.toml", format!("illisible: {e}")))
    }

    /// The source with a role.
    ///
    /// # Errors
    /// Where none has it.
    pub fn role(&self, role: &str) -> Result<&PinnedSource> {
        self.source.iter().find(|s| s.role == role).ok_or_else(|| {
            BoundaryError::content(
                "sources.toml",
                format!("aucune source n’a le rôle « {role} », nécessaire à l’import"),
            )
        })
    }

    /// The sources to name wherever data are shown, each producer's edition once.
    #[must_use]
    pub fn attributions(&self) -> Vec<Source> {
        let mut cited: Vec<Source> = Vec::new();
        for s in &self.source {
            if cited.iter().all(|c| c.attribution != s.attribution) {
                cited.push(Source {
                    nom: s.nom.clone(),
                    producteur: s.producteur.clone(),
                    edition: s.edition.clone(),
                    licence: s.licence.clone(),
                    attribution: s.attribution.clone(),
                    context: CONTEXT_ROLES.contains(&s.role.as_str()),
                });
            }
        }
        cited
    }
}
