//! Many questions at once: CSV in, the same rows with their answers out, in order and in bounded memory.
//!
//! ```text
//! bytes -> records::Records -> batches -> answer (all cores) -> in order again -> bytes
//! ```
//!
//! One row out per row in, whatever is in it: a row that cannot be read is kept as it is and says why. The bytes of a
//! row are copied, not written anew, so that what was quoted, or broke a line, still does.

mod answer;
pub mod columns;
pub mod records;

use std::io::{self, Read};
use std::sync::mpsc::sync_channel;
use std::thread;

use self::columns::Plan;
use self::records::{Batch, Records};
use super::state::App;
use crate::atlas::answer::Question;

/// Batches that wait before and behind each core.
const QUEUE: usize = 2;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Rows answered, the header not counted.
    pub rows: u64,
    /// Of these, rows that could not be read or asked.
    pub faulty: u64,
}

/// Answers all records that follow the header, on all cores. `write` gets the header first, then the rows.
///
/// # Errors
/// What the reader or `write` says; a line that is longer than any row may be.
pub fn run<R: Read>(
    app: &App,
    question: Question,
    plan: &Plan,
    mut records: Records<R>,
    mut write: impl FnMut(Vec<u8>) -> io::Result<()> + Send,
) -> io::Result<Done> {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let mut to = Vec::with_capacity(cores);
        let mut from = Vec::with_capacity(cores);
        for _ in 0..cores {
            let (give, batches) = sync_channel::<Batch>(QUEUE);
            let (answered, take) = sync_channel(QUEUE);
            to.push(give);
            from.push(take);
            scope.spawn(move || {
                for batch in batches {
                    // Whoever does not take any more has failed and says so.
                    if answered
                        .send(answer::batch(app, question, plan, &batch))
                        .is_err()
                    {
                        break;
                    }
                }
            });
        }
        let writer = scope.spawn(move || {
            let mut done = Done::default();
            write(plan.header())?;
            // Batches were dealt out in turn: taken in turn they are in order.
            for take in from.iter().cycle() {
                let Ok((bytes, of_batch)) = take.recv() else {
                    break;
                };
                done.rows += of_batch.rows;
                done.faulty += of_batch.faulty;
                write(bytes)?;
            }
            Ok(done)
        });
        let mut read = Ok(());
        for give in to.iter().cycle() {
            match records.batch() {
                Ok(Some(batch)) => {
                    if give.send(batch).is_err() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(e) => {
                    read = Err(e);
                    break;
                }
            }
        }
        drop(to);
        let written = writer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        read.and(written)
    })
}
