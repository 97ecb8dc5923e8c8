//! One CAP message: what the caller says, and what the standard and the charter ask of it.

use super::{area::Area, time};
use liengia_kernel::{AlarmId, Timestamp};
use std::collections::BTreeSet;

/// The longest headline and other text, in characters. Signs and radio services cut headlines at 160.
const LONGEST_HEADLINE: usize = 160;
const LONGEST_TEXT: usize = 2000;

/// Whether it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// An alarm.
    Actual,
    /// A drill.
    Exercise,
    /// The operator tries the feed out.
    Test,
}

/// Where the alarm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was raised.
    Alert,
    /// Something changed.
    Update,
    /// It is over, or was false.
    Cancel,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Somebody looked and saw it.
    Observed,
    /// It was reported.
    Likely,
}

/// Who sends: unique in the world and the same for ever, for instance `alarm@node.xa-hoa-binh.example.vn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(String);

impl Sender {
    /// The sender of the node with this host name.
    pub fn of_node(host: &str) -> Result<Self, BadAlert> {
        let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
        if plain && (1..=253).contains(&host.len()) {
            Ok(Self(format!("alarm@{host}")))
        } else {
            Err(BadAlert::Sender)
        }
    }

    /// The sender as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One message of an alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Who sends.
    pub sender: Sender,
    /// The alarm or drill.
    pub alarm: AlarmId,
    /// 0 for the first message of the alarm, then counted up.
    pub revision: u32,
    /// When this message was made.
    pub sent: Timestamp,
    /// When it is no longer news. The alarm's own expiry, renewed while it runs.
    pub expires: Timestamp,
    /// Whether it is meant.
    pub status: Status,
    /// Where the alarm stands.
    pub stage: Stage,
    /// How sure it is.
    pub certainty: Certainty,
    /// What kind of exercise or test this is; needed unless it is an alarm.
    pub note: Option<String>,
    /// The alarm's earlier messages; needed for updates and cancels.
    pub earlier: Vec<Reference>,
    /// The same in each language, the first being the commune's own.
    pub infos: Vec<Info>,
    /// Where.
    pub area: Area,
}

/// The texts in one language. No names of people or households: the place of the team or village.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// `vi`, `en`, `id`.
    pub language: String,
    /// What happens, in a word or two: "Cháy nhà".
    pub event: String,
    /// Who warns, as people call them: the commune.
    pub sender_name: String,
    /// One line.
    pub headline: String,
    /// What is known.
    pub description: String,
    /// What to do.
    pub instruction: String,
    /// Where: the team's or village's name.
    pub place: String,
}

/// What a message is called.
pub fn identifier(alarm: AlarmId, revision: u32) -> String {
    format!("liengia-{alarm}-{revision}")
}

/// How a later message names an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Who sent it.
    pub sender: Sender,
    /// Which it was.
    pub identifier: String,
    /// When.
    pub sent: Timestamp,
}

/// A message that the standard or the charter does not allow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAlert {
    /// A sender that other systems could not name.
    #[error("the sender needs the node's host name: letters, digits, points and hyphens")]
    Sender,
    /// No text at all.
    #[error("the message has no text in any language")]
    NoText,
    /// An empty text, or one without an end.
    #[error("{language}: {field} must have 1 to {most} characters")]
    Text {
        /// Which language.
        language: String,
        /// Which text.
        field: &'static str,
        /// How long it may be.
        most: usize,
    },
    /// Twice the same language, or none.
    #[error("each language once, as a code like vi; {0} is not")]
    Language(String),
    /// A drill that could pass for an alarm.
    #[error("an exercise or test must say in its note what it is")]
    NoNote,
    /// An update of nothing.
    #[error("an update or cancel must name the messages that went before")]
    NothingEarlier,
    /// A first message with a past.
    #[error("a first message cannot name earlier ones; send an update")]
    NotFirst,
    /// Over before it began.
    #[error("the message expires before it is sent")]
    Expired,
}

impl Alert {
    /// The message's name in the world. It never changes.
    pub fn identifier(&self) -> String {
        identifier(self.alarm, self.revision)
    }

    /// How a later message names this one.
    pub fn reference(&self) -> Reference {
        Reference { sender: self.sender.clone(), identifier: self.identifier(), sent: self.sent }
    }

    pub(super) fn check(&self) -> Result<(), BadAlert> {
        if self.expires <= self.sent {
            return Err(BadAlert::Expired);
        }
        if self.status != Status::Actual && self.note.as_ref().is_none_or(|note| note.trim().is_empty()) {
            return Err(BadAlert::NoNote);
        }
        match (self.stage, self.earlier.is_empty()) {
            (Stage::Alert, false) => return Err(BadAlert::NotFirst),
            (Stage::Update | Stage::Cancel, true) => return Err(BadAlert::NothingEarlier),
            _ => {}
        }
        if self.infos.is_empty() {
            return Err(BadAlert::NoText);
        }
        let mut languages = BTreeSet::new();
        for info in &self.infos {
            let code = info.language.as_str();
            let is_code = code.len() >= 2 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            if !is_code || !languages.insert(code) {
                return Err(BadAlert::Language(info.language.clone()));
            }
            info.check()?;
        }
        Ok(())
    }
}

impl Info {
    fn check(&self) -> Result<(), BadAlert> {
        let texts = [
            ("event", &self.event, LONGEST_HEADLINE),
            ("sender_name", &self.sender_name, LONGEST_HEADLINE),
            ("headline", &self.headline, LONGEST_HEADLINE),
            ("description", &self.description, LONGEST_TEXT),
            ("instruction", &self.instruction, LONGEST_TEXT),
            ("place", &self.place, LONGEST_HEADLINE),
        ];
        for (field, text, most) in texts {
            if text.trim().is_empty() || text.chars().count() > most {
                return Err(BadAlert::Text { language: self.language.clone(), field, most });
            }
        }
        Ok(())
    }
}

impl Reference {
    pub(super) fn text(&self) -> String {
        format!("{},{},{}", self.sender.as_str(), self.identifier, time(self.sent))
    }
}
