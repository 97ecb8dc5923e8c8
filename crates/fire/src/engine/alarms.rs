//! All that is open: alarms, drills, late presses, and what was closed lately. A fold of events.
//!
//! Two folds of the same events are equal, which is what a restart stands on.

use super::alarm::Alarm;
use super::event::Event;
use super::limits;
use super::terms::{Mode, PressFacts, Scope, Source};
use liengia_kernel::{AlarmId, TeamId, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// All that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alarms {
    pub open: BTreeMap<AlarmId, Alarm>,
    /// The open live alarm of each scope.
    pub live: BTreeMap<Scope, AlarmId>,
    /// The running drill of each team.
    pub drills: BTreeMap<TeamId, AlarmId>,
    /// Which open alarm each counted press belongs to.
    pub presses: BTreeMap<AlarmId, AlarmId>,
    pub late: BTreeMap<AlarmId, LatePress>,
    pub announced: BTreeMap<AlarmId, Announced>,
    pub closed: Closed,
    /// When each team's last live alarm was closed.
    pub quiet_since: BTreeMap<TeamId, Timestamp>,
}

/// A late press that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LatePress {
    pub facts: PressFacts,
    pub team: Option<TeamId>,
    pub asked_at: Timestamp,
    /// Since when it is on the desk.
    pub desk_at: Option<Timestamp>,
}

/// A drill that will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Announced {
    pub team: TeamId,
    pub starts_at: Timestamp,
    pub by_itself: bool,
}

/// Ids that are over, the oldest forgotten first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Closed {
    ids: BTreeMap<AlarmId, Over>,
    order: VecDeque<AlarmId>,
}

/// How an id ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Over {
    /// The alarm that the id belonged to.
    pub alarm: AlarmId,
    pub at: Timestamp,
    pub mode: Mode,
}

impl Closed {
    pub fn get(&self, id: AlarmId) -> Option<Over> {
        self.ids.get(&id).copied()
    }

    fn insert(&mut self, id: AlarmId, over: Over) {
        if self.ids.insert(id, over).is_none() {
            self.order.push_back(id);
        }
        while self.order.len() > limits::CLOSED_IDS {
            if let Some(oldest) = self.order.pop_front() {
                self.ids.remove(&oldest);
            }
        }
    }
}

/// What an id stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// An open live alarm, by this or another press's id.
    Open(AlarmId),
    /// A running drill.
    Drill,
    /// A late press.
    Late,
    /// An announced drill.
    Announced,
    /// Something that is over.
    Over(Over),
    /// Nothing.
    New,
}

impl Alarms {
    /// The state that these events leave, the oldest first.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut alarms = Self::default();
        for event in events {
            alarms.evolve(event);
        }
        alarms
    }

    /// What an id stands for.
    pub fn known(&self, id: AlarmId) -> Known {
        if let Some(alarm) = self.presses.get(&id) {
            return Known::Open(*alarm);
        }
        match self.open.get(&id) {
            Some(alarm) if alarm.mode == Mode::Drill => return Known::Drill,
            Some(_) => return Known::Open(id),
            None => {}
        }
        if self.late.contains_key(&id) {
            return Known::Late;
        }
        if self.announced.contains_key(&id) {
            return Known::Announced;
        }
        self.closed.get(id).map_or(Known::New, Known::Over)
    }

    /// Applies one event. An event whose alarm is not known changes nothing.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Raised { alarm, at, stands_on, own_home, press } => {
                self.open_live(*alarm, Alarm::raised(*at, *stands_on, *own_home, press));
            }
            Event::Adopted { alarm, at, stands_on, device, own_home } => {
                let press = bell_press(*alarm, *at, *device, *own_home);
                self.open_live(*alarm, Alarm::raised(*at, *stands_on, own_home.is_some(), &press));
            }
            Event::Joined { alarm, press, .. } => {
                self.late.remove(&press.press);
                self.alias(*alarm, press.press);
            }
            Event::AliasAdopted { alarm, at, press, device } => {
                self.alias(*alarm, *press);
                if let Some(open) = self.open.get_mut(alarm) {
                    open.presses.insert(*press, bell_press(*press, *at, *device, None));
                }
            }
            Event::Reached { alarm, team, stands_there, .. } => {
                if let Some(open) = self.open.get_mut(alarm) {
                    open.reach(*team, *stands_there);
                    // Where that team has an alarm of its own, further presses go on joining that one.
                    self.live.entry(Scope::Team(*team)).or_insert(*alarm);
                }
            }
            Event::Linked { alarm, with, .. } => self.link(*alarm, *with),
            Event::Closed { alarm, at, .. } | Event::CancelledAtHome { alarm, at, .. } => {
                self.close(*alarm, *at);
            }
            Event::LateAsked { .. } | Event::LateToDesk { .. } | Event::LateAnswered { .. } => {
                self.evolve_late(event);
            }
            Event::DrillAnnounced { .. }
            | Event::DrillCancelled { .. }
            | Event::DrillStarted { .. }
            | Event::DrillEnded { .. } => self.evolve_drill(event),
            _ => {}
        }
        if let Some(alarm) = event.alarm().and_then(|id| self.open.get_mut(&id)) {
            alarm.evolve(event);
        }
    }

    fn evolve_late(&mut self, event: &Event) {
        match event {
            Event::LateAsked { press, at, facts, team } => {
                let late = LatePress { facts: facts.clone(), team: *team, asked_at: *at, desk_at: None };
                self.late.insert(*press, late);
            }
            Event::LateToDesk { press, at } => {
                if let Some(late) = self.late.get_mut(press) {
                    late.desk_at.get_or_insert(*at);
                }
            }
            Event::LateAnswered { press, at, yes, .. } => {
                self.late.remove(press);
                if !yes {
                    self.closed.insert(*press, Over { alarm: *press, at: *at, mode: Mode::Live });
                }
            }
            _ => {}
        }
    }

    fn evolve_drill(&mut self, event: &Event) {
        match event {
            Event::DrillAnnounced { drill, team, starts_at, by_itself, .. } => {
                let announced = Announced { team: *team, starts_at: *starts_at, by_itself: *by_itself };
                self.announced.insert(*drill, announced);
            }
            Event::DrillCancelled { drill, at, .. } => {
                self.announced.remove(drill);
                self.closed.insert(*drill, Over { alarm: *drill, at: *at, mode: Mode::Drill });
            }
            Event::DrillStarted { drill, at, team, .. } => {
                self.announced.remove(drill);
                self.drills.insert(*team, *drill);
                self.open.insert(*drill, Alarm::drill(*at, Scope::Team(*team)));
            }
            Event::DrillEnded { drill, at, .. } => self.close(*drill, *at),
            _ => {}
        }
    }

    fn open_live(&mut self, id: AlarmId, alarm: Alarm) {
        self.late.remove(&id);
        self.live.insert(alarm.scope, id);
        self.presses.insert(id, id);
        self.open.insert(id, alarm);
    }

    fn alias(&mut self, alarm: AlarmId, press: AlarmId) {
        if self.open.contains_key(&alarm) {
            self.presses.insert(press, alarm);
        }
    }

    fn link(&mut self, one: AlarmId, other: AlarmId) {
        for (from, to) in [(one, other), (other, one)] {
            if let Some(alarm) = self.open.get_mut(&from) {
                alarm.linked.insert(to);
            }
        }
    }

    fn close(&mut self, id: AlarmId, at: Timestamp) {
        let Some(alarm) = self.open.remove(&id) else { return };
        let over = Over { alarm: id, at, mode: alarm.mode };
        self.closed.insert(id, over);
        for press in alarm.presses.keys() {
            self.presses.remove(press);
            self.closed.insert(*press, over);
        }
        // Where a close was not recorded before a crash, two alarms may stand on one scope.
        for scope in alarm.teams().map(Scope::Team).chain([alarm.scope]) {
            if self.live.get(&scope) == Some(&id) {
                self.live.remove(&scope);
            }
        }
        for team in alarm.teams() {
            if self.drills.get(&team) == Some(&id) {
                self.drills.remove(&team);
            }
            if alarm.mode == Mode::Live {
                self.quiet_since.insert(team, at);
            }
        }
    }
}

fn bell_press(
    press: AlarmId,
    at: Timestamp,
    device: liengia_kernel::DeviceId,
    household: Option<liengia_kernel::HouseholdId>,
) -> PressFacts {
    PressFacts {
        press,
        source: Source::Bell,
        household,
        device: Some(device),
        by: None,
        pressed_at: at,
        late: false,
    }
}
