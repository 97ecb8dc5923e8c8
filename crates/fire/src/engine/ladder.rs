//! The ladder: who is told when, until enough come and everybody next to the fire is out.
//!
//! Enough acceptances stop the recruiting and nothing else. A rung taken is repeated while the alarm is
//! open; when there is nobody left to recruit or to warn, the desk and the leader are still reminded.

use super::alarm::Alarm;
use super::event::Event;
use super::output::{Channel, Message, Notice, Output, Recipient};
use super::refusal::Refusal;
use super::running::{Running, Step};
use super::state::State;
use super::terms::{By, Mode, Phase, Rung, TeamReason};
use super::timers::Timer;
use super::turn::Turn;
use super::{accounting, alarms::Known, bells, limits, roster::LadderConfig};
use liengia_kernel::{AlarmId, HouseholdId, TeamId};
use std::collections::BTreeSet;
use std::time::Duration;

/// When a rung is first taken, counted from the ladder's beginning.
pub(super) fn offset(ladder: LadderConfig, rung: Rung) -> Duration {
    match rung {
        Rung::Team => Duration::ZERO,
        Rung::Hook => ladder.hook,
        Rung::Leaders => ladder.leaders,
        Rung::Wider => ladder.wider,
    }
}

impl Turn<'_> {
    /// Begins the ladder where the clock says it stands: at its foot for a new alarm; after a restart
    /// every rung that was taken is taken again at once.
    pub fn start_ladder(&mut self, alarm: AlarmId) {
        self.refresh(alarm);
        let Some(open) = self.alarm(alarm) else { return };
        let ladder = self.state.roster.ladder(open.scope);
        let gone = self.now.wall.since(open.ladder_since);
        let rungs = if open.mode == Mode::Drill { &Rung::ALL[..1] } else { &Rung::ALL[..] };
        let due = |rung: &Rung| {
            let taken = open.rungs.get(rung);
            let left = taken.map_or_else(|| offset(ladder, *rung).saturating_sub(gone), |_| Duration::ZERO);
            let round = taken.map_or(0, |at| round_after(open, ladder, self.now.wall.since(*at)));
            (*rung, Step { due: self.ahead(left), round, fresh: true })
        };
        let steps = rungs.iter().map(due).collect();
        if let Some(running) = self.state.running.get_mut(&alarm) {
            running.rungs = steps;
        }
        self.climb(alarm);
    }

    /// Takes every rung that is due.
    pub fn climb(&mut self, alarm: AlarmId) {
        let Some(running) = self.state.running.get(&alarm) else { return };
        let now = self.now.steady;
        let due: Vec<Rung> =
            running.rungs.iter().filter(|(_, step)| step.due <= now).map(|(rung, _)| *rung).collect();
        for rung in due {
            self.take_rung(alarm, rung);
        }
        let next = self.state.running.get(&alarm).and_then(next_due);
        match next {
            Some(due) => self.state.timers.arm(Timer::Ladder(alarm), due),
            None => self.state.timers.disarm(Timer::Ladder(alarm)),
        }
        self.mark(alarm);
    }

    fn take_rung(&mut self, alarm: AlarmId, rung: Rung) {
        let Some((open, running)) = self.both(alarm) else { return };
        let first = !open.rungs.contains_key(&rung);
        let (mode, scope) = (open.mode, open.scope);
        let Some(step) = running.rungs.get(&rung).copied() else { return };
        if first {
            self.record(Event::RungTaken { alarm, at: self.now.wall, rung });
        }
        for notice in self.words(alarm, rung, step) {
            self.emit(Output::Notify(notice));
        }
        match (mode, rung) {
            (Mode::Live, Rung::Team) if first => self.offer_emergency_card(alarm),
            (Mode::Live, Rung::Leaders) if first => self.offer_emergency_card_to_leaders(alarm),
            (Mode::Live, Rung::Wider) if first => self.refresh(alarm),
            _ => {}
        }
        let again = self.ahead(self.state.roster.ladder(scope).repeat);
        let Some(running) = self.state.running.get_mut(&alarm) else { return };
        if mode == Mode::Drill {
            // A drill tells everybody once.
            running.rungs.remove(&rung);
        } else {
            let round = step.round.saturating_add(1);
            running.rungs.insert(rung, Step { due: again, round, fresh: false });
        }
    }

    fn words(&self, alarm: AlarmId, rung: Rung, step: Step) -> Vec<Notice> {
        let Some((open, running)) = self.both(alarm) else { return Vec::new() };
        let words =
            Words { state: self.state, id: alarm, alarm: open, running, rung, step, list: Vec::new() };
        words.written()
    }

    /// Tells the whole team again, now: another home burns, or a claim was denied.
    pub fn team_rung_now(&mut self, alarm: AlarmId) {
        let now = self.now.steady;
        if let Some(step) = self.state.running.get_mut(&alarm).and_then(|run| run.rungs.get_mut(&Rung::Team))
        {
            step.anew(now);
        }
        self.climb(alarm);
    }

    /// Someone wants more: every rung still ahead is taken now, and as many people again are wanted.
    pub fn escalate(&mut self, id: AlarmId, by: By) {
        if self.state.alarms.known(id) == Known::Late {
            return self.still_burning(id, true, Some(by));
        }
        let alarm = match self.resolve_live(id) {
            Ok(alarm) => alarm,
            Err(refusal) => return self.refuse(refusal),
        };
        let Some(open) = self.alarm(alarm) else { return };
        let leads = by.desk || self.state.roster.leads(open.teams(), by.person);
        let most = if leads { 2 * limits::ESCALATIONS } else { limits::ESCALATIONS };
        if open.escalations >= most {
            return self.refuse(Refusal::ChangedTooOften);
        }
        self.record(Event::Escalated { alarm, at: self.now.wall, by });
        if self.alarm(alarm).is_some_and(|open| open.phase == Phase::OwnHomeWarning) {
            self.go_to_team(alarm, TeamReason::Escalated);
        }
        let now = self.now.steady;
        if let Some(running) = self.state.running.get_mut(&alarm) {
            for step in running.rungs.values_mut() {
                step.anew(now);
            }
        }
        self.climb(alarm);
        self.settle(alarm);
    }

    /// The desk fell silent: alarms whose leaders were told go to the on-call phone now.
    pub fn desk_fell_silent(&mut self, alarm: AlarmId) {
        if self.alarm(alarm).is_none_or(|open| !open.rungs.contains_key(&Rung::Leaders)) {
            return;
        }
        let running = self.state.running.get_mut(&alarm);
        let Some(step) = running.and_then(|running| running.rungs.get_mut(&Rung::Leaders)) else { return };
        let (rung, round) = (Some(Rung::Leaders), step.round);
        step.round = round.saturating_add(1);
        let (to, channel, message) = (Recipient::OnCall, Channel::Call, Message::Help);
        self.emit(Output::Notify(Notice { alarm, mode: Mode::Live, rung, round, to, channel, message }));
    }

    /// After anything that may change who is out or coming: the bells rest or ring again, cards move.
    pub fn settle(&mut self, alarm: AlarmId) {
        if self.state.waiting.contains(&alarm) {
            return; // Nobody knows yet who is in danger: it is settled when it is begun.
        }
        let Some((open, running)) = self.both(alarm) else { return };
        let roster = &self.state.roster;
        let served = open.mode == Mode::Live
            && open.phase == Phase::Ringing
            && accounting::accounted(roster, open, &running.near)
            && accounting::enough(roster, open, &running.near);
        let resting = open.resting;
        let at = self.now.wall;
        match (resting, served) {
            (false, true) => self.record(Event::BellsRested { alarm, at }),
            (true, false) => self.record(Event::BellsResumed { alarm, at }),
            _ => {}
        }
        if resting != served {
            self.refresh(alarm);
        }
        self.deal_cards(alarm);
        self.mark(alarm);
    }
}

/// When the next rung is due.
pub(super) fn next_due(running: &Running) -> Option<Duration> {
    running.rungs.values().map(|step| step.due).min()
}

/// The round of a rung that was taken first so long ago, after a restart: above all that may have been said before, since
/// every repeat, every press and everybody who asked for more counts once, and a restart twice.
fn round_after(open: &Alarm, ladder: LadderConfig, gone: Duration) -> u32 {
    let repeats = u32::try_from(gone.as_millis() / ladder.repeat.as_millis().max(1)).unwrap_or(u32::MAX / 4);
    let more = open.presses.len() + open.also.len() + usize::from(open.escalations);
    repeats.saturating_add(1).saturating_mul(2).saturating_add(u32::try_from(more).unwrap_or(0))
}

/// The words of one rung.
struct Words<'a> {
    state: &'a State,
    id: AlarmId,
    alarm: &'a Alarm,
    running: &'a Running,
    rung: Rung,
    step: Step,
    list: Vec<Notice>,
}

impl Words<'_> {
    fn written(mut self) -> Vec<Notice> {
        match self.rung {
            Rung::Team => self.team(),
            Rung::Hook => self.hook(),
            Rung::Leaders => self.leaders(),
            Rung::Wider => self.wider(),
        }
        self.list
    }

    fn say(&mut self, to: Recipient, channel: Channel, message: Message) {
        let (alarm, mode, rung, round) = (self.id, self.alarm.mode, Some(self.rung), self.step.round);
        self.list.push(Notice { alarm, mode, rung, round, to, channel, message });
    }

    fn enough(&self) -> bool {
        accounting::enough(&self.state.roster, self.alarm, &self.running.near)
    }

    fn in_danger(&self, home: HouseholdId) -> bool {
        accounting::in_danger(&self.state.roster, self.alarm, &self.running.near, home)
    }

    /// What a home is told now: homes in danger always, helpers until they answer or enough come.
    fn for_home(&self, home: HouseholdId, answered: bool) -> Option<Message> {
        match self.alarm.mode {
            Mode::Drill => Some(Message::DrillStarted),
            Mode::Live if self.in_danger(home) => Some(Message::GetOut),
            Mode::Live if self.step.fresh && self.rung == Rung::Team => Some(Message::Help),
            Mode::Live if answered || self.enough() => None,
            Mode::Live => Some(Message::Help),
        }
    }

    fn team(&mut self) {
        for home in bells::concerned(self.state, self.id) {
            if let Some(message) = self.for_home(home, accounting::answered(self.alarm, home)) {
                self.say(Recipient::Household(home), Channel::Stream, message);
                self.say(Recipient::Household(home), Channel::Push, message);
            }
        }
        if self.alarm.mode == Mode::Drill {
            return self.say(Recipient::Desk, Channel::Stream, Message::DrillStarted);
        }
        let open = if self.alarm.resting { Message::StillOpen } else { Message::Help };
        self.say(Recipient::Desk, Channel::Stream, open);
        if self.alarm.resting {
            for leader in self.state.roster.leaders(self.alarm.teams()) {
                self.say(Recipient::Person(leader), Channel::Push, Message::StillOpen);
            }
        }
        if self.alarm.emergency.is_none() && !self.step.fresh {
            self.say(Recipient::Desk, Channel::Stream, Message::EmergencyNotCalled);
            for leader in self.state.roster.leaders(self.alarm.teams()) {
                self.say(Recipient::Person(leader), Channel::Push, Message::EmergencyNotCalled);
            }
        }
    }

    fn hook(&mut self) {
        for home in bells::concerned(self.state, self.id) {
            let danger = self.in_danger(home);
            for person in self.state.roster.people_of(home) {
                let answered = accounting::person_answered(self.alarm, home, person.person);
                let asked = danger || (person.adult && person.can_respond);
                if let Some(message) = self.for_home(home, answered).filter(|_| asked) {
                    self.say(Recipient::Person(person.person), Channel::Hook, message);
                }
            }
        }
    }

    fn leaders(&mut self) {
        for leader in self.state.roster.leaders(self.alarm.teams()) {
            if self.step.fresh || (!self.alarm.resting && self.alarm.said(leader).is_none()) {
                self.say(Recipient::Person(leader), Channel::Call, Message::Help);
            }
        }
        if !self.state.desk_attended {
            self.say(Recipient::OnCall, Channel::Call, Message::Help);
        }
    }

    /// Adjacent teams are recruits; the village's and the state's own people are told in any case.
    fn wider(&mut self) {
        let next: BTreeSet<TeamId> =
            self.alarm.teams().flat_map(|team| self.state.roster.teams_next_to(team)).collect();
        let recruits = if self.enough() { BTreeSet::new() } else { next };
        for team in recruits {
            self.say(Recipient::Team(team), Channel::Stream, Message::Help);
            self.say(Recipient::Team(team), Channel::Push, Message::Help);
            for leader in self.state.roster.leaders([team].into_iter()) {
                self.say(Recipient::Person(leader), Channel::Call, Message::Help);
            }
        }
        if self.step.fresh || !self.alarm.resting {
            self.say(Recipient::VillageSecurity, Channel::Hook, Message::Help);
            self.say(Recipient::NextPost, Channel::Hook, Message::Help);
        }
    }
}
