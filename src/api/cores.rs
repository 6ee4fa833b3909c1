//! Which processors the threads that answer run on.
//!
//! Under strain each keeps to one of its own. A thread that gives way to others still has a processor to itself where
//! nobody else is, and the system takes that one for busy: it then leaves two threads that answer behind each other on
//! the other one, for tens of milliseconds. At all other times they run where the system sees fit, for on a machine
//! that others use too it knows better.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::thread::{CpuSet, Pid, gettid, sched_getaffinity, sched_setaffinity};

/// The threads that answer, and the processors that they may use.
#[derive(Debug)]
pub struct Cores {
    allowed: Option<CpuSet>,
    workers: Mutex<Vec<Pid>>,
    are_apart: AtomicBool,
}

impl Default for Cores {
    /// The processors of the thread that calls this, and no thread yet.
    fn default() -> Self {
        Self {
            allowed: sched_getaffinity(None).ok(),
            workers: Mutex::default(),
            are_apart: AtomicBool::new(false),
        }
    }
}

impl Cores {
    /// Takes in the thread that calls this, one of the runtime's. It begins those that answer before all others: as many
    /// as there are processors.
    pub fn enter(&self) {
        let processors = self.processors().count();
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        if workers.len() < processors {
            workers.push(gettid());
        } else {
            drop(workers);
            self.roam();
        }
    }

    /// Lets the thread that calls this run anywhere: it was begun by one that may be kept to one processor.
    pub fn roam(&self) {
        if let Some(allowed) = &self.allowed {
            note(sched_setaffinity(None, allowed));
        }
    }

    /// Keeps the threads that answer, of which the runtime has so many, each to a processor of its own, or lets them run
    /// anywhere again. Where they are not as many as processors, the service has but a share of the machine, and they
    /// stay free: others that began later were taken in as well.
    pub fn keep_apart(&self, apart: bool, count: usize) {
        if self.are_apart.swap(apart, Ordering::Relaxed) == apart {
            return;
        }
        let Some(allowed) = &self.allowed else {
            return;
        };
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        if workers.len() != count || self.processors().count() != count {
            return;
        }
        for (worker, processor) in workers.iter().zip(self.processors()) {
            let own = &mut CpuSet::new();
            own.set(processor);
            note(sched_setaffinity(
                Some(*worker),
                if apart { own } else { allowed },
            ));
        }
    }

    fn processors(&self) -> impl Iterator<Item = usize> {
        (0..CpuSet::MAX_CPU).filter(|&cpu| self.allowed.as_ref().is_some_and(|a| a.is_set(cpu)))
    }
}

/// All goes on without it.
fn note(outcome: rustix::io::Result<()>) {
    if let Err(e) = outcome {
        tracing::debug!(error = %e, "processor not chosen");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier};

    use super::*;

    #[test]
    fn threads_that_answer_are_kept_apart_under_strain_and_others_are_not() {
        let cores = Arc::new(Cores::default());
        let processors: Vec<usize> = cores.processors().collect();
        let count = processors.len();
        let barrier = Arc::new(Barrier::new(count + 1));
        let workers: Vec<_> = (0..count)
            .map(|_| {
                let (cores, barrier) = (Arc::clone(&cores), Arc::clone(&barrier));
                std::thread::spawn(move || {
                    cores.enter();
                    barrier.wait();
                    barrier.wait();
                    let kept = sched_getaffinity(None).unwrap();
                    // As a thread does that this one begins.
                    let roams = std::thread::spawn(move || {
                        cores.enter();
                        sched_getaffinity(None).unwrap()
                    });
                    let roams = roams.join().unwrap();
                    barrier.wait();
                    barrier.wait();
                    (kept, roams, sched_getaffinity(None).unwrap())
                })
            })
            .collect();
        barrier.wait();
        cores.keep_apart(true, count);
        barrier.wait();
        barrier.wait();
        cores.keep_apart(false, count);
        barrier.wait();
        let mut own: Vec<usize> = Vec::new();
        for worker in workers {
            let (kept, roams, after) = worker.join().unwrap();
            assert_eq!(kept.count(), 1);
            own.extend(processors.iter().copied().filter(|&p| kept.is_set(p)));
            assert_eq!(roams.count() as usize, count);
            assert_eq!(after.count() as usize, count);
        }
        own.sort_unstable();
        assert_eq!(own, processors);
    }
}
