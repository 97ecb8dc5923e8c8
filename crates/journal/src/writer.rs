//! The one writer: it commits what is waiting as a group, and answers once the group is durable.

use crate::{
    Commit, CommitError, Entry, Receipt, Row,
    engine::head_of,
    plan::{Head, Plan, Rules},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Most commits in one transaction.
pub(crate) const MAX_GROUP: usize = 256;

/// Most commits that wait for the writer; one more is refused with [`CommitError::Busy`].
pub(crate) const MAX_WAITING: usize = 4096;

/// Most groups that a slow subscription may lag behind before it reads from the database again.
pub(crate) const MAX_LAG: usize = 1024;

/// How long the writer's thread sleeps at a time while a group forms.
const MOMENT: Duration = Duration::from_micros(50);

/// Whether the journal can write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    /// The last group became durable.
    Well,
    /// The last group failed, and why.
    Failing(String),
}

/// One waiting commit, and where its outcome goes.
pub(crate) struct Job {
    pub(crate) commit: Commit,
    pub(crate) done: oneshot::Sender<Result<Receipt, CommitError>>,
}

/// What goes out when a group is durable.
pub(crate) struct Announcer {
    pub(crate) entries: broadcast::Sender<Arc<[Arc<Entry>]>>,
    pub(crate) writing: watch::Sender<Writing>,
}

impl Announcer {
    pub(crate) fn durable(&self, entries: Vec<Arc<Entry>>) {
        self.writing.send_if_modified(|writing| {
            let changed = *writing != Writing::Well;
            *writing = Writing::Well;
            changed
        });
        if !entries.is_empty() {
            // No subscription is listening: then nobody needs it.
            let _ = self.entries.send(entries.into());
        }
    }

    pub(crate) fn failed(&self, why: &str) {
        let failing = Writing::Failing(why.to_owned());
        self.writing.send_if_modified(|writing| {
            let changed = *writing != failing;
            if changed {
                tracing::error!(why, "the journal could not write");
                *writing = failing;
            }
            changed
        });
    }
}

impl Drop for Announcer {
    /// However the writer ended: nothing will be written any more, and whoever looks must see that.
    fn drop(&mut self) {
        self.writing.send_replace(Writing::Failing("the writer has ended".to_owned()));
    }
}

/// Why a transaction left nothing behind.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A statement cannot be done: the commit's own fault.
    #[error("{0}")]
    Refused(String),
    /// The database cannot write or read: nobody's commit can be done.
    #[error("{0}")]
    Database(String),
    /// The connection is lost.
    #[error("{0}")]
    Lost(String),
    /// The same once more may well succeed.
    #[error("{0}")]
    Again(String),
    #[error("another node writes this journal now")]
    Fenced,
}

impl From<&Failure> for CommitError {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Fenced => Self::Closed("another node writes this journal now"),
            other => Self::Storage(other.to_string()),
        }
    }
}

/// What both engines share of the writer's turn.
pub(crate) struct Turn {
    pub(crate) rules: Rules,
    pub(crate) head: Head,
    pub(crate) announcer: Announcer,
}

impl Turn {
    /// Refuses to go on if the stored head, in this row, is not where this writer left it.
    pub(crate) fn still_ours(&self, rows: &[Row]) -> Result<(), Failure> {
        let stored = head_of(rows).map_err(|error| Failure::Database(error.to_string()))?;
        if stored == self.head { Ok(()) } else { Err(Failure::Fenced) }
    }

    /// Takes in a group that became durable: moves the head, announces, answers.
    pub(crate) fn settle(&mut self, plan: Plan, jobs: impl IntoIterator<Item = Job>) {
        self.head = plan.head;
        self.announcer.durable(plan.entries);
        for (job, outcome) in jobs.into_iter().zip(plan.outcomes) {
            // A caller that went away still has its act in the journal.
            let _ = job.done.send(outcome);
        }
    }

    /// Answers a commit that failed on its own.
    pub(crate) fn refuse(&self, job: Job, failure: &Failure) {
        match failure {
            Failure::Refused(why) => tracing::warn!(why, "a commit was refused by the database"),
            other => self.announcer.failed(&other.to_string()),
        }
        let _ = job.done.send(Err(failure.into()));
    }
}

/// Takes what else is waiting, up to a full group. Where the `last` group was larger, its callers are likely to be
/// back in a moment, so that it waits a few times for as many: else they would be committed in two groups, by turns.
pub(crate) async fn gather_while<F: Future<Output = ()>>(
    first: Job,
    waiting: &mut mpsc::Receiver<Job>,
    last: usize,
    times: usize,
    mut wait: impl FnMut() -> F,
) -> Vec<Job> {
    let mut jobs = vec![first];
    fill(&mut jobs, waiting);
    for _ in 0..times {
        if jobs.len() >= last {
            break;
        }
        wait().await;
        fill(&mut jobs, waiting);
    }
    jobs
}

/// The same on a thread of its own.
pub(crate) fn gather(first: Job, waiting: &mut mpsc::Receiver<Job>, last: usize, times: usize) -> Vec<Job> {
    let mut jobs = vec![first];
    fill(&mut jobs, waiting);
    for _ in 0..times {
        if jobs.len() >= last {
            break;
        }
        std::thread::sleep(MOMENT);
        fill(&mut jobs, waiting);
    }
    jobs
}

fn fill(jobs: &mut Vec<Job>, waiting: &mut mpsc::Receiver<Job>) {
    while jobs.len() < MAX_GROUP
        && let Ok(job) = waiting.try_recv()
    {
        jobs.push(job);
    }
}
