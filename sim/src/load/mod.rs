//! The load tool of the benchmarks: thousands of clients in one thread, and the time from a press to the last ring.
//!
//! Promises: the same clients, the same load and the same clock whatever the broker; the press's time is taken before
//! it is written, each ring's right after its bytes were read from the socket; every sample counts, and what never
//! came is counted as lost. It never retries a press: a lost one shows.

mod crew;
mod latencies;
mod round;
mod wiring;

pub use latencies::Latencies;
pub use round::Measured;
pub use wiring::{BareFanOut, Identity, Node, TEAM, Wiring, Word};

use crate::wire::{Broker, Post, Reactor, Version};
use crew::{Callers, Order};
use std::{
    io,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How the clients behave.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Heartbeats of all clients together.
    pub heartbeats_per_second: u32,
    /// How many connect at the same time.
    pub at_once: usize,
    /// The version of MQTT.
    pub version: Version,
    /// Decides who presses when.
    pub seed: u64,
    /// How many teams of that order have had their turn before, where a load goes on after another one.
    pub first_team: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { heartbeats_per_second: 500, at_once: 64, version: Version::V3, seed: 1, first_team: 0 }
    }
}

/// How the clients are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Clients.
    pub clients: usize,
    /// Of them, connected and subscribed.
    pub subscribed: usize,
    /// From the start until all were connected and subscribed.
    pub all_connected: Option<Duration>,
    /// After a loss: until all were back, from the first loss and from the first that came back.
    pub all_back: Option<(Duration, Duration)>,
    /// Connections made.
    pub connections: u64,
    /// Connections that broke or were refused.
    pub losses: usize,
    /// Of those, refused.
    pub refused: usize,
    /// Subscriptions refused.
    pub subscriptions_refused: usize,
    /// Heartbeats sent.
    pub heartbeats: u64,
}

#[derive(Default)]
struct Report {
    inner: Mutex<(Counts, Option<Measured>, bool)>,
    changed: Condvar,
}

impl Report {
    fn count(&self, counts: Counts) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let news = (inner.0.subscribed, inner.0.all_back, inner.0.losses)
            != (counts.subscribed, counts.all_back, counts.losses);
        inner.0 = counts;
        drop(inner);
        // Heartbeats alone wake nobody: the one who watches would only cost the measured broker time.
        if news {
            self.changed.notify_all();
        }
    }

    fn finish(&self, measured: Measured) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(measured);
        self.changed.notify_all();
    }

    fn end(&self) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).2 = true;
        self.changed.notify_all();
    }
}

/// Why a measurement gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The loop of the clients ended.
    #[error("the clients have stopped; start them again")]
    Stopped,
    /// It took too long.
    #[error(
        "after {waited:?} {} of {} clients are connected ({} losses, {} refused). Is the broker there, and `ulimit -n` high enough?",
        .counts.subscribed, .counts.clients, .counts.losses, .counts.refused
    )]
    TooLong {
        /// How long it was waited for.
        waited: Duration,
        /// How the clients are.
        counts: Counts,
    },
}

/// Thousands of clients. Dropping them disconnects them.
pub struct Clients {
    post: Post<Order>,
    report: Arc<Report>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Clients {
    /// Starts to connect all clients.
    pub fn start<W: Wiring>(broker: &Broker, wiring: W, options: Options) -> io::Result<Self> {
        let count = wiring.clients();
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a load needs at least one whole team"));
        }
        let report = Arc::new(Report::default());
        let crew = Callers::new(wiring, options, Arc::clone(&report));
        let (mut reactor, post) = Reactor::new(broker.clone(), count, options.at_once, crew)?;
        reactor.begin(Callers::start);
        let ended = Arc::clone(&report);
        let run = move || {
            let end = reactor.run();
            ended.end();
            end
        };
        let thread = thread::Builder::new().name("sim-load".to_owned()).spawn(run)?;
        Ok(Self { post, report, thread: Some(thread) })
    }

    /// How the clients are.
    pub fn counts(&self) -> Counts {
        self.report.inner.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits until the counts are as wanted.
    pub fn wait_until(
        &self,
        longest: Duration,
        wanted: impl Fn(&Counts) -> bool,
    ) -> Result<Counts, LoadError> {
        let inner = self.report.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let going_on = |(counts, _, ended): &mut (Counts, _, bool)| !wanted(counts) && !*ended;
        let end = self.report.changed.wait_timeout_while(inner, longest, going_on);
        let (inner, timeout) = end.unwrap_or_else(PoisonError::into_inner);
        match (timeout.timed_out(), inner.2) {
            (true, _) => Err(LoadError::TooLong { waited: longest, counts: inner.0 }),
            (false, true) => Err(LoadError::Stopped),
            (false, false) => Ok(inner.0),
        }
    }

    /// Waits until all are connected and subscribed; how long that took from the start.
    pub fn connected(&self, longest: Duration) -> Result<Duration, LoadError> {
        let counts = self.wait_until(longest, |counts| counts.all_connected.is_some())?;
        Ok(counts.all_connected.unwrap_or_default())
    }

    /// Presses one after another, about `gap` apart, and waits at most `longest` for what comes of each. No team
    /// presses twice before all have.
    pub fn one_by_one(&self, count: usize, gap: Duration, longest: Duration) -> Result<Measured, LoadError> {
        self.in_turn(count, gap, longest, 1)
    }

    /// The same, but each press is sent twice, as by a device that heard no acknowledgement.
    pub fn twice(&self, count: usize, gap: Duration, longest: Duration) -> Result<Measured, LoadError> {
        self.in_turn(count, gap, longest, 2)
    }

    fn in_turn(
        &self,
        count: usize,
        gap: Duration,
        longest: Duration,
        times: u8,
    ) -> Result<Measured, LoadError> {
        let order = Order::OneByOne { count, gap, longest, times };
        let most = (gap * 2 + longest).saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
        self.measure(order, most + longest)
    }

    /// That many teams press within a span.
    pub fn storm(&self, count: usize, within: Duration, longest: Duration) -> Result<Measured, LoadError> {
        self.measure(Order::Storm { count, within, longest }, (within + longest) * 2)
    }

    /// Changes the rate of heartbeats.
    pub fn heartbeats(&self, per_second: u32) -> bool {
        self.post.send(Order::Heartbeats(per_second))
    }

    fn measure(&self, order: Order, longest: Duration) -> Result<Measured, LoadError> {
        self.report.inner.lock().unwrap_or_else(PoisonError::into_inner).1 = None;
        if !self.post.send(order) {
            return Err(LoadError::Stopped);
        }
        let inner = self.report.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = |(_, measured, ended): &mut (_, Option<Measured>, bool)| measured.is_none() && !*ended;
        let end = self.report.changed.wait_timeout_while(inner, longest, waiting);
        let (mut inner, _) = end.unwrap_or_else(PoisonError::into_inner);
        match inner.1.take() {
            Some(measured) => Ok(measured),
            None if inner.2 => Err(LoadError::Stopped),
            None => Err(LoadError::TooLong { waited: longest, counts: inner.0 }),
        }
    }

    /// Disconnects all.
    pub fn stop(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(thread) = self.thread.take() else { return Ok(()) };
        self.post.send(Order::Stop);
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the thread of the clients panicked")))
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        // Nobody is left to tell; the thread has ended either way.
        let _ = self.end();
    }
}
