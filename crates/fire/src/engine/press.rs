//! What a press does: raise an alarm, join the one that is open, warn one home, or be asked about.
//!
//! A press is known by its id, however often and in whatever order it comes, and counted once.

use super::alarms::{Known, LatePress};
use super::event::Event;
use super::input::Press;
use super::limits;
use super::output::{Board, Channel, Message, Notice, Outcome, Output, Question, Receipt, Recipient};
use super::refusal::Refusal;
use super::running::Running;
use super::state::State;
use super::terms::{By, Mode, Phase, PressFacts, Scope, Source, TeamReason};
use super::timers::Timer;
use super::turn::Turn;
use liengia_kernel::{AlarmId, DeviceId, HouseholdId, PersonId, TeamId};
use std::collections::BTreeSet;

impl Turn<'_> {
    pub fn press(&mut self, press: &Press) {
        self.pressed(press);
        if let Some(device) = press.device {
            self.heard_from(device);
        }
    }

    fn pressed(&mut self, press: &Press) {
        match self.state.alarms.known(press.alarm) {
            Known::Open(alarm) => self.press_again(alarm, press),
            Known::Late => self.ask_again(press.alarm),
            Known::Over(over) if over.mode == Mode::Live => {
                self.state.counts.repeated += 1;
                self.receipt(press.alarm, over.alarm, press.device, Outcome::Closed);
            }
            // A new id makes it a fire: an old one never does, and is never taken for one that is over.
            Known::Drill | Known::Announced | Known::Over(_) => self.refuse(Refusal::IdOfADrill),
            Known::New => self.first_time(press),
        }
    }

    fn first_time(&mut self, press: &Press) {
        let facts = self.facts(press);
        let scope = self.scope(press, facts.household);
        let age = press.held.unwrap_or_else(|| self.now.wall.since(facts.pressed_at));
        if age > limits::LATE_PRESS { self.ask(facts, scope) } else { self.enter(scope, facts) }
    }

    fn facts(&self, press: &Press) -> PressFacts {
        let own = press.device.and_then(|device| self.home_of_device(device));
        let theirs = press.by.and_then(|person| self.state.roster.people.get(&person).copied());
        let theirs = theirs.filter(|_| press.source == Source::Phone && press.team.is_none());
        PressFacts {
            press: press.alarm,
            source: press.source,
            household: own.or(press.household).or(theirs),
            device: press.device,
            by: press.by,
            pressed_at: match (press.pressed_at, press.held) {
                (_, Some(held)) => self.now.wall - held,
                (Some(at), None) => at,
                (None, None) => self.now.wall,
            },
            late: false,
        }
    }

    fn scope(&self, press: &Press, household: Option<HouseholdId>) -> Scope {
        let team = household.and_then(|home| self.state.roster.team_of(home)).or(press.team);
        match (team, household) {
            (Some(team), _) => Scope::Team(team),
            (None, Some(home)) => Scope::Home(home),
            (None, None) => Scope::Stray(press.alarm),
        }
    }

    /// Raises an alarm, or joins the one that is open there.
    fn enter(&mut self, scope: Scope, facts: PressFacts) {
        match self.state.alarms.live.get(&scope).copied() {
            Some(alarm) => self.join(alarm, facts),
            None => self.raise(scope, facts),
        }
    }

    fn raise(&mut self, scope: Scope, facts: PressFacts) {
        let strays = || self.state.alarms.live.keys().filter(|scope| scope.team().is_none()).count();
        // A late one that was asked about has left its place among the questions, which bounds those: it rings.
        let asked = facts.late && self.state.alarms.late.len() < limits::QUESTIONS;
        if scope.team().is_none() && !asked && strays() >= limits::STRAY_ALARMS {
            return self
                .refuse(Refusal::Full { what: "alarms outside every team", limit: limits::STRAY_ALARMS });
        }
        let (alarm, device) = (facts.press, facts.device);
        let own_home = facts.source == Source::Detector && facts.household.is_some() && !facts.late;
        self.record(Event::Raised { alarm, at: self.now.wall, stands_on: scope, own_home, press: facts });
        self.state.unrecorded.insert(alarm);
        // A drill ends before anything live is heard, and a home in no team has no bells that lie ready.
        let ready = scope.team().is_some() && self.state.alarms.drills.is_empty();
        if self.only_ringing && !own_home && ready {
            self.state.running.insert(alarm, Running::default());
            self.ring_teams(alarm);
            self.ring_next_door(alarm);
            self.state.waiting.push(alarm);
        } else {
            self.begin(alarm);
        }
        self.receipt(alarm, alarm, device, Outcome::Raised);
    }

    /// Goes on with alarms that only rang until now.
    pub fn begin_what_waits(&mut self, most: usize) {
        for _ in 0..most.min(self.state.waiting.len()) {
            // One by one: if one cannot be begun, the others still wait.
            let alarm = self.state.waiting.remove(0);
            self.begin(alarm);
        }
    }

    fn begin_if_it_waits(&mut self, alarm: AlarmId) {
        if let Some(place) = self.state.waiting.iter().position(|one| *one == alarm) {
            self.state.waiting.remove(place);
            self.begin(alarm);
        }
    }

    /// Rings what the record says is open: after a press, and again after a restart.
    pub fn begin(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm) else { return };
        let (mode, phase) = (open.mode, open.phase);
        self.state.running.entry(alarm).or_default();
        match (mode, phase) {
            (Mode::Live, Phase::OwnHomeWarning) => self.warn_own_home(alarm),
            (Mode::Live, Phase::Ringing) | (Mode::Drill, _) => self.start_ladder(alarm),
        }
        if mode == Mode::Live {
            self.link(alarm);
        }
        self.settle(alarm);
    }

    fn warn_own_home(&mut self, alarm: AlarmId) {
        self.refresh(alarm);
        let Some(open) = self.alarm(alarm) else { return };
        let wait = self.state.roster.ladder(open.scope).own_home;
        let left = wait.saturating_sub(self.now.wall.since(open.raised_at));
        let home = open.origin;
        self.state.timers.arm(Timer::OwnHome(alarm), self.ahead(left));
        if let Some(to) = home.map(Recipient::Household) {
            self.tell(alarm, Mode::Live, to, Channel::Stream, Message::OwnHomeWarning);
            self.tell(alarm, Mode::Live, to, Channel::Push, Message::OwnHomeWarning);
        }
    }

    pub fn own_home_is_over(&mut self, alarm: AlarmId) {
        self.go_to_team(alarm, TeamReason::NotCancelled);
        self.settle(alarm);
    }

    /// A home's own warning becomes the team's alarm.
    pub fn go_to_team(&mut self, alarm: AlarmId, why: TeamReason) {
        if self.alarm(alarm).is_some_and(|open| open.phase == Phase::OwnHomeWarning) {
            self.state.timers.disarm(Timer::OwnHome(alarm));
            self.record(Event::WentToTeam { alarm, at: self.now.wall, why });
            // The warned home's own bells change their sound with all the others.
            if let Some(running) = self.state.running.get_mut(&alarm) {
                running.bells.clear();
            }
            self.start_ladder(alarm);
        }
    }

    pub fn cancel_at_home(&mut self, id: AlarmId, household: HouseholdId, by: Option<PersonId>) {
        let alarm = match self.resolve_live(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let Some(open) = self.alarm(alarm) else { return };
        if open.phase != Phase::OwnHomeWarning {
            return self.refuse(Refusal::TooLateToCancel);
        }
        if !open.burning.contains(&household) {
            return self.refuse(Refusal::NotYourHome);
        }
        let concerned = self.concerned(alarm);
        self.record(Event::CancelledAtHome { alarm, at: self.now.wall, household, by });
        self.over(alarm, &concerned, Message::Closed);
    }

    fn press_again(&mut self, alarm: AlarmId, press: &Press) {
        self.state.counts.repeated += 1;
        let known = self.alarm(alarm).and_then(|open| open.presses.get(&press.alarm));
        if known.is_some_and(|known| known.source == Source::Bell) {
            // Until now only a bell had told of it: the press itself says where it burns.
            let facts = self.facts(press);
            if !self.may_be_its_press(alarm, press, facts.household) {
                return self.refuse(Refusal::IdOfAnotherTeam);
            }
            return self.join(alarm, facts);
        }
        self.receipt(press.alarm, alarm, press.device, Outcome::Repeated);
    }

    /// Whether this may be the press of which only bells told until now. The id of an alarm is no secret: a phone far away
    /// that uses it does not move the alarm to its own team. A press rings its team and the homes next to the fire, so
    /// one of those bells told of it. A device has proved itself, and keeps no id that it did not make.
    fn may_be_its_press(&self, alarm: AlarmId, press: &Press, household: Option<HouseholdId>) -> bool {
        let Some(open) = self.alarm(alarm) else { return false };
        let roster = &self.state.roster;
        let team = household.and_then(|home| roster.team_of(home)).or(press.team);
        let told = |home: HouseholdId| {
            let bells = open.presses.values().filter(|press| press.source == Source::Bell);
            let bells = bells.filter_map(|bell| bell.device);
            bells.filter_map(|bell| self.home_of_device(bell)).any(|next| next == home)
        };
        match (press.device, team, household) {
            (Some(_), ..) | (None, None, None) => true,
            (None, Some(team), _) if open.teams().any(|of| of == team) => true,
            (None, _, Some(home)) => told(home) || roster.homes_next_to(home).into_iter().any(told),
            (None, Some(_), None) => false,
        }
    }

    /// A further press in a team whose alarm is open: the same alarm, another burning home.
    fn join(&mut self, alarm: AlarmId, facts: PressFacts) {
        self.begin_if_it_waits(alarm);
        let Some(open) = self.alarm(alarm) else { return };
        let (press, device, source) = (facts.press, facts.device, facts.source);
        let told = open.presses.contains_key(&press);
        let same = |other: &&PressFacts| one_source(other, &facts);
        if !told && open.presses.values().filter(same).count() >= limits::PRESSES_PER_SOURCE {
            self.state.counts.limited += 1;
            return self.receipt(press, alarm, device, Outcome::Limited);
        }
        let new_home = facts.household.is_some_and(|home| !open.burning.contains(&home));
        // Somebody is back where all were said to be out.
        let back = facts.household.filter(|home| !new_home && !self.home_in_danger(alarm, *home));
        let same_device = |other: &PressFacts| other.source == Source::Bell || other.device == device;
        let lone = source == Source::Detector && open.presses.values().all(same_device);
        let warned = open.phase == Phase::OwnHomeWarning;
        let (stands_there, confirmed) = (open.origin.is_none(), facts.late);
        let team = facts.household.and_then(|home| self.state.roster.team_of(home));
        self.record(Event::Joined { alarm, at: self.now.wall, press: facts });
        self.state.unrecorded.insert(press);
        match source {
            _ if !warned && new_home => self.spread(alarm),
            _ if !warned || (lone && device.is_some() && !confirmed) => {}
            Source::Detector if !confirmed => self.go_to_team(alarm, TeamReason::SecondDetector),
            _ => self.go_to_team(alarm, TeamReason::Press),
        }
        if let Some(team) = team.filter(|_| told) {
            self.reach(alarm, team, stands_there);
        }
        if let Some(home) = back {
            self.tell_if_in_danger(alarm, home);
        }
        self.receipt(press, alarm, device, Outcome::Joined);
        self.settle(alarm);
    }

    /// Another home burns: everything rings anew, for everybody.
    fn spread(&mut self, alarm: AlarmId) {
        self.refresh(alarm);
        self.ring_anew(alarm);
        self.team_rung_now(alarm);
    }

    /// Shows alarms of teams next to each other together. They stay two. Drills next door end.
    pub fn link(&mut self, alarm: AlarmId) {
        let Some(open) = self.alarm(alarm) else { return };
        let next: BTreeSet<TeamId> =
            open.teams().flat_map(|team| self.state.roster.teams_next_to(team)).collect();
        for next in next {
            self.end_drill_of(next);
            let Some(with) = self.state.alarms.live.get(&Scope::Team(next)).copied() else { continue };
            if with != alarm && self.alarm(alarm).is_some_and(|open| !open.linked.contains(&with)) {
                self.record(Event::Linked { alarm, at: self.now.wall, with });
            }
            self.mark(with);
        }
    }

    fn ask(&mut self, facts: PressFacts, scope: Scope) {
        let late = &self.state.alarms.late;
        let (press, device) = (facts.press, facts.device);
        let same = |other: &&LatePress| one_hand(&other.facts, &facts);
        if late.values().filter(same).count() >= limits::PRESSES_PER_SOURCE
            && let Some(first) = late.values().find(same).map(|late| late.facts.press)
        {
            self.state.counts.limited += 1;
            return self.receipt(press, first, device, Outcome::Limited);
        }
        if late.len() >= limits::QUESTIONS {
            // No question can be kept, and no fire may be lost: it rings unasked.
            self.state.counts.full += 1;
            return self.enter(scope, PressFacts { late: true, ..facts });
        }
        let team = scope.team();
        self.record(Event::LateAsked { press, at: self.now.wall, facts, team });
        self.state.unrecorded.insert(press);
        self.put_question(press);
    }

    /// Puts the question and waits for the answer.
    pub fn put_question(&mut self, press: AlarmId) {
        self.state.timers.arm(Timer::Late(press), self.ahead(limits::LATE_ANSWER));
        self.ask_again(press);
    }

    fn ask_again(&mut self, press: AlarmId) {
        let Some(late) = self.state.alarms.late.get(&press) else { return };
        let PressFacts { pressed_at, device, by, household, .. } = late.facts;
        self.emit(Output::AskStillBurning(Question { press, pressed_at, device, person: by, household }));
        self.receipt(press, press, device, Outcome::Asked);
        self.mark(press);
    }

    /// Nobody answered: it is the desk's, and the desk is reminded until somebody does.
    pub fn late_is_due(&mut self, press: AlarmId) {
        let Some(late) = self.state.alarms.late.get(&press) else { return };
        if late.desk_at.is_none() {
            self.record(Event::LateToDesk { press, at: self.now.wall });
        }
        self.tell(press, Mode::Live, Recipient::Desk, Channel::Stream, Message::LatePress);
        let round = self.reminder_of(press);
        if !self.state.desk_attended || round >= limits::UNHEARD_AT_THE_DESK {
            let (to, channel, message) = (Recipient::OnCall, Channel::Call, Message::LatePress);
            let (alarm, mode, rung) = (press, Mode::Live, None);
            self.emit(Output::Notify(Notice { alarm, mode, rung, round, to, channel, message }));
        }
        self.state.timers.arm(Timer::Late(press), self.ahead(limits::LATE_ANSWER));
        self.mark(press);
    }

    /// Which reminder of this late press it is, counting on after a restart.
    fn reminder_of(&mut self, press: AlarmId) -> u32 {
        let State { alarms, reminders, .. } = &mut *self.state;
        reminders.retain(|known, _| alarms.late.contains_key(known));
        let desk_at = alarms.late.get(&press).and_then(|late| late.desk_at);
        let gone = desk_at.map_or(0, |at| self.now.wall.since(at).as_secs() / limits::LATE_ANSWER.as_secs());
        let next = reminders.get(&press).map_or(0, |last| last.saturating_add(1));
        let round = next.max(u32::try_from(gone).unwrap_or(u32::MAX));
        reminders.insert(press, round);
        round
    }

    pub fn still_burning(&mut self, press: AlarmId, yes: bool, by: Option<By>) {
        let Some(late) = self.state.alarms.late.get(&press).cloned() else {
            return match self.resolve_live(press) {
                Ok(alarm) => self.mark(alarm),
                Err(refusal) => self.refuse(refusal),
            };
        };
        if !yes && by.is_some_and(|by| !self.may_say_over(&late, by)) {
            // Where others only think that nothing burns, those who can know are still asked.
            return self.mark(press);
        }
        self.state.timers.disarm(Timer::Late(press));
        self.record(Event::LateAnswered { press, at: self.now.wall, yes, by });
        if yes {
            let facts = PressFacts { late: true, ..late.facts };
            let team = facts.household.and_then(|home| self.state.roster.team_of(home)).or(late.team);
            let home = facts.household.map_or(Scope::Stray(press), Scope::Home);
            self.enter(team.map_or(home, Scope::Team), facts);
        } else {
            self.emit(Output::Board(Board::Closed(press)));
        }
    }

    /// Whether a "no" ends this late press: that of the presser, of somebody of the home, of those who lead its team, and of
    /// the desk.
    fn may_say_over(&self, late: &LatePress, by: By) -> bool {
        let roster = &self.state.roster;
        let home = late.facts.household;
        let own = home.is_some() && roster.people.get(&by.person).copied() == home;
        let team = home.and_then(|home| roster.team_of(home)).or(late.team);
        by.desk || late.facts.by == Some(by.person) || own || roster.leads(team.into_iter(), by.person)
    }

    /// Tells the source of a press what became of it.
    pub fn receipt(&mut self, press: AlarmId, alarm: AlarmId, device: Option<DeviceId>, outcome: Outcome) {
        let facts = self.alarm(alarm).and_then(|open| open.presses.get(&press));
        let device = device.or_else(|| facts.and_then(|facts| facts.device));
        let recorded = outcome != Outcome::Limited && !self.state.unrecorded.contains(&press);
        self.emit(Output::Receipt(Receipt { press, alarm, device, outcome, recorded }));
        self.mark(alarm);
    }
}

/// Whether two presses come from the same device, phone or home.
fn one_source(one: &PressFacts, other: &PressFacts) -> bool {
    match (one.device, other.device) {
        (None, None) => (one.source, one.by, one.household) == (other.source, other.by, other.household),
        (one, other) => one == other,
    }
}

/// The same for late presses, whichever homes a person presses for on a phone; the desk speaks for many.
fn one_hand(one: &PressFacts, other: &PressFacts) -> bool {
    let phone = |facts: &PressFacts| facts.by.filter(|_| facts.source == Source::Phone);
    one_source(one, other) || phone(one).is_some_and(|by| phone(other) == Some(by))
}
