//! Writes what happened, in order, beside the ringing; keeps it and tries again while the journal cannot write.
//!
//! Promises: nothing is written twice and nothing out of order; what can never be written does not hold up what comes
//! after it; where more waits than can be kept, what opens or ends an alarm stays and the rest goes first.
//! Never: waits for anything before an alarm rings.

use super::stamp::actor_of;
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

/// Most events that wait while the journal cannot write: hours of a large fire. For one more, one is counted and let
/// go; what it told is still ringing and on every screen.
pub const MAX_UNRECORDED: usize = 100_000;

/// Most events in one commit.
const BATCH: usize = 512;

/// How long to wait after a failure.
pub(super) const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// How long an event waits before the desk is told that the record stands still, even if nothing has failed yet.
const LATE: Duration = Duration::from_secs(5);

/// After so many failures in a row it is asked whether one event alone stands in the way of all others.
const PATIENCE: u64 = 8;

/// One thing to be written.
#[derive(Clone, Debug)]
pub(super) struct Line {
    draft: Draft,
    beside: Vec<Statement>,
    press: Option<AlarmId>,
    /// Whether it may be let go so that another one is kept.
    lesser: bool,
    /// When it came.
    since: Timestamp,
}

impl Line {
    /// What the engine tells.
    pub(super) fn of_alarm(event: &Event) -> Self {
        let draft = Draft::of(event).by(actor_of(event), event.at());
        let (press, lesser, since) = (event.press(), !event.opens_or_ends(), event.at());
        Self { draft, beside: Vec::new(), press, lesser, since }
    }

    /// What happened beside it, with rows of the vault.
    pub(super) fn beside<E: liengia_journal::Event>(
        event: &E,
        by: Actor,
        at: Timestamp,
        rows: Vec<Statement>,
    ) -> Self {
        let draft = Draft::of(event).by(by, at);
        Self { draft, beside: rows, press: None, lesser: false, since: at }
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
    /// Since when it fails.
    failing_since: Mutex<Option<Timestamp>>,
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
            failing_since: Mutex::default(),
            dropped: AtomicU64::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Line>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, line: Line) {
        let mut waiting = self.lock();
        if waiting.len() < MAX_UNRECORDED {
            waiting.push_back(line);
            self.added.fetch_add(1, Ordering::Relaxed);
            drop(waiting);
            self.some.notify_one();
            return;
        }
        if !line.lesser {
            make_room(&mut waiting, line);
        }
        drop(waiting);
        let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
        tracing::error!(dropped, "the record of an alarm is full: an event was not kept");
    }

    /// Since when events wait that the journal does not take; none where all goes well.
    pub(super) fn failing_since(&self) -> Option<Timestamp> {
        let oldest = self.lock().front().map(|line| line.since)?;
        let failing = *self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        failing.or_else(|| (self.clock.now().since(oldest) > LATE).then_some(oldest))
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
        let now = self.clock.now();
        self.failing_since.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(now);
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
        *self.failing_since.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.done.send_modify(|done| *done += u64::try_from(count).unwrap_or(0));
    }

    fn context(&self) -> Context {
        Context { actor: Actor::Node, purpose: "alarm".into(), at: self.clock.now() }
    }
}

/// Puts a line in the place of the latest lesser one; where there is none, the line goes. What may be on its way to the
/// disk just now stays as it is.
fn make_room(waiting: &mut VecDeque<Line>, line: Line) {
    let lesser = waiting.iter().rposition(|other| other.lesser).filter(|at| *at >= BATCH);
    if let Some(at) = lesser {
        waiting.remove(at);
        waiting.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{By, CloseReason};
    use liengia_kernel::PersonId;

    const ALARM: AlarmId = AlarmId::from_bytes([1; 16]);

    fn rested(second: i64) -> Line {
        Line::of_alarm(&Event::BellsRested { alarm: ALARM, at: Timestamp::from_seconds(second) })
    }

    fn closed(second: i64) -> Line {
        let at = Timestamp::from_seconds(second);
        let closer = PersonId::from_bytes([9; 16]);
        let (by, reason) = (By::desk(closer), CloseReason::FireOut);
        Line::of_alarm(&Event::Closed { alarm: ALARM, at, by, looked_by: closer, reason })
    }

    fn seconds(waiting: &VecDeque<Line>) -> Vec<i64> {
        waiting.iter().skip(BATCH).map(|line| line.since.as_seconds()).collect()
    }

    #[test]
    fn what_ends_an_alarm_takes_the_place_of_what_only_tells_of_it() {
        let mut waiting: VecDeque<Line> = (0..BATCH).map(|_| rested(0)).collect();
        waiting.extend([rested(1), rested(2), closed(3)]);
        make_room(&mut waiting, closed(4));
        assert_eq!(seconds(&waiting), [1, 3, 4]);
        make_room(&mut waiting, closed(5));
        assert_eq!(seconds(&waiting), [3, 4, 5]);
    }

    #[test]
    fn what_is_being_written_stays_in_its_place() {
        let mut waiting: VecDeque<Line> = (0..BATCH).map(|_| rested(0)).collect();
        make_room(&mut waiting, closed(1));
        assert_eq!((waiting.len(), seconds(&waiting)), (BATCH, vec![]));
    }
}
