//! How a snapshot is taken: a reading of the open alarms that changes nothing.

use super::accounting;
use super::alarm::{Alarm, Home, Voice, Voiced};
use super::bells;
use super::closing;
use super::input::Close;
use super::ladder;
use super::moment::Moment;
use super::running::Running;
use super::snapshot::{
    AlarmCounts, AlarmSnapshot, AnnouncedDrill, HomeSnapshot, LadderSnapshot, LateSnapshot, Looks, Mine,
    Responder, VoiceSnapshot,
};
use super::state::State;
use super::terms::{By, CardState, CloseReason, Holder, Mode, Phase, Role, Rung, Said, Saw, Scope};
use liengia_kernel::{AlarmId, HouseholdId, PersonId};
use std::collections::BTreeSet;

impl State {
    /// An open alarm or running drill as it stands.
    pub fn snapshot(&self, id: AlarmId, now: Moment) -> Option<AlarmSnapshot> {
        let (alarm, running) = (self.alarms.open.get(&id)?, self.running.get(&id)?);
        let homes: Vec<HomeSnapshot> =
            self.homes_in(id).into_iter().map(|home| self.home_snapshot(alarm, running, home)).collect();
        let saw = |saw| alarm.looked.values().filter(|look| look.saw == saw).count();
        let themselves = alarm.looked.iter().filter(|(_, look)| look.is_a_witness_of_fire());
        Some(AlarmSnapshot {
            alarm: id,
            mode: alarm.mode,
            phase: alarm.phase,
            team: alarm.scope.team(),
            also: alarm.also.iter().copied().collect(),
            raised_at: alarm.raised_at,
            source: alarm.source,
            late: alarm.late,
            recorded: !alarm.presses.keys().any(|press| self.unrecorded.contains(press)),
            origin: alarm.origin,
            presses: alarm.presses.values().cloned().collect(),
            emergency_call: alarm.emergency,
            false_alarm: alarm.claimed_false,
            looked: Looks { fire: saw(Saw::Fire), no_fire: saw(Saw::NoFire) },
            fire_seen_by: themselves.map(|(person, _)| *person).collect(),
            counts: self.counts_of(alarm, running, &homes),
            households: homes,
            responders: responders(alarm),
            voices: voices(alarm),
            ladder: self.ladder_snapshot(alarm, running, now),
            bells_rest: alarm.resting,
            linked: alarm.linked.iter().copied().collect(),
        })
    }

    /// The homes that an open alarm concerns, and how many people each has.
    pub fn concerned(&self, alarm: AlarmId) -> impl Iterator<Item = (HouseholdId, u16)> + '_ {
        self.homes_in(alarm).into_iter().map(|home| (home, self.roster.registered(home)))
    }

    /// The homes that an open alarm concerns, then those of which something was said or that stand next to the fire.
    fn homes_in(&self, id: AlarmId) -> Vec<HouseholdId> {
        let mut homes: Vec<HouseholdId> = bells::concerned(self, id).into_iter().collect();
        let said = self.alarms.open.get(&id).into_iter().flat_map(|alarm| alarm.homes.keys());
        let near = self.running.get(&id).into_iter().flat_map(|running| &running.near);
        let beyond: BTreeSet<HouseholdId> =
            said.chain(near).filter(|home| !homes.contains(home)).copied().collect();
        homes.extend(beyond);
        homes
    }

    fn home_snapshot(&self, alarm: &Alarm, running: &Running, household: HouseholdId) -> HomeSnapshot {
        let home: Home = alarm.homes.get(&household).copied().unwrap_or_default();
        let burning = alarm.burning.contains(&household);
        let voices = alarm.voices.values().filter(|voiced| voiced.household == household);
        let answer: Option<Voiced> = voices.max_by_key(|voiced| (voiced.said, voiced.at)).copied();
        let answer_at = answer.map(|voiced| voiced.at);
        // Whoever answers has seen it, and what was seen was delivered.
        let seen_at = home.seen_at.or(answer_at);
        HomeSnapshot {
            household,
            metres: alarm.origin.and_then(|origin| self.roster.metres(origin, household)),
            burning,
            adjoining: !burning && running.near.contains(&household),
            rang_at: home.rang_at,
            delivered_at: home.delivered_at.or(seen_at),
            seen_at,
            answer: answer.map(|voiced| voiced.said),
            answer_at,
            out: home.out,
            clear: accounting::clear(&self.roster, alarm, household),
            registered: self.roster.registered(household),
            silent: self.is_silent(household),
        }
    }

    fn counts_of(&self, alarm: &Alarm, running: &Running, homes: &[HomeSnapshot]) -> AlarmCounts {
        let count = |test: fn(&HomeSnapshot) -> bool| homes.iter().filter(|home| test(home)).count();
        let said = |said| alarm.voices.values().filter(|voiced| voiced.said == said).count();
        let coming = accounting::helping(&self.roster, alarm, &running.near, Said::Coming);
        AlarmCounts {
            homes: homes.len(),
            rang: count(|home| home.rang_at.is_some()),
            delivered: count(|home| home.delivered_at.is_some()),
            seen: count(|home| home.seen_at.is_some()),
            coming,
            arrived: said(Said::Arrived),
            cannot: said(Said::Cannot),
            safe: said(Said::Safe),
            out: count(|home| home.clear),
            unaccounted: count(|home| (home.burning || home.adjoining) && !home.clear),
        }
    }

    fn ladder_snapshot(&self, alarm: &Alarm, running: &Running, now: Moment) -> LadderSnapshot {
        let own_home = alarm.phase == Phase::OwnHomeWarning;
        let wait = self.roster.ladder(alarm.scope).own_home;
        let next = running.rungs.iter().min_by_key(|(rung, step)| (step.due, **rung)).map(|(rung, _)| *rung);
        let due = ladder::next_due(running).map(|due| now.wall + due.saturating_sub(now.steady));
        LadderSnapshot {
            next: if own_home { Some(Rung::Team) } else { next },
            next_at: if own_home { Some(alarm.raised_at + wait) } else { due },
            enough: accounting::enough(&self.roster, alarm, &running.near),
            accounted: accounting::accounted(&self.roster, alarm, &running.near),
        }
    }

    /// What concerns one person (or a home's phone) in an open alarm. `desk`: they act at the desk.
    pub fn mine(
        &self,
        id: AlarmId,
        person: Option<PersonId>,
        household: Option<HouseholdId>,
        desk: bool,
    ) -> Option<Mine> {
        let (alarm, running) = (self.alarms.open.get(&id)?, self.running.get(&id)?);
        let home = person.and_then(|person| self.roster.people.get(&person).copied()).or(household);
        let danger = home.is_some_and(|home| accounting::in_danger(&self.roster, alarm, &running.near, home));
        let voice = person.map(Voice::Person).or(home.map(Voice::Household));
        let someone = alarm.looked.keys().find(|looked| Some(**looked) != person).copied();
        let close = person.map(|person| Close {
            alarm: id,
            by: By { person, desk },
            looked_by: someone,
            reason: Some(CloseReason::Other),
        });
        let live = alarm.mode == Mode::Live;
        Some(Mine {
            card: my_card(alarm, person, home, desk),
            answer: voice.and_then(|voice| alarm.voices.get(&voice)).map(|voiced| voiced.said),
            must_get_out: danger,
            may_close: live
                && close.is_some_and(|close| closing::missing(&self.roster, alarm, &close).is_empty()),
            may_look: live && !danger && person.is_some(),
        })
    }

    /// Late presses that wait for an answer, by id.
    pub fn late_presses(&self) -> impl Iterator<Item = LateSnapshot> + '_ {
        self.alarms.late.values().map(|late| LateSnapshot {
            press: late.facts.clone(),
            team: late.team,
            asked_at: late.asked_at,
            desk_at: late.desk_at,
        })
    }

    /// Drills that were announced and did not begin, by id.
    pub fn announced_drills(&self) -> impl Iterator<Item = AnnouncedDrill> + '_ {
        self.alarms.announced.iter().map(|(drill, announced)| AnnouncedDrill {
            drill: *drill,
            team: announced.team,
            starts_at: announced.starts_at,
            by_itself: announced.by_itself,
        })
    }

    /// The open live alarm that stands on a team or home.
    pub fn live_at(&self, scope: Scope) -> Option<AlarmId> {
        self.alarms.live.get(&scope).copied()
    }
}

fn responders(alarm: &Alarm) -> Vec<Responder> {
    let cards = alarm.cards.iter();
    cards
        .map(|((role, holder), card)| Responder {
            holder: *holder,
            role: *role,
            state: card.state,
            at: card.at,
        })
        .collect()
}

fn voices(alarm: &Alarm) -> Vec<VoiceSnapshot> {
    let person = |voice: &Voice| match voice {
        Voice::Person(person) => Some(*person),
        Voice::Household(_) => None,
    };
    let snapshot = |(voice, voiced): (&Voice, &Voiced)| VoiceSnapshot {
        person: person(voice),
        household: voiced.household,
        said: voiced.said,
        at: voiced.at,
    };
    alarm.voices.iter().map(snapshot).collect()
}

fn my_card(
    alarm: &Alarm,
    person: Option<PersonId>,
    home: Option<HouseholdId>,
    desk: bool,
) -> Option<(Role, CardState)> {
    let mine = |holder: &Holder| match holder {
        Holder::Person(holder) => Some(*holder) == person,
        Holder::Household(holder) => Some(*holder) == home,
        Holder::Desk => desk,
    };
    let held = alarm.cards.iter().filter(|((_, holder), card)| mine(holder) && card.state.is_held());
    held.map(|((role, _), card)| (*role == Role::Call114, *role, card.state))
        .min()
        .map(|(_, role, state)| (role, state))
}
