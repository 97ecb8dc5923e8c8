//! The devices of a neighbourhood and their links: who is connected, who has no power, who comes and goes.

use super::machine::{Cause, Input, Machine, Output};
use super::stats::{Board, Stats};
use super::{Setup, SimDevice, topics};
use crate::sample::Condition;
use crate::wire::{Crew, Gone, Hello, Io, Qos, Received, Version};
use liengia_kernel::{AlarmId, DeviceId, PlaceId, SeededEntropy};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// The device's own time has come: heartbeat, repeat, end of ringing.
const MACHINE: u8 = 0;
/// It tries to connect.
const CONNECT: u8 = 1;
/// A flapping link breaks.
const FLAP: u8 = 2;
/// A device that is to fall silent falls silent.
const HUSH: u8 = 3;

/// The longest wait before a lost connection is tried again.
const LONGEST_BACKOFF: Duration = Duration::from_secs(15);
/// A device tells its broker to expect it this often, in seconds.
const KEEP_ALIVE: u16 = 90;

/// What others ask of the neighbourhood.
pub(super) enum Order {
    Press(DeviceId, AlarmId, Cause),
    Cancel(DeviceId),
    Power(PlaceId, bool),
    Cut(DeviceId),
    Condition(DeviceId, Condition),
    Stop,
}

struct Member {
    device: SimDevice,
    machine: Machine,
    /// When the machine's timer is set, so that it is not set twice.
    timer: Duration,
    backoff: Duration,
    powered: bool,
    subscribed: bool,
    /// A device that falls silent was heard once.
    hushed: bool,
}

impl Member {
    const fn should_be_there(&self) -> bool {
        self.powered && !matches!(self.device.condition, Condition::NeverSeen) && !self.hushed
    }
}

/// The devices.
pub(super) struct Neighbours {
    members: Vec<Member>,
    index: BTreeMap<DeviceId, usize>,
    version: Version,
    heartbeat: Duration,
    reconnect: Duration,
    entropy: SeededEntropy,
    stats: Stats,
    rang: BTreeSet<usize>,
    board: Arc<Board>,
    outputs: Vec<Output>,
}

impl Neighbours {
    pub(super) fn new(setup: &Setup, board: Arc<Board>) -> Self {
        let member = |device: &SimDevice| {
            let qos = if device.qos0 { Qos::AtMostOnce } else { Qos::AtLeastOnce };
            let mut machine = Machine::new(device.kind, device.second_sound, qos, setup.heartbeat);
            apply(&mut machine, device.condition);
            Member {
                device: device.clone(),
                machine,
                timer: Duration::MAX,
                backoff: setup.reconnect,
                powered: true,
                subscribed: false,
                hushed: false,
            }
        };
        let members: Vec<Member> = setup.devices.iter().map(member).collect();
        let expected = members.iter().filter(|member| member.should_be_there()).count();
        let stats = Stats { expected, ..Stats::default() };
        board.write(stats, Vec::new());
        Self {
            index: members.iter().enumerate().map(|(index, member)| (member.device.id, index)).collect(),
            members,
            version: setup.version,
            heartbeat: setup.heartbeat,
            reconnect: setup.reconnect,
            entropy: SeededEntropy::new(setup.seed),
            stats,
            rang: BTreeSet::new(),
            board,
            outputs: Vec::new(),
        }
    }

    /// Connects everybody who should be there.
    pub(super) fn start(&self, io: &mut Io) {
        for (client, member) in self.members.iter().enumerate() {
            if member.should_be_there() {
                io.connect(client);
            }
        }
    }

    /// A span of up to `longest`, by chance.
    fn up_to(&self, longest: Duration) -> Duration {
        let millis = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.entropy.below(millis.saturating_add(1)))
    }

    /// Lets a device do something, and carries out what it does.
    fn step(&mut self, client: usize, input: Input<'_>, io: &mut Io) {
        let mut outputs = std::mem::take(&mut self.outputs);
        let member = &mut self.members[client];
        member.machine.step(input, io.now(), &mut outputs);
        for output in outputs.drain(..) {
            match output {
                Output::Say { word, payload, qos } => {
                    let sent =
                        io.publish(client, qos, &topics::of(member.device.id, word), payload.as_bytes());
                    self.stats.heartbeats += u64::from(sent && word == topics::HEARTBEAT);
                    self.stats.presses += u64::from(sent && word == topics::PRESS);
                }
                Output::Rings(_) => {
                    self.stats.rings += 1;
                    self.rang.insert(client);
                }
                Output::Silent(_) => {
                    self.stats.silences += 1;
                    self.rang.insert(client);
                }
                Output::Answered { alarm, recorded } => {
                    self.stats.answered += 1;
                    if recorded {
                        self.board.record(alarm);
                    }
                    self.stats.recorded += u64::from(recorded);
                }
                Output::GaveUp(_) => self.stats.given_up += 1,
            }
        }
        self.outputs = outputs;
        self.set_timer(client, io);
    }

    fn set_timer(&mut self, client: usize, io: &mut Io) {
        let member = &mut self.members[client];
        let next = member.machine.next();
        if next < member.timer {
            member.timer = next;
            io.at(next, client, MACHINE);
        }
    }

    fn count_expected(&mut self) {
        self.stats.expected = self.members.iter().filter(|member| member.should_be_there()).count();
    }

    fn power(&mut self, lane: PlaceId, on: bool, io: &mut Io) {
        for client in 0..self.members.len() {
            if self.members[client].device.lane != lane || self.members[client].powered == on {
                continue;
            }
            self.members[client].powered = on;
            if on {
                if self.members[client].should_be_there() {
                    io.connect(client);
                }
            } else {
                // What has no power does not ring either.
                let heartbeat = self.heartbeat;
                let member = &mut self.members[client];
                let qos = if member.device.qos0 { Qos::AtMostOnce } else { Qos::AtLeastOnce };
                member.machine = Machine::new(member.device.kind, member.device.second_sound, qos, heartbeat);
                apply(&mut member.machine, member.device.condition);
                member.timer = Duration::MAX;
                self.rang.insert(client);
                io.freeze(client);
            }
        }
        self.count_expected();
    }

    fn set_condition(&mut self, client: usize, condition: Condition, io: &mut Io) {
        let member = &mut self.members[client];
        member.device.condition = condition;
        member.hushed = condition == Condition::Silent;
        apply(&mut member.machine, condition);
        if !member.should_be_there() {
            io.freeze(client);
        } else if !io.is_at_it(client) {
            io.connect(client);
        }
        if condition == Condition::Flapping {
            let at = io.now() + self.up_to(Duration::from_secs(20));
            io.at(at, client, FLAP);
        }
        self.count_expected();
    }
}

/// What a device's condition shows of itself in its heartbeats.
fn apply(machine: &mut Machine, condition: Condition) {
    machine.tampered = condition == Condition::Tampered;
    if let Condition::Well { battery } | Condition::LowBattery { battery } = condition {
        machine.battery = battery;
    }
}

impl Crew for Neighbours {
    type Order = Order;

    fn hello(&self, client: usize) -> Hello {
        let device = &self.members[client].device;
        let id = device.id.to_string();
        Hello {
            version: self.version,
            client_id: id.clone(),
            username: id,
            password: device.password.to_string(),
            keep_alive: KEEP_ALIVE,
            will: Some((topics::of(device.id, topics::STATE), "offline")),
        }
    }

    fn opened(&mut self, client: usize, io: &mut Io) {
        self.stats.connections += 1;
        let device = &self.members[client].device;
        let mut words = vec![topics::ACK, topics::SET];
        if device.kind.rings() {
            words.extend([topics::RING, topics::TEST, topics::QUIET]);
            words.extend(device.second_sound.then_some(topics::DRILL));
        }
        let filters: Vec<String> = words.into_iter().map(|word| topics::of(device.id, word)).collect();
        io.subscribe(client, &filters);
    }

    fn subscribed(&mut self, client: usize, refused: usize, io: &mut Io) {
        let first_beat = io.now() + self.up_to(self.heartbeat);
        let flap = io.now() + Duration::from_secs(20) + self.up_to(Duration::from_secs(70));
        self.stats.subscriptions_refused += u64::try_from(refused).unwrap_or(u64::MAX);
        let member = &mut self.members[client];
        if !member.subscribed {
            member.subscribed = true;
            self.stats.connected += 1;
        }
        member.backoff = self.reconnect;
        member.machine.heartbeat_at(first_beat);
        match member.device.condition {
            Condition::Flapping => io.at(flap, client, FLAP),
            Condition::Silent => io.at(io.now() + Duration::from_secs(1), client, HUSH),
            _ => {}
        }
        self.step(client, Input::Connected, io);
    }

    fn received(&mut self, client: usize, message: &Received<'_>, io: &mut Io) {
        let word = topics::word(message.topic);
        self.step(client, Input::Told { word, payload: message.payload }, io);
    }

    fn acknowledged(&mut self, _client: usize) {}

    fn closed(&mut self, client: usize, why: Gone, io: &mut Io) {
        let member = &mut self.members[client];
        if member.subscribed {
            member.subscribed = false;
            self.stats.connected -= 1;
        }
        member.machine.heartbeat_at(Duration::MAX);
        if why != Gone::ByChoice {
            self.stats.losses += 1;
            self.stats.refused += u64::from(matches!(why, Gone::Refused(_)));
        }
        if member.should_be_there() {
            let wait = member.backoff;
            member.backoff = (wait * 2).min(LONGEST_BACKOFF);
            let at = io.now() + wait / 2 + self.up_to(wait);
            io.at(at, client, CONNECT);
        }
    }

    fn due(&mut self, client: usize, what: u8, io: &mut Io) {
        let member = &mut self.members[client];
        match what {
            MACHINE if member.timer <= io.now() => {
                member.timer = Duration::MAX;
                self.step(client, Input::Tick, io);
            }
            CONNECT if member.should_be_there() => io.connect(client),
            FLAP if member.device.condition == Condition::Flapping => io.close(client, false),
            HUSH => {
                member.hushed = true;
                io.freeze(client);
                self.count_expected();
            }
            _ => {}
        }
    }

    fn order(&mut self, order: Order, io: &mut Io) {
        let index = |id: &DeviceId| self.index.get(id).copied();
        match order {
            Order::Press(id, alarm, cause) => {
                if let Some(client) = index(&id).filter(|client| self.members[*client].powered) {
                    self.step(client, Input::Pressed { alarm, cause }, io);
                }
            }
            Order::Cancel(id) => {
                if let Some(client) = index(&id) {
                    self.step(client, Input::Cancelled, io);
                }
            }
            Order::Cut(id) => {
                if let Some(client) = index(&id) {
                    io.close(client, false);
                }
            }
            Order::Condition(id, condition) => {
                if let Some(client) = index(&id) {
                    self.set_condition(client, condition, io);
                }
            }
            Order::Power(lane, on) => self.power(lane, on, io),
            Order::Stop => {
                for client in 0..self.members.len() {
                    io.close(client, true);
                }
                io.stop();
            }
        }
    }

    fn turned(&mut self, _io: &mut Io) {
        let changed = std::mem::take(&mut self.rang);
        let now_ringing = |client: usize| {
            let member = &self.members[client];
            let alarms = member.machine.ringing.iter().map(|ringing| (ringing.alarm, ringing.sound));
            (member.device.id, alarms.collect())
        };
        let changed: Vec<_> = changed.into_iter().map(now_ringing).collect();
        if !changed.is_empty() {
            self.stats.ringing =
                self.members.iter().filter(|member| !member.machine.ringing.is_empty()).count();
        }
        self.board.write(self.stats, changed);
    }
}
