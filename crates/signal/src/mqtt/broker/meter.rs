//! How much a device may say. Pure: time comes in as an argument.
//!
//! Promises: no message but a press uses up room for presses, and the first press after quiet always passes.

use super::config::Limits;
use crate::mqtt::message::Press;
use liengia_kernel::{AlarmId, DeviceId};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Ids of presses that are remembered, to tell a repeat from a new press.
const KNOWN: usize = 4;

/// A bucket that holds `burst` and gets one back every so often, kept as the moment at which it is full again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket(Duration);

impl Bucket {
    /// Takes one, if there is one at `now`.
    pub(super) fn take(&mut self, now: Duration, burst: u32, every: Duration) -> bool {
        let full_at = self.0.max(now) + every;
        if full_at > now + every * burst.max(1) {
            return false;
        }
        self.0 = full_at;
        true
    }

    fn is_full(self, now: Duration) -> bool {
        self.0 <= now
    }
}

/// One device's room.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter {
    ordinary: Bucket,
    press: Bucket,
    cancel: Bucket,
    connect: Bucket,
    known: Vec<AlarmId>,
}

impl Meter {
    /// Whether an ordinary message passes at `now` (time since the broker's start).
    pub(super) fn message(&mut self, now: Duration, limits: &Limits) -> bool {
        self.ordinary.take(now, limits.burst, limits.every)
    }

    /// Whether a press passes.
    pub(super) fn press(&mut self, press: &Press, now: Duration, limits: &Limits) -> bool {
        if press.alarm.is_some_and(|id| self.known.contains(&id)) {
            return self.message(now, limits);
        }
        let passes = self.press.take(now, limits.press_burst, limits.press_every);
        if let (true, Some(id)) = (passes, press.alarm) {
            if self.known.len() == KNOWN {
                self.known.remove(0);
            }
            self.known.push(id);
        }
        passes
    }

    /// Whether "nothing burns" passes.
    pub(super) fn cancel(&mut self, now: Duration, limits: &Limits) -> bool {
        self.cancel.take(now, limits.press_burst, limits.press_every)
    }

    /// Whether one more coming of it is told.
    pub(super) fn connect(&mut self, now: Duration, limits: &Limits) -> bool {
        self.connect.take(now, limits.burst, limits.every)
    }

    /// Whether it has all its room, so that nothing is lost with it.
    fn is_whole(&self, now: Duration) -> bool {
        [self.ordinary, self.press, self.cancel, self.connect].into_iter().all(|bucket| bucket.is_full(now))
    }
}

/// The room of every device that said something lately, whichever connection it used: who connects anew has no more room
/// for that. Only devices that the gate let in are here, and whoever is quiet is forgotten.
#[derive(Debug, Default)]
pub(super) struct Meters(Mutex<BTreeMap<DeviceId, Meter>>);

impl Meters {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeviceId, Meter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks a device's meter.
    pub(super) fn of<T>(&self, device: DeviceId, ask: impl FnOnce(&mut Meter) -> T) -> T {
        ask(self.lock().entry(device).or_default())
    }

    /// Forgets those that have all their room.
    pub(super) fn prune(&self, now: Duration) {
        self.lock().retain(|_, meter| !meter.is_whole(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::message::Cause;
    use liengia_kernel::{SeededEntropy, Timestamp};

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn press(seed: Option<u64>) -> Press {
        let alarm = seed.map(|seed| AlarmId::new(Timestamp::from_seconds(1), &SeededEntropy::new(seed)));
        Press { alarm, ..Press::plain(Cause::Button) }
    }

    #[test]
    fn a_flood_of_messages_never_costs_the_first_press() {
        let (mut meter, limits) = (Meter::default(), Limits::default());
        let passed = (0..10_000).filter(|_| meter.message(at(1), &limits)).count();
        assert_eq!(passed, 60);
        assert!(meter.press(&press(None), at(1), &limits) && meter.press(&press(Some(1)), at(1), &limits));
    }

    #[test]
    fn a_flood_of_presses_lets_the_first_pass_and_later_ones_again() {
        let (mut meter, limits) = (Meter::default(), Limits::default());
        let passed = (0..1_000).filter(|n| meter.press(&press(Some(*n)), at(1), &limits)).count();
        assert_eq!(passed, 8);
        assert!(!meter.press(&press(Some(5000)), at(2), &limits));
        assert!(meter.press(&press(Some(5000)), at(6), &limits), "five seconds later one passes");
        assert!(
            meter.cancel(at(6), &limits) && meter.message(at(6), &limits),
            "other words have room of their own"
        );
    }

    #[test]
    fn repeats_of_one_press_do_not_use_up_room_for_new_ones() {
        let (mut meter, limits) = (Meter::default(), Limits::default());
        for _ in 0..100 {
            meter.press(&press(Some(1)), at(1), &limits);
        }
        assert!(meter.press(&press(Some(2)), at(1), &limits));
    }

    #[test]
    fn who_is_quiet_is_forgotten_and_nobody_else() {
        let (meters, limits) = (Meters::default(), Limits::default());
        let device = |byte| DeviceId::from_bytes([byte; 16]);
        meters.of(device(1), |meter| meter.press(&press(None), at(1), &limits));
        meters.of(device(2), |meter| meter.message(at(1), &limits));
        meters.prune(at(3));
        assert_eq!(meters.lock().keys().copied().collect::<Vec<_>>(), [device(1)]);
        meters.prune(at(6));
        assert!(meters.lock().is_empty());
    }

    #[test]
    fn a_heartbeat_every_minute_is_never_limited() {
        let (mut meter, limits) = (Meter::default(), Limits::default());
        assert!((0..10_000).all(|minute| meter.message(at(60 * minute), &limits)));
    }
}
