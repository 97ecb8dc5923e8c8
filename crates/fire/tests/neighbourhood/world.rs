//! The world: one queue of happenings in order of time, one seed for all chance.

use crate::bell::Bell;
use crate::checks::Checks;
use crate::node::Node;
use crate::outbox::Pressed;
use crate::tally::Tally;
use crate::town::{Town, alarm_id, team};
use liengia_fire::engine::{BellCommand, By, Event, Input, Mode, Notice, Output, Question};
use liengia_kernel::{AlarmId, DeviceId, SeededEntropy};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

/// Milliseconds in a second.
pub const SECOND: u64 = 1_000;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Happening {
    Tick,
    Flush,
    ToNode(Input),
    ToBell(BellCommand),
    ToSource(AlarmId),
    ToPhone(Notice),
    ToAsked(Question),
    /// Somebody says something, if the node then hears it.
    Say(Input),
    /// A button or phone sends what it holds.
    Send(AlarmId),
    Beat(DeviceId),
    BellBack(DeviceId),
    Restart,
    DiskBack,
    Chance(Chance),
    TryClose(AlarmId),
    Check,
}

/// What chance does, each again and again.
#[derive(Clone, Copy, Debug)]
pub enum Chance {
    Press,
    Crash,
    DiskFails,
    BellFails,
    WallJumps,
    DeskChanges,
    HomeMoves,
    Nonsense,
}

pub struct World {
    pub rng: SeededEntropy,
    pub now: u64,
    number: u64,
    queue: BTreeMap<(u64, u64), Happening>,
    pub town: Town,
    pub node: Node,
    pub bells: BTreeMap<DeviceId, Bell>,
    pub outbox: BTreeMap<AlarmId, Pressed>,
    pub checks: Checks,
    pub tally: Tally,
    /// Things go wrong, and people act.
    pub wild: bool,
    /// Of a hundred messages so many are lost.
    loss: u64,
    /// How rarely anybody presses.
    pub calm: u64,
    trace: Option<DefaultHasher>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let rng = SeededEntropy::new(seed);
        let town = Town::new(&rng);
        let bells = town.homes().flat_map(|home| home.devices.iter().filter(|device| device.kind.rings()));
        let bells: Vec<DeviceId> = bells.map(|device| device.device).collect();
        let bells = bells.into_iter().map(|device| (device, Bell::new(device, rng.below(5) > 0))).collect();
        let loss = [0, 5, 20, 40][usize::try_from(rng.below(4)).expect("small")];
        let calm = [1, 1, 3, 10][usize::try_from(rng.below(4)).expect("small")];
        let mut world = Self {
            rng,
            now: 10 * SECOND,
            number: 0,
            queue: BTreeMap::new(),
            town,
            node: Node::new(Vec::new()),
            bells,
            outbox: BTreeMap::new(),
            checks: Checks::new(seed),
            tally: Tally::default(),
            wild: true,
            loss,
            calm,
            trace: None,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        let times = [(1, 300 + self.rng.below(1_200), true), (2, 200 + self.rng.below(2_000), false)];
        for (n, second, by_itself) in times {
            let drill = alarm_id(&self.rng);
            self.checks.drills.insert(drill);
            let starts_at = self.node.moment(second * SECOND).wall;
            let (at, by) = (self.node.moment(0).wall, By::neighbour(crate::town::officer()));
            self.node.disk.push(Event::DrillAnnounced { drill, at, team: team(n), starts_at, by_itself, by });
            if !by_itself {
                let order = liengia_fire::engine::DrillOrder::Start { drill, by };
                self.after((second + self.rng.below(60)) * SECOND, Happening::Say(Input::Drill(order)));
            }
        }
        let devices: Vec<DeviceId> =
            self.town.homes().flat_map(|home| home.devices.iter().map(|device| device.device)).collect();
        for device in devices {
            self.after(self.rng.below(60 * SECOND), Happening::Beat(device));
        }
        for (chance, second) in [
            (Chance::Press, 5 + self.rng.below(120) * self.calm),
            (Chance::Crash, 60 + self.rng.below(900)),
            (Chance::DiskFails, 30 + self.rng.below(900)),
            (Chance::BellFails, self.rng.below(60)),
            (Chance::WallJumps, self.rng.below(1_500)),
            (Chance::DeskChanges, self.rng.below(200)),
            (Chance::HomeMoves, 100 + self.rng.below(3_000)),
            (Chance::Nonsense, self.rng.below(2_000)),
        ] {
            self.after(second * SECOND, Happening::Chance(chance));
        }
        self.after(5 * SECOND, Happening::Check);
        self.restart();
    }

    /// Lives through so many happenings, heals, and checks what must hold in the end.
    pub fn live(mut self, steps: u64) -> Tally {
        self.run(steps);
        self.tally
    }

    /// The same; what all of it came to, as one number.
    pub fn traced(mut self, steps: u64) -> u64 {
        self.trace = Some(DefaultHasher::new());
        self.run(steps);
        self.trace.map_or(0, |trace| trace.finish())
    }

    fn run(&mut self, steps: u64) {
        for _ in 0..steps {
            self.next();
        }
        self.heal();
        self.until(self.now + 400 * SECOND);
        self.checks.everything_rings(&self.node, &self.town, &self.bells, self.now);
        self.checks.every_press_is_recorded(&self.node, &self.outbox);
        self.close_everything();
        self.until(self.now + 420 * SECOND);
        self.close_everything();
        self.until(self.now + 420 * SECOND);
        self.checks.everything_is_quiet(&self.node, &self.bells, self.now);
    }

    fn until(&mut self, end: u64) {
        while self.queue.first_key_value().is_some_and(|((at, _), _)| *at <= end) {
            self.next();
        }
        self.now = end;
    }

    fn next(&mut self) {
        let ((at, _), happening) = self.queue.pop_first().expect("a world never stands still");
        self.now = at;
        self.note(&happening);
        match happening {
            Happening::Tick => self.tick(),
            Happening::Flush => self.flush(),
            Happening::ToNode(input) => self.tell(input),
            Happening::ToBell(command) => self.reach_bell(&command),
            Happening::ToSource(press) => {
                if let Some(pressed) = self.outbox.get_mut(&press) {
                    pressed.recorded = true;
                }
            }
            Happening::ToPhone(notice) => self.phone_rings(&notice),
            Happening::ToAsked(question) => self.asked(question),
            Happening::Say(input) => self.say(input),
            Happening::Send(press) => self.send_press(press),
            Happening::Beat(device) => self.beat(device),
            Happening::BellBack(device) => self.bell_back(device),
            Happening::Restart => self.restart(),
            Happening::DiskBack => self.disk_back(),
            Happening::Chance(chance) => self.chance(chance),
            Happening::TryClose(alarm) => self.try_close(alarm),
            Happening::Check => self.check(),
        }
    }

    fn note(&mut self, what: &impl std::fmt::Debug) {
        if let Some(trace) = &mut self.trace {
            trace.write(format!("{} {what:?}", self.now).as_bytes());
        }
    }

    pub fn after(&mut self, wait: u64, happening: Happening) {
        self.number += 1;
        self.queue.insert((self.now + wait, self.number), happening);
    }

    /// Gives a message to the network, which may lose, repeat, delay and so reorder it.
    pub fn post(&mut self, happening: Happening) {
        if !self.wild {
            return self.after(20, happening);
        }
        if self.rng.below(100) < self.loss {
            return self.tally.add("messages lost", 1);
        }
        let copies = if self.rng.below(10) == 0 { 2 } else { 1 };
        for _ in 0..copies {
            let delay = match self.rng.below(100) {
                0 => self.rng.below(60 * SECOND),
                1..=5 => self.rng.below(5 * SECOND),
                _ => 5 + self.rng.below(300),
            };
            self.after(delay, happening.clone());
        }
    }

    fn tick(&mut self) {
        self.node.tick_at = None;
        if self.node.up {
            self.tell(Input::Tick);
        }
    }

    pub fn tell(&mut self, input: Input) {
        if self.node.up {
            let told = input.clone();
            let out = self.node.step(input, self.now);
            self.carry_out(out, &told);
        }
    }

    fn carry_out(&mut self, out: Vec<Output>, told: &Input) {
        self.note(&out);
        self.checks.outputs(&self.node, &self.town, &out, self.now, told);
        for output in out {
            match output {
                Output::Bell(command) => self.post(Happening::ToBell(command)),
                Output::Notify(notice) => self.post(Happening::ToPhone(notice)),
                Output::AskStillBurning(question) => self.post(Happening::ToAsked(question)),
                Output::Card(card) => self.card(&card),
                Output::Receipt(receipt) if receipt.recorded => self.post(Happening::ToSource(receipt.press)),
                Output::Record(event) => {
                    self.tally.count(&event);
                    self.node.take_record(&event);
                    if !self.node.disk_works
                        && let Some(press) = event.press()
                    {
                        self.after(1, Happening::ToNode(Input::Journal { press, recorded: false }));
                    }
                    self.after(2 + self.rng.below(40), Happening::Flush);
                }
                Output::Receipt(_) | Output::Board(_) | Output::Health(_) | Output::Refused(_) => {}
            }
        }
        self.arm_tick();
    }

    /// A node ticks when something is due, and now and then is too busy to do so in time.
    fn arm_tick(&mut self) {
        let Some(due) = self.node.next_due() else { return };
        let busy = if self.wild && self.rng.below(50) == 0 { self.rng.below(3 * SECOND) } else { 0 };
        let at = due.max(self.now) + busy;
        if self.node.tick_at.is_none_or(|before| at < before) {
            self.node.tick_at = Some(at);
            self.after(at - self.now, Happening::Tick);
        }
    }

    fn flush(&mut self) {
        let written = self.node.flush(&self.rng);
        self.checks.written(&written, self.now);
        for press in written.iter().filter_map(Event::press) {
            self.tell(Input::Journal { press, recorded: true });
        }
        if !self.node.waiting.is_empty() && self.node.disk_works {
            self.after(10, Happening::Flush);
        }
    }

    fn reach_bell(&mut self, command: &BellCommand) {
        let (BellCommand::Ring { device, .. } | BellCommand::Stop { device, .. }) = command;
        let expired = match command {
            // The broker drops what expired on its way, by the wall clock that it shares with the node.
            BellCommand::Ring { until, .. } => self.node.moment(self.now).wall > *until,
            BellCommand::Stop { .. } => false,
        };
        let now = self.now;
        let Some(bell) = self.bells.get_mut(device).filter(|bell| bell.is_reachable() && !expired) else {
            return;
        };
        let confirmed = bell.take(command, now);
        if let Some((alarm, sound)) = confirmed {
            self.post(Happening::ToNode(Input::BellRang { device: *device, alarm, sound }));
        }
    }

    fn beat(&mut self, device: DeviceId) {
        self.after(59 * SECOND + self.rng.below(2 * SECOND), Happening::Beat(device));
        self.say_alive(device);
    }

    pub fn say_alive(&mut self, device: DeviceId) {
        let heartbeat = match self.bells.get(&device) {
            Some(bell) if !bell.is_reachable() => return,
            Some(bell) => bell.heartbeat(self.now),
            None => Bell::new(device, true).heartbeat(self.now),
        };
        if self.node.up {
            self.town.heard.insert(device, self.node.moment(self.now).wall);
        }
        self.post(Happening::ToNode(Input::Heartbeat(heartbeat)));
    }

    pub fn restart(&mut self) {
        if !self.node.up {
            let out = self.node.start(&self.town, self.now);
            self.checks.restarted(&self.node, self.now);
            self.carry_out(out, &Input::Tick);
        }
    }

    fn disk_back(&mut self) {
        self.node.disk_works = true;
        self.after(1, Happening::Flush);
    }

    fn check(&mut self) {
        self.after(5 * SECOND, Happening::Check);
        if self.node.up {
            self.checks.always(&self.node, &self.town, &self.outbox, self.now);
        }
        self.checks.bells(&self.bells, self.now);
    }

    /// The weather clears: everything works, and nobody does anything.
    fn heal(&mut self) {
        self.wild = false;
        (self.node.disk_works, self.node.skew) = (true, 0);
        self.restart();
        let bells: Vec<DeviceId> = self.bells.keys().copied().collect();
        for device in bells {
            self.bell_back(device);
        }
        self.after(1, Happening::Flush);
        self.arm_tick();
        for pressed in self.outbox.values_mut() {
            pressed.offline_until = 0;
        }
        let waiting: Vec<AlarmId> =
            self.outbox.iter().filter(|(_, pressed)| !pressed.recorded).map(|(press, _)| *press).collect();
        for press in waiting {
            self.after(1, Happening::Send(press));
        }
    }

    fn close_everything(&mut self) {
        let open: Vec<AlarmId> = self.node.state.open().collect();
        for alarm in open {
            let mode = if self.checks.drills.contains(&alarm) { Mode::Drill } else { Mode::Live };
            self.close_properly(alarm, mode);
        }
        let late: Vec<AlarmId> = self.node.state.late_presses().map(|late| late.press.press).collect();
        for press in late {
            self.tell(Input::StillBurning { press, yes: false, by: None });
        }
        let announced: Vec<AlarmId> = self.node.state.announced_drills().map(|drill| drill.drill).collect();
        for drill in announced {
            self.close_properly(drill, Mode::Drill);
        }
    }
}
