//! Role cards: to adults who chose and trained for them, and whose own home is not in danger.
//!
//! A card that is declined or not answered goes to the next person. Nobody is ever sent into smoke:
//! every card carries the key of that sentence, and people of a home in danger are told to get out.

use super::accounting;
use super::alarm::Alarm;
use super::event::Event;
use super::limits;
use super::output::{CardChange, CardNotice, Output};
use super::refusal::Refusal;
use super::roster::{Training, Trainings};
use super::terms::{By, CardState, Holder, Phase, Role, Said, Source, Withdrawal};
use super::timers::Timer;
use super::turn::Turn;
use liengia_kernel::{AlarmId, HouseholdId, PersonId};
use std::collections::BTreeSet;

/// The roles that are dealt, the most urgent first.
const DEALT: [Role; 5] = [Role::PeopleOut, Role::Extinguisher, Role::FirstAid, Role::Gate, Role::Power];

impl Role {
    /// The skill that it takes; none for calling 114, which everybody can.
    pub const fn skill(self) -> Option<Training> {
        match self {
            Self::Call114 => None,
            Self::PeopleOut => Some(Training::PeopleOut),
            Self::Extinguisher => Some(Training::Extinguisher),
            Self::FirstAid => Some(Training::FirstAid),
            Self::Gate => Some(Training::Gate),
            Self::Power => Some(Training::Power),
        }
    }

    /// The keys of the sentences on the card, what must never be done included.
    pub const fn instructions(self) -> &'static [&'static str] {
        match self {
            Self::Call114 => &["fire-card-call-114"],
            Self::PeopleOut => &["fire-card-people-out", "fire-card-never-into-smoke"],
            Self::Extinguisher => &[
                "fire-card-extinguisher",
                "fire-card-small-fire-exit-behind-you",
                "fire-card-never-into-smoke",
            ],
            Self::FirstAid => &["fire-card-first-aid", "fire-card-never-into-smoke"],
            Self::Gate => &["fire-card-gate", "fire-card-never-into-smoke"],
            Self::Power => {
                &["fire-card-power", "fire-card-dry-and-free-of-smoke", "fire-card-never-into-smoke"]
            }
        }
    }

    /// How many hold it at a time.
    const fn places(self) -> usize {
        match self {
            Self::PeopleOut | Self::Extinguisher => 2,
            Self::Call114 | Self::FirstAid | Self::Gate | Self::Power => 1,
        }
    }
}

/// Someone who may be asked, in the order of asking: who comes before who is silent, who was asked
/// less often, who is nearer.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    rank: u8,
    millimetres: u64,
    person: PersonId,
    trained: Trainings,
}

impl Turn<'_> {
    /// "Call 114" is the first card: to the presser and the desk.
    pub fn offer_emergency_card(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm) else { return };
        let presser = match (open.source, open.by) {
            (Source::Desk, _) => None,
            (_, Some(person)) => Some(Holder::Person(person)),
            (_, None) => open.origin.map(Holder::Household),
        };
        for holder in presser.into_iter().chain([Holder::Desk]) {
            self.offer(alarm, Role::Call114, holder);
        }
    }

    pub fn offer_emergency_card_to_leaders(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm).filter(|open| open.emergency.is_none()) else { return };
        let leaders: Vec<PersonId> = self.state.roster.leaders(open.teams()).collect();
        for leader in leaders {
            let holder = Holder::Person(leader);
            if self.alarm(alarm).is_some_and(|open| !open.cards.contains_key(&(Role::Call114, holder))) {
                self.offer(alarm, Role::Call114, holder);
            }
        }
    }

    /// A named person called 114: nobody else needs to.
    pub fn emergency_called(&mut self, id: AlarmId, by: By) {
        let alarm = match self.resolve_live(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let Some(open) = self.alarm(alarm) else { return };
        if open.emergency.is_none() {
            let held: Vec<Holder> = open
                .cards
                .iter()
                .filter(|((role, _), card)| *role == Role::Call114 && card.state.is_held())
                .map(|((_, holder), _)| *holder)
                .collect();
            self.record(Event::EmergencyCalled { alarm, at: self.now.wall, by });
            for holder in held {
                self.withdraw(alarm, Role::Call114, holder, Withdrawal::Done);
            }
        }
        self.mark(alarm);
    }

    /// Takes back what may no longer be held and offers what is free.
    pub fn deal_cards(&mut self, alarm: AlarmId) {
        if self.alarm(alarm).is_none_or(|open| open.phase != Phase::Ringing) {
            return;
        }
        for (role, holder, why) in self.to_withdraw(alarm) {
            self.withdraw(alarm, role, holder, why);
        }
        let short: Vec<Role> = DEALT.into_iter().filter(|role| self.missing(alarm, *role) > 0).collect();
        if !short.is_empty() {
            let candidates = self.candidates(alarm);
            for role in short {
                for _ in 0..self.missing(alarm, role) {
                    let Some(person) = self.next_for(alarm, role, &candidates) else { break };
                    self.offer(alarm, role, Holder::Person(person));
                }
            }
        }
        self.arm_cards(alarm);
    }

    fn missing(&self, alarm: AlarmId, role: Role) -> usize {
        let Some(open) = self.alarm(alarm) else { return 0 };
        let held =
            open.cards.iter().filter(|((other, _), card)| *other == role && card.state.is_held()).count();
        role.places().saturating_sub(held)
    }

    fn to_withdraw(&self, alarm: AlarmId) -> Vec<(Role, Holder, Withdrawal)> {
        let Some(open) = self.alarm(alarm) else { return Vec::new() };
        let reason = |(role, holder): (Role, Holder)| {
            let Holder::Person(person) = holder else { return None };
            let why = match role {
                Role::Call114 => return None,
                _ if self.person_in_danger(alarm, person) => Withdrawal::OwnHomeInDanger,
                _ if open.said(person) == Some(Said::Cannot) => Withdrawal::CannotCome,
                _ => return None,
            };
            Some((role, holder, why))
        };
        let held = open.cards.iter().filter(|(_, card)| card.state.is_held());
        held.filter_map(|(key, _)| reason(*key)).collect()
    }

    /// Whether a person's own home is burning or next to it, and not yet clear.
    pub fn person_in_danger(&self, alarm: AlarmId, person: PersonId) -> bool {
        self.state.roster.people.get(&person).is_some_and(|home| self.home_in_danger(alarm, *home))
    }

    /// Whether a home is burning or next to it, and not yet clear.
    pub fn home_in_danger(&self, alarm: AlarmId, home: HouseholdId) -> bool {
        let Some((open, running)) = self.both(alarm) else { return false };
        accounting::in_danger(&self.state.roster, open, &running.near, home)
    }

    fn candidates(&self, alarm: AlarmId) -> Vec<Candidate> {
        let Some((open, running)) = self.both(alarm) else { return Vec::new() };
        let roster = &self.state.roster;
        let enough = accounting::enough(roster, open, &running.near);
        let mut homes: BTreeSet<_> = open.teams().flat_map(|team| roster.homes_of(team)).collect();
        homes.extend(open.voices.values().map(|voiced| voiced.household));
        homes.retain(|home| !accounting::in_danger(roster, open, &running.near, *home));
        let mut candidates = Vec::new();
        for home in homes {
            for person in roster.people_of(home).iter().filter(|person| person.adult && person.can_respond) {
                let rank = match open.said(person.person) {
                    Some(Said::Cannot) => continue,
                    Some(Said::Arrived | Said::Coming) => 0,
                    _ if enough => continue,
                    Some(Said::Safe) => 1,
                    None => 2,
                };
                let metres = open.origin.and_then(|origin| roster.metres(origin, home));
                candidates.push(Candidate {
                    rank,
                    millimetres: metres.map_or(u64::MAX, millimetres),
                    person: person.person,
                    trained: person.trained,
                });
            }
        }
        candidates.sort();
        candidates
    }

    fn next_for(&self, alarm: AlarmId, role: Role, candidates: &[Candidate]) -> Option<PersonId> {
        let (open, running) = self.both(alarm)?;
        let skill = role.skill()?;
        let offers = |person: PersonId| -> Option<u16> {
            let Some(card) = open.cards.get(&(role, Holder::Person(person))) else { return Some(0) };
            let waits = running.cards_due.get(&(role, person)).is_some_and(|due| *due > self.now.steady);
            match card.state {
                CardState::MovedOn if !waits => Some(card.offers),
                CardState::Withdrawn => Some(card.offers),
                _ => None,
            }
        };
        candidates
            .iter()
            .filter(|candidate| candidate.trained.contains(skill) && !open.busy(candidate.person))
            .filter_map(|candidate| Some((candidate.rank, offers(candidate.person)?, candidate)))
            .min()
            .map(|(_, _, candidate)| candidate.person)
    }

    fn offer(&mut self, alarm: AlarmId, role: Role, to: Holder) {
        self.record(Event::CardOffered { alarm, at: self.now.wall, role, to });
        self.tell_card(alarm, role, to, CardChange::Offered);
        let due = self.ahead(limits::CARD_ANSWER);
        if let (Holder::Person(person), Some(running)) = (to, self.state.running.get_mut(&alarm)) {
            running.cards_due.insert((role, person), due);
        }
    }

    fn withdraw(&mut self, alarm: AlarmId, role: Role, from: Holder, why: Withdrawal) {
        self.record(Event::CardWithdrawn { alarm, at: self.now.wall, role, from, why });
        self.tell_card(alarm, role, from, CardChange::Withdrawn(why));
    }

    fn tell_card(&mut self, alarm: AlarmId, role: Role, holder: Holder, change: CardChange) {
        let Some(mode) = self.alarm(alarm).map(|open| open.mode) else { return };
        self.emit(Output::Card(CardNotice { alarm, mode, role, holder, change }));
    }

    /// Cards that were not answered in time move on.
    pub fn cards_due(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm) else { return };
        let offered: Vec<(Role, PersonId)> = open
            .cards
            .iter()
            .filter(|((role, _), card)| *role != Role::Call114 && card.state == CardState::Offered)
            .filter_map(|((role, holder), _)| match holder {
                Holder::Person(person) => Some((*role, *person)),
                Holder::Household(_) | Holder::Desk => None,
            })
            .collect();
        for (role, person) in offered {
            if self.card_due(alarm, role, person).is_none_or(|due| due <= self.now.steady) {
                let from = Holder::Person(person);
                self.record(Event::CardMovedOn { alarm, at: self.now.wall, role, from });
                self.tell_card(alarm, role, from, CardChange::MovedOn);
                let again = self.ahead(limits::CARD_AGAIN);
                if let Some(running) = self.state.running.get_mut(&alarm) {
                    running.cards_due.insert((role, person), again);
                }
            }
        }
        self.settle(alarm);
    }

    fn card_due(&self, alarm: AlarmId, role: Role, person: PersonId) -> Option<std::time::Duration> {
        self.state.running.get(&alarm)?.cards_due.get(&(role, person)).copied()
    }

    fn arm_cards(&mut self, alarm: AlarmId) {
        let Some((open, running)) = self.both(alarm) else { return };
        let now = self.now.steady;
        let due = |((role, holder), state): ((Role, Holder), CardState)| {
            let Holder::Person(person) = holder else { return None };
            let due = running.cards_due.get(&(role, person)).copied();
            match state {
                // After a restart nobody knows how long it has waited: it waits anew.
                CardState::Offered => Some(due.unwrap_or_else(|| self.ahead(limits::CARD_ANSWER))),
                CardState::MovedOn => due.filter(|due| *due > now),
                _ => None,
            }
        };
        let cards = open.cards.iter().filter(|((role, _), _)| *role != Role::Call114);
        match cards.filter_map(|(key, card)| due((*key, card.state))).min() {
            Some(due) => self.state.timers.arm(Timer::Cards(alarm), due),
            None => self.state.timers.disarm(Timer::Cards(alarm)),
        }
    }

    /// A person takes or declines a card.
    pub fn answer_card(&mut self, id: AlarmId, person: PersonId, role: Option<Role>, accept: bool) {
        let alarm = match self.resolve(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let Some((role, state)) = self.alarm(alarm).and_then(|open| card_of(open, person, role)) else {
            return self.refuse(Refusal::NoCardOffered);
        };
        let by = Holder::Person(person);
        let answers =
            self.alarm(alarm).and_then(|open| open.cards.get(&(role, by))).map_or(0, |card| card.answers);
        match (accept, state) {
            (true, CardState::Accepted | CardState::Arrived) | (false, CardState::Declined) => {}
            (true, _) if role != Role::Call114 && self.person_in_danger(alarm, person) => {
                return self.refuse(Refusal::OwnHomeNotOut);
            }
            // Whoever holds a card may always give it back, so that somebody else gets it.
            (accept, state) if answers >= limits::CHANGES && (accept || !state.is_held()) => {
                return self.refuse(Refusal::ChangedTooOften);
            }
            (true, CardState::Offered) => self.accept_card(alarm, role, person),
            (true, _) if role != Role::Call114 && self.missing(alarm, role) == 0 => {
                return self.refuse(Refusal::CardTaken);
            }
            (true, _) => self.accept_card(alarm, role, person),
            (false, _) => self.record(Event::CardDeclined { alarm, at: self.now.wall, role, by }),
        }
        self.settle(alarm);
    }

    fn accept_card(&mut self, alarm: AlarmId, role: Role, person: PersonId) {
        let at = self.now.wall;
        self.record(Event::CardAccepted { alarm, at, role, by: Holder::Person(person) });
        let said = self.alarm(alarm).and_then(|open| open.said(person));
        let household = self.state.roster.people.get(&person).copied();
        let (true, Some(household)) = (role != Role::Call114, household) else { return };
        if !matches!(said, Some(Said::Coming | Said::Arrived)) {
            let (person, said, said_at) = (Some(person), Said::Coming, None);
            self.record(Event::Answered { alarm, at, household, person, said, said_at });
        }
    }
}

/// The card that a person's answer is about: the named one, else the one offered, else the last one.
fn card_of(alarm: &Alarm, person: PersonId, role: Option<Role>) -> Option<(Role, CardState)> {
    let mine = alarm.cards.iter().filter(|((_, holder), _)| *holder == Holder::Person(person));
    let mine = mine.filter(|((held, _), _)| role.is_none_or(|role| role == *held));
    mine.map(|((role, _), card)| {
        (card.state != CardState::Offered, *role == Role::Call114, *role, card.state)
    })
    .min()
    .map(|(_, _, role, state)| (role, state))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn millimetres(metres: f64) -> u64 {
    (metres * 1000.0) as u64
}
