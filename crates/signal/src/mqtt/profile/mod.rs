//! How makes of devices say what we mean: payload to words, and commands to payload.
//!
//! Promises: pure functions; any bytes whatever give words, a [`Flaw`], or both, and never a panic. It never guesses
//! towards silence: a press whose payload cannot be read is still a press.

mod esphome;
mod json;
mod liengia;
mod tasmota;
mod zigbee2mqtt;

pub use json::Flaw;
pub use zigbee2mqtt::{BridgeWord, bridge};

use super::{
    gate::{Kind, Served},
    message::{Command, Heartbeat, Press, Ringing},
    topic::{self, Place},
};
use bytes::Bytes;
use liengia_kernel::{AlarmId, DeviceId};
use std::{borrow::Cow, time::Duration};

/// How a device speaks. Recognised by configuration, never guessed from what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// This program's own words.
    Liengia,
    /// Behind Zigbee2MQTT, whose base topic is `lg/<bridge>`.
    Zigbee2Mqtt {
        /// How its siren is rung.
        siren: Siren,
    },
    /// Tasmota with the full topic `lg/%topic%/%prefix%/` and the device's id as topic.
    Tasmota,
    /// ESPHome with the topic prefix `lg/<device>`.
    EspHome,
}

impl Profile {
    /// Whether such devices stand behind one client that speaks for many.
    pub const fn is_bridged(self) -> bool {
        matches!(self, Self::Zigbee2Mqtt { .. })
    }

    /// The name under which it is configured.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Liengia => "liengia",
            Self::Zigbee2Mqtt { .. } => "zigbee2mqtt",
            Self::Tasmota => "tasmota",
            Self::EspHome => "esphome",
        }
    }

    /// The profile of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let zigbee = Self::Zigbee2Mqtt { siren: Siren::Warning };
        [Self::Liengia, zigbee, Self::Tasmota, Self::EspHome].into_iter().find(|one| one.name() == name)
    }
}

/// How a Zigbee siren is rung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Siren {
    /// By `warning`, as certified sirens are.
    #[default]
    Warning,
    /// By `alarm` and `duration`, as many of Tuya's are.
    Alarm,
    /// By `state` and `on_time`: a plug or relay with a siren on it.
    Switch,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The alarm is raised.
    Press(Press),
    /// Nothing burns.
    Cancel(Option<AlarmId>),
    /// A sign of life.
    Alive(Heartbeat),
    /// A bell rings for an alarm.
    Rang(Ringing),
    /// A siren sounds or is silent; it cannot tell what for.
    Sounding(bool),
    /// It is said to be gone.
    Gone,
}

/// What was read from a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// What it says.
    pub said: Vec<Said>,
    /// What was wrong with it.
    pub flaw: Option<Flaw>,
}

impl Words {
    fn one(said: Said) -> Self {
        Self { said: vec![said], flaw: None }
    }

    fn alive() -> Self {
        Self::one(Said::Alive(Heartbeat::default()))
    }

    fn unread(flaw: Flaw) -> Self {
        Self { said: Vec::new(), flaw: Some(flaw) }
    }
}

/// Reads a message of a device; `below` is what stands below the device's own part of the topic. A device that speaks for
/// itself may use this program's own words beside its make's.
pub fn read(served: &Served, below: &str, payload: &[u8]) -> Words {
    match served.profile {
        profile if !profile.is_bridged() && topic::is_upward(below) => {
            liengia::read(served.kind, below, payload)
        }
        Profile::Liengia => liengia::read(served.kind, below, payload),
        Profile::Zigbee2Mqtt { siren } => zigbee2mqtt::read(served.kind, siren, below, payload),
        Profile::Tasmota => tasmota::read(served.kind, below, payload),
        Profile::EspHome => esphome::read(served.kind, below, payload),
    }
}

/// A message to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Where.
    pub place: Place,
    /// What.
    pub payload: Bytes,
}

/// Writes commands; the payload of this program's own words is made once, however many devices get it.
pub struct Writer<'a> {
    command: &'a Command,
    own: Option<(&'static str, Bytes)>,
}

impl<'a> Writer<'a> {
    /// For one command.
    pub const fn new(command: &'a Command) -> Self {
        Self { command, own: None }
    }

    /// The command in the device's words. None if it has none for it: a drill for a siren with one sound.
    pub fn letter(&mut self, served: &Served, client: DeviceId) -> Option<Letter> {
        if served.profile == Profile::Liengia {
            let (word, payload) = self.own.get_or_insert_with(|| liengia::write(self.command));
            let place = Place { owner: served.device, below: Cow::Borrowed(word) };
            return Some(Letter { place, payload: payload.clone() });
        }
        let rings = matches!(self.command, Command::Ring { .. } | Command::Quiet { .. });
        if rings && !served.kind.rings() {
            return None;
        }
        let (owner, below, payload) = match served.profile {
            Profile::Zigbee2Mqtt { siren } => {
                let below = format!("{}/set", served.spoken_name());
                (client, Cow::Owned(below), zigbee2mqtt::write(siren, self.command)?)
            }
            Profile::Tasmota => {
                let (below, payload) = tasmota::write(self.command)?;
                (served.device, Cow::Borrowed(below), payload)
            }
            Profile::EspHome | Profile::Liengia => {
                let (below, payload) = esphome::write(self.command)?;
                (served.device, Cow::Borrowed(below), payload)
            }
        };
        Some(Letter { place: Place { owner, below }, payload: Bytes::from(payload) })
    }
}

impl Writer<'_> {
    /// Whether this command would silence a device that cannot tell one alarm from another.
    pub fn quietens_all(&self, served: &Served) -> bool {
        matches!(self.command, Command::Quiet { .. }) && served.profile != Profile::Liengia
    }
}

/// Seconds for a device to count, rounded up: a ring told again a moment later still lasts what it should.
fn whole_seconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// Whether a kind's word for a press counts.
const fn presses(kind: Kind) -> bool {
    matches!(kind, Kind::Button | Kind::Combined)
}

/// Whether a kind's word for smoke counts.
const fn smells(kind: Kind) -> bool {
    matches!(kind, Kind::Detector | Kind::Combined)
}

#[cfg(test)]
mod tests;
