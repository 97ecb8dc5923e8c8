//! What is sent to a gateway: one text to one person or loudspeaker.

use super::gateway::Channel;
use liengia_kernel::{Pii, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr, time::Duration};

/// The longest text, in characters: ten SMS parts, or three minutes of speech.
pub const LONGEST_TEXT: usize = 1600;
const LONGEST_TO: usize = 64;
const LONGEST_LANGUAGE: usize = 16;

/// Names one message; the gateway gives it back with the answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

/// A text that cannot name a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a message id: 1 to 64 letters, digits and hyphens are needed")]
pub struct BadMessageId;

impl MessageId {
    /// The id that belongs to these parts, for instance alarm, person, channel and round. The same parts always give
    /// the same id, so that what is handed in again after a restart is known to be the same.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        let mut id = String::with_capacity(32);
        for byte in &hash.finalize()[..16] {
            for half in [byte >> 4, byte & 15] {
                id.extend(char::from_digit(half.into(), 16));
            }
        }
        Self(id)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageId {
    type Err = BadMessageId;
    fn from_str(text: &str) -> Result<Self, BadMessageId> {
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if plain && (1..=64).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(BadMessageId) }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether it burns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// An alarm.
    Live,
    /// A drill.
    Drill,
    /// The operator tries the gateway out.
    Test,
}

impl Mode {
    pub(super) fn rank(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Drill => 1,
            Self::Test => 2,
        }
    }
}

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its name.
    pub id: MessageId,
    /// When the alarm was raised, not when this was written.
    pub at: Timestamp,
    /// Whether it burns.
    pub mode: Mode,
    /// By which way.
    pub channel: Channel,
    /// The telephone number (`+84...`), or the loudspeaker's name.
    pub to: Pii<String>,
    /// The language of the text: `vi`, `en`, `id`.
    pub language: String,
    /// What it says.
    pub text: Pii<String>,
    /// Whether a key can be pressed in answer.
    pub answerable: bool,
    /// How long it is worth sending.
    pub ttl: Duration,
}

/// A message that no gateway would take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMessage {
    /// No number or name, or a broken one.
    #[error(
        "`to` must be a telephone number like +84912345678, or a loudspeaker's name of at most 64 characters"
    )]
    To,
    /// No text, or one that is too long.
    #[error("the text must have 1 to 1,600 characters")]
    Text,
    /// A language code that is none.
    #[error("`language` must be a code like vi")]
    Language,
}

#[derive(Serialize)]
struct Wire<'a> {
    id: &'a MessageId,
    at: Timestamp,
    expires_at: Timestamp,
    mode: Mode,
    channel: Channel,
    language: &'a str,
    to: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_digits: Option<Digits>,
}

#[derive(Serialize)]
struct Digits {
    #[serde(rename = "1")]
    one: &'static str,
    #[serde(rename = "2")]
    two: &'static str,
    #[serde(rename = "3")]
    three: &'static str,
}

const DIGITS: Digits = Digits { one: "coming", two: "cannot", three: "all_out" };

impl Message {
    /// Checks what a gateway cannot check without dialling.
    pub fn check(&self) -> Result<(), BadMessage> {
        let to = self.to.expose();
        let is_number = to.strip_prefix('+').unwrap_or(to).chars().all(|c| c.is_ascii_digit())
            && (3..=16).contains(&to.len());
        let is_name = (1..=LONGEST_TO).contains(&to.chars().count()) && !to.chars().any(char::is_control);
        if !(if self.channel == Channel::Loudspeaker { is_name } else { is_number }) {
            return Err(BadMessage::To);
        }
        let text = self.text.expose();
        if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
            return Err(BadMessage::Text);
        }
        let language = self.language.as_str();
        let is_code = language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !is_code || !(2..=LONGEST_LANGUAGE).contains(&language.len()) {
            return Err(BadMessage::Language);
        }
        Ok(())
    }

    /// The JSON that is sent and signed.
    pub(super) fn to_json(&self, expires_at: Timestamp) -> Vec<u8> {
        let answerable = self.answerable && self.channel != Channel::Loudspeaker;
        let wire = Wire {
            id: &self.id,
            at: self.at,
            expires_at,
            mode: self.mode,
            channel: self.channel,
            language: &self.language,
            to: self.to.expose(),
            text: self.text.expose(),
            answer_digits: answerable.then_some(DIGITS),
        };
        // Texts, times and names of fields always serialise.
        serde_json::to_vec(&wire).expect("a message is JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: MessageId::of(&[b"alarm", b"person"]),
            at: Timestamp::from_seconds(1_787_101_282),
            mode: Mode::Live,
            channel: Channel::Voice,
            to: Pii::new("+84912345678".to_owned()),
            language: "vi".to_owned(),
            text: Pii::new("Cháy ở tổ 7. Bấm 1 nếu đến ngay.".to_owned()),
            answerable: true,
            ttl: Duration::from_mins(5),
        }
    }

    #[test]
    fn the_same_parts_give_the_same_id_and_their_borders_count() {
        assert_eq!(MessageId::of(&[b"ab", b"c"]), MessageId::of(&[b"ab", b"c"]));
        assert_ne!(MessageId::of(&[b"ab", b"c"]), MessageId::of(&[b"a", b"bc"]));
        assert_eq!(MessageId::of(&[b"a"]).as_str().len(), 32);
        assert_eq!("a b".parse::<MessageId>(), Err(BadMessageId));
        assert!(MessageId::of(&[b"a"]).as_str().parse::<MessageId>().is_ok());
    }

    #[test]
    fn the_json_says_who_what_and_which_keys_mean_what() {
        let message = message();
        let json: serde_json::Value =
            serde_json::from_slice(&message.to_json(message.at + message.ttl)).unwrap();
        let expected = serde_json::json!({
            "id": message.id.as_str(), "at": "2026-08-19T01:01:22.000000Z", "expires_at": "2026-08-19T01:06:22.000000Z",
            "mode": "live", "channel": "voice", "language": "vi", "to": "+84912345678",
            "text": "Cháy ở tổ 7. Bấm 1 nếu đến ngay.",
            "answer_digits": { "1": "coming", "2": "cannot", "3": "all_out" }
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn a_loudspeaker_has_a_name_and_no_keys() {
        let to = Pii::new("Cụm loa thôn Đông".to_owned());
        let message = Message { channel: Channel::Loudspeaker, to, ..message() };
        assert_eq!(message.check(), Ok(()));
        assert!(!String::from_utf8(message.to_json(message.at)).unwrap().contains("answer_digits"));
    }

    #[test]
    fn what_no_gateway_could_send_is_refused_before_it_is_sent() {
        assert_eq!(message().check(), Ok(()));
        for to in ["", "+", "anh Tuấn", "+84 912", "12345678901234567"] {
            let message = Message { to: Pii::new(to.to_owned()), ..message() };
            assert_eq!(message.check(), Err(BadMessage::To), "{to}");
        }
        for text in [String::new(), "a".repeat(LONGEST_TEXT + 1)] {
            assert_eq!(Message { text: Pii::new(text), ..message() }.check(), Err(BadMessage::Text));
        }
        assert_eq!(Message { language: "v".to_owned(), ..message() }.check(), Err(BadMessage::Language));
    }

    #[test]
    fn a_message_does_not_print_number_or_text() {
        let printed = format!("{:?}", message());
        assert!(!printed.contains("912345678") && !printed.contains("Cháy"), "{printed}");
    }
}
