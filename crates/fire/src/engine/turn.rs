//! One step: what it reads and changes, and what it collects to be done.

use super::alarm::Alarm;
use super::alarms::Known;
use super::event::Event;
use super::input::{DrillOrder, Input};
use super::moment::Moment;
use super::output::{BellCommand, Board, Channel, Message, Notice, Outcome, Output, Recipient};
use super::refusal::Refusal;
use super::running::Running;
use super::state::State;
use super::terms::Mode;
use super::timers::Timer;
use super::{accounting, limits, roster};
use liengia_kernel::{AlarmId, HouseholdId, TeamId};
use std::collections::BTreeSet;
use std::time::Duration;

/// Who hears of bells at once.
type Teller<'a> = &'a mut dyn FnMut(&[BellCommand]);

/// One step under way. The rules are its methods, each in the file of its subject.
pub(super) struct Turn<'a> {
    pub state: &'a mut State,
    pub now: Moment,
    /// Who hears of each bell at once.
    teller: Option<Teller<'a>>,
    /// New alarms only ring; see [`super::step_ringing`].
    pub only_ringing: bool,
    bells: Vec<Output>,
    rest: Vec<Output>,
    boards: BTreeSet<Board>,
}

impl<'a> Turn<'a> {
    pub fn new(state: &'a mut State, now: Moment) -> Self {
        // A steady clock that seems to run backwards stands still.
        let steady = now.steady.max(state.steady);
        state.steady = steady;
        let now = Moment { wall: now.wall, steady };
        Self {
            state,
            now,
            teller: None,
            only_ringing: false,
            bells: Vec::new(),
            rest: Vec::new(),
            boards: BTreeSet::new(),
        }
    }

    /// The same, telling this one of each bell as soon as that is decided.
    pub fn telling(self, teller: Teller<'a>) -> Self {
        Self { teller: Some(teller), ..self }
    }

    /// The same, where new alarms only ring.
    pub fn only_ringing(self) -> Self {
        Self { only_ringing: true, ..self }
    }

    /// What is to be done, the bells first.
    pub fn finish(mut self) -> Vec<Output> {
        self.bells.append(&mut self.rest);
        self.bells.extend(self.boards.into_iter().map(Output::Board));
        self.bells
    }

    pub fn handle(&mut self, input: Input) {
        match input {
            _ if self.only_ringing => {}
            // They look to their own alarm, and nobody who presses waits for the alarms of others.
            Input::Press(_) | Input::Journal { .. } => {}
            Input::Tick => self.begin_what_waits(limits::BEGUN_PER_TICK),
            _ => self.begin_what_waits(usize::MAX),
        }
        match input {
            Input::Team(team) => self.put_team(team),
            Input::TeamRemoved(team) => self.remove_team(team),
            Input::Home(home) => self.put_home(home),
            Input::HomeRemoved(home) => self.remove_home(home),
            Input::Press(press) => self.press(&press),
            Input::BellRang { device, alarm, sound } => self.bell_rang(device, alarm, sound),
            Input::Heartbeat(heartbeat) => self.heartbeat(&heartbeat),
            Input::LinkLost(device) => self.link_lost(device),
            Input::Heard { device, by, yes } => self.bell_heard(device, by, yes),
            Input::Answer(answer) => self.answer(&answer),
            Input::Card { alarm, person, role, accept } => self.answer_card(alarm, person, role, accept),
            Input::EmergencyCalled { alarm, by } => self.emergency_called(alarm, by),
            Input::Looked { alarm, by, saw, told_to } => self.looked(alarm, by, saw, told_to),
            Input::FalseAlarm { alarm, by } => self.false_alarm(alarm, by),
            Input::AllOut { alarm, household, count, away, by } => {
                self.all_out(alarm, household, count, away, by);
            }
            Input::CancelAtHome { alarm, household, by } => self.cancel_at_home(alarm, household, by),
            Input::StillBurning { press, yes, by } => self.still_burning(press, yes, by),
            Input::Escalate { alarm, by } => self.escalate(alarm, by),
            Input::Close(close) => self.close(&close),
            Input::Drill(order) => self.drill(&order),
            Input::RingTest { test, team, by } => self.ring_test(test, team, None, by),
            Input::RingTestAtHome { test, household, by } => match self.state.roster.team_of(household) {
                Some(team) => self.ring_test(test, team, Some(household), by),
                None => self.refuse(Refusal::UnknownTeam),
            },
            Input::Journal { press, recorded } => self.journal(press, recorded),
            Input::Desk { attended } => self.desk(attended),
            Input::Tick => self.tick(),
        }
    }

    fn drill(&mut self, order: &DrillOrder) {
        match *order {
            DrillOrder::Announce { drill, team, starts_at, by_itself, by } => {
                self.announce_drill(drill, team, starts_at, by_itself, by);
            }
            DrillOrder::Cancel { drill, by } => self.cancel_drill(drill, by),
            DrillOrder::Start { drill, by } => self.start_drill(drill, Some(by)),
            DrillOrder::End { drill, by } => self.end_drill_by_hand(drill, by),
        }
    }

    fn tick(&mut self) {
        if !self.state.waiting.is_empty() {
            return; // The next tick is due at once.
        }
        for _ in 0..limits::TIMERS_PER_TICK {
            match self.state.timers.take(self.now.steady) {
                Some(timer) => self.due(timer),
                None => return,
            }
        }
    }

    fn due(&mut self, timer: Timer) {
        match timer {
            Timer::Bells(alarm) => self.tell_bells_again(alarm),
            Timer::Ladder(alarm) => self.climb(alarm),
            Timer::OwnHome(alarm) => self.own_home_is_over(alarm),
            Timer::Cards(alarm) => self.cards_due(alarm),
            Timer::Late(press) => self.late_is_due(press),
            Timer::DrillBegins(drill) => self.drill_is_due(drill),
            Timer::DrillEnds(drill) => self.drill_time_is_over(drill),
            Timer::Silent(device) => self.silent(device),
            Timer::RingTest(device) => self.ring_test_is_due(device),
        }
    }

    fn put_team(&mut self, mut team: roster::TeamRoster) {
        let id = team.team;
        if !self.state.roster.teams.contains_key(&id) && self.state.roster.teams.len() >= limits::TEAMS {
            return self.refuse(Refusal::Full { what: "teams", limit: limits::TEAMS });
        }
        let too_much = roster::team_bounded(&mut team);
        let before = self.team_devices(id);
        self.state.roster.put(team);
        let homes: Vec<HouseholdId> = self.state.roster.homes_of(id).collect();
        self.put_devices(&homes, &before);
        self.roster_changed(Some(id), &homes);
        self.left_out(too_much);
    }

    /// What is too much of a roster is left out, and somebody must hear of it.
    fn left_out(&mut self, too_much: Option<roster::Oversized>) {
        if let Some((what, limit)) = too_much {
            self.refuse(Refusal::Full { what, limit });
        }
    }

    fn remove_team(&mut self, team: TeamId) {
        let open = self.state.alarms.live.contains_key(&super::terms::Scope::Team(team));
        match self.state.roster.teams.contains_key(&team) {
            false => self.refuse(Refusal::UnknownTeam),
            true if open => {
                self.state.roster.leaving.insert(team);
            }
            true => self.drop_team(team),
        }
    }

    pub fn drop_team(&mut self, team: TeamId) {
        self.drills_leave_with(team);
        let homes: Vec<HouseholdId> = self.state.roster.homes_of(team).collect();
        self.state.roster.remove(team);
        self.roster_changed(Some(team), &homes);
    }

    /// A home that stands alone. One whose team is dissolved during its alarm stays in it until that is closed.
    fn put_home(&mut self, mut home: roster::HouseholdRoster) {
        let (id, before) = (home.household, self.devices_at([home.household]));
        let team = self.state.roster.team_of(id);
        let staying = team.filter(|team| self.state.roster.leaving.contains(team));
        let too_much = roster::bounded(&mut home);
        self.state.roster.put_home(staying, home);
        self.put_devices(&[id], &before);
        self.roster_changed(team, &[id]);
        self.left_out(too_much);
    }

    /// A home that is no more. While an alarm rings in it, it stays.
    fn remove_home(&mut self, home: HouseholdId) {
        let roster = &mut self.state.roster;
        let of_no_team = roster.team_of(home).is_none_or(|team| roster.leaving.contains(&team));
        if !of_no_team || !roster.households.contains_key(&home) {
            return;
        }
        if self.state.ringing_at.contains_key(&home) {
            self.state.roster.homes_leaving.insert(home);
        } else {
            self.drop_home(home);
        }
    }

    pub fn drop_home(&mut self, home: HouseholdId) {
        let before = self.devices_at([home]);
        self.state.roster.drop_home(home);
        self.put_devices(&[home], &before);
        self.roster_changed(None, &[home]);
    }

    /// Open alarms that reach into a team or these homes ring what is new there, and stop what left.
    fn roster_changed(&mut self, team: Option<TeamId>, changed: &[HouseholdId]) {
        let drill = team.and_then(|team| self.state.alarms.drills.get(&team));
        let mut touched: BTreeSet<AlarmId> = drill.copied().into_iter().collect();
        let roster = &self.state.roster;
        for (id, alarm) in &self.state.alarms.open {
            let before = self.state.running.get(id).map(|running| &running.near);
            let near = accounting::near(roster, alarm);
            let mut homes = near.iter().chain(before.into_iter().flatten());
            // A home that left the roster, or changed in it.
            let moved =
                homes.any(|home| changed.contains(home) || !self.state.roster.households.contains_key(home));
            if moved || alarm.teams().any(|of| Some(of) == team) {
                touched.insert(*id);
            }
        }
        for home in changed {
            touched.extend(self.state.ringing_at(*home));
        }
        for alarm in touched {
            self.refresh(alarm);
            self.settle(alarm);
        }
    }

    fn journal(&mut self, press: AlarmId, recorded: bool) {
        let (alarm, outcome) = match self.state.alarms.known(press) {
            Known::Open(alarm) => (alarm, Outcome::Repeated),
            Known::Late => (press, Outcome::Asked),
            Known::Over(over) => (over.alarm, Outcome::Closed),
            Known::Drill | Known::Announced | Known::New => return,
        };
        let open = outcome != Outcome::Closed;
        let changed = if recorded {
            self.state.unrecorded.remove(&press)
        } else {
            open && self.state.unrecorded.insert(press)
        };
        if recorded {
            self.receipt(press, alarm, None, outcome);
        }
        if changed {
            self.mark(press);
        }
    }

    fn desk(&mut self, attended: bool) {
        let left = self.state.desk_attended && !attended;
        self.state.desk_attended = attended;
        if left {
            let open: Vec<AlarmId> = self.state.alarms.live.values().copied().collect();
            for alarm in open {
                self.desk_fell_silent(alarm);
            }
        }
    }

    /// The open alarm or running drill of an id, or why there is none.
    pub fn resolve(&self, id: AlarmId) -> Result<AlarmId, Refusal> {
        match self.state.alarms.known(id) {
            Known::Open(alarm) => Ok(alarm),
            Known::Drill => Ok(id),
            Known::Over(over) => Err(Refusal::AlreadyClosed { alarm: over.alarm, at: over.at }),
            Known::Late | Known::Announced | Known::New => Err(Refusal::UnknownAlarm { alarm: id }),
        }
    }

    /// The open live alarm of an id, or why there is none.
    pub fn resolve_live(&self, id: AlarmId) -> Result<AlarmId, Refusal> {
        match self.state.alarms.known(id) {
            Known::Drill | Known::Announced => Err(Refusal::NotForADrill),
            _ => self.resolve(id),
        }
    }

    pub fn alarm(&self, id: AlarmId) -> Option<&Alarm> {
        self.state.alarms.open.get(&id)
    }

    /// An open alarm with what runs beside it.
    pub fn both(&self, id: AlarmId) -> Option<(&Alarm, &Running)> {
        Some((self.state.alarms.open.get(&id)?, self.state.running.get(&id)?))
    }

    /// Changes the open alarms by an event and has it written: the only way to change them.
    pub fn record(&mut self, event: Event) {
        self.state.alarms.evolve(&event);
        self.rest.push(Output::Record(event));
    }

    pub fn bell(&mut self, command: BellCommand) {
        self.bells(vec![command]);
    }

    /// Several bells in one go.
    pub fn bells(&mut self, commands: Vec<BellCommand>) {
        if commands.is_empty() {
            return;
        }
        if let Some(tell) = &mut self.teller {
            tell(&commands);
        }
        self.bells.extend(commands.into_iter().map(Output::Bell));
    }

    pub fn emit(&mut self, output: Output) {
        self.rest.push(output);
    }

    pub fn refuse(&mut self, refusal: Refusal) {
        match refusal {
            Refusal::Full { .. } => self.state.counts.full += 1,
            Refusal::ChangedTooOften => self.state.counts.limited += 1,
            _ => self.state.counts.refused += 1,
        }
        self.rest.push(Output::Refused(refusal));
    }

    /// Says that an alarm, drill or late press is to be shown anew.
    pub fn mark(&mut self, id: AlarmId) {
        let board = match self.state.alarms.known(id) {
            Known::Open(alarm) => Board::Alarm(alarm),
            Known::Drill => Board::Alarm(id),
            Known::Late => Board::Late(id),
            Known::Announced => Board::Drill(id),
            Known::Over(over) => Board::Closed(over.alarm),
            Known::New => return,
        };
        self.boards.insert(board);
    }

    /// A word outside the ladder.
    pub fn tell(&mut self, alarm: AlarmId, mode: Mode, to: Recipient, channel: Channel, message: Message) {
        self.emit(Output::Notify(Notice { alarm, mode, rung: None, round: 0, to, channel, message }));
    }

    /// A word outside the ladder to every home that an alarm or drill concerns.
    pub fn tell_homes(&mut self, alarm: AlarmId, mode: Mode, message: Message) {
        for home in self.concerned(alarm) {
            self.tell(alarm, mode, Recipient::Household(home), Channel::Stream, message);
            self.tell(alarm, mode, Recipient::Household(home), Channel::Push, message);
        }
    }

    /// A word outside the ladder to these people, unless they were told the same within the minute.
    pub fn tell_unless_lately(
        &mut self,
        alarm: AlarmId,
        to: Recipient,
        channels: &[Channel],
        message: Message,
    ) {
        let now = self.now.steady;
        let Some(running) = self.state.running.get_mut(&alarm) else { return };
        let said = running.said.get(&(to, message));
        if said.is_some_and(|said| now < said.saturating_add(limits::SAID_LATELY)) {
            return;
        }
        running.said.insert((to, message), now);
        for channel in channels {
            self.tell(alarm, Mode::Live, to, *channel, message);
        }
    }

    /// The time that far ahead, on the steady clock.
    pub fn ahead(&self, span: Duration) -> Duration {
        self.now.steady.saturating_add(span)
    }
}
