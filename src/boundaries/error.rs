//! What can be wrong with files: one sentence in French that names the file and what would work.

use std::path::{Path, PathBuf};

use crate::domain::typography;

/// Why boundary data were refused.
#[derive(Debug, thiserror::Error)]
pub enum BoundaryError {
    /// A file could not be read or written.
    #[error("{}: {source} (vérifiez le chemin et les droits)", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A boundary file could not be read.
    #[error(transparent)]
    Read(#[from] super::read::ReadError),
    /// A file does not hold what it should.
    #[error("{file}: {message}")]
    Content {
        /// The file, as the user knows it.
        file: String,
        /// What is wrong, where, and what would work.
        message: String,
    },
}

impl BoundaryError {
    /// A fault in the content of `file`.
    pub fn content(file: impl Into<String>, message: impl Into<String>) -> Self {
        // What decoders say quotes the file, over several lines.
        let legible = |c: char| if c == '\n' { c } else { typography::legible(c) };
        Self::Content {
            file: file.into(),
            message: message.into().chars().map(legible).collect(),
        }
    }

    /// A fault of reading or writing `path`.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// The result of everything in this room.
pub type Result<T> = std::result::Result<T, BoundaryError>;
