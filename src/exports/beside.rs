//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Lets `content` write a file beside a path and puts it there once it is whole and on the disk; on a
/// fault what was there stays.
///
/// # Errors
/// What `content` says, or the system.
pub fn beside<E: From<io::Error>>(
    path: &Path,
    content: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = path.with_file_name(format!(".{name}.nouveau"));
    let written = content(&fresh).and_then(|()| {
        File::open(&fresh)?.sync_all()?;
        Ok(fs::rename(&fresh, path)?)
    });
    if written.is_err() {
        // Best effort: the error that follows says what is wrong.
        let _ = fs::remove_file(&fresh);
    }
    written
}
