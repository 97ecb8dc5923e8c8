//! This program's own words. docs/reference/mqtt-topics.md shows each with its payload.

use super::{
    Flaw, Said, Words,
    json::{health, object, text},
    whole_seconds,
};
use crate::mqtt::{
    gate::Kind,
    message::{Cause, Command, Heartbeat, Press, Ringing, Sound},
    topic::{down, up},
};
use bytes::Bytes;
use liengia_kernel::{AlarmId, HouseholdId};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How many alarms one heartbeat may name.
const RINGING: usize = 8;
/// The longest time a press is said to have been held: thirty days. More is a broken counter.
const HELD: Duration = Duration::from_hours(24 * 30);

pub(super) fn read(kind: Kind, word: &str, payload: &[u8]) -> Words {
    match word {
        up::PRESS => press(kind, payload),
        up::CANCEL => match alarm_in(payload) {
            Ok(alarm) => Words::one(Said::Cancel(alarm)),
            Err(flaw) => Words::unread(flaw),
        },
        up::HEARTBEAT => heartbeat(payload),
        up::STATE => state(payload),
        up::RANG => match object(payload).and_then(|object| ringing(&object)) {
            Ok(ringing) => Words { said: vec![Said::Rang(ringing)], flaw: None },
            Err(flaw) => Words { flaw: Some(flaw), ..Words::alive() },
        },
        _ => Words::unread(Flaw::UnknownTopic),
    }
}

/// A press is a press whatever stands in it: what cannot be read is told beside it.
fn press(kind: Kind, payload: &[u8]) -> Words {
    let cause = if kind == Kind::Detector { Cause::Detector } else { Cause::Button };
    let mut press = Press::plain(cause);
    let flaw = match text(payload) {
        Ok(text) if text.starts_with('{') => match object(payload) {
            Ok(object) => fill(&mut press, &object),
            Err(flaw) => Some(flaw),
        },
        Ok(_) => None, // `1`, `ON`, nothing: a simple device.
        Err(flaw) => Some(flaw),
    };
    Words { said: vec![Said::Press(press)], flaw }
}

fn fill(press: &mut Press, object: &Map<String, Value>) -> Option<Flaw> {
    let mut flaw = None;
    match alarm(object) {
        Ok(alarm) => press.alarm = alarm,
        Err(wrong) => flaw = Some(wrong),
    }
    match object.get("cause").map(Value::as_str) {
        None => {}
        Some(Some("button")) => press.cause = Cause::Button,
        Some(Some("detector")) => press.cause = Cause::Detector,
        Some(_) => flaw = Some(Flaw::Field("cause")),
    }
    match object.get("held_ms").map(Value::as_u64) {
        None => {}
        Some(Some(held)) if Duration::from_millis(held) <= HELD => {
            press.held = Some(Duration::from_millis(held));
        }
        Some(_) => flaw = Some(Flaw::Field("held_ms")),
    }
    match object.get("at").map(|at| at.as_str().map(str::parse)) {
        None => {}
        Some(Some(Ok(at))) => press.pressed_at = Some(at),
        Some(_) => flaw = Some(Flaw::Field("at")),
    }
    flaw
}

fn heartbeat(payload: &[u8]) -> Words {
    if payload.is_empty() {
        return Words::alive();
    }
    let object = match object(payload) {
        Ok(object) => object,
        Err(flaw) => return Words { flaw: Some(flaw), ..Words::alive() },
    };
    let (mut beat, mut flaw) = health(&object);
    match object.get("ringing") {
        None => {}
        Some(Value::Array(list)) if list.len() <= RINGING => {
            let read: Result<Vec<Ringing>, Flaw> = list.iter().map(one_ringing).collect();
            match read {
                Ok(list) => beat.ringing = Some(list),
                Err(wrong) => flaw = Some(wrong),
            }
        }
        Some(_) => flaw = Some(Flaw::Field("ringing")),
    }
    Words { said: vec![Said::Alive(beat)], flaw }
}

fn state(payload: &[u8]) -> Words {
    match text(payload) {
        Ok("online") => return Words::alive(),
        Ok("offline") => return Words::one(Said::Gone),
        Ok(text) if text.starts_with('{') => {}
        Ok(_) => return Words::unread(Flaw::UnknownWord),
        Err(flaw) => return Words::unread(flaw),
    }
    match object(payload) {
        Ok(object) if object.get("state").and_then(Value::as_str) == Some("offline") => {
            Words::one(Said::Gone)
        }
        Ok(object) => {
            let (beat, flaw) = health(&object);
            Words { said: vec![Said::Alive(beat)], flaw }
        }
        Err(flaw) => Words::unread(flaw),
    }
}

fn one_ringing(value: &Value) -> Result<Ringing, Flaw> {
    match value {
        Value::String(id) => {
            let alarm = id.parse().map_err(|_| Flaw::Field("ringing"))?;
            Ok(Ringing { alarm, sound: Sound::Live })
        }
        Value::Object(object) => ringing(object),
        _ => Err(Flaw::Field("ringing")),
    }
}

fn ringing(object: &Map<String, Value>) -> Result<Ringing, Flaw> {
    let alarm = alarm(object)?.ok_or(Flaw::Field("alarm"))?;
    let sound = match object.get("sound") {
        None => Sound::Live,
        Some(word) => word.as_str().and_then(Sound::from_word).ok_or(Flaw::Field("sound"))?,
    };
    Ok(Ringing { alarm, sound })
}

fn alarm_in(payload: &[u8]) -> Result<Option<AlarmId>, Flaw> {
    if payload.starts_with(b"{") { alarm(&object(payload)?) } else { text(payload).map(|_| None) }
}

fn alarm(object: &Map<String, Value>) -> Result<Option<AlarmId>, Flaw> {
    match object.get("alarm") {
        None | Some(Value::Null) => Ok(None),
        Some(id) => id.as_str().and_then(|id| id.parse().ok()).map(Some).ok_or(Flaw::Field("alarm")),
    }
}

/// A command as it stands in its payload.
#[derive(Serialize)]
#[serde(untagged)]
enum Payload {
    Ring {
        alarm: AlarmId,
        #[serde(skip_serializing_if = "Option::is_none")]
        origin: Option<HouseholdId>,
        sound: &'static str,
        ttl: u64,
    },
    Quiet {
        alarm: AlarmId,
    },
    Ack {
        alarm: AlarmId,
        outcome: &'static str,
        press: AlarmId,
        recorded: bool,
    },
    Set {
        heartbeat_s: u64,
    },
}

/// A command's word and payload.
pub(super) fn write(command: &Command) -> (&'static str, Bytes) {
    let (word, payload) = match *command {
        Command::Ring { alarm, sound, lasts, origin } => {
            let word = match sound {
                Sound::Live | Sound::OwnHome => down::RING,
                Sound::Drill => down::DRILL,
                Sound::Test => down::TEST,
            };
            (word, Payload::Ring { alarm, origin, sound: sound.word(), ttl: whole_seconds(lasts) })
        }
        Command::Quiet { alarm } => (down::QUIET, Payload::Quiet { alarm }),
        Command::Ack { press, alarm, outcome, recorded } => {
            (down::ACK, Payload::Ack { alarm, outcome: outcome.word(), press, recorded })
        }
        Command::Set { heartbeat } => (down::SET, Payload::Set { heartbeat_s: heartbeat.as_secs() }),
    };
    // Ids, numbers and words of ours, which JSON can always hold.
    (word, Bytes::from(serde_json::to_vec(&payload).unwrap_or_default()))
}

/// The words with which a bell says what it rings for; for tests and simulated devices.
impl Heartbeat {
    /// The heartbeat as a device of this program's own make sends it.
    pub fn to_payload(&self) -> String {
        let mut object = Map::new();
        if let Some(ringing) = &self.ringing {
            let list = ringing.iter().map(|one| json!({ "alarm": one.alarm, "sound": one.sound.word() }));
            object.insert("ringing".to_owned(), list.collect());
        }
        if let Some(percent) = self.battery_percent {
            object.insert("battery".to_owned(), json!(percent));
        }
        if let Some(percent) = self.signal_percent {
            object.insert("signal".to_owned(), json!(percent));
        }
        if let Some(open) = self.tamper {
            object.insert("tamper".to_owned(), json!(open));
        }
        Value::Object(object).to_string()
    }
}
