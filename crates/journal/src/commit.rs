//! What is handed to the writer, and what it answers.

use crate::{Actor, Draft, Entry, Hash, Statement};
use liengia_kernel::Timestamp;
use std::sync::Arc;

/// Most entries in one commit.
pub(crate) const MAX_DRAFTS: usize = 10_000;

/// Most bytes in one body.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// Who acts, what for, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// What for, in one word.
    pub purpose: Arc<str>,
    /// When, by the wall clock.
    pub at: Timestamp,
}

/// A subject, and the version on which the decision rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The subject's id.
    pub subject: String,
    /// The `seq` of its last entry when it was read; 0 if it had none.
    pub version: u64,
}

/// Makes a repeated command give the first one's answer instead of acting twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The key that the caller chose, made unique to that caller.
    pub key: String,
    /// The hash of the whole request: the same key with another request is a mistake.
    pub fingerprint: Hash,
    /// The answer to give again.
    pub answer: String,
}

/// One command's outcome, to be made durable: all of it or nothing.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Who acts, what for, and when.
    pub context: Context,
    /// What happened, in order.
    pub drafts: Vec<Draft>,
    /// Rows beside the journal that change with it: the vault's, a reaction's cursor. No view's rows.
    pub beside: Vec<Statement>,
    /// What must not have changed since it was read.
    pub expected: Vec<Expected>,
    /// The key under which a repeat is recognised.
    pub idempotency: Option<Idempotency>,
}

impl Commit {
    /// A commit of these drafts that expects nothing.
    pub fn new(context: Context, drafts: Vec<Draft>) -> Self {
        Self { context, drafts, beside: Vec::new(), expected: Vec::new(), idempotency: None }
    }

    /// The same, with rows beside the journal.
    #[must_use]
    pub fn beside(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.beside.extend(statements);
        self
    }

    /// The same, refused if `subject` has entries after `version`.
    #[must_use]
    pub fn expecting(mut self, subject: impl std::fmt::Display, version: u64) -> Self {
        self.expected.push(Expected { subject: subject.to_string(), version });
        self
    }

    /// The same, done once for this key.
    #[must_use]
    pub fn once(mut self, idempotency: Option<Idempotency>) -> Self {
        self.idempotency = idempotency;
        self
    }
}

/// What the writer made durable.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The entries, as they stand in the journal; empty for a repeat.
    pub entries: Vec<Arc<Entry>>,
    /// The `seq` of the last entry of the whole journal at that moment.
    pub seq: u64,
    /// The first answer, if this command had been given before.
    pub repeated: Option<String>,
}

/// Why the writer made nothing durable.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum CommitError {
    /// Someone else changed it since it was read: read again and decide again.
    #[error(
        "{subject} changed meanwhile (version {found}, expected {expected}): read it again and decide again"
    )]
    Conflict {
        /// The subject's id.
        subject: String,
        /// The version on which the decision rested.
        expected: u64,
        /// The version now.
        found: u64,
    },
    /// The idempotency key came before with another request.
    #[error("this idempotency key came before with another request: use a new key for a new request")]
    KeyReused,
    /// More is waiting than the queue holds.
    #[error("the journal is busy: try again in a moment")]
    Busy,
    /// The command is larger than a commit may be.
    #[error("too much for one command (at most {MAX_DRAFTS} entries of {MAX_BODY_BYTES} bytes): divide it")]
    TooLarge,
    /// The database refused; nothing was written.
    #[error("the database refused, and nothing was written: {0}")]
    Storage(String),
    /// The node is stopping, or another node writes this journal now.
    #[error("the journal is closed: {0}")]
    Closed(&'static str),
}
