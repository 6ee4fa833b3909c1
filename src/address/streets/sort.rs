//! Byte strings in order, however many: sorted in bounded runs on disk that are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes sorted at once.
const ROOM: usize = 32 << 20;
/// So many runs are merged at once; more are merged into one first.
const MAX_RUNS: usize = 64;

/// A file that nobody else sees: it has no name any more, and its room is given back when it is closed, however
/// that comes.
///
/// # Errors
/// Where the folder cannot be written.
pub(super) fn scratch(folder: &Path) -> io::Result<File> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!(".tri-{}-{count}", std::process::id()));
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(&path)?;
    fs::remove_file(&path)?;
    Ok(file)
}

/// Takes byte strings and gives them back in order.
pub(super) struct Sorter {
    folder: PathBuf,
    room: usize,
    bytes: Vec<u8>,
    spans: Vec<(u32, u32)>,
    runs: Vec<File>,
}

impl Sorter {
    /// Puts its runs in a folder.
    pub fn new(folder: &Path) -> Self {
        Self::with_room(folder, ROOM)
    }

    fn with_room(folder: &Path, room: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            room,
            bytes: Vec::new(),
            spans: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Takes a byte string of at most 64 kB.
    pub fn push(&mut self, record: &[u8]) -> io::Result<()> {
        if self.bytes.len() + record.len() > self.room && !self.spans.is_empty() {
            self.spill()?;
        }
        let start = u32::try_from(self.bytes.len()).map_err(io::Error::other)?;
        let length = u32::from(u16::try_from(record.len()).map_err(io::Error::other)?);
        self.bytes.extend_from_slice(record);
        self.spans.push((start, length));
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        let bytes = &self.bytes;
        let of = |&(start, length): &(u32, u32)| &bytes[start as usize..(start + length) as usize];
        self.spans.sort_unstable_by(|a, b| of(a).cmp(of(b)));
        let mut out = BufWriter::with_capacity(1 << 17, scratch(&self.folder)?);
        for span in &self.spans {
            put(&mut out, of(span))?;
        }
        self.spans.clear();
        self.bytes.clear();
        self.runs.push(rewound(out)?);
        if self.runs.len() == MAX_RUNS {
            let mut merged = Merged::of(std::mem::take(&mut self.runs))?;
            let mut out = BufWriter::with_capacity(1 << 17, scratch(&self.folder)?);
            while let Some(record) = merged.next()? {
                put(&mut out, record)?;
            }
            self.runs.push(rewound(out)?);
        }
        Ok(())
    }

    /// All that was taken, in order.
    pub fn sorted(mut self) -> io::Result<Merged> {
        if !self.spans.is_empty() {
            self.spill()?;
        }
        Merged::of(self.runs)
    }
}

fn put(out: &mut impl Write, record: &[u8]) -> io::Result<()> {
    let length = u16::try_from(record.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(record)
}

fn rewound(out: BufWriter<File>) -> io::Result<File> {
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// Byte strings in order.
pub(super) struct Merged {
    runs: Vec<BufReader<File>>,
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    current: Vec<u8>,
    /// The run that `current` came from, to be read on.
    from: Option<usize>,
}

impl Merged {
    fn of(runs: Vec<File>) -> io::Result<Self> {
        let mut merged = Self {
            runs: runs
                .into_iter()
                .map(|file| BufReader::with_capacity(1 << 16, file))
                .collect(),
            heads: BinaryHeap::new(),
            current: Vec::new(),
            from: None,
        };
        for run in 0..merged.runs.len() {
            merged.advance(run, Vec::new())?;
        }
        Ok(merged)
    }

    fn advance(&mut self, run: usize, mut room: Vec<u8>) -> io::Result<()> {
        let mut length = [0; 2];
        match self.runs[run].read_exact(&mut length) {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        }
        room.resize(usize::from(u16::from_le_bytes(length)), 0);
        self.runs[run].read_exact(&mut room)?;
        self.heads.push(Reverse((room, run)));
        Ok(())
    }

    /// The next one.
    pub fn next(&mut self) -> io::Result<Option<&[u8]>> {
        if let Some(run) = self.from.take() {
            let room = std::mem::take(&mut self.current);
            self.advance(run, room)?;
        }
        Ok(self.heads.pop().map(|Reverse((record, run))| {
            self.current = record;
            self.from = Some(run);
            self.current.as_slice()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn many_runs_come_back_in_order(mut given in prop::collection::vec("[a-c]{0,5}", 0..400), room in 8..80_usize) {
            let folder = tempfile::TempDir::new().unwrap();
            let mut sorter = Sorter::with_room(folder.path(), room);
            for text in &given {
                sorter.push(text.as_bytes()).unwrap();
            }
            let mut merged = sorter.sorted().unwrap();
            let mut back = Vec::new();
            while let Some(record) = merged.next().unwrap() {
                back.push(String::from_utf8(record.to_vec()).unwrap());
            }
            given.sort();
            prop_assert_eq!(back, given);
            // Nothing is left on disk.
            prop_assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }
}
