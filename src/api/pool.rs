//! CPU work off the async threads: a few jobs at once, a bounded number waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tracing::Span;

use super::problem::Problem;
use super::strain::Strain;

/// How much a job may get in the way of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Milliseconds that somebody waits for; what is at hand goes before them.
    Usual,
    /// Seconds of work, in a thread that gives way to whoever answers look-ups.
    Low,
}

impl Priority {
    /// How long work waits for its place at most. Longer, and whoever asked has gone, or would rather know and ask again.
    fn patience(self) -> Duration {
        match self {
            Self::Usual => Duration::from_secs(2),
            Self::Low => Duration::from_secs(20),
        }
    }

    /// The niceness of threads that do such work: a third, or a tenth, of the time of one that answers look-ups, where
    /// both want it. Where more is asked than the processors can answer, a thirtieth or a seventieth. At all times that
    /// would be too little: on a machine that others keep busy, work that somebody waits for would not end.
    fn niceness(self, is_strained: bool) -> i32 {
        match (self, is_strained) {
            (Self::Usual, false) => 5,
            (Self::Low, false) => LOW,
            (Self::Usual, true) => 15,
            (Self::Low, true) => 19,
        }
    }
}

/// Bounds on CPU work.
pub struct Pool {
    running: Arc<Semaphore>,
    size: usize,
    waiting: AtomicUsize,
    max_waiting: usize,
    /// Milliseconds that the last waited.
    waited: AtomicU32,
    priority: Priority,
    patience: Duration,
    strain: Arc<Strain>,
}

impl Pool {
    /// A pool of so many jobs at once and so many waiting, which give way further under strain.
    #[must_use]
    pub fn new(size: usize, max_waiting: usize, priority: Priority, strain: &Arc<Strain>) -> Self {
        Self {
            running: Arc::new(Semaphore::new(size)),
            size,
            waiting: AtomicUsize::new(0),
            max_waiting,
            waited: AtomicU32::new(0),
            patience: priority.patience(),
            priority,
            strain: Arc::clone(strain),
        }
    }

    /// How many jobs run, and how many wait.
    #[must_use]
    pub fn load(&self) -> (usize, usize) {
        let free = self.running.available_permits();
        let waiting = self.waiting.load(Ordering::Relaxed);
        (self.size.saturating_sub(free), waiting)
    }

    /// How long the last that had to wait did; nothing where none waits now.
    #[must_use]
    pub fn wait(&self) -> Duration {
        let (_, waiting) = self.load();
        let waited = if waiting == 0 {
            0
        } else {
            self.waited.load(Ordering::Relaxed)
        };
        Duration::from_millis(waited.into())
    }

    /// Runs a job on a thread that may block.
    ///
    /// # Errors
    /// [`Problem::busy`] at once where too many wait, later where this one waits in vain; [`Problem::internal`] where the
    /// job panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let running = self.enter().await?;
        let span = Span::current();
        // The job holds its permit to the end, also where its caller has gone away: what runs is
        // bounded, not what is waited for.
        let bounded = move || {
            let _running = running;
            span.in_scope(job)
        };
        let is_strained = self.strain.is_felt();
        let niceness = self.priority.niceness(is_strained);
        let outcome = if self.priority == Priority::Usual && !is_strained {
            // Threads that only ever do such work: those of the runtime itself are not among them.
            let kept = tokio::task::spawn_blocking(move || {
                step_back(niceness);
                bounded()
            });
            kept.await.ok()
        } else {
            let (give, take) = oneshot::channel();
            self.give_way(niceness, move || {
                // Whoever asked may be gone.
                let _ = give.send(bounded());
            })?;
            take.await.ok()
        };
        // It panicked: where and why is in the log already.
        outcome.ok_or_else(Problem::internal)
    }

    /// Begins a job that talks to its caller while it runs. It is not waited for, nor for a place.
    ///
    /// # Errors
    /// [`Problem::busy`] where as many run as may.
    pub fn begin(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
        let permit = Arc::clone(&self.running).try_acquire_owned();
        let running = permit.map_err(|_| Problem::busy())?;
        let span = Span::current();
        let niceness = self.priority.niceness(self.strain.is_felt());
        self.give_way(niceness, move || {
            let _running = running;
            span.in_scope(job);
        })
    }

    /// Runs work in a thread of its own that gives way to others: some tens of microseconds to start, for work of
    /// milliseconds or seconds. A thread that gave way can never take it back, so it is none that others will use.
    fn give_way(&self, niceness: i32, job: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
        let strain = Arc::clone(&self.strain);
        let thread = std::thread::Builder::new().name("fond".to_owned());
        let begun = thread.spawn(move || {
            strain.cores.roam();
            step_back(niceness);
            job();
        });
        begun.map(drop).map_err(|e| {
            tracing::error!(error = %e, "no thread could be had");
            Problem::busy()
        })
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(free) = Arc::clone(&self.running).try_acquire_owned() {
            return Ok(free);
        }
        let place = Place::take(&self.waiting, self.max_waiting).ok_or_else(Problem::busy)?;
        let since = Instant::now();
        let turn = Arc::clone(&self.running).acquire_owned();
        let permit = tokio::time::timeout(self.patience, turn).await;
        drop(place);
        let waited = u32::try_from(since.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.waited.store(waited, Ordering::Relaxed);
        // The semaphore is never closed.
        permit
            .map_err(|_| Problem::busy())?
            .map_err(|_| Problem::internal())
    }
}

/// The niceness of long work, and of building an edition.
pub const LOW: i32 = 10;

/// Makes this thread give way to those that answer look-ups. On Linux niceness belongs to threads.
pub fn step_back(niceness: i32) {
    // A service that was started nicer than that stays as it is.
    let outcome = rustix::process::getpriority_process(None).and_then(|now| {
        if now < niceness {
            rustix::process::setpriority_process(None, niceness)
        } else {
            Ok(())
        }
    });
    if let Err(e) = outcome {
        tracing::debug!(error = %e, "niceness not set");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_waits_in_vain_is_refused_and_what_runs_goes_on() {
        let pool = Pool {
            patience: Duration::from_millis(20),
            ..Pool::new(1, 8, Priority::Usual, &Arc::default())
        };
        let (end, until) = std::sync::mpsc::channel::<()>();
        let long = pool.run(move || until.recv().is_ok());
        let late = async {
            let refused = pool.run(|| ()).await;
            let (waited, load) = (pool.wait(), pool.load());
            end.send(()).unwrap();
            (refused.map_err(|p| p.status()), waited, load)
        };
        let (long, (refused, waited, load)) = tokio::join!(long, late);
        assert_eq!(refused, Err(axum::http::StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(load, (1, 0));
        assert_eq!(waited, Duration::ZERO);
        assert!(long.is_ok_and(|ended| ended));
        assert!(pool.run(|| ()).await.is_ok());
    }
}
