//! What to refuse when more is asked than the processors can answer, so that what is at hand is still answered at once.
//!
//! Nothing waits in a queue that could be counted: requests wait in connections, for a thread that reads them. So the
//! wait itself is measured, as `CoDel` does for packets (Nichols and Jacobson, "Controlling queue delay", 2012): a task
//! that only sleeps says how late the threads come to it. Where they come late for longer than a moment, or what has to be
//! drawn waits for long, a growing share of what has to be made is refused, and a shrinking one once all are in time again.
//! Where all of that is refused and threads still come late, what is at hand is too much by itself: then some of it is
//! refused as well, so that the others are answered in time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::cores::Cores;
use super::service::Service;

/// From look to look.
const TICK: Duration = Duration::from_millis(10);

/// Requests in a tick below which a late thread is no sign of too many: somebody else has the processors.
const FEW: u32 = 10;

/// Connections below which nothing is refused, however late threads are.
const CROWD: i64 = 64;

/// How long tiles and answers that have to be made may wait for a place: longer, and whoever asked would rather know.
const PATIENCE: Duration = Duration::from_millis(150);

/// All of what may be refused.
const ALL: u32 = 1024;

/// How much more is refused after a tick that came late, and how much less after one in time.
const MORE: u32 = ALL / 8;
const LESS: u32 = ALL / 128;

/// How many times as late as is bearable threads come where what is at hand is refused, how much more of it after such a
/// tick, and how much at most: some are always answered.
const FAR: u32 = 2;
const MORE_AT_HAND: u32 = ALL / 32;
const MOST_AT_HAND: u32 = ALL * 3 / 4;

/// For so many ticks after the last refusal the next is to be expected.
const AFTERMATH: u32 = 1000;

/// How many ticks a wait is averaged over.
const MEMORY: u32 = 8;

/// How much is refused.
#[derive(Debug, Default)]
pub struct Strain {
    asked: AtomicU32,
    refused: AtomicU32,
    /// How much of what is at hand.
    refused_at_hand: AtomicU32,
    /// Ticks until it is forgotten that something was refused.
    aftermath: AtomicU32,
    /// The threads that answer.
    pub cores: Cores,
}

/// What was seen so far of how late threads come.
#[derive(Debug, Default)]
struct Watch {
    lag: Duration,
}

impl Strain {
    /// Counts a request.
    pub fn count(&self) {
        self.asked.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether one that is not at hand may go to the routes. Those that may not are spread evenly among those that may.
    #[must_use]
    pub fn admits(&self) -> bool {
        self.is_spared(&self.refused)
    }

    /// Whether one that may be at hand is answered.
    #[must_use]
    pub fn admits_at_hand(&self) -> bool {
        self.is_spared(&self.refused_at_hand)
    }

    fn is_spared(&self, refused: &AtomicU32) -> bool {
        let share = refused.load(Ordering::Relaxed);
        // Multiples of the golden ratio lie evenly on a circle.
        let turn = self.asked.load(Ordering::Relaxed).wrapping_mul(0x9e37_79b9);
        share == 0 || turn >> 22 >= share
    }

    /// Whether anything is refused, or was in the last ten seconds.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        self.aftermath.load(Ordering::Relaxed) > 0
    }

    /// How much of what is not at hand is refused, from 0 to 100.
    #[must_use]
    pub fn percent(&self) -> i64 {
        i64::from(self.refused.load(Ordering::Relaxed) * 100 / ALL)
    }

    /// Takes in how late a thread came and how long the last drawing waited.
    fn note(&self, watch: &mut Watch, [lag, wait]: [Duration; 2], asked: u32, bearable: Duration) {
        watch.lag = (watch.lag * (MEMORY - 1) + lag) / MEMORY;
        let share = self.refused.load(Ordering::Relaxed);
        let is_late = watch.lag > bearable || wait > PATIENCE;
        let share = if is_late && asked >= FEW {
            (share + MORE).min(ALL)
        } else {
            share.saturating_sub(LESS)
        };
        self.refused.store(share, Ordering::Relaxed);
        let at_hand = self.refused_at_hand.load(Ordering::Relaxed);
        let at_hand = if share == ALL && watch.lag > bearable * FAR {
            (at_hand + MORE_AT_HAND).min(MOST_AT_HAND)
        } else {
            at_hand.saturating_sub(LESS)
        };
        self.refused_at_hand.store(at_hand, Ordering::Relaxed);
        let left = self.aftermath.load(Ordering::Relaxed);
        let left = if share > 0 {
            AFTERMATH
        } else {
            left.saturating_sub(1)
        };
        self.aftermath.store(left, Ordering::Relaxed);
    }
}

/// Looks how late threads come, for ever.
pub async fn watch(service: &Service) {
    let bearable = service.config.retard;
    if bearable.is_zero() {
        return;
    }
    let strain = &service.strain;
    let mut watch = Watch::default();
    let workers = tokio::runtime::Handle::current().metrics().num_workers();
    let mut before = strain.asked.load(Ordering::Relaxed);
    loop {
        let since = Instant::now();
        tokio::time::sleep(TICK).await;
        let took = since.elapsed();
        let now = strain.asked.load(Ordering::Relaxed);
        // A few connections wait for their own answers: a crowd it takes to ask too much.
        let is_crowd = service.metrics.connections.get() >= CROWD;
        // In one tick's time, however long this one was.
        let asked = f64::from(now.wrapping_sub(before)) * TICK.as_secs_f64() / took.as_secs_f64();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // fewer than were asked
        let asked = if is_crowd { asked as u32 } else { 0 };
        let waits = [took.saturating_sub(TICK), service.pool.wait()];
        strain.note(&mut watch, waits, asked, bearable);
        strain.cores.keep_apart(strain.is_felt(), workers);
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEARABLE: Duration = Duration::from_millis(8);

    fn after(
        ticks: usize,
        [lag, wait]: [u64; 2],
        asked: u32,
        strain: &Strain,
        watch: &mut Watch,
    ) -> i64 {
        for _ in 0..ticks {
            let waits = [lag, wait].map(Duration::from_millis);
            strain.note(watch, waits, asked, BEARABLE);
        }
        strain.percent()
    }

    #[test]
    fn threads_that_stay_late_refuse_all_in_a_fifth_of_a_second_and_nothing_two_seconds_later() {
        let (strain, mut watch) = (Strain::default(), Watch::default());
        assert_eq!(after(100, [2, 100], 80, &strain, &mut watch), 0);
        assert_eq!(after(20, [30, 0], 80, &strain, &mut watch), 100);
        assert!((0..1000).all(|_| {
            strain.count();
            !strain.admits()
        }));
        assert!(strain.is_felt());
        assert_eq!(after(200, [1, 0], 80, &strain, &mut watch), 0);
        assert!(strain.is_felt());
        assert_eq!(after(1000, [1, 0], 80, &strain, &mut watch), 0);
        assert!(!strain.is_felt());
        assert_eq!(after(8, [1, 400], 80, &strain, &mut watch), 100);
    }

    #[test]
    fn what_is_at_hand_is_refused_last_and_never_all_of_it() {
        let (strain, mut watch) = (Strain::default(), Watch::default());
        // As late as what is at hand bears, all else refused.
        assert_eq!(after(300, [14, 0], 80, &strain, &mut watch), 100);
        assert!((0..1000).all(|_| {
            strain.count();
            strain.admits_at_hand()
        }));
        after(300, [40, 0], 80, &strain, &mut watch);
        let answered = (0..4000).filter(|_| {
            strain.count();
            strain.admits_at_hand()
        });
        let answered = answered.count();
        assert!((980..1020).contains(&answered), "{answered}");
        after(100, [1, 0], 80, &strain, &mut watch);
        assert!(strain.admits_at_hand());
    }

    #[test]
    fn one_stumble_refuses_nothing_nor_do_threads_that_others_keep_busy() {
        let (strain, mut watch) = (Strain::default(), Watch::default());
        assert_eq!(after(1, [25, 0], 80, &strain, &mut watch), 0);
        assert_eq!(after(500, [100, 900], FEW - 1, &strain, &mut watch), 0);
    }

    #[test]
    fn a_share_is_spread_evenly() {
        let strain = Strain::default();
        strain.refused.store(ALL / 4, Ordering::Relaxed);
        let mut in_a_row = 0;
        let mut refused = 0;
        for _ in 0..4000 {
            strain.count();
            let is_refused = !strain.admits();
            in_a_row = if is_refused { in_a_row + 1 } else { 0 };
            refused += usize::from(is_refused);
            assert!(in_a_row < 3);
        }
        assert!((980..1020).contains(&refused), "{refused}");
    }
}
