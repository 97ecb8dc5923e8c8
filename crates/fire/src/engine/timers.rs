//! What is due when, in order, on the steady clock. A tick looks at what is due and at nothing else.

use liengia_kernel::{AlarmId, DeviceId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What may be due. Each is due at one time or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// A bell of this alarm is to be told again.
    Bells(AlarmId),
    /// A rung of this alarm's ladder.
    Ladder(AlarmId),
    /// A lone detector's warning becomes the team's alarm.
    OwnHome(AlarmId),
    /// A role card is not answered.
    Cards(AlarmId),
    /// A late press is not answered.
    Late(AlarmId),
    /// An announced drill begins, or is forgotten.
    DrillBegins(AlarmId),
    /// A running drill ends.
    DrillEnds(AlarmId),
    /// A device is silent.
    Silent(DeviceId),
    /// A bell is due for a ring test.
    RingTest(DeviceId),
}

/// The queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    queue: BTreeSet<(Duration, Timer)>,
    due: BTreeMap<Timer, Duration>,
}

impl Timers {
    /// Makes it due then, instead of whenever it was due before.
    pub fn arm(&mut self, timer: Timer, due: Duration) {
        if let Some(before) = self.due.insert(timer, due) {
            self.queue.remove(&(before, timer));
        }
        self.queue.insert((due, timer));
    }

    /// Makes it never due.
    pub fn disarm(&mut self, timer: Timer) {
        if let Some(before) = self.due.remove(&timer) {
            self.queue.remove(&(before, timer));
        }
    }

    /// Whether it is due at some time.
    pub fn is_armed(&self, timer: Timer) -> bool {
        self.due.contains_key(&timer)
    }

    /// When the first is due.
    pub fn next(&self) -> Option<Duration> {
        self.queue.first().map(|(due, _)| *due)
    }

    /// Takes the first that is due by `now`.
    pub fn take(&mut self, now: Duration) -> Option<Timer> {
        let (due, timer) = self.queue.first().copied().filter(|(due, _)| *due <= now)?;
        self.queue.remove(&(due, timer));
        self.due.remove(&timer);
        Some(timer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_first_comes_first_and_once() {
        let id = |byte| AlarmId::from_bytes([byte; 16]);
        let mut timers = Timers::default();
        timers.arm(Timer::Ladder(id(1)), Duration::from_secs(9));
        timers.arm(Timer::Ladder(id(2)), Duration::from_secs(5));
        timers.arm(Timer::Ladder(id(1)), Duration::from_secs(3));
        timers.arm(Timer::Bells(id(3)), Duration::from_secs(4));
        timers.disarm(Timer::Bells(id(3)));
        assert_eq!(timers.next(), Some(Duration::from_secs(3)));
        assert_eq!(timers.take(Duration::from_secs(2)), None);
        assert_eq!(timers.take(Duration::from_secs(9)), Some(Timer::Ladder(id(1))));
        assert_eq!(timers.take(Duration::from_secs(9)), Some(Timer::Ladder(id(2))));
        assert_eq!(timers.take(Duration::from_secs(9)), None);
    }
}
