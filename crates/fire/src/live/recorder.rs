//! Writes what happened, in order, beside the ringing; keeps it and tries again while the journal cannot write.
//!
//! Promises: nothing is written twice and nothing out of order; what can never be written does not hold up what comes
//! after it. Never: waits for anything before an alarm rings.

use super::stamp::{actor_of, happened_at, press_of};
use crate::engine::Event;
use liengia_journal::{Actor, Commit, CommitError, Context, Draft, Journal, Statement};
use liengia_kernel::{AlarmId, Clock, Timestamp};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// Most events that wait while the journal cannot write: hours of a large fire. One more is counted and let go;
/// what it told is still ringing and on every screen.
pub const MAX_UNRECORDED: usize = 100_000;

/// Most events in one commit.
const BATCH: usize = 512;

/// How long to wait after a failure.
pub(super) const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// After so many failures in a row it is asked whether one event alone stands in the way of all others.
const PATIENCE: u64 = 8;

/// One thing to be written.
#[derive(Clone, Debug)]
pub(super) struct Line {
    draft: Draft,
    beside: Vec<Statement>,
    press: Option<AlarmId>,
}

impl Line {
    /// What the engine tells.
    pub(super) fn of_alarm(event: &Event) -> Self {
        let draft = Draft::of(event).by(actor_of(event), happened_at(event));
        Self { draft, beside: Vec::new(), press: press_of(event) }
    }

    /// What happened beside it, with rows of the vault.
    pub(super) fn beside<E: liengia_journal::Event>(
        event: &E,
        by: Actor,
        at: Timestamp,
        rows: Vec<Statement>,
    ) -> Self {
        Self { draft: Draft::of(event).by(by, at), beside: rows, press: None }
    }
}

pub(super) struct Recorder {
    journal: Journal,
    clock: Arc<dyn Clock>,
    waiting: Mutex<VecDeque<Line>>,
    some: Notify,
    added: AtomicU64,
    /// How many of all that were added are on the disk or given up.
    done: watch::Sender<u64>,
    failures: AtomicU64,
    dropped: AtomicU64,
}

impl Recorder {
    pub(super) fn new(journal: Journal, clock: Arc<dyn Clock>) -> Self {
        Self {
            journal,
            clock,
            waiting: Mutex::default(),
            some: Notify::new(),
            added: AtomicU64::new(0),
            done: watch::Sender::new(0),
            failures: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, line: Line) {
        let mut waiting = self.lock();
        if waiting.len() >= MAX_UNRECORDED {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(dropped, "the record of an alarm is full: an event was not kept");
            return;
        }
        waiting.push_back(line);
        self.added.fetch_add(1, Ordering::Relaxed);
        drop(waiting);
        self.some.notify_one();
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().len()
    }

    /// How many events were let go, because too many waited or because they could never be written.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until everything that was added so far is on the disk, but at most so long. Whether it is.
    pub(super) async fn settled(&self, within: Duration) -> bool {
        let mark = {
            let _waiting = self.lock();
            self.added.load(Ordering::Relaxed)
        };
        let mut done = self.done.subscribe();
        matches!(tokio::time::timeout(within, done.wait_for(|done| *done >= mark)).await, Ok(Ok(_)))
    }

    /// Waits for something to write. Dropping the future loses nothing.
    pub(super) async fn something(&self) {
        while self.waiting() == 0 {
            self.some.notified().await;
        }
    }

    /// Writes some of what waits. Answers which presses are on the disk now; or, where the journal could not write,
    /// which are not. Must be awaited to its end.
    pub(super) async fn write_some(&self) -> Result<Vec<AlarmId>, Vec<AlarmId>> {
        let patient = self.failures.load(Ordering::Relaxed) < PATIENCE;
        let batch: Vec<Line> = self.lock().iter().take(if patient { BATCH } else { 1 }).cloned().collect();
        let presses: Vec<AlarmId> = batch.iter().filter_map(|line| line.press).collect();
        let Err(error) = self.write(&batch).await else {
            self.finish(batch.len());
            return Ok(presses);
        };
        tracing::error!(%error, "an alarm rings, but its record cannot be written yet");
        self.failures.fetch_add(1, Ordering::Relaxed);
        if !patient {
            self.step_over(&error).await;
        }
        Err(presses)
    }

    /// Gives the first event up if the journal takes the one after it: then it is the event that cannot be written,
    /// and nothing else would ever be. Where both are refused, the journal is to blame, and nothing is lost.
    async fn step_over(&self, error: &CommitError) {
        let next: Vec<Line> = self.lock().iter().skip(1).take(1).cloned().collect();
        if next.is_empty() || self.write(&next).await.is_err() {
            return;
        }
        let kind = self.lock().front().map_or("", |line| line.draft.kind);
        let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(kind, dropped, %error, "an event that can never be written was given up");
        self.finish(2);
    }

    async fn write(&self, batch: &[Line]) -> Result<(), CommitError> {
        let drafts = batch.iter().map(|line| line.draft.clone()).collect();
        let rows = batch.iter().flat_map(|line| line.beside.iter().cloned());
        let commit = Commit::new(self.context(), drafts).beside(rows);
        self.journal.commit(commit).await.map(drop)
    }

    fn finish(&self, count: usize) {
        self.lock().drain(..count);
        self.failures.store(0, Ordering::Relaxed);
        self.done.send_modify(|done| *done += u64::try_from(count).unwrap_or(0));
    }

    fn context(&self) -> Context {
        Context { actor: Actor::Node, purpose: "alarm".into(), at: self.clock.now() }
    }
}
