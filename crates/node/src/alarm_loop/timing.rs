//! What is measured of alarms: how long a press took to the disk, how many rings were told and confirmed.
//!
//! Promises: bounded in memory; nothing here can hold up a ring.

use liengia_kernel::{AlarmId, Clock};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Upper ends of the histogram's buckets, in milliseconds. 20 is what a press may take; 500 what it waits at most.
const BUCKETS_MS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 500, 2_000, 10_000];

/// Presses under way that are timed; one more is not.
const MAX_UNDER_WAY: usize = 10_000;

/// The measures.
pub struct Timing {
    clock: Arc<dyn Clock>,
    under_way: Mutex<UnderWay>,
    buckets: [AtomicU64; BUCKETS_MS.len() + 1],
    total_micros: AtomicU64,
    rings_told: AtomicU64,
    rings_confirmed: AtomicU64,
}

#[derive(Default)]
struct UnderWay {
    since: BTreeMap<AlarmId, Duration>,
    oldest_first: VecDeque<AlarmId>,
}

/// A histogram as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// Upper end in milliseconds, and how many took no longer.
    pub up_to: Vec<(u64, u64)>,
    /// How many there were.
    pub count: u64,
    /// All of them together, in microseconds.
    pub total_micros: u64,
}

impl Timing {
    /// Nothing measured yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            under_way: Mutex::default(),
            buckets: Default::default(),
            total_micros: AtomicU64::new(0),
            rings_told: AtomicU64::new(0),
            rings_confirmed: AtomicU64::new(0),
        }
    }

    /// A device's press came in.
    pub fn pressed(&self, press: AlarmId) {
        let now = self.clock.elapsed();
        let mut under_way = self.lock();
        if under_way.oldest_first.len() >= MAX_UNDER_WAY
            && let Some(oldest) = under_way.oldest_first.pop_front()
        {
            under_way.since.remove(&oldest);
        }
        // A repeat of a press that is under way is the same press.
        if let std::collections::btree_map::Entry::Vacant(place) = under_way.since.entry(press) {
            place.insert(now);
            under_way.oldest_first.push_back(press);
        }
    }

    /// It is on the disk.
    pub fn recorded(&self, press: AlarmId) {
        let since = {
            let mut under_way = self.lock();
            let since = under_way.since.remove(&press);
            if since.is_some() {
                under_way.oldest_first.retain(|known| *known != press);
            }
            since
        };
        let Some(since) = since else { return };
        let took = self.clock.elapsed().saturating_sub(since);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS_MS.iter().position(|end| micros <= end * 1_000).unwrap_or(BUCKETS_MS.len());
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.total_micros.fetch_add(micros, Relaxed);
    }

    /// So many bells were told to ring.
    pub fn told(&self, bells: usize) {
        self.rings_told.fetch_add(bells as u64, Relaxed);
    }

    /// A bell said that it rings.
    pub fn confirmed(&self) {
        self.rings_confirmed.fetch_add(1, Relaxed);
    }

    /// Rings told, and rings confirmed.
    pub fn rings(&self) -> (u64, u64) {
        (self.rings_told.load(Relaxed), self.rings_confirmed.load(Relaxed))
    }

    /// From press to disk.
    pub fn histogram(&self) -> Histogram {
        let mut count = 0;
        let up_to = BUCKETS_MS.iter().zip(&self.buckets).map(|(end, bucket)| {
            count += bucket.load(Relaxed);
            (*end, count)
        });
        let up_to: Vec<(u64, u64)> = up_to.collect();
        let count = count + self.buckets[BUCKETS_MS.len()].load(Relaxed);
        Histogram { up_to, count, total_micros: self.total_micros.load(Relaxed) }
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SimulatedClock, Timestamp};

    fn id(n: u128) -> AlarmId {
        AlarmId::from_bytes(n.to_be_bytes())
    }

    #[test]
    fn a_press_is_timed_once_from_its_first_coming_to_the_disk() {
        let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(1)));
        let timing = Timing::new(clock.clone());
        timing.pressed(id(1));
        clock.advance(Duration::from_millis(4));
        timing.pressed(id(1));
        clock.advance(Duration::from_millis(4));
        for _ in 0..2 {
            timing.recorded(id(1));
        }
        timing.recorded(id(2));
        let told = timing.histogram();
        assert_eq!((told.count, told.total_micros), (1, 8_000));
        assert_eq!(told.up_to[2..4], [(5, 0), (10, 1)]);
    }

    #[test]
    fn presses_that_are_never_recorded_are_forgotten_in_the_end() {
        let timing = Timing::new(Arc::new(SimulatedClock::new(Timestamp::from_seconds(1))));
        for n in 0..=MAX_UNDER_WAY {
            timing.pressed(id(n as u128));
        }
        assert_eq!(timing.lock().since.len(), MAX_UNDER_WAY);
        timing.recorded(id(0));
        assert_eq!(timing.histogram().count, 0);
    }
}
