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
                out.push(Output::Say {
                    word: topics::STATE,
                    payload: "online".to_owned(),
                    qos: Qos::AtMostOnce,
                });
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
mod tests;
