//! ESPHome with `topic_prefix: lg/<device>`: `<component>/<name>/state` up, `<component>/<name>/command` down.
//!
//! The names are this program's: a binary sensor that ends in `button`, `smoke`, `heat` or `tamper`, sensors in percent that end
//! in `battery` or `signal`, a switch `siren`, and a number `ring` that takes the seconds to ring. An `uptime` sensor every 60 s is the heartbeat.

use super::{
    Flaw, Said, Words,
    json::{is_on, object, percent, text},
    presses, smells, whole_seconds,
};
use crate::mqtt::{
    gate::Kind,
    message::{Cause, Command, Heartbeat, Press, Sound},
};
use serde_json::Value;

pub(super) fn read(kind: Kind, below: &str, payload: &[u8]) -> Words {
    if below == "status" {
        return match text(payload) {
            Ok("online") => Words::alive(),
            Ok("offline") => Words::one(Said::Gone),
            Ok(_) => Words::unread(Flaw::UnknownWord),
            Err(flaw) => Words::unread(flaw),
        };
    }
    let mut levels = below.split('/');
    let (component, name, last) = (levels.next(), levels.next(), levels.next());
    match (component, name, last) {
        (Some("binary_sensor"), Some(name), Some("state")) => on_or_off(payload, |on| binary(kind, name, on)),
        (Some("switch"), Some("siren"), Some("state")) => {
            on_or_off(payload, |on| kind.rings().then_some(Said::Sounding(on)))
        }
        (Some("event"), Some(name), Some("state")) if name.ends_with("button") => event(kind, payload),
        (Some("sensor"), Some(name), Some("state")) if name.ends_with("battery") => {
            level(payload, "battery", |percent| Heartbeat {
                battery_percent: Some(percent),
                ..Heartbeat::default()
            })
        }
        (Some("sensor"), Some(name), Some("state")) if name.ends_with("signal") => {
            level(payload, "signal", |percent| Heartbeat {
                signal_percent: Some(percent),
                ..Heartbeat::default()
            })
        }
        _ => Words::alive(),
    }
}

fn on_or_off(payload: &[u8], what: impl FnOnce(bool) -> Option<Said>) -> Words {
    let on = match text(payload).map(is_on) {
        Ok(Some(on)) => on,
        Ok(None) => return Words { flaw: Some(Flaw::UnknownWord), ..Words::alive() },
        Err(flaw) => return Words { flaw: Some(flaw), ..Words::alive() },
    };
    match what(on) {
        Some(said @ Said::Alive(_)) => Words::one(said),
        Some(said @ Said::Press(_)) => {
            Words { said: vec![said, Said::Alive(Heartbeat::default())], flaw: None }
        }
        Some(said) => Words { said: vec![Said::Alive(Heartbeat::default()), said], flaw: None },
        None => Words::alive(),
    }
}

fn binary(kind: Kind, name: &str, on: bool) -> Option<Said> {
    if name.ends_with("tamper") {
        return Some(Said::Alive(Heartbeat { tamper: Some(on), ..Heartbeat::default() }));
    }
    let cause = if name.ends_with("button") && presses(kind) {
        Cause::Button
    } else if (name.ends_with("smoke") || name.ends_with("heat")) && smells(kind) {
        Cause::Detector
    } else {
        return None;
    };
    on.then_some(Said::Press(Press::plain(cause)))
}

/// `{"event_type":"press"}`, for what ESPHome calls an event.
fn event(kind: Kind, payload: &[u8]) -> Words {
    let object = match object(payload) {
        Ok(object) => object,
        Err(flaw) => return Words { flaw: Some(flaw), ..Words::alive() },
    };
    let Some(word) = object.get("event_type").and_then(Value::as_str) else {
        return Words { flaw: Some(Flaw::Field("event_type")), ..Words::alive() };
    };
    let mut words = Words::alive();
    if presses(kind) && !word.ends_with("release") {
        words.said.insert(0, Said::Press(Press::plain(Cause::Button)));
    }
    words
}

/// A sensor in percent.
fn level(payload: &[u8], name: &'static str, says: impl FnOnce(u8) -> Heartbeat) -> Words {
    match text(payload).map(|text| text.parse().ok().and_then(percent)) {
        Ok(Some(percent)) => Words::one(Said::Alive(says(percent))),
        Ok(None) => Words { flaw: Some(Flaw::Field(name)), ..Words::alive() },
        Err(flaw) => Words { flaw: Some(flaw), ..Words::alive() },
    }
}

pub(super) fn write(command: &Command) -> Option<(&'static str, String)> {
    match command {
        Command::Ring { sound: Sound::Drill, .. } | Command::Ack { .. } | Command::Set { .. } => None,
        Command::Ring { lasts, .. } => Some(("number/ring/command", whole_seconds(*lasts).to_string())),
        Command::Quiet { .. } => Some(("number/ring/command", "0".to_owned())),
    }
}
