//! What to refuse when more is asked than the processors can answer, so that what is at hand is still answered at once.
//!
//! Nothing waits in a queue that could be counted: requests wait in connections, for a thread that reads them. So the
//! wait itself is measured, as `CoDel` does for packets (Nichols and Jacobson, "Controlling queue delay", 2012): a task
//! that only sleeps says how late the threads come to it. Where they come late for longer than a moment, or what has to be
//! drawn waits for long, a growing share of what has to be made is refused, and a shrinking one once all are in time again.
//!
//! What is at hand costs less than to refuse it and is answered, save that which has waited too long already: an answer
//! that comes late is of no more use than a refusal, and those that come after it would wait behind it too. How long a
//! request waited in its connection nobody tells; but the task that sleeps waits in the same queues, so a request that
//! is taken up while that task is overdue waited about as long. That is known at once, where a share takes a moment to
//! grow, and bursts that make threads late for a tenth of a second are over by then.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
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

/// How many times as late as is bearable what is at hand is not answered any more, where anything is refused.
const FAR: u32 = 3;

/// No time that comes.
const NEVER: u64 = u64::MAX;

/// How much of what is at hand and late is refused: some are always answered.
const MOST: u32 = ALL * 15 / 16;

/// For so many ticks after the last refusal the next is to be expected.
const AFTERMATH: u32 = 1000;

/// How many ticks a wait is averaged over.
const MEMORY: u32 = 8;

/// How much is refused.
#[derive(Debug)]
pub struct Strain {
    /// Times are told from here, in microseconds.
    birth: Instant,
    asked: AtomicU32,
    refused: AtomicU32,
    /// What is taken up from then on has waited too long, as far as is known.
    late_from: AtomicU64,
    /// Ticks until it is forgotten that something was refused.
    aftermath: AtomicU32,
    /// The threads that answer.
    pub cores: Cores,
}

impl Default for Strain {
    fn default() -> Self {
        Self {
            birth: Instant::now(),
            asked: AtomicU32::new(0),
            refused: AtomicU32::new(0),
            late_from: AtomicU64::new(NEVER),
            aftermath: AtomicU32::new(0),
            cores: Cores::default(),
        }
    }
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
        self.is_spared(self.refused.load(Ordering::Relaxed))
    }

    /// Whether one that may be at hand, taken up now, is answered.
    #[must_use]
    pub fn admits_at_hand(&self, now: Instant) -> bool {
        let late_from = self.late_from.load(Ordering::Relaxed);
        late_from == NEVER || self.micros(now) < late_from || self.is_spared(MOST)
    }

    fn micros(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.birth);
        u64::try_from(since.as_micros()).unwrap_or(NEVER)
    }

    fn is_spared(&self, share: u32) -> bool {
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
        let left = self.aftermath.load(Ordering::Relaxed);
        let left = if share > 0 {
            AFTERMATH
        } else {
            left.saturating_sub(1)
        };
        self.aftermath.store(left, Ordering::Relaxed);
    }

    /// Takes in that the task goes to sleep for a tick, after one that came so late: those behind it in the queues are as
    /// late, and so are all once it is overdue itself.
    fn expect(&self, now: Instant, lag: Duration, bearable: Duration) {
        let late = bearable * FAR;
        let late_from = if !self.is_felt() {
            NEVER
        } else if lag > late {
            0
        } else {
            self.micros(now + TICK + late)
        };
        self.late_from.store(late_from, Ordering::Relaxed);
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
    let mut lag = Duration::ZERO;
    loop {
        let since = Instant::now();
        strain.expect(since, lag, bearable);
        tokio::time::sleep(TICK).await;
        let took = since.elapsed();
        let now = strain.asked.load(Ordering::Relaxed);
        // A few connections wait for their own answers: a crowd it takes to ask too much.
        let is_crowd = service.metrics.connections.get() >= CROWD;
        // In one tick's time, however long this one was.
        let asked = f64::from(now.wrapping_sub(before)) * TICK.as_secs_f64() / took.as_secs_f64();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // fewer than were asked
        let asked = if is_crowd { asked as u32 } else { 0 };
        lag = took.saturating_sub(TICK);
        let waits = [lag, service.pool.wait()];
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
    fn what_is_at_hand_is_refused_where_it_waited_and_never_all_of_it() {
        let (strain, mut watch) = (Strain::default(), Watch::default());
        let start = strain.birth;
        let answered = |ms| {
            let now = start + Duration::from_millis(ms);
            let answered = (0..4000).filter(|_| {
                strain.count();
                strain.admits_at_hand(now)
            });
            answered.count()
        };
        // A stumble of threads that nobody asks too much.
        strain.expect(start, Duration::from_millis(90), BEARABLE);
        assert_eq!(answered(90), 4000);
        after(20, [30, 0], 80, &strain, &mut watch);
        // The sleeper was in time, and is to be back after 10 ms; 24 later all are late.
        strain.expect(start, Duration::ZERO, BEARABLE);
        assert_eq!(answered(1), 4000);
        assert_eq!(answered(33), 4000);
        let late = answered(35);
        assert!((245..255).contains(&late), "{late}");
        // It was back, far too late: those behind it are as late.
        strain.expect(start, Duration::from_millis(25), BEARABLE);
        let late = answered(1);
        assert!((245..255).contains(&late), "{late}");
        after(1200, [0, 0], 80, &strain, &mut watch);
        strain.expect(start, Duration::from_millis(90), BEARABLE);
        assert_eq!(answered(90), 4000);
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
