//! Writes what happened, in order, beside the ringing; keeps it and tries again while the journal cannot write.

use super::stamp::{actor_of, happened_at, press_of};
use crate::engine::Event;
use liengia_journal::{Actor, Commit, Context, Draft, Journal};
use liengia_kernel::{AlarmId, Clock};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// Most events that wait while the journal cannot write: hours of a large fire. One more is counted and let go;
/// what it told is still ringing and on every screen.
pub const MAX_UNRECORDED: usize = 100_000;

/// Most events in one commit.
const BATCH: usize = 512;

/// How long to wait after a failure.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);

pub(super) struct Recorder {
    journal: Journal,
    clock: Arc<dyn Clock>,
    waiting: Mutex<VecDeque<Event>>,
    some: Notify,
    dropped: AtomicU64,
}

impl Recorder {
    pub(super) fn new(journal: Journal, clock: Arc<dyn Clock>) -> Self {
        Self { journal, clock, waiting: Mutex::default(), some: Notify::new(), dropped: AtomicU64::new(0) }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, event: Event) {
        let mut waiting = self.lock();
        if waiting.len() >= MAX_UNRECORDED {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            tracing::error!(dropped, "the record of an alarm is full: an event was not kept");
            return;
        }
        waiting.push_back(event);
        drop(waiting);
        self.some.notify_one();
    }

    pub(super) fn waiting(&self) -> usize {
        self.lock().len()
    }

    /// Waits for something to write and writes it. Answers which presses are on the disk now, or, where the
    /// journal could not write, which are not. Dropping the future loses nothing.
    pub(super) async fn write_some(&self) -> Vec<(AlarmId, bool)> {
        let batch: Vec<Event> = loop {
            let batch: Vec<Event> = self.lock().iter().take(BATCH).cloned().collect();
            if !batch.is_empty() {
                break batch;
            }
            self.some.notified().await;
        };
        let drafts =
            batch.iter().map(|event| Draft::of(event).by(actor_of(event), happened_at(event))).collect();
        let context = Context { actor: Actor::Node, purpose: "alarm".into(), at: self.clock.now() };
        let outcome = self.journal.commit(Commit::new(context, drafts)).await;
        let presses = batch.iter().filter_map(press_of);
        match outcome {
            Ok(_) => {
                self.lock().drain(..batch.len());
                presses.map(|press| (press, true)).collect()
            }
            Err(error) => {
                tracing::error!(%error, "an alarm rings, but its record cannot be written yet");
                tokio::time::sleep(TRY_AGAIN_AFTER).await;
                presses.map(|press| (press, false)).collect()
            }
        }
    }
}
