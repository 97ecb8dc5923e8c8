//! Simulated devices over real MQTT: bells, buttons and detectors of a whole neighbourhood in one thread.
//!
//! Promises: each device has a connection of its own and behaves as a real one: it subscribes, says that it is there,
//! repeats a press until it is recorded, rings until told otherwise, comes back when its link broke. What chance
//! decides comes from the seed. It never reads the node's memory: everything it knows came over the wire.

mod crew;
mod machine;
mod stats;
pub(crate) mod topics;

pub use machine::Sound;
pub use stats::Stats;

use crate::sample::{Commune, Condition, Device, DeviceKind, Household};
use crate::wire::{Broker, Reactor, Version};
use crew::{Neighbours, Order};
use liengia_kernel::{AlarmId, Clock as _, DeviceId, HouseholdId, PlaceId, SeededEntropy, SystemClock};
use machine::Cause;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

/// How many devices connect at the same time. Brokers let only so many wait at their door.
const AT_ONCE: usize = 64;

/// How soon a device tries to connect again after its link broke.
const RECONNECT: Duration = Duration::from_millis(500);

/// A device to simulate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimDevice {
    /// The device; also its user name.
    pub id: DeviceId,
    /// Its secret, as it sends it. Empty: it sends neither user name nor password.
    pub password: Box<str>,
    /// What it is.
    pub kind: DeviceKind,
    /// The home it is in.
    pub household: HouseholdId,
    /// The lane whose power it hangs on.
    pub lane: PlaceId,
    /// It has a second sound for drills.
    pub second_sound: bool,
    /// It sends at quality of service 0.
    pub qos0: bool,
    /// How it does.
    pub condition: Condition,
}

impl SimDevice {
    /// A sample's device, with the secret that the sample gave it.
    pub fn new(home: &Household, device: &Device) -> Self {
        Self {
            id: device.id,
            password: device.password().into_boxed_str(),
            kind: device.kind,
            household: home.id,
            lane: home.place,
            second_sound: device.second_sound,
            qos0: device.qos0,
            condition: device.condition,
        }
    }

    /// All devices of a commune.
    pub fn of(commune: &Commune) -> Vec<Self> {
        commune.devices().map(|(home, device)| Self::new(home, device)).collect()
    }
}

/// What a neighbourhood starts with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The broker.
    pub broker: Broker,
    /// The devices.
    pub devices: Vec<SimDevice>,
    /// Decides what chance decides.
    pub seed: u64,
    /// How often devices say that they are there, until the node tells them otherwise.
    pub heartbeat: Duration,
    /// The version of MQTT that they speak.
    pub version: Version,
    /// The first wait before a lost connection is tried again; each further one doubles.
    pub reconnect: Duration,
}

impl Setup {
    /// These devices at this broker, with a heartbeat every 60 s over MQTT 3.1.1.
    pub const fn new(broker: Broker, devices: Vec<SimDevice>, seed: u64) -> Self {
        let heartbeat = Duration::from_mins(1);
        Self { broker, devices, seed, heartbeat, version: Version::V3, reconnect: RECONNECT }
    }
}

/// The devices of a neighbourhood, alive in a thread of their own. Dropping it switches all of them off.
pub struct Neighbourhood {
    post: crate::wire::Post<Order>,
    board: Arc<stats::Board>,
    kinds: BTreeMap<DeviceId, (DeviceKind, HouseholdId)>,
    clock: SystemClock,
    entropy: SeededEntropy,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Neighbourhood {
    /// Switches the devices on. It returns at once; [`Neighbourhood::wait_until`] tells when they are connected.
    pub fn start(setup: &Setup) -> io::Result<Self> {
        let board = Arc::new(stats::Board::default());
        let crew = Neighbours::new(setup, Arc::clone(&board));
        let count = setup.devices.len();
        let (mut reactor, post) = Reactor::new(setup.broker.clone(), count, AT_ONCE, crew)?;
        reactor.begin(Neighbours::start);
        let thread = thread::Builder::new().name("sim-devices".to_owned()).spawn(move || reactor.run())?;
        let kinds = setup.devices.iter().map(|device| (device.id, (device.kind, device.household)));
        Ok(Self {
            post,
            board,
            kinds: kinds.collect(),
            clock: SystemClock::new(),
            entropy: SeededEntropy::new(setup.seed.rotate_left(32)),
            thread: Some(thread),
        })
    }

    /// Presses a button, or lets a detector smell smoke. The id is the one that the device sends; none if there is no
    /// such device or it is a mere bell.
    pub fn press(&self, device: DeviceId) -> Option<AlarmId> {
        let cause = match self.kinds.get(&device)?.0 {
            DeviceKind::Bell => return None,
            DeviceKind::Button | DeviceKind::Combined => Cause::Button,
            DeviceKind::Detector => Cause::Detector,
        };
        let alarm = AlarmId::new(self.clock.now(), &self.entropy);
        self.post.send(Order::Press(device, alarm, cause)).then_some(alarm)
    }

    /// Presses a button of that home: its first. None if it has none.
    pub fn press_at(&self, household: HouseholdId) -> Option<AlarmId> {
        let mut devices = self.kinds.iter();
        let button = devices.find(|(_, (kind, home))| *home == household && kind.presses());
        self.press(*button?.0)
    }

    /// Says at that device that nothing burns.
    pub fn cancel(&self, device: DeviceId) -> bool {
        self.post.send(Order::Cancel(device))
    }

    /// Cuts the power of a lane: all its devices fall silent at once, and no link says goodbye.
    pub fn power_off(&self, lane: PlaceId) -> bool {
        self.post.send(Order::Power(lane, false))
    }

    /// Gives a lane its power back.
    pub fn power_on(&self, lane: PlaceId) -> bool {
        self.post.send(Order::Power(lane, true))
    }

    /// Breaks a device's link; the device comes back by itself.
    pub fn cut(&self, device: DeviceId) -> bool {
        self.post.send(Order::Cut(device))
    }

    /// Lets a device fall ill, or well.
    pub fn set_condition(&self, device: DeviceId, condition: Condition) -> bool {
        self.post.send(Order::Condition(device, condition))
    }

    /// The counts as they are.
    pub fn stats(&self) -> Stats {
        self.board.read()
    }

    /// The presses that the node said are recorded, since the start.
    pub fn recorded(&self) -> BTreeSet<AlarmId> {
        self.board.recorded()
    }

    /// Which bells ring for what.
    pub fn ringing(&self) -> BTreeMap<DeviceId, Vec<(AlarmId, Sound)>> {
        self.board.ringing()
    }

    /// Waits, blocking, until the counts are as wanted; an error holds what they are when the time is over.
    pub fn wait_until(&self, longest: Duration, wanted: impl Fn(&Stats) -> bool) -> Result<Stats, Stats> {
        self.board.wait(longest, wanted)
    }

    /// Switches all devices off; each says goodbye.
    pub fn stop(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        self.post.send(Order::Stop);
        thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread of the simulated devices panicked")))
    }
}

impl Drop for Neighbourhood {
    fn drop(&mut self) {
        // Nobody is left to tell; the thread has ended either way.
        let _ = self.end();
    }
}
