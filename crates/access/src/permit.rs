//! A check that was passed: the only way to write.

use crate::{
    Access,
    caller::Live,
    rules::{Action, Grant},
};
use liengia_http::{Problem, Written};
use liengia_journal::{Actor, Commit, CommitError, Context, Entry, EraseError};
use liengia_kernel::{Entropy, PersonId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// The caller may do this.
#[derive(Clone)]
pub struct Permit {
    access: Access,
    live: Live,
    action: Action,
    grant: Grant,
    written: Option<Written>,
}

/// What a write gave.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// What the decision answered; for a repeat, what the first one did.
    pub answer: T,
    /// The entries that it made; none for a repeat.
    pub entries: Vec<Arc<Entry>>,
    /// Whether the same write had come before.
    pub repeated: bool,
}

impl Permit {
    pub(crate) fn new(
        access: Access,
        live: Live,
        action: Action,
        grant: Grant,
        written: Option<Written>,
    ) -> Self {
        Self { access, live, action, grant, written }
    }

    /// Who acts, what for, and when: for the journal.
    pub fn context(&self) -> Context {
        Context {
            actor: Actor::Person(self.person()),
            purpose: self.action.purpose().into(),
            at: self.access.now(),
        }
    }

    /// The person who acts.
    pub fn person(&self) -> PersonId {
        self.live.session.person
    }

    /// The role, and where it is held, that allows it.
    pub fn grant(&self) -> Grant {
        self.grant
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.access.now()
    }

    /// The source of new ids.
    pub fn entropy(&self) -> &dyn Entropy {
        self.access.entropy()
    }

    /// Decides and commits, once for the request's idempotency key, and again where someone changed what the decision
    /// had read. `answer` is what a repeat of the request gets back: ids and counts, never personal data, since it is
    /// kept with the key. When it returns, roles and places that the entries change are in force.
    ///
    /// ```ignore
    /// let permit = caller.permit(Action::KeepHouseholds, Target::place(input.place))?;
    /// let done = permit.commit(async || {
    ///     let (drafts, id) = rules::add(...)?;
    ///     Ok::<_, Problem>((Commit::new(permit.context(), drafts), id))
    /// }).await?;
    /// ```
    pub async fn commit<T, E, D, F>(&self, decision: D) -> Result<Done<T>, Problem>
    where
        T: Serialize + DeserializeOwned,
        E: Into<Problem>,
        D: FnMut() -> F,
        F: Future<Output = Result<(Commit, T), E>>,
    {
        self.decide(&[], decision).await
    }

    /// The same, and with it all is erased that the vault holds of these owners (people, households): when it returns,
    /// their bytes are gone and the list beside the backups names them.
    pub async fn erase<T, E, D, F>(&self, owners: &[String], decision: D) -> Result<Done<T>, Problem>
    where
        T: Serialize + DeserializeOwned,
        E: Into<Problem>,
        D: FnMut() -> F,
        F: Future<Output = Result<(Commit, T), E>>,
    {
        self.decide(owners, decision).await
    }

    async fn decide<T, E, D, F>(&self, erased: &[String], mut decision: D) -> Result<Done<T>, Problem>
    where
        T: Serialize + DeserializeOwned,
        E: Into<Problem>,
        D: FnMut() -> F,
        F: Future<Output = Result<(Commit, T), E>>,
    {
        if let Some(written) = &self.written
            && let Some(answer) = self.access.kept(&written.key(&self.caller())?, written).await?
        {
            return Ok(Done { answer, entries: Vec::new(), repeated: true });
        }
        let mut tries = 0;
        loop {
            let (mut commit, answer) = decision().await.map_err(Into::into)?;
            if let Some(written) = &self.written {
                let kept = serde_json::to_string(&answer).map_err(Problem::failed)?;
                commit = commit.once(Some(written.once(&self.caller(), kept)?));
            }
            let journal = self.access.journal();
            let outcome = if erased.is_empty() {
                journal.commit(commit).await.map_err(EraseError::from)
            } else {
                journal.erase(erased, commit).await
            };
            let receipt = match outcome {
                Err(EraseError::Commit(CommitError::Conflict { .. })) if tries < MAX_DECISIONS => {
                    tries += 1;
                    continue;
                }
                outcome => outcome?,
            };
            self.access.settle(&receipt).await;
            return match receipt.repeated {
                Some(kept) => Ok(Done { answer: read(&kept)?, entries: Vec::new(), repeated: true }),
                None => Ok(Done { answer, entries: receipt.entries, repeated: false }),
            };
        }
    }

    /// The name under which this caller's keys are kept.
    fn caller(&self) -> String {
        format!("account:{}", self.live.session.account)
    }
}

impl Access {
    /// The first answer to this write, if it came before.
    pub(crate) async fn kept<T: DeserializeOwned>(
        &self,
        key: &str,
        written: &Written,
    ) -> Result<Option<T>, Problem> {
        let Some(kept) = self.journal().kept_answer(key).await? else { return Ok(None) };
        if kept.fingerprint != written.fingerprint() {
            return Err(CommitError::KeyReused.into());
        }
        read(&kept.answer).map(Some)
    }
}

/// How often a decision is made again before a conflict goes to the caller.
const MAX_DECISIONS: usize = 8;

fn read<T: DeserializeOwned>(kept: &str) -> Result<T, Problem> {
    serde_json::from_str(kept).map_err(Problem::failed)
}
