//! Files made once and kept while there is room, off the async threads and a few at a time.
//!
//! They have no names: what the service leaves behind when it ends, however it ends, is nothing.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::api::problem::{Problem, sentence};
use crate::api::state::SharedApp;
use crate::atlas::world::Atlas;
use crate::exports::wanted::Wanted;
use crate::exports::{self, ExportError};
use crate::tiles::compress::{self, Encoding};

/// A file without a name.
pub struct Made {
    file: File,
    /// How many bytes it has.
    pub length: u64,
}

/// Reads a file from its start, whoever else reads it.
struct Reader<'a> {
    made: &'a Made,
    at: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.made.file.read_at(into, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// The files.
pub struct Kept(Cache<String, Arc<Made>>);

impl Kept {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let kib = |_: &String, made: &Arc<Made>| {
            u32::try_from(made.length.div_ceil(1024)).unwrap_or(u32::MAX)
        };
        let files = Cache::builder().max_capacity(max_bytes >> 10).weigher(kib);
        Self(files.eviction_policy(EvictionPolicy::lru()).build())
    }

    /// How many bytes are kept, about.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.weighted_size() << 10
    }
}

impl Made {
    fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }

    /// Some of its bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(&self, at: u64, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    }
}

/// The file that is wanted, in a coding: kept, or made now. It is made to its end and kept also where its caller goes away.
///
/// # Errors
/// Why it cannot be made; [`Problem::busy`] where too many wait.
pub async fn file(
    app: &SharedApp,
    wanted: Wanted,
    encoding: Encoding,
    example: &'static str,
) -> Result<Arc<Made>, Problem> {
    if let Some(made) = app.kept.0.get(&key(&wanted, encoding)) {
        return Ok(made);
    }
    let shared = SharedApp::clone(app);
    let job = move || {
        shared
            .kept
            .get_or_make(&shared.atlas, &wanted, encoding, example)
    };
    app.service.exports.run(job).await?
}

fn key(wanted: &Wanted, encoding: Encoding) -> String {
    format!("{}-{}", wanted.key(), encoding.name())
}

impl Kept {
    fn get_or_make(
        &self,
        atlas: &Atlas,
        wanted: &Wanted,
        encoding: Encoding,
        example: &'static str,
    ) -> Result<Arc<Made>, Problem> {
        let plain = self.0.try_get_with(key(wanted, Encoding::Identity), || {
            write(atlas, wanted)
                .map(Arc::new)
                .map_err(|e| problem(&e, example))
        });
        let plain = plain.map_err(|e| Problem::clone(&e))?;
        if encoding == Encoding::Identity {
            return Ok(plain);
        }
        let coded = self.0.try_get_with(key(wanted, encoding), || {
            code(&plain, encoding)
                .map(Arc::new)
                .map_err(|e| problem(&e.into(), example))
        });
        coded.map_err(|e| Problem::clone(&e))
    }
}

/// Writes a file in a folder of its own, opens it, and lets its name go.
fn write(atlas: &Atlas, wanted: &Wanted) -> Result<Made, ExportError> {
    let folder = tempfile::tempdir()?;
    let path = folder
        .path()
        .join(format!("export.{}", wanted.format.extension()));
    exports::write(atlas, wanted, &path)?;
    Ok(Made::new(File::open(&path)?)?)
}

fn code(plain: &Made, encoding: Encoding) -> io::Result<Made> {
    let from = Reader { made: plain, at: 0 };
    let mut to = BufWriter::new(tempfile::tempfile()?);
    compress::copy(
        encoding,
        &mut BufReader::with_capacity(1 << 17, from),
        &mut to,
    )?;
    to.flush()?;
    Made::new(to.into_inner().map_err(io::IntoInnerError::into_error)?)
}

/// A fault of the caller's said in words; a fault of ours goes to the log, and a disk that is full passes.
fn problem(error: &ExportError, example: &'static str) -> Problem {
    match error {
        ExportError::System(e) => Problem::parameter("crs", sentence(&e.to_string()), example),
        error => {
            tracing::error!(%error, "an export was not made");
            if is_full(error) {
                Problem::no_room()
            } else {
                Problem::internal()
            }
        }
    }
}

/// Whether the disk has no room, however deep that is said.
fn is_full(error: &(dyn Error + 'static)) -> bool {
    let of_system = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let of_database = error.downcast_ref::<rusqlite::Error>();
    matches!(
        of_system,
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    ) || of_database.and_then(rusqlite::Error::sqlite_error_code)
        == Some(rusqlite::ErrorCode::DiskFull)
        || error.source().is_some_and(is_full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let of_database = |code| {
            let code = rusqlite::ffi::Error::new(code);
            ExportError::from(rusqlite::Error::SqliteFailure(code, None))
        };
        assert!(is_full(&ExportError::from(full())));
        let archive = crate::exports::archive::ArchiveError::from(full());
        assert!(is_full(&ExportError::from(archive)));
        assert!(is_full(&of_database(rusqlite::ffi::SQLITE_FULL)));
        assert!(!is_full(&of_database(rusqlite::ffi::SQLITE_BUSY)));
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(!is_full(&ExportError::from(denied)));
    }
}
