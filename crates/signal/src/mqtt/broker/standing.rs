//! Commands that still hold: told again to a device that comes back, with what is left of their time. Nothing old rings.

use crate::mqtt::message::{Command, Ringing, Sound};
use liengia_kernel::{AlarmId, DeviceId, HouseholdId};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Rings that hold for one device at once. At the limit the one that ends first goes.
const PER_DEVICE: usize = 8;

/// A ring that holds until `until` (time since the broker's start).
#[derive(Clone, Copy)]
struct Hold {
    alarm: AlarmId,
    sound: Sound,
    origin: Option<HouseholdId>,
    until: Duration,
}

/// All rings that hold.
#[derive(Default)]
pub(super) struct Standing {
    holds: Mutex<HashMap<DeviceId, Vec<Hold>>>,
}

impl Standing {
    fn lock(&self) -> MutexGuard<'_, HashMap<DeviceId, Vec<Hold>>> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a command to these devices. Answers of each whether it still has to ring for another alarm.
    pub(super) fn note_all(
        &self,
        devices: impl IntoIterator<Item = DeviceId>,
        command: &Command,
        now: Duration,
    ) -> Vec<(DeviceId, bool)> {
        let devices = devices.into_iter();
        let alarm = match command {
            Command::Ring { alarm, .. } | Command::Quiet { alarm } => *alarm,
            Command::Ack { .. } | Command::Set { .. } => {
                return devices.map(|device| (device, false)).collect();
            }
        };
        let mut all = self.lock();
        let note = |device| {
            let holds = all.entry(device).or_default();
            holds.retain(|hold| hold.alarm != alarm && hold.until > now);
            let others = !holds.is_empty();
            if let Command::Ring { sound, lasts, origin, .. } = command {
                if holds.len() == PER_DEVICE {
                    let first = (0..holds.len()).min_by_key(|place| holds[*place].until).unwrap_or(0);
                    holds.remove(first);
                }
                holds.push(Hold { alarm, sound: *sound, origin: *origin, until: now + *lasts });
            } else if !others {
                all.remove(&device);
            }
            (device, others)
        };
        devices.map(note).collect()
    }

    /// What a device that comes back must be told.
    pub(super) fn commands(&self, device: DeviceId, now: Duration) -> Vec<Command> {
        let all = self.lock();
        let holds = all.get(&device).into_iter().flatten().filter(|hold| hold.until > now);
        holds
            .map(|hold| Command::Ring {
                alarm: hold.alarm,
                sound: hold.sound,
                lasts: hold.until.saturating_sub(now),
                origin: hold.origin,
            })
            .collect()
    }

    /// What a siren that sounds must be sounding for.
    pub(super) fn ringing(&self, device: DeviceId, now: Duration) -> Vec<Ringing> {
        let all = self.lock();
        let holds = all.get(&device).into_iter().flatten().filter(|hold| hold.until > now);
        holds.map(|hold| Ringing { alarm: hold.alarm, sound: hold.sound }).collect()
    }

    /// Forgets what no longer holds.
    pub(super) fn prune(&self, now: Duration) {
        self.lock().retain(|_, holds| {
            holds.retain(|hold| hold.until > now);
            !holds.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, Timestamp};

    impl Standing {
        fn note(&self, device: DeviceId, command: &Command, now: Duration) -> bool {
            self.note_all([device], command, now)[0].1
        }
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn alarm(seed: u64) -> AlarmId {
        AlarmId::new(Timestamp::from_seconds(1), &SeededEntropy::new(seed))
    }

    fn ring(seed: u64, seconds: u64) -> Command {
        Command::Ring { alarm: alarm(seed), sound: Sound::Live, lasts: at(seconds), origin: None }
    }

    #[test]
    fn a_device_that_comes_back_is_told_what_is_left_and_nothing_old() {
        let standing = Standing::default();
        let bell = DeviceId::new(Timestamp::from_seconds(1), &SeededEntropy::new(7));
        standing.note(bell, &ring(1, 300), at(0));
        assert_eq!(standing.commands(bell, at(100)), [ring(1, 200)]);
        standing.note(bell, &ring(1, 300), at(200));
        assert_eq!(standing.commands(bell, at(400)), [ring(1, 100)], "renewed");
        assert_eq!(standing.commands(bell, at(500)), []);
        standing.prune(at(500));
        assert!(standing.lock().is_empty());
    }

    #[test]
    fn quiet_ends_one_alarm_and_says_whether_another_rings_on() {
        let standing = Standing::default();
        let bell = DeviceId::new(Timestamp::from_seconds(1), &SeededEntropy::new(7));
        assert!(!standing.note(bell, &ring(1, 300), at(0)));
        assert!(standing.note(bell, &ring(2, 300), at(0)));
        assert!(standing.note(bell, &Command::Quiet { alarm: alarm(1) }, at(1)));
        assert_eq!(standing.ringing(bell, at(1)), [Ringing { alarm: alarm(2), sound: Sound::Live }]);
        assert!(!standing.note(bell, &Command::Quiet { alarm: alarm(2) }, at(1)));
        assert!(standing.lock().is_empty());
    }

    #[test]
    fn the_rings_of_one_device_are_bounded() {
        let standing = Standing::default();
        let bell = DeviceId::new(Timestamp::from_seconds(1), &SeededEntropy::new(7));
        for seed in 0..100 {
            standing.note(bell, &ring(seed, 100 + seed), at(0));
        }
        let left = standing.commands(bell, at(0));
        assert!(left.len() == PER_DEVICE && left.contains(&ring(99, 199)));
    }
}
