//! What waits between one who writes and one who reads more slowly: in memory while it is little, then in a file
//! without a name.
//!
//! Many clients send all of a file before they read the first byte of the answer. Without room for the answer they
//! would wait for us, and we for them.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many bytes wait in memory.
const IN_MEMORY: usize = 1 << 20;
/// So many wait in the file; then the writer waits for the reader.
const IN_FILE: u64 = 2 << 30;
/// So many are read back at a time.
const PIECE: u64 = 64 << 10;

/// A queue of bytes from one writer to one reader.
#[derive(Debug, Default)]
pub(super) struct Spool {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What was written first.
    pieces: VecDeque<Vec<u8>>,
    in_memory: usize,
    /// What was written after it.
    file: Overflow,
    /// The writer has written all.
    is_whole: bool,
    /// The reader takes no more.
    is_gone: bool,
}

/// The part that is in a file.
#[derive(Debug, Default)]
struct Overflow {
    /// `None` before the first byte.
    file: Option<File>,
    /// There is no room for a file: what is in memory must do.
    is_refused: bool,
    from: u64,
    to: u64,
}

impl Overflow {
    fn waiting(&self) -> u64 {
        self.to - self.from
    }

    /// Appends, where there is room. A write that fails half-way counts for nothing.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile()?);
        }
        if let Some(file) = &self.file {
            file.write_all_at(bytes, self.to)?;
            self.to += bytes.len() as u64;
        }
        Ok(())
    }

    /// Takes the first bytes; none where none wait.
    fn take(&mut self) -> io::Result<Vec<u8>> {
        let count = self.waiting().min(PIECE);
        #[allow(clippy::cast_possible_truncation)] // PIECE at most
        let mut bytes = vec![0; count as usize];
        if let Some(file) = &self.file {
            file.read_exact_at(&mut bytes, self.from)?;
            self.from += count;
            if self.from == self.to {
                // Its room is given back as soon as the reader has caught up.
                file.set_len(0)?;
                (self.from, self.to) = (0, 0);
            }
        }
        Ok(bytes)
    }
}

impl Spool {
    /// Adds bytes; waits where too many wait already.
    ///
    /// # Errors
    /// `BrokenPipe` where the reader takes no more.
    pub(super) fn write(&self, bytes: Vec<u8>) -> io::Result<()> {
        let mut state = self.lock();
        loop {
            if state.is_gone {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            if state.file.waiting() == 0 && state.in_memory < IN_MEMORY {
                state.in_memory += bytes.len();
                state.pieces.push_back(bytes);
                break;
            }
            if !state.file.is_refused && state.file.waiting() < IN_FILE {
                match state.file.append(&bytes) {
                    Ok(()) => break,
                    Err(e) => {
                        tracing::warn!(error = %e, "no room on disk for answers that wait to be read");
                        state.file.is_refused = true;
                    }
                }
            }
            state = self.wait(state);
        }
        self.changed.notify_all();
        Ok(())
    }

    /// Takes the first bytes; waits for some; `None` once all were taken.
    ///
    /// # Errors
    /// Where the file cannot be read back.
    pub(super) fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let mut state = self.lock();
        loop {
            if let Some(bytes) = state.pieces.pop_front() {
                state.in_memory -= bytes.len();
                self.changed.notify_all();
                return Ok(Some(bytes));
            }
            if state.file.waiting() > 0 {
                let bytes = state.file.take()?;
                self.changed.notify_all();
                return Ok(Some(bytes));
            }
            if state.is_whole {
                return Ok(None);
            }
            state = self.wait(state);
        }
    }

    /// Says that all was written.
    pub(super) fn close(&self) {
        self.lock().is_whole = true;
        self.changed.notify_all();
    }

    /// Says that nobody reads any more.
    pub(super) fn leave(&self) {
        self.lock().is_gone = true;
        self.changed.notify_all();
    }

    // Each change is whole before the lock is given back: a thread that died with it spoilt nothing.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(number: usize) -> Vec<u8> {
        let byte = u8::try_from(number % 251).unwrap();
        vec![byte; 1 + number * 7919 % 90_000]
    }

    #[test]
    fn all_comes_out_in_order_though_nobody_reads_before_the_end() {
        let spool = Spool::default();
        let mut written = Vec::new();
        for number in 0..200 {
            written.extend(piece(number));
            spool.write(piece(number)).unwrap();
        }
        assert!(spool.lock().file.waiting() > 0);
        let mut read = Vec::new();
        // Some more is written once the reader has begun.
        for number in 200..300 {
            read.extend(spool.read().unwrap().unwrap());
            read.extend(spool.read().unwrap().unwrap());
            written.extend(piece(number));
            spool.write(piece(number)).unwrap();
        }
        spool.close();
        while let Some(bytes) = spool.read().unwrap() {
            read.extend(bytes);
        }
        assert!(read == written);
        assert_eq!(spool.lock().file.waiting(), 0);
    }

    #[test]
    fn a_writer_learns_that_its_reader_has_gone() {
        let spool = Spool::default();
        spool.leave();
        let error = spool.write(vec![0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn without_a_file_the_writer_waits_for_the_reader() {
        let spool = Spool::default();
        spool.lock().file.is_refused = true;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..200 {
                    spool.write(piece(number)).unwrap();
                }
                spool.close();
            });
            let mut count = 0;
            while let Some(bytes) = spool.read().unwrap() {
                assert!(spool.lock().in_memory < IN_MEMORY + 90_000);
                count += bytes.len();
            }
            assert_eq!(count, (0..200).map(|n| piece(n).len()).sum::<usize>());
        });
    }
}
