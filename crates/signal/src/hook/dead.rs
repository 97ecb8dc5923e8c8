//! Dead letters: what could not be delivered, for the desk to see. No telephone number, no text.

use super::{
    gateway::Channel,
    message::{Message, MessageId, Mode},
};
use crate::outgoing::Failure;
use liengia_kernel::Timestamp;
use serde::Serialize;
use std::collections::VecDeque;

/// The dead letters that are kept; older ones make room and stay counted.
pub(super) const KEPT: usize = 1000;

/// One message that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// The message.
    pub id: MessageId,
    /// When its alarm was raised.
    pub at: Timestamp,
    /// When it was given up.
    pub died_at: Timestamp,
    /// Whether it burns.
    pub mode: Mode,
    /// By which way it should have gone.
    pub channel: Channel,
    /// Rounds over the gateways.
    pub attempts: u32,
    /// The last gateway that was asked.
    pub gateway: Option<String>,
    /// What it said.
    pub why: Why,
}

/// Why a message was given up, or what stood in its way last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// No gateway is configured for this channel.
    #[error("no gateway sends this kind of message; add one to the configuration")]
    NoGateway,
    /// Nobody was asked before its time was over.
    #[error("it was too old before a gateway could be asked")]
    TooOld,
    /// The gateway refused it.
    #[error("the gateway refused it (status {0}); look into the gateway's own log")]
    Refused(u16),
    /// The gateway is in trouble itself.
    #[error("the gateway is in trouble (status {0})")]
    Trouble(u16),
    /// The gateway does not accept the node's token or signature.
    #[error("the gateway does not know this node (status {0}); compare the secret on both sides")]
    NotKnown(u16),
    /// A redirect, which is never followed.
    #[error("the gateway sent the message elsewhere, which is not followed; correct its address")]
    SentElsewhere,
    /// No name, no connection.
    #[error("the gateway cannot be reached")]
    Unreachable,
    /// Its certificate.
    #[error("the gateway's certificate is not trusted")]
    Untrusted,
    /// No answer.
    #[error("the gateway did not answer in time")]
    TimedOut,
    /// Half an answer.
    #[error("the connection broke before the gateway answered")]
    Broken,
    /// Its address.
    #[error("the gateway's address leads where this program may not go")]
    NotAllowed,
}

impl From<Failure> for Why {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotAllowed => Self::NotAllowed,
            Failure::Unreachable => Self::Unreachable,
            Failure::Untrusted => Self::Untrusted,
            Failure::TimedOut => Self::TimedOut,
            Failure::Broken => Self::Broken,
        }
    }
}

/// The list. Each letter lies with its message, so that it can be sent again.
#[derive(Debug, Default)]
pub(super) struct DeadLetters {
    letters: VecDeque<(DeadLetter, Message)>,
    count: u64,
}

impl DeadLetters {
    pub(super) fn add(&mut self, letter: DeadLetter, message: Message) {
        self.count += 1;
        self.letters.truncate(KEPT - 1);
        self.letters.push_front((letter, message));
    }

    /// The newest first.
    pub(super) fn list(&self) -> Vec<DeadLetter> {
        self.letters.iter().map(|(letter, _)| letter.clone()).collect()
    }

    /// Takes the message of this id off the list.
    pub(super) fn take(&mut self, id: &MessageId) -> Option<(DeadLetter, Message)> {
        let place = self.letters.iter().position(|(letter, _)| letter.id == *id)?;
        self.letters.remove(place)
    }

    /// Puts one back that could not be sent after all.
    pub(super) fn put_back(&mut self, letter: DeadLetter, message: Message) {
        self.letters.truncate(KEPT - 1);
        self.letters.push_front((letter, message));
    }

    /// All that ever died here, also those no longer in the list.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

pub(super) fn letter(
    message: &Message,
    died_at: Timestamp,
    attempts: u32,
    last: Option<(&str, Why)>,
    otherwise: Why,
) -> DeadLetter {
    DeadLetter {
        id: message.id.clone(),
        at: message.at,
        died_at,
        mode: message.mode,
        channel: message.channel,
        attempts,
        gateway: last.map(|(gateway, _)| gateway.to_owned()),
        why: last.map_or(otherwise, |(_, why)| why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::Pii;
    use std::time::Duration;

    fn message(n: u32) -> Message {
        Message {
            id: MessageId::of(&[&n.to_be_bytes()]),
            at: Timestamp::from_seconds(1),
            mode: Mode::Live,
            channel: Channel::Sms,
            to: Pii::new("+84900000000".to_owned()),
            language: "vi".to_owned(),
            text: Pii::new("Cháy".to_owned()),
            answerable: true,
            ttl: Duration::from_mins(5),
        }
    }

    fn add(dead: &mut DeadLetters, n: u32) {
        let message = message(n);
        dead.add(letter(&message, Timestamp::from_seconds(2), n, None, Why::NoGateway), message);
    }

    #[test]
    fn the_list_keeps_the_newest_and_counts_all() {
        let mut dead = DeadLetters::default();
        for n in 0..1500 {
            add(&mut dead, n);
        }
        let list = dead.list();
        assert_eq!((list.len(), dead.count()), (KEPT, 1500));
        assert_eq!((list[0].attempts, list[KEPT - 1].attempts), (1499, 500));
    }

    #[test]
    fn a_letter_is_taken_off_the_list_once() {
        let mut dead = DeadLetters::default();
        add(&mut dead, 1);
        add(&mut dead, 2);
        let id = message(1).id;
        assert_eq!(dead.take(&id).map(|(letter, _)| letter.id), Some(id.clone()));
        assert!(dead.take(&id).is_none());
        assert_eq!((dead.list().len(), dead.count()), (1, 2));
    }
}
