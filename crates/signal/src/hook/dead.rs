//! Dead letters: what could not be delivered, for the desk to see. No telephone number, no text.

use super::{
    gateway::Channel,
    message::{Message, MessageId, Mode},
};
use crate::outgoing::Failure;
use liengia_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The dead letters that are kept; older ones make room and stay counted.
pub const KEPT: usize = 1000;

/// One message that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
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

impl Why {
    /// Its word, and the status that the gateway answered with.
    pub const fn code(self) -> (&'static str, Option<u16>) {
        match self {
            Self::NoGateway => ("no_gateway", None),
            Self::TooOld => ("too_old", None),
            Self::Refused(status) => ("refused", Some(status)),
            Self::Trouble(status) => ("trouble", Some(status)),
            Self::NotKnown(status) => ("not_known", Some(status)),
            Self::SentElsewhere => ("sent_elsewhere", None),
            Self::Unreachable => ("unreachable", None),
            Self::Untrusted => ("untrusted", None),
            Self::TimedOut => ("timed_out", None),
            Self::Broken => ("broken", None),
            Self::NotAllowed => ("not_allowed", None),
        }
    }
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

/// The list. Each letter lies with its message, so that it can be sent again. Clones are the same list.
///
/// It is in memory, so that it is there when the disk is not; whoever keeps it asks what was not kept yet.
#[derive(Clone, Debug, Default)]
pub struct DeadLetters(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    list: Mutex<List>,
    died: Notify,
}

#[derive(Debug, Default)]
struct List {
    letters: VecDeque<Lying>,
    count: u64,
    /// Letters that arrived after all, and may still be kept.
    arrived: Vec<MessageId>,
}

#[derive(Debug)]
struct Lying {
    letter: DeadLetter,
    message: Message,
    /// It is on the disk.
    kept: bool,
}

impl List {
    fn put(&mut self, letter: DeadLetter, message: Message) {
        self.letters.retain(|lying| lying.letter.id != letter.id);
        self.letters.truncate(KEPT - 1);
        self.letters.push_front(Lying { letter, message, kept: false });
    }
}

impl DeadLetters {
    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, letter: DeadLetter, message: Message) {
        let mut list = self.lock();
        list.count += 1;
        list.put(letter, message);
        drop(list);
        self.0.died.notify_one();
    }

    /// The newest first.
    pub fn list(&self) -> Vec<DeadLetter> {
        self.lock().letters.iter().map(|lying| lying.letter.clone()).collect()
    }

    /// Whether there is a letter of this id.
    pub fn has(&self, id: &MessageId) -> bool {
        self.lock().letters.iter().any(|lying| lying.letter.id == *id)
    }

    /// Takes the message of this id off the list.
    pub(super) fn take(&self, id: &MessageId) -> Option<(DeadLetter, Message)> {
        let mut list = self.lock();
        let place = list.letters.iter().position(|lying| lying.letter.id == *id)?;
        list.letters.remove(place).map(|lying| (lying.letter, lying.message))
    }

    /// Puts one back that could not be sent after all.
    pub(super) fn put_back(&self, letter: DeadLetter, message: Message) {
        self.lock().put(letter, message);
        self.0.died.notify_one();
    }

    /// Takes those off the list for good of which this is true.
    pub fn forget(&self, which: impl Fn(&DeadLetter) -> bool) {
        self.lock().letters.retain(|lying| !which(&lying.letter));
    }

    /// A message arrived: if it died before, in an earlier start perhaps, it is no dead letter any more.
    pub(super) fn arrived(&self, id: &MessageId) {
        let mut list = self.lock();
        let before = list.letters.len();
        list.letters.retain(|lying| lying.letter.id != *id);
        if list.letters.len() < before {
            list.arrived.push(id.clone());
            drop(list);
            self.0.died.notify_one();
        }
    }

    /// What arrived since this was asked last: it need not be kept any more.
    pub fn arrived_since(&self) -> Vec<MessageId> {
        mem::take(&mut self.lock().arrived)
    }

    /// These are still kept.
    pub fn are_still_kept(&self, arrived: Vec<MessageId>) {
        self.lock().arrived.extend(arrived);
    }

    /// Takes up what was kept before this start, the newest first.
    pub fn recall(&self, kept: impl IntoIterator<Item = (DeadLetter, Message)>) {
        let mut list = self.lock();
        for (letter, message) in kept {
            if list.letters.len() < KEPT {
                list.letters.push_back(Lying { letter, message, kept: true });
            }
        }
    }

    /// What was not kept yet.
    pub fn unkept(&self) -> Vec<(DeadLetter, Message)> {
        let list = self.lock();
        let unkept = list.letters.iter().filter(|lying| !lying.kept);
        unkept.map(|lying| (lying.letter.clone(), lying.message.clone())).collect()
    }

    /// These are kept now, unless they died once more meanwhile.
    pub fn are_kept(&self, letters: &[DeadLetter]) {
        for lying in &mut self.lock().letters {
            lying.kept |= letters.contains(&lying.letter);
        }
    }

    /// Waits until one has died that may not be kept yet. Dropping the future loses nothing.
    pub async fn one_died(&self) {
        self.0.died.notified().await;
    }

    /// All that died here since the start, also those no longer in the list.
    pub fn count(&self) -> u64 {
        self.lock().count
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

    fn add(dead: &DeadLetters, n: u32) {
        let message = message(n);
        dead.add(letter(&message, Timestamp::from_seconds(2), n, None, Why::NoGateway), message);
    }

    #[test]
    fn the_list_keeps_the_newest_and_counts_all() {
        let dead = DeadLetters::default();
        for n in 0..1500 {
            add(&dead, n);
        }
        let list = dead.list();
        assert_eq!((list.len(), dead.count()), (KEPT, 1500));
        assert_eq!((list[0].attempts, list[KEPT - 1].attempts), (1499, 500));
    }

    #[test]
    fn a_letter_is_taken_off_the_list_once() {
        let dead = DeadLetters::default();
        add(&dead, 1);
        add(&dead, 2);
        let id = message(1).id;
        assert_eq!(dead.take(&id).map(|(letter, _)| letter.id), Some(id.clone()));
        assert!(dead.take(&id).is_none());
        assert_eq!((dead.list().len(), dead.count()), (1, 2));
    }

    #[test]
    fn what_was_kept_is_taken_up_and_what_was_not_is_told() {
        let dead = DeadLetters::default();
        let old = message(1);
        dead.recall([(letter(&old, Timestamp::from_seconds(2), 1, None, Why::NoGateway), old)]);
        add(&dead, 2);
        let unkept: Vec<DeadLetter> = dead.unkept().into_iter().map(|(letter, _)| letter).collect();
        assert_eq!(unkept.iter().map(|letter| &letter.id).collect::<Vec<_>>(), [&message(2).id]);
        dead.are_kept(&unkept);
        assert_eq!((dead.unkept().len(), dead.list().len()), (0, 2));
        // It was sent again and died again: what is on the disk is not what is in the list.
        add(&dead, 1);
        assert_eq!((dead.unkept().len(), dead.list().len()), (1, 2));
    }

    #[test]
    fn what_arrives_after_all_is_no_dead_letter_any_more() {
        let dead = DeadLetters::default();
        let old = message(1);
        dead.recall([(letter(&old, Timestamp::from_seconds(2), 1, None, Why::NoGateway), old)]);
        dead.arrived(&message(2).id);
        assert_eq!((dead.list().len(), dead.arrived_since()), (1, vec![]));
        dead.arrived(&message(1).id);
        assert_eq!((dead.list().len(), dead.arrived_since()), (0, vec![message(1).id]));
    }
}
