//! What is pushed: bytes that only the browser reads, and what the push service must know to handle them.

use super::{BASE64URL, encrypt};
use base64::Engine;
use bytes::Bytes;
use std::{fmt, time::Duration};

/// How long a ring may travel: an older one would wake people for a fire that is long known.
pub const RING_TTL: Duration = Duration::from_mins(5);
/// The longest payload, in bytes.
pub const LONGEST_PAYLOAD: usize = encrypt::TEXT;
/// Messages are filled up to a multiple of this, so that their length does not tell an alarm from a drill.
const STEP: usize = 512;

/// How a phone weighs the message against its battery (RFC 8030, section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Wakes the phone: alarms.
    High,
    /// Soon: drills, closings.
    Normal,
    /// When it is convenient: reminders.
    Low,
}

impl Urgency {
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    pub(super) fn rank(self) -> u8 {
        match self {
            Self::High => 0,
            Self::Normal => 1,
            Self::Low => 2,
        }
    }
}

/// Messages of one topic replace each other while the phone is out of reach.
#[derive(Clone, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    /// The topic of the thing with this id, for instance an alarm.
    pub fn of(id: &[u8; 16]) -> Self {
        Self(BASE64URL.encode(id))
    }

    /// The topic of something beside it that replaces only its own kind: `part` is a word of at most nine letters and
    /// digits.
    pub fn beside(id: &[u8; 16], part: &str) -> Self {
        let Self(topic) = Self::of(id);
        let part: String = part.chars().filter(char::is_ascii_alphanumeric).take(9).collect();
        Self(format!("{topic}-{part}"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One message, for any number of subscriptions.
#[derive(Clone)]
pub struct Message {
    payload: Bytes,
    urgency: Urgency,
    ttl: Duration,
    topic: Option<Topic>,
}

/// A message that no push service would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// More than [`LONGEST_PAYLOAD`].
    #[error(
        "a push message holds at most {LONGEST_PAYLOAD} bytes, this one has {0}; send less, the phone asks for the rest"
    )]
    TooLong(usize),
}

impl Message {
    /// A ring: high urgency, good for [`RING_TTL`].
    pub fn ring(payload: Vec<u8>, topic: Topic) -> Result<Self, BadMessage> {
        Self::new(payload, Urgency::High, RING_TTL, Some(topic))
    }

    /// Any message.
    pub fn new(
        payload: Vec<u8>,
        urgency: Urgency,
        ttl: Duration,
        topic: Option<Topic>,
    ) -> Result<Self, BadMessage> {
        if payload.len() > LONGEST_PAYLOAD {
            return Err(BadMessage::TooLong(payload.len()));
        }
        Ok(Self { payload: payload.into(), urgency, ttl, topic })
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub(super) fn filled_up(&self) -> usize {
        self.payload.len().next_multiple_of(STEP).min(LONGEST_PAYLOAD)
    }

    pub(super) fn urgency(&self) -> Urgency {
        self.urgency
    }

    pub(super) fn ttl(&self) -> Duration {
        self.ttl
    }

    pub(super) fn topic(&self) -> Option<&Topic> {
        self.topic.as_ref()
    }
}

/// The payload may name a household; it does not print.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("urgency", &self.urgency)
            .field("ttl", &self.ttl)
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_does_not_tell_an_alarm_from_a_drill() {
        let filled = |length| Message::ring(vec![0; length], Topic::of(&[7; 16])).unwrap().filled_up();
        assert_eq!([filled(1), filled(512), filled(513), filled(LONGEST_PAYLOAD)], [512, 512, 1024, 3993]);
    }

    #[test]
    fn too_long_is_refused_before_it_is_sent() {
        let refused = Message::ring(vec![0; LONGEST_PAYLOAD + 1], Topic::of(&[7; 16])).unwrap_err();
        assert_eq!(refused, BadMessage::TooLong(3994));
    }

    #[test]
    fn a_topic_fits_its_header() {
        let topic = Topic::of(&[0xff; 16]);
        assert!(topic.as_str().len() <= 32);
        assert!(topic.as_str().chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)));
        let beside = Topic::beside(&[0xff; 16], "much too long.");
        assert!(beside.as_str().len() <= 32 && beside.as_str().ends_with("-muchtoolo"));
        assert_ne!(beside, topic);
    }

    #[test]
    fn a_message_does_not_print_what_it_says() {
        let printed = format!("{:?}", Message::ring(b"Lan".to_vec(), Topic::of(&[7; 16])).unwrap());
        assert!(!printed.contains("Lan") && !printed.contains("76"), "{printed}");
    }
}
