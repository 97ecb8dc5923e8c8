//! What a crew may do with its clients: connect, send, close, and be called later.

use super::packet::{self, Hello};
use super::slot::{Phase, Slot};
use super::transport::{Broker, Transport};
use super::{Qos, reactor::Gone};
use liengia_kernel::{Clock, SystemClock};
use mio::{Interest, Registry, Token};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    io,
    time::Duration,
};

/// How long a connection may take until the broker lets it in.
const GREETING: Duration = Duration::from_secs(20);
/// The most bytes that may wait for one socket. A client that is so far behind is cut off.
const BACKLOG: usize = 256 * 1024;

/// A time at which the crew wants to hear of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timer {
    pub(crate) at: Duration,
    pub(crate) client: usize,
    /// The crew's own word for what it is about.
    pub(crate) what: u8,
}

/// The clients' connections.
pub(crate) struct Io {
    pub(super) registry: Registry,
    pub(super) slots: Vec<Slot>,
    pub(super) broker: Broker,
    clock: SystemClock,
    /// Clients that wait for their turn to connect, and how many may be at it at once.
    queued: VecDeque<usize>,
    at_once: usize,
    greeting: usize,
    deadlines: VecDeque<(Duration, usize, u32)>,
    pub(super) timers: BinaryHeap<Reverse<Timer>>,
    /// Clients with something to send.
    pub(super) dirty: Vec<usize>,
    /// Connections that ended, of which the crew has not heard yet.
    pub(super) ended: VecDeque<(usize, Gone)>,
    pub(super) stopping: bool,
}

impl Io {
    pub(super) fn new(registry: Registry, broker: Broker, clients: usize, at_once: usize) -> Self {
        let mut slots = Vec::with_capacity(clients);
        slots.resize_with(clients, Slot::default);
        Self {
            registry,
            slots,
            broker,
            clock: SystemClock::new(),
            queued: VecDeque::new(),
            at_once: at_once.max(1),
            greeting: 0,
            deadlines: VecDeque::new(),
            timers: BinaryHeap::new(),
            dirty: Vec::new(),
            ended: VecDeque::new(),
            stopping: false,
        }
    }

    /// Time since the start, by a clock that never jumps.
    pub(crate) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Calls the crew at that time.
    pub(crate) fn at(&mut self, at: Duration, client: usize, what: u8) {
        self.timers.push(Reverse(Timer { at, client, what }));
    }

    /// Connects, when its turn comes. Does nothing if it is connected or about to be.
    pub(crate) fn connect(&mut self, client: usize) {
        let slot = &mut self.slots[client];
        if slot.phase == Phase::Frozen {
            slot.drop_connection();
        }
        if slot.phase == Phase::Off {
            slot.phase = Phase::Queued;
            self.queued.push_back(client);
        }
    }

    /// Whether the broker let it in.
    pub(crate) fn is_open(&self, client: usize) -> bool {
        self.slots[client].phase == Phase::Open
    }

    /// Whether it has a connection, or will try to get one.
    pub(crate) fn is_at_it(&self, client: usize) -> bool {
        matches!(self.slots[client].phase, Phase::Queued | Phase::Greeting | Phase::Open)
    }

    /// Sends a message, if the client is connected. It leaves with everything else that this turn of the loop says
    /// to the client.
    pub(crate) fn publish(&mut self, client: usize, qos: Qos, topic: &str, payload: &[u8]) -> bool {
        let slot = &mut self.slots[client];
        if slot.phase != Phase::Open {
            return false;
        }
        let identifier = slot.identifier();
        packet::publish(&mut slot.unsent, slot.version, qos, identifier, topic, payload);
        self.soil(client);
        true
    }

    /// Subscribes to all of these at once.
    pub(crate) fn subscribe(&mut self, client: usize, filters: &[String]) {
        let slot = &mut self.slots[client];
        let identifier = slot.identifier();
        packet::subscribe(&mut slot.unsent, slot.version, identifier, filters);
        self.soil(client);
    }

    /// Ends a connection: with a goodbye, or as a broken link does.
    pub(crate) fn close(&mut self, client: usize, goodbye: bool) {
        let slot = &mut self.slots[client];
        if goodbye && slot.phase == Phase::Open {
            slot.unsent.extend_from_slice(&packet::BYE);
            // It is leaving: whether the broker hears the goodbye makes no difference.
            let _ = slot.flush();
        }
        self.end(client, Gone::ByChoice);
    }

    /// Cuts the client's power: the socket stays, and nobody reads or writes it until [`Io::connect`].
    pub(crate) fn freeze(&mut self, client: usize) {
        let open = self.is_open(client);
        let Some(transport) = self.slots[client].transport.as_mut().filter(|_| open) else {
            return self.end(client, Gone::ByChoice);
        };
        // A socket that cannot be taken out of the poll would only be read in vain.
        let _ = self.registry.deregister(transport.stream());
        self.slots[client].phase = Phase::Frozen;
        self.ended.push_back((client, Gone::ByChoice));
    }

    /// Ends the loop after this turn.
    pub(crate) const fn stop(&mut self) {
        self.stopping = true;
    }

    pub(super) fn soil(&mut self, client: usize) {
        let slot = &mut self.slots[client];
        if slot.unsent.len() > BACKLOG {
            self.end(client, Gone::Broken(io::ErrorKind::OutOfMemory));
        } else if !slot.dirty {
            slot.dirty = true;
            self.dirty.push(client);
        }
    }

    /// The connection is over; the crew hears of it when it has finished what it does.
    pub(super) fn end(&mut self, client: usize, why: Gone) {
        let slot = &mut self.slots[client];
        match slot.phase {
            Phase::Off | Phase::Frozen => return slot.drop_connection(),
            Phase::Queued => self.queued.retain(|queued| *queued != client),
            Phase::Greeting => self.greeting -= 1,
            Phase::Open => {}
        }
        slot.drop_connection();
        self.ended.push_back((client, why));
    }

    pub(super) const fn greeted(&mut self, client: usize) {
        self.slots.as_mut_slice()[client].phase = Phase::Open;
        self.greeting -= 1;
    }

    /// Lets those connect whose turn it is. `hello` says how each introduces itself.
    pub(super) fn let_connect(&mut self, hello: &dyn Fn(usize) -> Hello) {
        while self.greeting < self.at_once
            && let Some(client) = self.queued.pop_front()
        {
            self.slots[client].phase = Phase::Off;
            match self.begin(client, &hello(client)) {
                Ok(()) => {
                    self.greeting += 1;
                    self.deadlines.push_back((self.now() + GREETING, client, self.slots[client].generation));
                }
                Err(error) => self.ended.push_back((client, Gone::Broken(error.kind()))),
            }
        }
    }

    fn begin(&mut self, client: usize, hello: &Hello) -> io::Result<()> {
        let mut transport = Transport::connect(&self.broker, client)?;
        self.registry.register(transport.stream(), Token(client), Interest::READABLE | Interest::WRITABLE)?;
        let slot = &mut self.slots[client];
        slot.version = hello.version;
        slot.generation = slot.generation.wrapping_add(1);
        slot.phase = Phase::Greeting;
        slot.transport = Some(transport);
        packet::connect(&mut slot.unsent, hello);
        Ok(())
    }

    /// Ends connections that took too long, and says when to look again.
    pub(super) fn end_overdue(&mut self) -> Option<Duration> {
        let now = self.now();
        while let Some(&(deadline, client, generation)) = self.deadlines.front() {
            let slot = &self.slots[client];
            if slot.generation == generation && slot.phase == Phase::Greeting {
                if deadline > now {
                    return Some(deadline);
                }
                self.end(client, Gone::Broken(io::ErrorKind::TimedOut));
            }
            self.deadlines.pop_front();
        }
        None
    }
}
