//! Files of an index while they are written: unnamed by the manifest, gone if they are not kept.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::Entry;

/// A file being written, with its digest. It is removed when dropped, unless it was put in place.
pub(super) struct Output {
    kind: &'static str,
    path: PathBuf,
    file: BufWriter<File>,
    sha: Sha256,
    length: u64,
    is_kept: bool,
}

impl Output {
    /// Begins a file of a kind in a folder.
    pub fn create(folder: &Path, kind: &'static str) -> io::Result<Self> {
        let path = folder.join(format!(".{kind}.nouveau"));
        Ok(Self {
            kind,
            file: BufWriter::with_capacity(1 << 18, File::create(&path)?),
            path,
            sha: Sha256::new(),
            length: 0,
            is_kept: false,
        })
    }

    /// What it holds.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Bytes written so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Puts it in place, on the disk, under the name that its content gives it.
    pub fn keep(mut self) -> io::Result<Entry> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let sha256 = hex::encode(self.sha.clone().finalize());
        let (stem, extension) = self.kind.split_once('.').unwrap_or((self.kind, "bin"));
        let fichier = format!("{stem}-{}.{extension}", &sha256[..12]);
        fs::rename(&self.path, self.path.with_file_name(&fichier))?;
        self.is_kept = true;
        Ok(Entry {
            fichier,
            octets: self.length,
            sha256,
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sha.update(&bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.is_kept {
            // Best effort: the next import removes what is left.
            let _ = fs::remove_file(&self.path);
        }
    }
}
