//! Why settings are refused.

use std::path::PathBuf;

use thiserror::Error;

use super::layers::Origin;

/// Why settings are refused: a sentence in French that names where and what would work.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value that cannot be read.
    #[error("{origin} : « {value} » ne convient pas, il faut {works}")]
    Value {
        /// Where it was given.
        origin: Origin,
        /// What was given.
        value: String,
        /// What would work.
        works: &'static str,
    },
    /// A key or variable that is none.
    #[error("{place} : « {name} » n’est pas un réglage{}", .nearest.as_ref().map_or_else(String::new, |n| format!(" ; vouliez-vous dire « {n} » ?")))]
    Unknown {
        /// The file, or the environment.
        place: String,
        /// What was given.
        name: String,
        /// The nearest that exists.
        nearest: Option<String>,
    },
    /// A value of the file that no setting can have.
    #[error("{}, {name} : il faut un texte, un nombre, oui ou non, ou une liste de textes", .path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// The key.
        name: String,
    },
    /// A file that cannot be read.
    #[error("{} : {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that is no TOML.
    #[error("{}, ligne {line} : ce n’est pas du TOML ({message}) ; il faut des lignes comme adresse = \"127.0.0.1:8080\"", .path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the reader says.
        message: String,
    },
}
