//! What could not be delivered, kept for the next start; and forgotten with the person whom it was for.
//!
//! Promises: sending never waits for the disk. What cannot be written is in memory, and is tried again.

use super::calls::{Called, Calls};
use liengia_journal::{Actor, Commit, CommitError, Context, Entry, Event, Journal, QueryError};
use liengia_kernel::{Clock, PersonId};
use liengia_register::event::RegisterEvent;
use liengia_signal::{
    book::Book,
    hook::{DeadLetter, DeadLetters, KeptLetter, MessageId, forgetting, forgetting_old},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{interval, sleep},
};

/// How often what changed is written, at least, and how long to wait after a failure.
const WRITE_EVERY: Duration = Duration::from_secs(15);

/// What could not be delivered. Clones are the same.
#[derive(Clone)]
pub struct Undelivered {
    /// Texts and calls.
    pub dead: DeadLetters,
    /// Which of them were for whom.
    pub calls: Arc<Calls>,
    /// Browsers, and whether pushes reach them.
    pub book: Arc<Book>,
    /// Where it is kept.
    pub journal: Journal,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Undelivered {
    /// Takes up what was kept before this start.
    pub async fn recall(&self) -> Result<(), QueryError> {
        let kept = KeptLetter::all(&self.journal, self.clock.now()).await?;
        for KeptLetter { letter, alarm, person, .. } in &kept {
            if let Some(alarm) = *alarm {
                self.calls.remember(letter.id.clone(), Called { alarm, person: *person });
            }
        }
        self.dead.recall(kept.into_iter().map(|kept| (kept.letter, kept.message)));
        Ok(())
    }

    /// Keeps what changes, and forgets erased people, until `stop` is true.
    pub async fn keep(self, after: u64, mut stop: watch::Receiver<bool>) {
        let mut entries = self.journal.subscribe(after);
        let mut time = interval(WRITE_EVERY);
        loop {
            let (entry, go_on) = tokio::select! {
                entry = entries.next() => (Some(entry), true),
                () = self.dead.one_died() => (None, true),
                _ = time.tick() => (None, true),
                stopped = stop.wait_for(|stop| *stop) => {
                    drop(stopped);
                    (None, false)
                }
            };
            match entry {
                Some(Ok(Some(entry))) => self.forget_erased(&entry),
                Some(Ok(None)) => return,
                Some(Err(error)) => {
                    tracing::warn!(%error, "erasures cannot be followed just now");
                    sleep(WRITE_EVERY).await;
                }
                None => {
                    if let Err(error) = self.write().await {
                        tracing::warn!(%error, "what could not be delivered cannot be kept yet");
                    }
                }
            }
            if !go_on {
                return;
            }
        }
    }

    /// Writes what changed since the last time.
    async fn write(&self) -> Result<(), CommitError> {
        let (commune, now) = (self.journal.commune(), self.clock.now());
        let (letters, arrived) = (self.dead.unkept(), self.dead.arrived_since());
        let (changed, mut statements) = self.book.unkept();
        let kept: Vec<DeadLetter> = letters.iter().map(|(letter, _)| letter.clone()).collect();
        for (letter, message) in letters {
            let called = self.calls.find(&letter.id);
            let (alarm, person) =
                (called.map(|called| called.alarm), called.and_then(|called| called.person));
            statements.push(KeptLetter { letter, message, alarm, person }.keeping(commune));
        }
        statements.extend(arrived.iter().map(|letter| forgetting(commune, letter)));
        if statements.is_empty() {
            return Ok(());
        }
        statements.push(forgetting_old(commune, now));
        let written = self.journal.commit(self.commit().beside(statements)).await;
        if written.is_ok() {
            self.dead.are_kept(&kept);
        } else {
            self.book.still_unkept(changed);
            self.dead.are_still_kept(arrived);
        }
        written.map(drop)
    }

    fn commit(&self) -> Commit {
        let context = Context { actor: Actor::Node, purpose: "undelivered".into(), at: self.clock.now() };
        Commit::new(context, Vec::new())
    }

    /// The statement that forgets a letter.
    pub fn forgetting(&self, letter: &MessageId) -> liengia_journal::Statement {
        forgetting(self.journal.commune(), letter)
    }

    fn forget_erased(&self, entry: &Entry) {
        if &*entry.slice == RegisterEvent::SLICE
            && let Ok(RegisterEvent::PersonErased { person, .. }) = entry.event()
        {
            self.forget(person);
        }
    }

    /// The vault's rows went with the erasure, their browsers go with their sessions; this is what is in memory.
    fn forget(&self, person: PersonId) {
        let theirs = |letter: &DeadLetter| {
            self.calls.find(&letter.id).is_some_and(|called| called.person == Some(person))
        };
        self.dead.forget(theirs);
    }
}
