//! What people say to an alarm. Repeated answers change nothing; none of them silences anything.

use super::alarm::Voice;
use super::event::Event;
use super::input::{Answer, Word};
use super::limits;
use super::output::{Channel, Message, Recipient};
use super::refusal::Refusal;
use super::terms::{By, Mode, Said, Saw};
use super::turn::Turn;
use liengia_kernel::{AlarmId, HouseholdId, PersonId};

impl Turn<'_> {
    pub fn answer(&mut self, answer: &Answer) {
        let alarm = match self.resolve(answer.alarm) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let own = answer.person.and_then(|person| self.state.roster.people.get(&person).copied());
        let Some(household) = own.or(answer.household) else { return self.refuse(Refusal::UnknownPerson) };
        if !self.has_room_for(alarm, household) {
            return self.refuse(Refusal::Full { what: "answers", limit: limits::VOICES });
        }
        let at = self.now.wall;
        let home = self.alarm(alarm).and_then(|open| open.homes.get(&household)).copied().unwrap_or_default();
        match answer.word {
            Word::Delivered if home.delivered_at.is_none() => {
                self.record(Event::Delivered { alarm, at, household });
            }
            Word::Seen if home.seen_at.is_none() => {
                self.record(Event::Seen { alarm, at, household, person: answer.person });
            }
            Word::Delivered | Word::Seen => {}
            Word::Said(said) => self.say(alarm, household, answer, said),
        }
        self.settle(alarm);
    }

    pub fn has_room_for(&self, alarm: AlarmId, household: HouseholdId) -> bool {
        self.alarm(alarm).is_some_and(|open| {
            open.voices.len() < limits::VOICES
                && (open.homes.len() < limits::VOICES || open.homes.contains_key(&household))
        })
    }

    fn say(&mut self, alarm: AlarmId, household: HouseholdId, answer: &Answer, said: Said) {
        let voice = answer.person.map_or(Voice::Household(household), Voice::Person);
        let before = self.alarm(alarm).and_then(|open| open.voices.get(&voice)).copied();
        let stands = before.is_some_and(|before| {
            let earlier = before.said_at.zip(answer.said_at).map(|(stands, new)| new < stands);
            // Someone who is there does not set out again: that word was overtaken on its way.
            let overtaken = before.said == Said::Arrived && said == Said::Coming;
            before.said == said || earlier.unwrap_or(overtaken)
        });
        if !stands {
            // Who comes after all does not come: that may always be said, or helpers are counted who are not there.
            // And who was on the way and is there may always say so.
            let helps = |said| matches!(said, Said::Coming | Said::Arrived);
            let spent = before.is_some_and(|before| {
                let there = before.said == Said::Coming && said == Said::Arrived;
                before.times >= limits::CHANGES && !there && (!helps(before.said) || helps(said))
            });
            if spent {
                return self.refuse(Refusal::ChangedTooOften);
            }
            let (at, person, said_at) = (self.now.wall, answer.person, answer.said_at);
            self.record(Event::Answered { alarm, at, household, person, said, said_at });
        }
    }

    pub fn looked(&mut self, id: AlarmId, by: PersonId, saw: Saw, told_to: Option<PersonId>) {
        let alarm = match self.resolve_live(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let Some(open) = self.alarm(alarm) else { return };
        if open.looked.len() >= limits::VOICES && !open.looked.contains_key(&by) {
            return self.refuse(Refusal::Full { what: "people who looked", limit: limits::VOICES });
        }
        let denies = open.claimed_false.is_some();
        // What the desk was told never stands above what a person said with their own hand.
        let news = open.looked.get(&by).is_none_or(|before| match told_to {
            Some(_) => before.told && before.saw != saw,
            None => before.told || before.saw != saw,
        });
        // What they see with their own eyes, and that it burns, may always be said once more.
        let spent = open.looked.get(&by).is_some_and(|before| {
            let own = told_to.is_none() && before.told;
            before.times >= limits::CHANGES && saw != Saw::Fire && !own
        });
        if news && spent {
            return self.refuse(Refusal::ChangedTooOften);
        }
        if news {
            self.record(Event::Looked { alarm, at: self.now.wall, by, saw, told_to });
            if saw == Saw::Fire {
                self.tell_unless_lately(alarm, Recipient::Desk, &[Channel::Stream], Message::FireSeen);
            }
            if saw == Saw::Fire && denies {
                for home in self.concerned(alarm) {
                    let home = Recipient::Household(home);
                    self.tell_unless_lately(
                        alarm,
                        home,
                        &[Channel::Stream, Channel::Push],
                        Message::FireSeen,
                    );
                }
            }
        }
        self.settle(alarm);
    }

    /// Told to everybody; deletes nothing and silences nothing.
    pub fn false_alarm(&mut self, id: AlarmId, by: By) {
        let alarm = match self.resolve_live(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        if self.alarm(alarm).is_some_and(|open| open.claimed_false.is_none()) {
            self.record(Event::FalseAlarmClaimed { alarm, at: self.now.wall, by });
            self.tell_homes(alarm, Mode::Live, Message::FalseAlarmClaimed);
            self.tell(alarm, Mode::Live, Recipient::Desk, Channel::Stream, Message::FalseAlarmClaimed);
        }
        self.settle(alarm);
    }
}
