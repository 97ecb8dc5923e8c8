//! A device by itself: what it does when it is pressed, told something, or left alone.
//!
//! Promises: a function from state, input and time to outputs; no I/O, no clock, no chance. It never sends an alarm's
//! id other than the one it was given, repeats a press until the node says that it is recorded, and stops ringing
//! only when told to or when its time is over.

use super::topics;
use crate::sample::DeviceKind;
use crate::wire::Qos;
use liengia_kernel::AlarmId;
use serde::Deserialize;
use std::{fmt::Write as _, time::Duration};

/// How many alarms a bell rings for at once. Further ones are not heard beside these.
const RINGING: usize = 8;
/// The longest that a bell rings on one command.
const LONGEST_RING: Duration = Duration::from_mins(5);
/// How long a press is repeated that nobody records.
const GIVE_UP: Duration = Duration::from_mins(5);
/// The first wait for an answer to a press; each further one doubles, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// How a bell sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sound {
    /// Fire.
    Live,
    /// The home's own detector warns.
    OwnHome,
    /// Practice.
    Drill,
    /// A ring test.
    Test,
}

impl Sound {
    const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::OwnHome => "own_home",
            Self::Drill => "drill",
            Self::Test => "test",
        }
    }
}

/// What raised the alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Button,
    Detector,
}

/// Something happens to the device.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input<'a> {
    /// The broker let it in and took its subscriptions.
    Connected,
    /// The node says something.
    Told { word: &'a str, payload: &'a [u8] },
    /// It is pressed, or smells smoke.
    Pressed { alarm: AlarmId, cause: Cause },
    /// Somebody at home says that nothing burns.
    Cancelled,
    /// Time passed.
    Tick,
}

/// What the device does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    /// It sends this.
    Say { word: &'static str, payload: String, qos: Qos },
    /// It began to ring, or was told to ring on.
    Rings(AlarmId),
    /// It fell silent.
    Silent(AlarmId),
    /// The node answered its press.
    Answered { alarm: AlarmId, recorded: bool },
    /// It gave up repeating its press.
    GaveUp(AlarmId),
}

/// An alarm that a bell rings for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ringing {
    pub(crate) alarm: AlarmId,
    pub(crate) sound: Sound,
    until: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Pressing {
    alarm: AlarmId,
    cause: Cause,
    at: Duration,
    wait: Duration,
    next: Duration,
}

/// A device.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    kind: DeviceKind,
    second_sound: bool,
    qos: Qos,
    heartbeat: Duration,
    next_heartbeat: Duration,
    pub(crate) battery: u8,
    pub(crate) tampered: bool,
    pub(crate) ringing: Vec<Ringing>,
    pressing: Option<Pressing>,
}

#[derive(Deserialize)]
struct Order {
    alarm: Option<AlarmId>,
    press: Option<AlarmId>,
    sound: Option<String>,
    ttl: Option<u64>,
    recorded: Option<bool>,
    heartbeat_s: Option<u64>,
}

impl Machine {
    /// A device that says that it is there every `heartbeat`, for the first time after it connected.
    pub(crate) const fn new(kind: DeviceKind, second_sound: bool, qos: Qos, heartbeat: Duration) -> Self {
        Self {
            kind,
            second_sound,
            qos,
            heartbeat,
            next_heartbeat: Duration::MAX,
            battery: 100,
            tampered: false,
            ringing: Vec::new(),
            pressing: None,
        }
    }

    /// When it wants to hear of the time next.
    pub(crate) fn next(&self) -> Duration {
        let press = self.pressing.map(|press| press.next);
        let silent = self.ringing.iter().map(|ringing| ringing.until).min();
        [Some(self.next_heartbeat), press, silent].into_iter().flatten().min().unwrap_or(Duration::MAX)
    }

    /// Sets when it says next that it is there, so that not all do so at once.
    pub(crate) const fn heartbeat_at(&mut self, at: Duration) {
        self.next_heartbeat = at;
    }

    /// What it does about `input`.
    pub(crate) fn step(&mut self, input: Input<'_>, now: Duration, out: &mut Vec<Output>) {
        match input {
            Input::Connected => {
                self.say(topics::STATE, "online".to_owned(), out);
                out.push(self.heartbeat());
                if let Some(pressing) = &mut self.pressing {
                    pressing.next = now;
                }
                self.repeat_press(now, out);
            }
            Input::Told { word, payload } => {
                if let Ok(order) = serde_json::from_slice::<Order>(payload) {
                    self.told(word, &order, now, out);
                }
            }
            Input::Pressed { alarm, cause } => {
                // Held down or pressed again: one alarm, as long as the first press is not recorded.
                if self.pressing.is_none() {
                    self.pressing = Some(Pressing { alarm, cause, at: now, wait: FIRST_WAIT, next: now });
                    self.repeat_press(now, out);
                }
            }
            Input::Cancelled => self.say(topics::CANCEL, "{}".to_owned(), out),
            Input::Tick => {
                let over = self.ringing.iter().filter(|ringing| ringing.until <= now);
                out.extend(over.map(|ringing| Output::Silent(ringing.alarm)));
                self.ringing.retain(|ringing| ringing.until > now);
                self.repeat_press(now, out);
                if self.next_heartbeat <= now {
                    self.next_heartbeat = now + self.heartbeat;
                    out.push(self.heartbeat());
                }
            }
        }
    }

    fn told(&mut self, word: &str, order: &Order, now: Duration, out: &mut Vec<Output>) {
        match (word, order.alarm) {
            (topics::RING | topics::DRILL | topics::TEST, Some(alarm)) if self.kind.rings() => {
                let sound = match (word, order.sound.as_deref()) {
                    (topics::DRILL, _) => Sound::Drill,
                    (topics::TEST, _) => Sound::Test,
                    (_, Some("own_home")) => Sound::OwnHome,
                    _ => Sound::Live,
                };
                if sound != Sound::Drill || self.second_sound {
                    let lasts = order.ttl.map_or(LONGEST_RING, Duration::from_secs).min(LONGEST_RING);
                    self.ring(Ringing { alarm, sound, until: now + lasts }, out);
                }
            }
            (topics::QUIET, Some(alarm)) => {
                if self.ringing.iter().any(|ringing| ringing.alarm == alarm) {
                    out.push(Output::Silent(alarm));
                }
                self.ringing.retain(|ringing| ringing.alarm != alarm);
            }
            (topics::ACK, _) => {
                let recorded = order.recorded == Some(true);
                if let Some(pressing) = self.pressing.filter(|pressing| Some(pressing.alarm) == order.press) {
                    out.push(Output::Answered { alarm: pressing.alarm, recorded });
                    if recorded {
                        self.pressing = None;
                    }
                }
            }
            (topics::SET, _) => {
                if let Some(seconds) = order.heartbeat_s.filter(|seconds| (5..=3_600).contains(seconds)) {
                    self.heartbeat = Duration::from_secs(seconds);
                }
            }
            _ => {}
        }
    }

    fn ring(&mut self, new: Ringing, out: &mut Vec<Output>) {
        if let Some(ringing) = self.ringing.iter_mut().find(|ringing| ringing.alarm == new.alarm) {
            *ringing = new;
        } else if self.ringing.len() < RINGING {
            self.ringing.push(new);
        } else {
            return;
        }
        out.push(Output::Rings(new.alarm));
        let payload = format!("{{\"alarm\":\"{}\",\"sound\":\"{}\"}}", new.alarm, new.sound.word());
        self.say(topics::RANG, payload, out);
    }

    fn repeat_press(&mut self, now: Duration, out: &mut Vec<Output>) {
        let Some(mut press) = self.pressing.filter(|press| press.next <= now) else { return };
        let held = now.saturating_sub(press.at);
        if held >= GIVE_UP {
            self.pressing = None;
            return out.push(Output::GaveUp(press.alarm));
        }
        let cause = if press.cause == Cause::Detector { "detector" } else { "button" };
        let payload = format!(
            "{{\"alarm\":\"{}\",\"cause\":\"{cause}\",\"held_ms\":{}}}",
            press.alarm,
            held.as_millis()
        );
        self.say(topics::PRESS, payload, out);
        press.next = now + press.wait;
        press.wait = (press.wait * 2).min(LONGEST_WAIT);
        self.pressing = Some(press);
    }

    fn heartbeat(&self) -> Output {
        let mut payload = String::from("{");
        if self.kind.rings() {
            payload.push_str("\"ringing\":[");
            for (index, ringing) in self.ringing.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                let (alarm, sound) = (ringing.alarm, ringing.sound.word());
                // Writing to a text cannot fail.
                let _ = write!(payload, "{comma}{{\"alarm\":\"{alarm}\",\"sound\":\"{sound}\"}}");
            }
            payload.push_str("],");
        }
        let _ = write!(payload, "\"battery\":{},\"tamper\":{}}}", self.battery, self.tampered);
        Output::Say { word: topics::HEARTBEAT, payload, qos: Qos::AtMostOnce }
    }

    fn say(&self, word: &'static str, payload: String, out: &mut Vec<Output>) {
        out.push(Output::Say { word, payload, qos: self.qos });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, Timestamp};

    const SECOND: Duration = Duration::from_secs(1);

    fn alarms() -> [AlarmId; 2] {
        let entropy = SeededEntropy::new(1);
        [1, 2].map(|at| AlarmId::new(Timestamp::from_seconds(at), &entropy))
    }

    fn machine(kind: DeviceKind) -> Machine {
        Machine::new(kind, false, Qos::AtLeastOnce, 60 * SECOND)
    }

    fn step(machine: &mut Machine, input: Input<'_>, now: Duration) -> Vec<Output> {
        let mut out = Vec::new();
        machine.step(input, now, &mut out);
        out
    }

    fn tell(machine: &mut Machine, word: &str, payload: &str, now: Duration) -> Vec<Output> {
        step(machine, Input::Told { word, payload: payload.as_bytes() }, now)
    }

    fn said(out: &[Output], wanted: &str) -> Option<String> {
        out.iter().find_map(|output| match output {
            Output::Say { word, payload, .. } if *word == wanted => Some(payload.clone()),
            _ => None,
        })
    }

    #[test]
    fn a_bell_answers_with_the_alarm_and_rings_until_its_time_is_over() {
        let [alarm, _] = alarms();
        let mut bell = machine(DeviceKind::Bell);
        let out =
            tell(&mut bell, "ring", &format!(r#"{{"alarm":"{alarm}","sound":"live","ttl":30}}"#), SECOND);
        assert!(out.contains(&Output::Rings(alarm)));
        assert!(said(&out, "rang").unwrap().contains(&alarm.to_string()));
        assert_eq!(bell.next(), 31 * SECOND);
        assert_eq!(step(&mut bell, Input::Tick, 31 * SECOND), [Output::Silent(alarm)]);
        assert!(bell.ringing.is_empty());
    }

    #[test]
    fn a_renewed_ring_is_answered_again_and_lasts_longer() {
        let [alarm, _] = alarms();
        let mut bell = machine(DeviceKind::Bell);
        let ring = format!(r#"{{"alarm":"{alarm}","ttl":300}}"#);
        tell(&mut bell, "ring", &ring, SECOND);
        assert!(said(&tell(&mut bell, "ring", &ring, 61 * SECOND), "rang").is_some());
        assert_eq!((bell.ringing.len(), bell.next()), (1, 361 * SECOND));
    }

    #[test]
    fn quiet_silences_one_alarm_and_leaves_the_other() {
        let [one, other] = alarms();
        let mut bell = machine(DeviceKind::Bell);
        for alarm in [one, other] {
            tell(&mut bell, "ring", &format!(r#"{{"alarm":"{alarm}"}}"#), SECOND);
        }
        let out = tell(&mut bell, "quiet", &format!(r#"{{"alarm":"{one}"}}"#), SECOND);
        assert_eq!(out, [Output::Silent(one)]);
        let beat = step(&mut bell, Input::Connected, 2 * SECOND);
        let beat = said(&beat, "heartbeat").unwrap();
        assert!(beat.contains(&other.to_string()) && !beat.contains(&one.to_string()));
    }

    #[test]
    fn a_bell_with_one_sound_is_silent_in_a_drill() {
        let [alarm, _] = alarms();
        let drill = format!(r#"{{"alarm":"{alarm}","sound":"drill","ttl":60}}"#);
        let mut bell = machine(DeviceKind::Bell);
        assert_eq!(tell(&mut bell, "drill", &drill, SECOND), []);
        let mut bell = Machine::new(DeviceKind::Bell, true, Qos::AtLeastOnce, 60 * SECOND);
        assert!(said(&tell(&mut bell, "drill", &drill, SECOND), "rang").unwrap().contains("drill"));
    }

    #[test]
    fn a_press_is_repeated_with_the_same_id_until_it_is_recorded() {
        let [alarm, other] = alarms();
        let mut button = machine(DeviceKind::Button);
        let out = step(&mut button, Input::Pressed { alarm, cause: Cause::Button }, SECOND);
        assert!(said(&out, "press").unwrap().contains(&alarm.to_string()));
        assert_eq!(step(&mut button, Input::Pressed { alarm: other, cause: Cause::Button }, SECOND), []);
        let again = step(&mut button, Input::Tick, 3 * SECOND);
        assert!(said(&again, "press").unwrap().contains(r#""held_ms":2000"#));
        let ringing =
            format!(r#"{{"press":"{alarm}","alarm":"{alarm}","outcome":"raised","recorded":false}}"#);
        let out = tell(&mut button, "ack", &ringing, 4 * SECOND);
        assert_eq!(out, [Output::Answered { alarm, recorded: false }]);
        assert!(said(&step(&mut button, Input::Tick, 7 * SECOND), "press").is_some());
        let recorded = ringing.replace("false", "true");
        let out = tell(&mut button, "ack", &recorded, 8 * SECOND);
        assert_eq!(out, [Output::Answered { alarm, recorded: true }]);
        assert_eq!(button.next(), Duration::MAX);
    }

    #[test]
    fn a_press_made_without_a_link_is_sent_when_it_is_back() {
        let [alarm, _] = alarms();
        let mut button = machine(DeviceKind::Button);
        step(&mut button, Input::Pressed { alarm, cause: Cause::Button }, SECOND);
        let out = step(&mut button, Input::Connected, 90 * SECOND);
        assert!(said(&out, "press").unwrap().contains(r#""held_ms":89000"#));
    }

    #[test]
    fn a_press_that_nobody_hears_is_given_up() {
        let [alarm, _] = alarms();
        let mut button = machine(DeviceKind::Button);
        step(&mut button, Input::Pressed { alarm, cause: Cause::Button }, SECOND);
        let mut heard = Vec::new();
        while button.next() < Duration::MAX {
            let at = button.next();
            heard.extend(step(&mut button, Input::Tick, at));
        }
        assert_eq!(heard.last(), Some(&Output::GaveUp(alarm)));
        assert!((20..40).contains(&heard.len()), "{}", heard.len());
    }

    #[test]
    fn a_heartbeat_tells_charge_and_lid() {
        let mut button = machine(DeviceKind::Button);
        (button.battery, button.tampered) = (9, true);
        let out = step(&mut button, Input::Connected, SECOND);
        assert_eq!(said(&out, "heartbeat").unwrap(), r#"{"battery":9,"tamper":true}"#);
        assert_eq!(said(&out, "state").unwrap(), "online");
    }

    #[test]
    fn nonsense_is_ignored() {
        let mut bell = machine(DeviceKind::Combined);
        for payload in ["", "{", "[]", r#"{"alarm":7}"#, r#"{"alarm":"x"}"#, "\u{0}"] {
            for word in ["ring", "drill", "test", "quiet", "ack", "set", "other"] {
                assert_eq!(tell(&mut bell, word, payload, SECOND), []);
            }
        }
    }
}
