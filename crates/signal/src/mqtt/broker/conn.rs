//! One connection: the socket, what waits to be written, and what the client subscribed to.
//!
//! Anyone may send on it at any time: bytes go straight to the socket from the sender's own thread while it takes them, so
//! that a ring waits for no other task. What it does not take waits, bounded, for a task that lives only until it did.

use super::{
    link::{Flush, Link},
    setting::Setting,
};
use crate::mqtt::{
    gate::Pass,
    profile::Letter,
    topic::Place,
    wire::{self, Qos, Version},
};
use std::{
    collections::VecDeque,
    io,
    net::Shutdown,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::net::TcpStream;

/// Who the other end is, once it said so.
pub(super) struct Identity {
    /// What it may do.
    pub(super) pass: Arc<Pass>,
    /// The name of this connection.
    pub(super) client_id: String,
    /// The protocol.
    pub(super) version: Version,
    /// How long it may be silent.
    pub(super) silence: Duration,
    /// Unacknowledged commands that it takes.
    pub(super) window: u16,
    /// The largest packet that it takes.
    pub(super) largest: usize,
}

/// One connection.
pub(super) struct Conn {
    setting: Arc<Setting>,
    stream: TcpStream,
    outgoing: Mutex<Outgoing>,
    identity: OnceLock<Identity>,
    /// Second, since the broker's start, in which something was last heard.
    heard: AtomicU32,
    /// Second in which bytes began to wait, plus one; 0 while none wait.
    waits_since: AtomicU32,
    closed: AtomicBool,
}

/// What goes out.
struct Outgoing {
    link: Link,
    flushing: bool,
    subscriptions: Vec<Subscription>,
    unacknowledged: Vec<u16>,
    last_identifier: u16,
    waiting: VecDeque<Waiting>,
}

struct Subscription {
    filter: Place,
    qos: Qos,
}

/// A command for whose acknowledgement there is no room yet.
struct Waiting {
    letter: Letter,
    until: Option<Duration>,
}

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It is on its way, or the next to go.
    Yes,
    /// The client does not listen to this topic.
    NotWanted,
    /// The client does not take in what it was sent before.
    Full,
}

impl Conn {
    pub(super) fn new(setting: Arc<Setting>, stream: TcpStream, link: Link) -> Self {
        let now = setting.now();
        Self {
            setting,
            stream,
            outgoing: Mutex::new(Outgoing {
                link,
                flushing: false,
                subscriptions: Vec::new(),
                unacknowledged: Vec::new(),
                last_identifier: 0,
                waiting: VecDeque::new(),
            }),
            identity: OnceLock::new(),
            heard: AtomicU32::new(second(now)),
            waits_since: AtomicU32::new(0),
            closed: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Outgoing> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes who the other end is; the first time only.
    pub(super) fn introduce(&self, identity: Identity) {
        drop(self.identity.set(identity));
    }

    /// Who the other end is.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.get()
    }

    /// Waits for bytes and adds them to `to`. False at the end.
    pub(super) async fn read(self: &Arc<Self>, to: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            self.stream.readable().await?;
            let mut outgoing = self.lock();
            let read = outgoing.link.read(&self.stream, to);
            if outgoing.link.wants_write() {
                self.flush(&mut outgoing);
            }
            drop(outgoing);
            match read {
                Ok(0) => return Ok(false),
                Ok(_) if to.is_empty() => {} // A step of the TLS handshake.
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a packet as it is.
    pub(super) fn write(self: &Arc<Self>, packet: &[u8]) -> bool {
        let mut outgoing = self.lock();
        self.push(&mut outgoing, packet)
    }

    fn push(self: &Arc<Self>, outgoing: &mut Outgoing, packet: &[u8]) -> bool {
        if self.is_closed() || !outgoing.link.put(&self.stream, packet, self.setting.limits.backlog) {
            return false;
        }
        if outgoing.link.wants_write() {
            self.flush(outgoing);
        }
        true
    }

    /// Writes what waits; if the socket takes no more, leaves the rest to a task.
    fn flush(self: &Arc<Self>, outgoing: &mut Outgoing) {
        match outgoing.link.flush(&self.stream) {
            Flush::Done => {}
            Flush::Broken => self.close(),
            Flush::Blocked if outgoing.flushing => {}
            Flush::Blocked => {
                outgoing.flushing = true;
                self.waits_since.store(second(self.setting.now()).max(1), Relaxed);
                self.setting.runtime.spawn(Self::drain(Arc::clone(self)));
            }
        }
    }

    async fn drain(self: Arc<Self>) {
        loop {
            let ready = self.stream.writable().await;
            let mut outgoing = self.lock();
            let flushed = if ready.is_ok() { outgoing.link.flush(&self.stream) } else { Flush::Broken };
            if flushed == Flush::Blocked {
                continue;
            }
            outgoing.flushing = false;
            self.waits_since.store(0, Relaxed);
            if flushed == Flush::Broken {
                self.close();
            }
            return;
        }
    }

    /// Sends a letter if the client listens to its topic. `until` is when it expires, since the broker's start.
    pub(super) fn send(self: &Arc<Self>, letter: &Letter, until: Option<Duration>) -> Sent {
        let Some(identity) = self.identity() else { return Sent::NotWanted };
        let mut outgoing = self.lock();
        let wanted = outgoing.subscriptions.iter().filter(|one| one.filter.takes(&letter.place));
        let Some(qos) = wanted.map(|one| one.qos).max() else { return Sent::NotWanted };
        if qos > Qos::AtMostOnce && outgoing.unacknowledged.len() >= usize::from(identity.window) {
            let full = outgoing.waiting.len() >= self.setting.limits.waiting;
            if full {
                outgoing.waiting.pop_front();
            }
            outgoing.waiting.push_back(Waiting { letter: letter.clone(), until });
            return if full { Sent::Full } else { Sent::Yes };
        }
        let identifier = if qos > Qos::AtMostOnce { outgoing.next_identifier() } else { 0 };
        let expires = until.map(|until| second(until.saturating_sub(self.setting.now())).max(1));
        let version = identity.version;
        let topic = letter.place.to_string();
        let packet = wire::publish(version, qos, identifier, &topic, &letter.payload, expires);
        if packet.len() <= identity.largest && self.push(&mut outgoing, &packet) {
            return Sent::Yes;
        }
        outgoing.unacknowledged.retain(|one| *one != identifier);
        Sent::Full
    }

    /// The client acknowledged a command: the next one that waits may go.
    pub(super) fn acknowledged(self: &Arc<Self>, identifier: u16) {
        let now = self.setting.now();
        let next = {
            let mut outgoing = self.lock();
            outgoing.unacknowledged.retain(|one| *one != identifier);
            loop {
                match outgoing.waiting.pop_front() {
                    Some(waiting) if waiting.until.is_some_and(|until| until <= now) => {}
                    other => break other,
                }
            }
        };
        if let Some(Waiting { letter, until }) = next {
            self.send(&letter, until);
        }
    }

    /// Adds a subscription, or changes it. False if there are as many as allowed.
    pub(super) fn subscribe(&self, filter: Place, qos: Qos) -> bool {
        let mut outgoing = self.lock();
        if let Some(known) = outgoing.subscriptions.iter_mut().find(|one| one.filter == filter) {
            known.qos = qos;
            return true;
        }
        if outgoing.subscriptions.len() >= self.setting.limits.subscriptions {
            return false;
        }
        outgoing.subscriptions.push(Subscription { filter, qos });
        true
    }

    /// Takes a subscription away. False if there was none.
    pub(super) fn unsubscribe(&self, filter: &Place) -> bool {
        let mut outgoing = self.lock();
        let before = outgoing.subscriptions.len();
        outgoing.subscriptions.retain(|one| one.filter != *filter);
        outgoing.subscriptions.len() < before
    }

    /// Whether it subscribed to anything.
    pub(super) fn listens(&self) -> bool {
        !self.lock().subscriptions.is_empty()
    }

    /// Something was heard.
    pub(super) fn hear(&self) {
        self.heard.store(second(self.setting.now()), Relaxed);
    }

    /// For how long nothing was heard, in seconds.
    pub(super) fn silent_for(&self, now: Duration) -> Duration {
        Duration::from_secs(u64::from(second(now).saturating_sub(self.heard.load(Relaxed))))
    }

    /// For how long bytes wait, at least.
    pub(super) fn waits_for(&self, now: Duration) -> Duration {
        match self.waits_since.load(Relaxed) {
            0 => Duration::ZERO,
            since => Duration::from_secs(u64::from(second(now).saturating_sub(since))),
        }
    }

    /// Says why, if the protocol has a word for it, and closes.
    pub(super) fn say_goodbye(self: &Arc<Self>, why: u8) {
        let version = self.identity().map_or(Version::V3, |identity| identity.version);
        if let Some(packet) = wire::bye(version, why) {
            self.write(&packet);
        }
        self.lock().link.finish(&self.stream);
        self.close();
    }

    /// Closes both ways. The task that reads sees the end.
    pub(super) fn close(&self) {
        if !self.closed.swap(true, Relaxed) {
            drop(socket2::SockRef::from(&self.stream).shutdown(Shutdown::Both));
        }
    }

    /// Whether this side closed it.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }
}

impl Outgoing {
    fn next_identifier(&mut self) -> u16 {
        loop {
            self.last_identifier = self.last_identifier.checked_add(1).unwrap_or(1);
            if !self.unacknowledged.contains(&self.last_identifier) {
                self.unacknowledged.push(self.last_identifier);
                return self.last_identifier;
            }
        }
    }
}

fn second(time: Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}
