//! Tasmota with `FullTopic lg/%topic%/%prefix%/` and `Topic <device>`: `stat/`, `tele/` up, `cmnd/` down.
//!
//! Buttons need `SetOption73 1`, detectors are a switch with `SwitchMode 15`, `TelePeriod 60` is the heartbeat. A bell is
//! relay 1; its time-out is set with every ring (`PulseTime`), so that it falls silent by its own counting.

use super::{
    Flaw, Said, Words,
    json::{is_on, object, percent, text},
    presses, smells,
};
use crate::mqtt::{
    gate::Kind,
    message::{Cause, Command, Heartbeat, Press, Sound},
};
use serde_json::{Map, Value};
use std::time::Duration;

pub(super) fn read(kind: Kind, below: &str, payload: &[u8]) -> Words {
    match below {
        "tele/LWT" => match text(payload) {
            Ok("Online") => Words::alive(),
            Ok("Offline") => Words::one(Said::Gone),
            Ok(_) => Words::unread(Flaw::UnknownWord),
            Err(flaw) => Words::unread(flaw),
        },
        "stat/POWER" | "stat/POWER1" => match text(payload).map(is_on) {
            Ok(Some(on)) => with_sound(kind, on),
            Ok(None) => Words { flaw: Some(Flaw::UnknownWord), ..Words::alive() },
            Err(flaw) => Words { flaw: Some(flaw), ..Words::alive() },
        },
        "stat/RESULT" | "tele/RESULT" | "tele/SENSOR" | "tele/STATE" => results(kind, payload),
        below if below.starts_with("stat/BUTTON") || below.starts_with("stat/SWITCH") => {
            results(kind, payload)
        }
        _ => Words::alive(),
    }
}

fn with_sound(kind: Kind, on: bool) -> Words {
    let mut words = Words::alive();
    if kind.rings() {
        words.said.push(Said::Sounding(on));
    }
    words
}

fn results(kind: Kind, payload: &[u8]) -> Words {
    let object = match object(payload) {
        Ok(object) => object,
        Err(flaw) => return Words { flaw: Some(flaw), ..Words::alive() },
    };
    let mut said = Vec::new();
    if presses(kind) && pressed(kind, &object) {
        said.push(Said::Press(Press::plain(Cause::Button)));
    }
    if smells(kind) && switched_on(&object) {
        said.push(Said::Press(Press::plain(Cause::Detector)));
    }
    said.push(Said::Alive(Heartbeat { signal_percent: signal(&object), ..Heartbeat::default() }));
    let power = object.get("POWER").or_else(|| object.get("POWER1")).and_then(Value::as_str).and_then(is_on);
    if let (true, Some(on)) = (kind.rings(), power) {
        said.push(Said::Sounding(on));
    }
    Words { said, flaw: None }
}

/// `{"Wifi":{"RSSI":44}}`: in percent, whatever its name says.
fn signal(object: &Map<String, Value>) -> Option<u8> {
    object.get("Wifi")?.get("RSSI")?.as_f64().and_then(percent)
}

/// `{"Button1":{"Action":"SINGLE"}}`, before version 9 `{"ACTION":"SINGLE"}`; or a push-button wired as a switch, where no
/// detector is.
fn pressed(kind: Kind, object: &Map<String, Value>) -> bool {
    let counts = |action: &str| {
        matches!(action, "SINGLE" | "DOUBLE" | "TRIPLE" | "QUAD" | "PENTA" | "HOLD" | "ON" | "TOGGLE")
    };
    let bare = object.get("ACTION").and_then(Value::as_str).is_some_and(counts);
    bare || object
        .iter()
        .filter(|(key, _)| is_input(key, "Button") || (kind == Kind::Button && is_input(key, "Switch")))
        .any(|(_, value)| action(value).is_some_and(counts))
}

/// `{"Switch1":"ON"}` or `{"Switch1":{"Action":"ON"}}`.
fn switched_on(object: &Map<String, Value>) -> bool {
    object.iter().any(|(key, value)| is_input(key, "Switch") && action(value) == Some("ON"))
}

fn action(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("Action").and_then(Value::as_str))
}

fn is_input(key: &str, name: &str) -> bool {
    key.strip_prefix(name).is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn write(command: &Command) -> Option<(&'static str, String)> {
    match command {
        Command::Ring { sound: Sound::Drill, .. } | Command::Ack { .. } | Command::Set { .. } => None,
        Command::Ring { lasts, .. } => {
            Some(("cmnd/Backlog0", format!("PulseTime1 {};Power1 ON", pulse_time(*lasts))))
        }
        Command::Quiet { .. } => Some(("cmnd/Power1", "OFF".to_owned())),
    }
}

/// Tenths of a second up to 11.1 s, above that seconds plus 100.
fn pulse_time(lasts: Duration) -> u64 {
    if lasts <= Duration::from_millis(11_100) {
        u64::try_from(lasts.as_millis() / 100).unwrap_or(1).max(1)
    } else {
        (lasts.as_secs() + 100).min(64_900)
    }
}
