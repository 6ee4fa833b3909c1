//! CPU work off the async threads: as many jobs at once as cores, a bounded number waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::problem::Problem;

/// Bounds on CPU work.
pub struct Pool {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
}

impl Pool {
    /// A pool of so many jobs at once and so many waiting.
    #[must_use]
    pub fn new(running: usize, max_waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            waiting: AtomicUsize::new(0),
            max_waiting,
        }
    }

    /// Runs a job on a thread that may block.
    ///
    /// # Errors
    /// [`Problem::busy`] at once where too many wait; [`Problem::internal`] where the job panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Place::take(&self.waiting, self.max_waiting).ok_or_else(Problem::busy)?;
        // The semaphore is never closed.
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| Problem::internal())?;
        drop(place);
        // The job holds its permit to the end, also where its caller has gone away: what runs is
        // bounded, not what is waited for.
        let bounded = move || {
            let _running = running;
            job()
        };
        tokio::task::spawn_blocking(bounded).await.map_err(|e| {
            tracing::error!(error = %e, "a job did not end");
            Problem::internal()
        })
    }
}

/// A place in the queue, given back when dropped, also where the caller goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, max: usize) -> Option<Self> {
        let place = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < max).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
