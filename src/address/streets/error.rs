//! What can be wrong with address files and their index: a sentence in French.

use std::io;
use std::path::{Path, PathBuf};

/// Why addresses were refused.
#[derive(Debug, thiserror::Error)]
pub enum StreetsError {
    /// A file could not be read or written.
    #[error("{}\u{a0}: {source} (vérifiez le chemin, la place et les droits)", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file does not hold what it should.
    #[error("{}\u{a0}: {message}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, where, and what would work.
        message: String,
    },
}

impl StreetsError {
    /// A fault in the content of a file.
    pub(super) fn content(path: &Path, message: impl Into<String>) -> Self {
        Self::Content {
            path: path.to_owned(),
            message: message.into(),
        }
    }

    /// A fault of reading or writing a file.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// The result of everything in this folder.
pub(super) type Result<T> = std::result::Result<T, StreetsError>;
