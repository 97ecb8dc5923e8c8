//! The loop: waits for sockets and timers, reads, and calls the crew.

use super::io::Io;
use super::packet::{self, Hello, Packet};
use super::slot::Phase;
use super::transport::Broker;
use mio::{Events, Poll, Token, Waker};
use std::{
    cmp::Reverse,
    io,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    time::Duration,
};

/// Orders that may wait for the loop; one more waits at the caller.
const ORDERS: usize = 1_024;
/// Sockets looked at in one turn.
const EVENTS: usize = 1_024;
/// How much is read from a socket at once, in bytes.
const GULP: usize = 64 * 1024;
const WAKER: Token = Token(usize::MAX);

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// The crew wanted it.
    ByChoice,
    /// The broker refused the client, with this code.
    Refused(u8),
    /// The broker closed it.
    ByBroker,
    /// It broke.
    Broken(io::ErrorKind),
}

/// A message that came.
pub(crate) struct Received<'a> {
    pub(crate) topic: &'a str,
    pub(crate) payload: &'a [u8],
    /// When its last byte was read from the socket.
    pub(crate) at: Duration,
}

/// Who owns the clients and decides what they do.
pub(crate) trait Crew: Send + 'static {
    /// What others ask of the crew.
    type Order: Send + 'static;

    /// How a client introduces itself.
    fn hello(&self, client: usize) -> Hello;
    /// The broker let the client in.
    fn opened(&mut self, client: usize, io: &mut Io);
    /// The broker answered its subscriptions, so many of them with no.
    fn subscribed(&mut self, client: usize, refused: usize, io: &mut Io);
    /// A message came.
    fn received(&mut self, client: usize, message: &Received<'_>, io: &mut Io);
    /// The broker acknowledged a message.
    fn acknowledged(&mut self, client: usize);
    /// The connection ended.
    fn closed(&mut self, client: usize, why: Gone, io: &mut Io);
    /// A time has come that the crew had asked to be told of.
    fn due(&mut self, client: usize, what: u8, io: &mut Io);
    /// Somebody asks for something.
    fn order(&mut self, order: Self::Order, io: &mut Io);
    /// A turn of the loop is over: the moment to tell those who watch.
    fn turned(&mut self, io: &mut Io);
}

/// Where orders for a crew are posted.
pub(crate) struct Post<Order> {
    orders: SyncSender<Order>,
    waker: Arc<Waker>,
}

impl<Order> Post<Order> {
    /// Posts an order; false if the loop has ended. Waits while too many orders wait.
    pub(crate) fn send(&self, order: Order) -> bool {
        let sent = match self.orders.try_send(order) {
            Ok(()) => true,
            Err(TrySendError::Full(order)) => {
                let _ = self.waker.wake();
                self.orders.send(order).is_ok()
            }
            Err(TrySendError::Disconnected(_)) => false,
        };
        // The loop that cannot be woken looks at its orders with its next event.
        let _ = self.waker.wake();
        sent
    }
}

/// The loop with its crew.
pub(crate) struct Reactor<C: Crew> {
    poll: Poll,
    io: Io,
    crew: C,
    orders: Receiver<C::Order>,
    scratch: Vec<u8>,
}

impl<C: Crew> Reactor<C> {
    /// A loop for that many clients of one broker, of which at most `at_once` connect at the same time.
    pub(crate) fn new(
        broker: Broker,
        clients: usize,
        at_once: usize,
        crew: C,
    ) -> io::Result<(Self, Post<C::Order>)> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
        let (sender, orders) = sync_channel(ORDERS);
        let io = Io::new(poll.registry().try_clone()?, broker, clients, at_once);
        let reactor = Self { poll, io, crew, orders, scratch: vec![0; GULP] };
        Ok((reactor, Post { orders: sender, waker }))
    }

    /// Lets the crew begin.
    pub(crate) fn begin(&mut self, first: impl FnOnce(&C, &mut Io)) {
        first(&self.crew, &mut self.io);
    }

    /// Turns until the crew stops it.
    pub(crate) fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        while !self.io.stopping {
            let wait = self.wait();
            if let Err(error) = self.poll.poll(&mut events, wait)
                && error.kind() != io::ErrorKind::Interrupted
            {
                return Err(error);
            }
            for event in &events {
                if event.token() == WAKER {
                    while let Ok(order) = self.orders.try_recv() {
                        self.crew.order(order, &mut self.io);
                        self.settle();
                    }
                } else {
                    self.look_at(
                        event.token().0,
                        event.is_readable(),
                        event.is_read_closed() || event.is_error(),
                    );
                }
            }
            self.run_timers();
            self.settle();
            self.crew.turned(&mut self.io);
        }
        Ok(())
    }

    /// How long the poll may sleep.
    fn wait(&mut self) -> Option<Duration> {
        let overdue = self.io.end_overdue();
        self.settle();
        let timer = self.io.timers.peek().map(|Reverse(timer)| timer.at);
        let next = timer.into_iter().chain(overdue).min()?;
        Some(next.saturating_sub(self.io.now()))
    }

    fn run_timers(&mut self) {
        let now = self.io.now();
        while let Some(Reverse(timer)) = self.io.timers.peek().copied() {
            if timer.at > now {
                return;
            }
            self.io.timers.pop();
            self.crew.due(timer.client, timer.what, &mut self.io);
            self.settle();
        }
    }

    /// Sends what the crew said, tells it what ended, and lets the next ones connect, until nothing is left to do.
    fn settle(&mut self) {
        loop {
            while let Some(client) = self.io.dirty.pop() {
                self.io.slots[client].dirty = false;
                self.flush(client);
            }
            let Some((client, why)) = self.io.ended.pop_front() else {
                let crew = &self.crew;
                self.io.let_connect(&|client| crew.hello(client));
                if self.io.ended.is_empty() && self.io.dirty.is_empty() {
                    return;
                }
                continue;
            };
            self.crew.closed(client, why, &mut self.io);
        }
    }

    fn flush(&mut self, client: usize) {
        let slot = &mut self.io.slots[client];
        if slot.phase == Phase::Frozen {
            return;
        }
        if let Err(error) = slot.flush() {
            self.io.end(client, Gone::Broken(error.kind()));
        }
    }

    fn look_at(&mut self, client: usize, readable: bool, ended: bool) {
        let slot = &mut self.io.slots[client];
        if slot.phase == Phase::Greeting
            && let Some(transport) = slot.transport.as_mut()
        {
            match transport.stream().take_error() {
                Ok(None) => {}
                Ok(Some(error)) | Err(error) => return self.io.end(client, Gone::Broken(error.kind())),
            }
            if transport.stream().peer_addr().is_err() {
                return; // Not connected yet.
            }
            // A socket that keeps small packets back would only be slower.
            let _ = transport.stream().set_nodelay(true);
        }
        if readable || ended {
            self.read(client, ended);
        }
        self.flush(client);
        self.settle();
    }

    fn read(&mut self, client: usize, to_the_end: bool) {
        loop {
            let slot = &mut self.io.slots[client];
            let Some(transport) = slot.transport.as_mut().filter(|_| slot.phase != Phase::Frozen) else {
                return;
            };
            let got = transport.read(&mut self.scratch);
            let at = self.io.now();
            let slot = &mut self.io.slots[client];
            match got {
                Ok(0) => return self.io.end(client, Gone::ByBroker),
                Ok(count) => {
                    let short = count < self.scratch.len() && !to_the_end;
                    let all = short
                        && slot
                            .transport
                            .as_ref()
                            .is_some_and(super::transport::Transport::short_read_is_all);
                    self.digest(client, count, at);
                    if all {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.io.end(client, Gone::Broken(error.kind())),
            }
        }
    }

    /// Takes the packets out of what was read, and keeps a part that is not whole for the next time.
    fn digest(&mut self, client: usize, count: usize, at: Duration) {
        let earlier = std::mem::take(&mut self.io.slots[client].unread);
        let joined;
        let bytes: &[u8] = if earlier.is_empty() {
            &self.scratch[..count]
        } else {
            joined = [earlier.as_slice(), &self.scratch[..count]].concat();
            &joined
        };
        let (version, generation) = (self.io.slots[client].version, self.io.slots[client].generation);
        let mut done = 0;
        loop {
            match packet::read(&bytes[done..], version) {
                Ok(Some((packet, length))) => {
                    done += length;
                    handle(&mut self.crew, &mut self.io, client, packet, at);
                }
                Ok(None) => break,
                Err(packet::NotMqtt) => {
                    return self.io.end(client, Gone::Broken(io::ErrorKind::InvalidData));
                }
            }
            let slot = &self.io.slots[client];
            if slot.generation != generation || !matches!(slot.phase, Phase::Greeting | Phase::Open) {
                return;
            }
        }
        if done < bytes.len() {
            self.io.slots[client].unread = bytes[done..].to_vec();
        }
    }
}

fn handle<C: Crew>(crew: &mut C, io: &mut Io, client: usize, packet: Packet<'_>, at: Duration) {
    match packet {
        Packet::Connected { code: 0 } if io.slots[client].phase == Phase::Greeting => {
            io.greeted(client);
            crew.opened(client, io);
        }
        Packet::Connected { code } => io.end(client, Gone::Refused(code)),
        Packet::Subscribed { refused } => crew.subscribed(client, refused, io),
        Packet::Message { topic, payload, identifier } => {
            if let Some(identifier) = identifier {
                packet::acknowledge(&mut io.slots[client].unsent, identifier);
            }
            crew.received(client, &Received { topic, payload, at }, io);
        }
        Packet::Acknowledged => crew.acknowledged(client),
        Packet::Bye => io.end(client, Gone::ByBroker),
        Packet::Pong | Packet::Other => {}
    }
}
