//! Reading JSON that strangers send: bounded, and with a word for everything that can be wrong.

use crate::mqtt::message::{Heartbeat, LOW_PERCENT};
use serde_json::{Map, Value};

/// The longest payload that is looked at, in bytes.
const LONGEST: usize = 64 * 1024;

/// What was wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Flaw {
    /// It is not UTF-8. Send text.
    #[error("the payload is not UTF-8 text")]
    NotText,
    /// It is longer than anything a device has to say.
    #[error("the payload is longer than 64 KiB")]
    TooLong,
    /// It is not JSON, or nested too deeply, or holds a number that is none.
    #[error("the payload is not JSON")]
    NotJson,
    /// It is JSON, but not an object.
    #[error("the payload is not a JSON object")]
    NotAnObject,
    /// A field does not hold what it should.
    #[error("the field `{0}` does not hold what it should")]
    Field(&'static str),
    /// A word that this topic does not know.
    #[error("the payload is not one of the words of this topic")]
    UnknownWord,
    /// A topic that this profile does not know.
    #[error("the topic is not one that this kind of device uses")]
    UnknownTopic,
}

/// The payload as text.
pub(super) fn text(payload: &[u8]) -> Result<&str, Flaw> {
    if payload.len() > LONGEST {
        return Err(Flaw::TooLong);
    }
    std::str::from_utf8(payload).map(str::trim).map_err(|_| Flaw::NotText)
}

/// The payload as a JSON object.
pub(super) fn object(payload: &[u8]) -> Result<Map<String, Value>, Flaw> {
    match serde_json::from_str(text(payload)?) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Flaw::NotAnObject),
        Err(_) => Err(Flaw::NotJson),
    }
}

/// `ON` and its like.
pub(super) fn is_on(word: &str) -> Option<bool> {
    match word {
        "ON" | "on" | "On" | "true" | "1" => Some(true),
        "OFF" | "off" | "Off" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// A switch in JSON: a boolean, or `ON` and its like.
pub(super) fn switch(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str().and_then(is_on))
}

/// A charge in percent.
pub(super) fn percent(value: f64) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked on the same line"
    )]
    (0.0..=100.0).contains(&value).then(|| value.round() as u8)
}

/// The strongest signal in Zigbee's own counting.
const ZIGBEE_STRONGEST: f64 = 255.0;

/// The charge, the signal and the lid, under the names that most makers use.
pub(super) fn health(object: &Map<String, Value>) -> (Heartbeat, Option<Flaw>) {
    let mut beat = Heartbeat::default();
    let mut flaw = None;
    match object.get("battery") {
        None | Some(Value::Null) => {}
        Some(value) => match value.as_f64().and_then(percent) {
            Some(percent) => beat.battery_percent = Some(percent),
            None => flaw = Some(Flaw::Field("battery")),
        },
    }
    if beat.battery_percent.is_none() && object.get("battery_low").and_then(switch) == Some(true) {
        beat.battery_percent = Some(LOW_PERCENT);
    }
    match object.get("signal") {
        None | Some(Value::Null) => {}
        Some(value) => match value.as_f64().and_then(percent) {
            Some(percent) => beat.signal_percent = Some(percent),
            None => flaw = Some(Flaw::Field("signal")),
        },
    }
    if let Some(quality) = object.get("linkquality").and_then(Value::as_f64) {
        beat.signal_percent = percent(quality / ZIGBEE_STRONGEST * 100.0);
    }
    match object.get("tamper") {
        None | Some(Value::Null) => {}
        Some(value) => match switch(value) {
            Some(open) => beat.tamper = Some(open),
            None => flaw = Some(Flaw::Field("tamper")),
        },
    }
    (beat, flaw)
}
