//! All that the engine remembers, and what may be asked of it.

use super::alarms::Alarms;
use super::event::Event;
use super::moment::Moment;
use super::output::{BellCommand, Output};
use super::running::Running;
use super::standing::Standing;
use super::supervision::Device;
use super::timers::Timers;
use super::turn::Turn;
use liengia_kernel::{AlarmId, DeviceId, HouseholdId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What differs from one node to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Hours that local time is ahead of UTC. Drills look at it.
    pub utc_offset_hours: i8,
}

impl Default for Settings {
    fn default() -> Self {
        Self { utc_offset_hours: 7 }
    }
}

/// How often things happened that nobody wants, since the process began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Presses that were counted before.
    pub repeated: u64,
    /// Presses beyond what one source may add to an alarm.
    pub limited: u64,
    /// Inputs refused because something was full.
    pub full: u64,
    /// Other refusals.
    pub refused: u64,
    /// Alarms found ringing on bells and adopted.
    pub adopted: u64,
    /// Bells told again because they did not confirm or fell silent.
    pub told_again: u64,
}

/// The engine's memory: the roster, the open alarms (a fold of the record), and timers.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(super) settings: Settings,
    pub(super) roster: Standing,
    pub(super) alarms: Alarms,
    /// What is not in the record: bells told, rungs due. One for each open alarm.
    pub(super) running: BTreeMap<AlarmId, Running>,
    /// New alarms that ring, and of which nobody heard yet but bells.
    pub(super) waiting: Vec<AlarmId>,
    /// Which alarms ring in a home.
    pub(super) ringing_at: BTreeMap<HouseholdId, BTreeSet<AlarmId>>,
    pub(super) devices: BTreeMap<DeviceId, Device>,
    pub(super) timers: Timers,
    /// Presses of open alarms that the journal has not confirmed.
    pub(super) unrecorded: BTreeSet<AlarmId>,
    /// How often each late press on the desk was said there.
    pub(super) reminders: BTreeMap<AlarmId, u32>,
    /// Homes whose bells were tested alone lately, and when.
    pub(super) tested: BTreeMap<HouseholdId, Duration>,
    pub(super) desk_attended: bool,
    pub(super) counts: Counts,
    pub(super) steady: Duration,
}

impl State {
    /// What differs from one node to the next.
    pub const fn settings(&self) -> Settings {
        self.settings
    }

    /// An empty state. The desk counts as silent until it shows signs of life.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Takes up the record after a restart, and rings on.
    ///
    /// `events` are those of every alarm, late press and drill that is not over, and of those that
    /// ended within the last day (so that a late repeat does not ring again), oldest first. Give the
    /// roster before; a press that came in the meantime is kept.
    pub fn adopt(&mut self, events: impl IntoIterator<Item = Event>, now: Moment) -> Vec<Output> {
        self.adopt_telling(events, now, |_| {})
    }

    /// The same, and each bell is told as soon as it is decided, as by [`super::step_telling`].
    pub fn adopt_telling(
        &mut self,
        events: impl IntoIterator<Item = Event>,
        now: Moment,
        mut tell: impl FnMut(&[BellCommand]),
    ) -> Vec<Output> {
        let mut turn = Turn::new(self, now).telling(&mut tell);
        turn.adopt(events);
        turn.finish()
    }

    /// Gives back the room that maps left unused while they grew: for after the whole roster was given.
    pub fn pack(&mut self) {
        self.devices = std::mem::take(&mut self.devices).into_iter().collect();
        self.roster.pack();
    }

    /// When the next tick is due, on the steady clock. It may be past: then tick at once.
    pub fn next_due(&self) -> Option<Duration> {
        if self.waiting.is_empty() { self.timers.next() } else { Some(self.steady) }
    }

    /// What went wrong how often.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The open alarms and running drills, by id.
    pub fn open(&self) -> impl Iterator<Item = AlarmId> + '_ {
        self.alarms.open.keys().copied()
    }

    /// The open alarm that a press belongs to.
    pub fn alarm_of(&self, press: AlarmId) -> Option<AlarmId> {
        self.alarms.presses.get(&press).copied()
    }

    /// The open alarms and drills that ring in a home now.
    pub fn ringing_at(&self, household: HouseholdId) -> impl Iterator<Item = AlarmId> + '_ {
        self.ringing_at.get(&household).into_iter().flatten().copied()
    }

    /// Whether what is open equals the fold of these events: the promise that a restart stands on.
    pub fn is_fold_of<'a>(&self, events: impl IntoIterator<Item = &'a Event>) -> bool {
        self.alarms == Alarms::fold(events)
    }
}
