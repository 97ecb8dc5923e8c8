//! Which texts and calls were for whom, so that a key that is pressed finds its alarm and its person.
//!
//! Promises: bounded; what the node does not remember it works out from what is open, since a message's id belongs to
//! its parts. Never: a number or a name.

use liengia_fire::engine::Message;
use liengia_kernel::{AlarmId, PersonId};
use liengia_signal::hook::{Channel, MessageId};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Messages that are remembered: more than the hook takes in.
const REMEMBERED: usize = 50_000;

/// Rounds of the ladder that are tried where nothing is remembered: an hour.
const ROUNDS: u32 = 60;

/// For whom a message was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Called {
    /// The alarm.
    pub alarm: AlarmId,
    /// The person; none for a number that belongs to no household.
    pub person: Option<PersonId>,
}

/// For whom messages were.
#[derive(Default)]
pub struct Calls {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_id: BTreeMap<MessageId, Called>,
    oldest_first: VecDeque<MessageId>,
}

/// The parts of a message that its id belongs to.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The alarm.
    pub alarm: AlarmId,
    /// The person's id, or what stands for a number.
    pub to: &'a str,
    /// The key of its text.
    pub key: &'a str,
    /// By which way.
    pub channel: Channel,
    /// How often the rung was taken before.
    pub round: u32,
}

impl Parts<'_> {
    /// The id: the same parts give the same one, also after a restart.
    pub fn id(&self) -> MessageId {
        let way: &[u8] = match self.channel {
            Channel::Voice => b"voice",
            Channel::Sms => b"sms",
            Channel::Loudspeaker => b"loudspeaker",
        };
        let round = self.round.to_be_bytes();
        MessageId::of(&[self.alarm.as_bytes(), self.to.as_bytes(), self.key.as_bytes(), way, &round])
    }
}

impl Calls {
    /// Remembers for whom a message is.
    pub fn remember(&self, id: MessageId, called: Called) {
        let mut known = self.lock();
        if known.by_id.insert(id.clone(), called).is_some() {
            return;
        }
        known.oldest_first.push_back(id);
        if known.oldest_first.len() > REMEMBERED
            && let Some(oldest) = known.oldest_first.pop_front()
        {
            known.by_id.remove(&oldest);
        }
    }

    /// For whom it was.
    pub fn find(&self, id: &MessageId) -> Option<Called> {
        self.lock().by_id.get(id).copied()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which of these people the message was for, where the node did not remember: it was restarted since.
pub fn work_out(id: &MessageId, alarm: AlarmId, people: &[PersonId]) -> Option<Called> {
    let keys = [Message::Help.key(), Message::GetOut.key()];
    people.iter().find_map(|person| {
        let to = person.to_string();
        let fits = |channel, key, round| Parts { alarm, to: &to, key, channel, round }.id() == *id;
        let ways = [Channel::Sms, Channel::Voice];
        let found =
            keys.iter().any(|key| ways.iter().any(|way| (0..ROUNDS).any(|round| fits(*way, *key, round))));
        found.then_some(Called { alarm, person: Some(*person) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_restart_forgot_is_worked_out() {
        let alarm = AlarmId::from_bytes([1; 16]);
        let people = [PersonId::from_bytes([2; 16]), PersonId::from_bytes([3; 16])];
        let to = people[1].to_string();
        let (key, channel) = (Message::GetOut.key(), Channel::Voice);
        let id = Parts { alarm, to: &to, key, channel, round: 7 }.id();
        assert_eq!(work_out(&id, alarm, &people), Some(Called { alarm, person: Some(people[1]) }));
        assert_eq!(work_out(&id, AlarmId::from_bytes([9; 16]), &people), None);
        assert_eq!(work_out(&id, alarm, &people[..1]), None);
    }

    #[test]
    fn the_oldest_are_forgotten_when_too_many_are_remembered() {
        let calls = Calls::default();
        let id = |n: usize| MessageId::of(&[&n.to_be_bytes()]);
        let called = Called { alarm: AlarmId::from_bytes([1; 16]), person: None };
        for n in 0..=REMEMBERED {
            calls.remember(id(n), called);
        }
        assert_eq!((calls.find(&id(0)), calls.find(&id(1))), (None, Some(called)));
    }
}
