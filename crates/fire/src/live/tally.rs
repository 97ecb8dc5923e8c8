//! What each device did in each hour, counted in memory until it is written.
//!
//! Promises: pure and bounded; a sign of life costs a few look-ups, and no memory but its device's own.

use crate::{
    engine::{BellCommand, Event, Input, Moment, Output, Refusal, Sound},
    views::{HOUR, Tally, begun},
};
use liengia_kernel::{AlarmId, DeviceId, Timestamp};
use std::{collections::BTreeMap, mem, time::Duration};

/// How often a device gives a sign of life. Each stands for the time since the one before it, and for no more than this.
const BEAT: Duration = Duration::from_mins(1);

/// Most devices, and most hours of them, that are counted at once.
const MOST: usize = 200_000;

/// A device that speaks in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) device: DeviceId,
    /// Its charge, if it says so.
    pub(super) battery_percent: Option<u8>,
    /// Its signal, if it says so.
    pub(super) signal_percent: Option<u8>,
    /// What it rings for, if it does.
    pub(super) rings_for: Option<AlarmId>,
}

impl Sign {
    /// Who speaks in this input.
    pub(super) fn of(input: &Input) -> Option<Self> {
        let plain = |device| Self { device, battery_percent: None, signal_percent: None, rings_for: None };
        match input {
            Input::Heartbeat(beat) => {
                let ringing = beat.ringing.iter().flatten().next();
                Some(Self {
                    battery_percent: beat.battery_percent,
                    signal_percent: beat.signal_percent,
                    rings_for: ringing.map(|reported| reported.alarm),
                    ..plain(beat.device)
                })
            }
            Input::BellRang { device, alarm, .. } => Some(Self { rings_for: Some(*alarm), ..plain(*device) }),
            Input::Press(press) => press.device.map(plain),
            _ => None,
        }
    }

    /// The same, unless the engine did not know it.
    pub(super) fn known(self, outputs: &[Output]) -> Option<Self> {
        let unknown = |output: &Output| matches!(output, Output::Refused(Refusal::UnknownDevice { .. }));
        (!outputs.iter().any(unknown)).then_some(self)
    }
}

/// What is remembered of a device that was heard.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// When it was heard last, by the clock that never jumps.
    at: Duration,
    /// The last alarm or test that it said it rings for: it says so once a minute, and that is one ring.
    rang_for: Option<AlarmId>,
}

/// A device's hour to be written. No device: how long the node listened.
pub(super) type Row = (Option<DeviceId>, Timestamp, Tally);

/// What was counted and not written yet.
#[derive(Debug)]
pub(super) struct Tallies {
    /// When counting began, by the clock that never jumps.
    began: Duration,
    seen: BTreeMap<DeviceId, Seen>,
    waiting: BTreeMap<(DeviceId, Timestamp), Tally>,
    listened: BTreeMap<Timestamp, Duration>,
    /// Up to when, by the same clock, it is counted that the node listened.
    listened_to: Duration,
}

impl Tallies {
    /// Counts from now on.
    pub(super) fn new(began: Duration) -> Self {
        Self {
            began,
            seen: BTreeMap::new(),
            waiting: BTreeMap::new(),
            listened: BTreeMap::new(),
            listened_to: began,
        }
    }

    /// Counts a sign of life, and what the engine made of an input.
    pub(super) fn count(&mut self, sign: Option<Sign>, outputs: &[Output], now: Moment) {
        if let Some(sign) = sign {
            let tally = self.heard(sign, now.steady);
            self.add(sign.device, begun(now.wall, HOUR, 0), tally);
        }
        for (device, tally) in outputs.iter().filter_map(told) {
            self.add(device, begun(now.wall, HOUR, 0), tally);
        }
    }

    fn heard(&mut self, sign: Sign, now: Duration) -> Tally {
        let known = self.seen.len() < MOST || self.seen.contains_key(&sign.device);
        let before =
            if known { self.seen.insert(sign.device, Seen { at: now, ..Seen::default() }) } else { None };
        let rang_for = before.and_then(|before| before.rang_for);
        if let Some(seen) = self.seen.get_mut(&sign.device) {
            seen.rang_for = sign.rings_for.or(rang_for);
        }
        let rang = sign.rings_for.is_some() && sign.rings_for != rang_for;
        Tally {
            heard: now.saturating_sub(before.map_or(self.began, |before| before.at)).min(BEAT),
            battery_percent: sign.battery_percent,
            signal_percent: sign.signal_percent,
            rings: rang.into(),
            ..Tally::default()
        }
    }

    fn add(&mut self, device: DeviceId, hour: Timestamp, tally: Tally) {
        if self.waiting.len() < MOST || self.waiting.contains_key(&(device, hour)) {
            self.waiting.entry((device, hour)).or_default().add(&tally);
        }
    }

    /// Counts that the node listened until now: what it could not hear was not due.
    pub(super) fn listened(&mut self, now: Moment) {
        let from = mem::replace(&mut self.listened_to, now.steady);
        let mut at = now.wall - now.steady.saturating_sub(from).min(HOUR * 24);
        while at < now.wall {
            let hour = begun(at, HOUR, 0);
            let next = (hour + HOUR).min(now.wall);
            *self.listened.entry(hour).or_default() += next.since(at);
            at = next;
        }
    }

    /// Takes at most so many rows out. The node's own come last: where a crash cuts them off, devices are credited
    /// with what was heard of them, and blamed for nothing.
    pub(super) fn take(&mut self, most: usize) -> Vec<Row> {
        let mut rows = Vec::with_capacity(most.min(self.waiting.len() + self.listened.len()));
        while rows.len() < most
            && let Some(((device, hour), tally)) = self.waiting.pop_first()
        {
            rows.push((Some(device), hour, tally));
        }
        while rows.len() < most
            && let Some((hour, heard)) = self.listened.pop_first()
        {
            rows.push((None, hour, Tally { heard, ..Tally::default() }));
        }
        rows
    }

    /// Takes back what could not be written.
    pub(super) fn give_back(&mut self, rows: Vec<Row>) {
        for (device, hour, tally) in rows {
            match device {
                Some(device) => self.add(device, hour, tally),
                None => *self.listened.entry(hour).or_default() += tally.heard,
            }
        }
    }
}

/// What the engine tells of a device that belongs into its trend.
fn told(output: &Output) -> Option<(DeviceId, Tally)> {
    let (device, tally) = match output {
        Output::Bell(BellCommand::Ring { device, sound: Sound::Test, .. }) => {
            (device, Tally { ring_tests: 1, ..Tally::default() })
        }
        Output::Record(Event::DeviceFault { device, .. } | Event::DeviceTampered { device, .. }) => {
            (device, Tally { faults: 1, ..Tally::default() })
        }
        Output::Record(Event::BellHeard { device, heard: true, .. }) => {
            (device, Tally { rings: 1, ..Tally::default() })
        }
        _ => return None,
    };
    Some((*device, tally))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BELL: DeviceId = DeviceId::from_bytes([1; 16]);
    const ALARM: AlarmId = AlarmId::from_bytes([2; 16]);
    const NINE: Timestamp = Timestamp::from_seconds(9 * 3_600);

    fn at(seconds: u64) -> Moment {
        Moment { wall: NINE + Duration::from_secs(seconds), steady: Duration::from_secs(1_000 + seconds) }
    }

    fn sign(battery_percent: Option<u8>, rings_for: Option<AlarmId>) -> Sign {
        Sign { device: BELL, battery_percent, signal_percent: None, rings_for }
    }

    fn hours(tallies: &mut Tallies) -> Vec<Tally> {
        tallies
            .take(MOST)
            .into_iter()
            .filter(|(device, ..)| device.is_some())
            .map(|(.., tally)| tally)
            .collect()
    }

    #[test]
    fn a_sign_of_life_stands_for_the_minute_before_it_however_often_it_is_repeated() {
        let mut tallies = Tallies::new(Duration::ZERO);
        for second in [0, 60, 61, 62, 120, 400] {
            tallies.count(Some(sign(None, None)), &[], at(second));
        }
        // A minute each for the first, for 60 and for 400; and what lay between the others.
        assert_eq!(hours(&mut tallies)[0].heard, Duration::from_mins(4));
    }

    #[test]
    fn each_hour_keeps_the_lowest_charge_that_was_told_in_it() {
        let mut tallies = Tallies::new(Duration::ZERO);
        for (second, charge) in [(0, Some(80)), (60, Some(75)), (120, None), (3_600, Some(79))] {
            tallies.count(Some(sign(charge, None)), &[], at(second));
        }
        let told: Vec<_> = hours(&mut tallies).iter().map(|tally| tally.battery_percent).collect();
        assert_eq!(told, [Some(75), Some(79)]);
    }

    #[test]
    fn a_bell_that_says_every_minute_that_it_rings_rang_once() {
        let mut tallies = Tallies::new(Duration::ZERO);
        for second in [0, 60, 120] {
            tallies.count(Some(sign(None, Some(ALARM))), &[], at(second));
        }
        tallies.count(Some(sign(None, None)), &[], at(180));
        tallies.count(Some(sign(None, Some(AlarmId::from_bytes([3; 16])))), &[], at(240));
        assert_eq!(hours(&mut tallies)[0].rings, 2);
    }

    #[test]
    fn faults_openings_and_ring_tests_are_counted_and_commands_of_an_alarm_are_not() {
        let mut tallies = Tallies::new(Duration::ZERO);
        let wall = at(0).wall;
        let ring = |sound| {
            let lasts = Duration::from_secs(3);
            Output::Bell(BellCommand::Ring {
                device: BELL,
                alarm: ALARM,
                sound,
                lasts,
                until: wall,
                origin: None,
            })
        };
        let told = [
            ring(Sound::Test),
            ring(Sound::Live),
            Output::Record(Event::DeviceFault { device: BELL, at: wall, last_heard: None }),
            Output::Record(Event::DeviceTampered { device: BELL, at: wall }),
        ];
        tallies.count(None, &told, at(0));
        let wanted = Tally { faults: 2, ring_tests: 1, ..Tally::default() };
        assert_eq!(hours(&mut tallies), [wanted]);
    }

    #[test]
    fn a_stranger_gives_no_sign() {
        let unknown = Output::Refused(Refusal::UnknownDevice { device: BELL });
        assert_eq!(sign(None, None).known(&[unknown]), None);
    }

    #[test]
    fn the_node_listened_in_the_hours_in_which_it_ran() {
        let mut tallies = Tallies::new(at(3_000).steady);
        tallies.listened(at(3_600 + 600));
        let rows = tallies.take(MOST);
        let listened: Vec<_> = rows.iter().map(|(_, hour, tally)| (*hour, tally.heard)).collect();
        let (half, next) = (Duration::from_mins(10), NINE + HOUR);
        assert_eq!(listened, [(NINE, half), (next, half)]);
        tallies.give_back(rows.clone());
        assert_eq!(tallies.take(MOST), rows);
    }
}
