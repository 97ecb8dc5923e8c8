//! The node around the engine: a journal that may fail, a process that may die, clocks that may jump.

use crate::town::Town;
use liengia_fire::engine::{Event, Input, Moment, Output, Settings, State, step, step_ringing, step_telling};
use liengia_kernel::{AlarmId, SeededEntropy, Timestamp};
use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

/// 10:00 in Hanoi.
const MORNING: i64 = 1_787_108_400;
/// Events that wait for a failing disk; beyond it the oldest go that open and end nothing.
const WAITING: usize = 150;

pub struct Node {
    pub state: State,
    pub up: bool,
    started: u64,
    /// What the wall clock is wrong by, in milliseconds.
    pub skew: i64,
    pub disk: Vec<Event>,
    pub waiting: VecDeque<Event>,
    pub disk_works: bool,
    /// Events were lost while the process lived on: its state is more than the record until it restarts.
    pub dropped: bool,
    /// Presses that are on the disk.
    pub recorded: BTreeSet<AlarmId>,
    pub tick_at: Option<u64>,
}

impl Node {
    pub fn new(disk: Vec<Event>) -> Self {
        Self {
            state: State::default(),
            up: false,
            started: 0,
            skew: 0,
            disk,
            waiting: VecDeque::new(),
            disk_works: true,
            dropped: false,
            recorded: BTreeSet::new(),
            tick_at: None,
        }
    }

    pub fn moment(&self, now: u64) -> Moment {
        let wall = MORNING * 1_000_000 + (i64::try_from(now).expect("short") + self.skew) * 1_000;
        Moment { wall: Timestamp::from_micros(wall), steady: Duration::from_millis(now - self.started) }
    }

    /// Begins a process: the roster from the register, the open alarms from the record.
    pub fn start(&mut self, town: &Town, now: u64) -> Vec<Output> {
        (self.up, self.started, self.dropped) = (true, now, false);
        (self.state, self.tick_at) = (State::new(Settings::default()), None);
        let moment = self.moment(now);
        let mut out = Vec::new();
        for team in town.teams.keys() {
            out.extend(step(&mut self.state, Input::Team(town.roster(*team)), moment));
        }
        out.extend(self.state.adopt(self.disk.clone(), moment));
        out
    }

    /// The process dies; what was not on the disk is lost.
    pub fn crash(&mut self) -> usize {
        self.up = false;
        std::mem::take(&mut self.waiting).len()
    }

    pub fn step(&mut self, input: Input, now: u64) -> Vec<Output> {
        let moment = self.moment(now);
        let of_a_device = match &input {
            Input::Press(press) => press.device.is_some(),
            Input::BellRang { .. } | Input::Heartbeat(_) | Input::LinkLost(_) => true,
            _ => false,
        };
        let handle = if of_a_device { step_ringing } else { step_telling };
        handle(&mut self.state, input, moment, &mut |_| {})
    }

    /// When the next tick is due, in the world's time.
    pub fn next_due(&self) -> Option<u64> {
        let due = self.state.next_due()?;
        // Rounded up: a timer does not run before its time.
        Some(self.started + u64::try_from(due.as_micros().div_ceil(1_000)).expect("short"))
    }

    pub fn take_record(&mut self, event: &Event) {
        self.waiting.push_back(event.clone());
        if self.waiting.len() > WAITING
            && let Some(at) = self.waiting.iter().position(|event| !event.opens_or_ends())
        {
            self.waiting.remove(at);
            self.dropped = true;
        }
    }

    /// Writes part of what waits; the presses that are on the disk now.
    pub fn flush(&mut self, rng: &SeededEntropy) -> Vec<Event> {
        if !self.disk_works || !self.up {
            return Vec::new();
        }
        let count = usize::try_from(1 + rng.below(40)).expect("small").min(self.waiting.len());
        let written: Vec<Event> = self.waiting.drain(..count).collect();
        self.recorded.extend(written.iter().filter_map(Event::press));
        self.disk.extend(written.iter().cloned());
        written
    }
}
