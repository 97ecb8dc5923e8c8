//! How the measured clients speak: with a bare broker that fans out by itself, or with a node that does.

use crate::device::topics;
use liengia_kernel::{AlarmId, DeviceId};

/// How many clients a team has.
pub const TEAM: usize = 12;

/// What a message means to the measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Ring for this alarm.
    Ring(AlarmId),
    /// This press is recorded.
    Recorded(AlarmId),
    /// Something else.
    Other,
}

/// Who a client is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The MQTT client's name.
    pub client_id: String,
    /// The user name.
    pub username: String,
    /// The password; empty if none is sent.
    pub password: String,
}

/// How clients speak. Clients are numbered from 0; each [`TEAM`] in a row are a team.
pub trait Wiring: Send + 'static {
    /// How many clients there are: a multiple of [`TEAM`].
    fn clients(&self) -> usize;
    /// Who a client is.
    fn identity(&self, client: usize) -> Identity;
    /// What it subscribes to.
    fn subscriptions(&self, client: usize) -> Vec<String>;
    /// Topic and payload of its heartbeat.
    fn heartbeat(&self, client: usize) -> (String, String);
    /// Topic and payload of a press.
    fn press(&self, client: usize, alarm: AlarmId) -> (String, String);
    /// What a message means.
    fn word(&self, topic: &str, payload: &[u8]) -> Word;
    /// Topic and payload of a bell's answer to a ring, if it answers.
    fn answer(&self, client: usize, alarm: AlarmId) -> Option<(String, String)>;
    /// Whether presses are recorded, so that each is measured until that is told.
    fn records(&self) -> bool;
}

/// A press goes to the team's topic, and the broker hands it to the twelve who subscribed: the least that any broker
/// can do. The presser is one of them.
#[derive(Clone, Copy, Debug)]
pub struct BareFanOut {
    /// How many clients.
    pub clients: usize,
}

impl Wiring for BareFanOut {
    fn clients(&self) -> usize {
        self.clients / TEAM * TEAM
    }

    fn identity(&self, client: usize) -> Identity {
        Identity { client_id: format!("load-{client}"), ..Identity::default() }
    }

    fn subscriptions(&self, client: usize) -> Vec<String> {
        vec![format!("team/{}/ring", client / TEAM)]
    }

    fn heartbeat(&self, client: usize) -> (String, String) {
        (format!("device/{client}/heartbeat"), r#"{"ringing":[],"battery":90,"tamper":false}"#.to_owned())
    }

    fn press(&self, client: usize, alarm: AlarmId) -> (String, String) {
        (format!("team/{}/ring", client / TEAM), press_payload(alarm))
    }

    fn word(&self, topic: &str, payload: &[u8]) -> Word {
        match alarm_in(payload) {
            Some(alarm) if topic.ends_with("/ring") => Word::Ring(alarm),
            _ => Word::Other,
        }
    }

    fn answer(&self, _client: usize, _alarm: AlarmId) -> Option<(String, String)> {
        None
    }

    fn records(&self) -> bool {
        false
    }
}

/// A node's own words: a press on the device's own topic, and a ring to each device of the team on its own.
#[derive(Clone, Debug)]
pub struct Node {
    /// The devices and their secrets, team by team; each is one that rings and can be pressed.
    pub devices: Vec<(DeviceId, Box<str>)>,
}

impl Node {
    fn topic(&self, client: usize, word: &str) -> String {
        topics::of(self.devices[client].0, word)
    }
}

impl Wiring for Node {
    fn clients(&self) -> usize {
        self.devices.len() / TEAM * TEAM
    }

    fn identity(&self, client: usize) -> Identity {
        let (device, secret) = &self.devices[client];
        let id = device.to_string();
        Identity { client_id: id.clone(), username: id, password: secret.to_string() }
    }

    fn subscriptions(&self, client: usize) -> Vec<String> {
        [topics::RING, topics::QUIET, topics::ACK].map(|word| self.topic(client, word)).to_vec()
    }

    fn heartbeat(&self, client: usize) -> (String, String) {
        let payload = r#"{"ringing":[],"battery":90,"tamper":false}"#.to_owned();
        (self.topic(client, topics::HEARTBEAT), payload)
    }

    fn press(&self, client: usize, alarm: AlarmId) -> (String, String) {
        (self.topic(client, topics::PRESS), press_payload(alarm))
    }

    fn word(&self, topic: &str, payload: &[u8]) -> Word {
        match topics::word(topic) {
            topics::RING => alarm_in(payload).map_or(Word::Other, Word::Ring),
            topics::ACK => {
                let recorded = payload.windows(16).any(|part| part == br#""recorded":true,"#)
                    || payload.ends_with(br#""recorded":true}"#);
                let press = id_after(payload, br#""press":""#).filter(|_| recorded);
                press.map_or(Word::Other, Word::Recorded)
            }
            _ => Word::Other,
        }
    }

    fn answer(&self, client: usize, alarm: AlarmId) -> Option<(String, String)> {
        Some((self.topic(client, topics::RANG), format!(r#"{{"alarm":"{alarm}","sound":"live"}}"#)))
    }

    fn records(&self) -> bool {
        true
    }
}

fn press_payload(alarm: AlarmId) -> String {
    format!(r#"{{"alarm":"{alarm}","cause":"button","held_ms":0}}"#)
}

fn alarm_in(payload: &[u8]) -> Option<AlarmId> {
    id_after(payload, br#""alarm":""#)
}

/// The id that stands after `key`, without reading the rest: the payload is the measured program's own.
fn id_after(payload: &[u8], key: &[u8]) -> Option<AlarmId> {
    let start = payload.windows(key.len()).position(|part| part == key)? + key.len();
    std::str::from_utf8(payload.get(start..start + 36)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, Timestamp};

    #[test]
    fn a_ring_and_a_record_are_told_from_everything_else() {
        let entropy = SeededEntropy::new(1);
        let alarm = AlarmId::new(Timestamp::from_seconds(1), &entropy);
        let device = DeviceId::new(Timestamp::from_seconds(1), &entropy);
        let node = Node { devices: vec![(device, "x".into()); TEAM] };
        let ring = format!(r#"{{"alarm":"{alarm}","sound":"live","ttl":300}}"#);
        assert_eq!(node.word(&format!("lg/{device}/ring"), ring.as_bytes()), Word::Ring(alarm));
        assert_eq!(node.word(&format!("lg/{device}/quiet"), ring.as_bytes()), Word::Other);
        let ack = format!(r#"{{"alarm":"{alarm}","outcome":"raised","press":"{alarm}","recorded":true}}"#);
        let topic = format!("lg/{device}/ack");
        assert_eq!(node.word(&topic, ack.as_bytes()), Word::Recorded(alarm));
        assert_eq!(node.word(&topic, ack.replace("true", "false").as_bytes()), Word::Other);
        assert_eq!(node.word(&topic, b"{"), Word::Other);
        let bare = BareFanOut { clients: 30 };
        assert_eq!(bare.clients(), 24);
        let (topic, payload) = bare.press(13, alarm);
        assert_eq!(
            (topic.as_str(), bare.word(&topic, payload.as_bytes())),
            ("team/1/ring", Word::Ring(alarm))
        );
    }
}
