//! Carries messages out: from the line, a bounded number at once, again and again until their time is over.
//!
//! Promises: every message that was taken in ends in exactly one outcome. A full line refuses at once. A receiver of
//! outcomes that does not keep up slows the courier down; it never makes it forget. It knows nothing of what the
//! messages are: a [`Carrier`] does.

use super::line::{Line, Rank};
use liengia_kernel::{Clock, Entropy};
use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, mpsc},
    task::JoinSet,
};

/// How many messages, how fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// New messages that may wait; more are refused.
    pub waiting: usize,
    /// Messages under way at once.
    pub at_once: usize,
    /// The wait before the first repetition; it doubles with each.
    pub first_retry: Duration,
    /// The longest wait between two repetitions.
    pub longest_retry: Duration,
}

/// The line is full; the message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many messages are waiting already; this one was not taken")]
pub struct Full;

/// One message and what the courier must know of it.
pub(crate) struct Errand<L> {
    pub(crate) load: L,
    pub(crate) rank: Rank,
    /// On the clock that never jumps ([`Clock::elapsed`]).
    pub(crate) expires: Duration,
    /// Attempts so far.
    pub(crate) attempts: u32,
}

/// What an attempt led to.
pub(crate) enum Next<V> {
    /// It is over.
    End(V),
    /// Try again, not before this has passed.
    Again(Duration),
}

/// How a message's journey ended.
pub(crate) enum End<V> {
    Reached(V),
    /// Its time was over.
    Expired,
    /// The courier was stopped.
    Stopped,
}

/// What carries one kind of message.
pub(crate) trait Carrier: Send + Sync + 'static {
    type Load: Send + 'static;
    type Verdict: Send + 'static;
    type Outcome: Send + 'static;

    /// Which way it goes, where messages go different ways: one way has a quarter of all places at most, so that none that
    /// hangs takes them from the others.
    fn way(&self, _: &Self::Load) -> Option<String> {
        None
    }

    /// One attempt; `left` is what remains of the message's time.
    fn attempt(
        &self,
        load: &mut Self::Load,
        left: Duration,
    ) -> impl Future<Output = Next<Self::Verdict>> + Send;

    /// Turns the end of a message into what the caller is told.
    fn outcome(&self, load: Self::Load, end: End<Self::Verdict>, attempts: u32) -> Self::Outcome;
}

struct Shared<L> {
    line: Mutex<Line<Errand<L>>>,
    wake: Notify,
    stopping: AtomicBool,
    under_way: AtomicUsize,
}

impl<L> Shared<L> {
    fn line(&self) -> MutexGuard<'_, Line<Errand<L>>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands messages to a running courier. Dropping the last one stops it.
pub(crate) struct Courier<L>(Arc<Shared<L>>);

impl<L> Courier<L> {
    pub(crate) fn take(&self, errand: Errand<L>) -> Result<(), (Errand<L>, Full)> {
        self.0.line().join(errand.rank, errand).map_err(|errand| (errand, Full))?;
        self.0.wake.notify_one();
        Ok(())
    }

    pub(crate) fn waiting(&self) -> usize {
        self.0.line().len()
    }

    pub(crate) fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::Relaxed)
    }

    /// Finishes what is under way, ends what waits as stopped, then closes the outcomes.
    pub(crate) fn stop(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        self.0.wake.notify_one();
    }
}

impl<L> Drop for Courier<L> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A courier that has begun, and where its outcomes come out.
pub(crate) struct Started<C: Carrier> {
    pub(crate) courier: Courier<C::Load>,
    pub(crate) outcomes: mpsc::Receiver<C::Outcome>,
}

/// Begins to carry, on the current runtime.
pub(crate) fn start<C: Carrier>(
    carrier: Arc<C>,
    pace: Pace,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Started<C> {
    let shared = Arc::new(Shared {
        line: Mutex::new(Line::new(pace.waiting)),
        wake: Notify::new(),
        stopping: AtomicBool::new(false),
        under_way: AtomicUsize::new(0),
    });
    let (told, outcomes) = mpsc::channel(pace.at_once.max(1));
    let round = Round { carrier, shared: Arc::clone(&shared), pace, clock, entropy, told };
    tokio::spawn(round.run());
    Started { courier: Courier(shared), outcomes }
}

struct Round<C: Carrier> {
    carrier: Arc<C>,
    shared: Arc<Shared<C::Load>>,
    pace: Pace,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    told: mpsc::Sender<C::Outcome>,
}

/// A place on a way, until it is dropped.
type Place = Arc<()>;

/// Ways that are remembered before those are forgotten on which nothing goes.
const WAYS: usize = 256;

/// How many go which way.
struct Ways {
    most: usize,
    all: BTreeMap<String, Place>,
}

impl Ways {
    fn new(at_once: usize) -> Self {
        Self { most: (at_once / 4).max(1), all: BTreeMap::new() }
    }

    /// A place on this way, if it has one.
    fn place(&mut self, way: &str) -> Option<Place> {
        if self.all.len() >= WAYS {
            self.all.retain(|_, places| Arc::strong_count(places) > 1);
        }
        let places = self.all.entry(way.to_owned()).or_default();
        (Arc::strong_count(places) <= self.most).then(|| places.clone())
    }

    /// How many places it has.
    fn free(&self, way: &str) -> usize {
        self.all
            .get(way)
            .map_or(self.most, |places| (self.most + 1).saturating_sub(Arc::strong_count(places)))
    }
}

/// What one journey brings back: a message to be tried again, or nothing.
type Back<L> = Option<(Duration, Errand<L>)>;

impl<C: Carrier> Round<C> {
    async fn run(self) {
        let mut under_way: JoinSet<Back<C::Load>> = JoinSet::new();
        let mut ways = Ways::new(self.pace.at_once);
        loop {
            let stopping = self.shared.stopping.load(Ordering::SeqCst);
            while !stopping && under_way.len() < self.pace.at_once {
                let Some((turn, errand)) = self.shared.line().turn(self.clock.elapsed()) else { break };
                match self.carrier.way(&errand.load) {
                    None => drop(under_way.spawn(self.journey(errand, None))),
                    Some(way) => match ways.place(&way) {
                        Some(place) => drop(under_way.spawn(self.journey(errand, Some(place)))),
                        None => self.shared.line().hold(way, turn, errand),
                    },
                }
            }
            self.shared.under_way.store(under_way.len(), Ordering::Relaxed);
            if stopping && under_way.is_empty() {
                break;
            }
            let next = self.shared.line().next_turn().filter(|_| under_way.len() < self.pace.at_once);
            tokio::select! {
                Some(back) = under_way.join_next() => {
                    self.welcome(back);
                    self.shared.line().let_go(|way| ways.free(way));
                }
                () = self.shared.wake.notified() => {}
                () = self.until(next) => {}
            }
        }
        let left = self.shared.line().dissolve();
        for errand in left {
            self.tell(errand, End::Stopped).await;
        }
    }

    async fn until(&self, next: Option<Duration>) {
        match next {
            Some(at) => tokio::time::sleep(at.saturating_sub(self.clock.elapsed())).await,
            None => std::future::pending().await,
        }
    }

    fn welcome(&self, back: Result<Back<C::Load>, tokio::task::JoinError>) {
        match back {
            Ok(Some((at, errand))) => self.shared.line().come_back(at, errand.rank, errand),
            Ok(None) => {}
            // No code here panics on purpose; if one does, the others still travel.
            Err(lost) => tracing::error!(panicked = lost.is_panic(), "a message was lost on its way"),
        }
    }

    fn journey(
        &self,
        mut errand: Errand<C::Load>,
        place: Option<Place>,
    ) -> impl Future<Output = Back<C::Load>> + Send + use<C> {
        let leg = Leg {
            carrier: Arc::clone(&self.carrier),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            pace: self.pace,
        };
        let told = self.told.clone();
        async move {
            let travelled = leg.travel(&mut errand).await;
            // The next one of its way may go.
            drop(place);
            let end = match travelled {
                Ok(at) => return Some((at, errand)),
                Err(end) => end,
            };
            // Nobody listens any more: the program is going down.
            let _ = told.send(leg.carrier.outcome(errand.load, end, errand.attempts)).await;
            None
        }
    }

    async fn tell(&self, errand: Errand<C::Load>, end: End<C::Verdict>) {
        let _ = self.told.send(self.carrier.outcome(errand.load, end, errand.attempts)).await;
    }
}

struct Leg<C> {
    carrier: Arc<C>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pace: Pace,
}

impl<C: Carrier> Leg<C> {
    /// When to try again, or how it ended.
    async fn travel(&self, errand: &mut Errand<C::Load>) -> Result<Duration, End<C::Verdict>> {
        let left = errand.expires.saturating_sub(self.clock.elapsed());
        if left.is_zero() {
            return Err(End::Expired);
        }
        errand.attempts += 1;
        let asked = match self.carrier.attempt(&mut errand.load, left).await {
            Next::End(verdict) => return Err(End::Reached(verdict)),
            Next::Again(asked) => asked,
        };
        let wait = asked.max(backoff(&self.pace, errand.attempts, self.entropy.as_ref()));
        let at = self.clock.elapsed().saturating_add(wait);
        if at >= errand.expires { Err(End::Expired) } else { Ok(at) }
    }
}

/// The wait before the next repetition: doubling, at most the longest, and of that a random part between half and all,
/// so that what failed together does not come back together.
fn backoff(pace: &Pace, attempts: u32, entropy: &dyn Entropy) -> Duration {
    let doubled = pace.first_retry.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
    let whole = doubled.min(pace.longest_retry);
    let mut random = [0; 4];
    entropy.fill(&mut random);
    let part = f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX);
    whole.mul_f64(0.5 + part / 2.0)
}

#[cfg(test)]
mod tests;
