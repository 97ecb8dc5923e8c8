//! Which texts and calls were for whom, so that a key that is pressed finds its alarm and its person.
//!
//! Promises: bounded; what the node does not remember it works out from what is open, since a message's id belongs to
//! its parts. Never: a number or a name.

use liengia_fire::engine::{self, Message};
use liengia_kernel::{AlarmId, PersonId};
use liengia_signal::hook::{Channel, MessageId};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Messages that are remembered: more than the hook takes in.
const REMEMBERED: usize = 50_000;

/// Rounds that are tried at most where nothing is remembered: many hours of a ladder that is repeated every minute.
const ROUNDS: u32 = 2_000;

/// The shortest time between two rounds of a ladder.
const SHORTEST_ROUND: Duration = Duration::from_secs(10);

/// Rounds that other things than time add, as presses and people who ask for more.
const MORE_ROUNDS: u32 = 32;

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
    /// By which way the alarm says it: a call to those who lead is another than the text and call to everybody.
    pub said: engine::Channel,
    /// By which way it travels.
    pub channel: Channel,
    /// Which time it is said.
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
        let said: &[u8] = if self.said == engine::Channel::Call { b"call" } else { b"hook" };
        let round = self.round.to_be_bytes();
        MessageId::of(&[self.alarm.as_bytes(), self.to.as_bytes(), self.key.as_bytes(), said, way, &round])
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

/// Which of these people the message was for, where the node did not remember: it was restarted since. The alarm was
/// raised so long ago.
pub fn work_out(id: &MessageId, alarm: AlarmId, age: Duration, people: &[PersonId]) -> Option<Called> {
    let keys = [Message::Help.key(), Message::GetOut.key()];
    let repeats = u32::try_from(age.as_secs() / SHORTEST_ROUND.as_secs()).unwrap_or(ROUNDS);
    // A restart counts each twice.
    let rounds = repeats.saturating_add(1).saturating_mul(2).saturating_add(MORE_ROUNDS).min(ROUNDS);
    people.iter().find_map(|person| {
        let to = person.to_string();
        let fits =
            |said, channel, key, round| Parts { alarm, to: &to, key, said, channel, round }.id() == *id;
        let ways = [
            (engine::Channel::Hook, Channel::Sms),
            (engine::Channel::Hook, Channel::Voice),
            (engine::Channel::Call, Channel::Voice),
            (engine::Channel::Call, Channel::Sms),
        ];
        let found = (0..rounds)
            .any(|round| keys.iter().any(|key| ways.iter().any(|(said, way)| fits(*said, *way, key, round))));
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
        let hour = Duration::from_hours(1);
        // An hour old, repeated every minute, and the node was started anew.
        for (said, round) in [(engine::Channel::Hook, 7), (engine::Channel::Call, 124)] {
            let id = Parts { alarm, to: &to, key, said, channel, round }.id();
            assert_eq!(work_out(&id, alarm, hour, &people), Some(Called { alarm, person: Some(people[1]) }));
            assert_eq!(work_out(&id, AlarmId::from_bytes([9; 16]), hour, &people), None);
            assert_eq!(work_out(&id, alarm, hour, &people[..1]), None);
        }
    }

    #[test]
    fn a_call_to_those_who_lead_is_another_than_the_call_to_everybody() {
        let alarm = AlarmId::from_bytes([1; 16]);
        let id = |said| {
            let (to, key, channel) = ("leader", Message::Help.key(), Channel::Voice);
            Parts { alarm, to, key, said, channel, round: 0 }.id()
        };
        assert_ne!(id(engine::Channel::Hook), id(engine::Channel::Call));
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
