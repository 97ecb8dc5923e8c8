//! Zigbee2MQTT: one client, its base topic `lg/<bridge>`, many devices below by name. Payloads are JSON states;
//! a button's press is an `action`, smoke is `smoke: true`, a siren is told through `<name>/set`.
//!
//! A Zigbee device speaks seldom. Its sign of life is therefore the bridge's own (`bridge/health`, set to one minute),
//! for every device that the bridge says is available.

use super::{
    Flaw, Said, Siren, Words,
    json::{health, object, switch, text},
    presses, smells, whole_seconds,
};
use crate::mqtt::{
    gate::Kind,
    message::{Cause, Command, Press, Sound},
};
use serde_json::{Map, Value, json};

pub(super) fn read(kind: Kind, siren: Siren, below: &str, payload: &[u8]) -> Words {
    match below {
        "" => match object(payload) {
            Ok(object) => device_state(kind, siren, &object),
            Err(flaw) => Words::unread(flaw),
        },
        "availability" => match availability(payload) {
            Ok(true) => Words::alive(),
            Ok(false) => Words::one(Said::Gone),
            Err(flaw) => Words::unread(flaw),
        },
        _ => Words::default(), // Single values and answers: all stand in the state, too.
    }
}

fn device_state(kind: Kind, siren: Siren, object: &Map<String, Value>) -> Words {
    let mut said = Vec::new();
    let (beat, mut flaw) = health(object);
    match object.get("action") {
        Some(Value::String(action)) if presses(kind) && is_press(action) => {
            said.push(Said::Press(Press::plain(Cause::Button)));
        }
        None | Some(Value::Null | Value::String(_)) => {}
        Some(_) => flaw = Some(Flaw::Field("action")),
    }
    match object.get("smoke") {
        None | Some(Value::Null) => {}
        Some(value) => match switch(value) {
            // Also during a self-test: a lone detector warns its own home first, where someone can say so.
            Some(true) if smells(kind) => said.push(Said::Press(Press::plain(Cause::Detector))),
            Some(_) => {}
            None => flaw = Some(Flaw::Field("smoke")),
        },
    }
    said.push(Said::Alive(beat));
    let sounds = match siren {
        Siren::Warning | Siren::Alarm => object.get("alarm"),
        Siren::Switch => object.get("state"),
    };
    if let (true, Some(on)) = (kind.rings(), sounds.and_then(switch)) {
        said.push(Said::Sounding(on));
    }
    Words { said, flaw }
}

/// Buttons have many words for being pressed, and a few for everything else.
fn is_press(action: &str) -> bool {
    let other = ["release", "stop", "wakeup", "rotate_left", "rotate_right", "disarm"];
    !action.is_empty() && !other.iter().any(|other| action.ends_with(other)) && !action.starts_with("arm_")
}

fn availability(payload: &[u8]) -> Result<bool, Flaw> {
    let text = text(payload)?;
    let word = if text.starts_with('{') {
        object(payload)?.get("state").and_then(Value::as_str).map(ToOwned::to_owned)
    } else {
        Some(text.to_owned())
    };
    match word.as_deref() {
        Some("online") => Ok(true),
        Some("offline") => Ok(false),
        _ => Err(Flaw::UnknownWord),
    }
}

/// What the bridge says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BridgeWord {
    /// It lives, and so do the devices that it says are available.
    Pulse,
    /// It stops.
    Gone,
    /// Nothing that matters here.
    Other,
}

/// Reads a message of the bridge itself; `below` is what stands below its base topic.
pub fn bridge(below: &str, payload: &[u8]) -> BridgeWord {
    match below {
        "bridge/health" => BridgeWord::Pulse,
        "bridge/state" => match availability(payload) {
            Ok(true) => BridgeWord::Pulse,
            Ok(false) => BridgeWord::Gone,
            Err(_) => BridgeWord::Other,
        },
        _ => BridgeWord::Other,
    }
}

pub(super) fn write(siren: Siren, command: &Command) -> Option<String> {
    let payload = match (command, siren) {
        (Command::Ring { sound: Sound::Drill, .. } | Command::Ack { .. } | Command::Set { .. }, _) => {
            return None;
        }
        (Command::Ring { lasts, .. }, Siren::Warning) => json!({ "warning": {
            "mode": "emergency",
            "level": "very_high",
            "strobe": true,
            "strobe_level": "very_high",
            "strobe_duty_cycle": 10,
            "duration": whole_seconds(*lasts),
        } }),
        (Command::Ring { lasts, .. }, Siren::Alarm) => {
            json!({ "duration": whole_seconds(*lasts).min(1800), "alarm": true })
        }
        (Command::Ring { lasts, .. }, Siren::Switch) => {
            json!({ "state": "ON", "on_time": whole_seconds(*lasts) })
        }
        (Command::Quiet { .. }, Siren::Warning) => {
            json!({ "warning": { "mode": "stop", "strobe": false, "duration": 0 } })
        }
        (Command::Quiet { .. }, Siren::Alarm) => json!({ "alarm": false }),
        (Command::Quiet { .. }, Siren::Switch) => json!({ "state": "OFF" }),
    };
    Some(payload.to_string())
}
