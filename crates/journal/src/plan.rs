//! What a group of commits becomes: pure, and the same for both engines.
//!
//! The writer asks the [`questions`] of a group inside its transaction, [`plan`]s the group with the answers,
//! runs the plan's statements, commits, and only then hands out the outcomes.

use crate::{
    Commit, CommitError, Draft, Entry, Receipt, Row, Schema, Statement,
    commit::{MAX_BODY_BYTES, MAX_DRAFTS},
    entry::{Body, Hash, SALT_BYTES},
    statement,
};
use liengia_kernel::{CommuneId, Entropy, EntryId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

const SUBJECT_VERSION: &str =
    "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM entries WHERE commune = $1 AND subject = $2";
pub(crate) const KEPT_ANSWER: &str =
    "SELECT fingerprint, answer FROM answers WHERE commune = $1 AND key = $2";
const KEEP_ANSWER: &str =
    "INSERT INTO answers (commune, key, at, fingerprint, answer) VALUES ($1, $2, $3, $4, $5)";
const MOVE_HEAD: &str =
    "UPDATE heads SET seq = $2, epoch = $3, hash = $4 WHERE commune = $1 AND seq = $5 AND hash = $6";
const ADD_ENTRY: &str = "INSERT INTO entries (commune, seq, id, at, actor, purpose, slice, kind, subject, version, \
                         epoch, salt, body, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

/// The end of a chain; all zero where there is no entry yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of its last entry.
    pub seq: u64,
    /// The epoch in which it is.
    pub epoch: u32,
    /// The hash of its last entry, which seals it and all before it.
    pub hash: Hash,
}

/// What does not change while the writer runs.
pub(crate) struct Rules {
    pub(crate) commune: CommuneId,
    pub(crate) schema: Schema,
    pub(crate) entropy: Arc<dyn Entropy>,
}

/// What a group of commits becomes.
pub(crate) struct Plan {
    /// All that is to run in this transaction. If any of it fails, nothing of it may stay.
    pub(crate) statements: Vec<Statement>,
    /// Moves the head, if there are entries; it must change exactly one row.
    pub(crate) fence: Option<Statement>,
    /// What to answer to each commit, once the transaction is durable.
    pub(crate) outcomes: Vec<Result<Receipt, CommitError>>,
    /// The new entries, in order.
    pub(crate) entries: Vec<Arc<Entry>>,
    /// The new end of the chain.
    pub(crate) head: Head,
}

/// What must be read before a group can be planned: for each commit its kept answer, then the version of
/// each subject that it expects.
pub(crate) fn questions<'a>(rules: &Rules, commits: impl IntoIterator<Item = &'a Commit>) -> Vec<Statement> {
    let mut questions = Vec::new();
    for commit in commits {
        if let Some(once) = &commit.idempotency {
            questions.push(statement!(KEPT_ANSWER, rules.commune, &once.key));
        }
        for expected in &commit.expected {
            questions.push(statement!(SUBJECT_VERSION, rules.commune, &expected.subject));
        }
    }
    questions
}

/// Plans a group, given the end of the chain and the answers to its [`questions`].
pub(crate) fn plan<'a>(
    rules: &Rules,
    head: Head,
    commits: impl IntoIterator<Item = &'a Commit>,
    answers: &[Vec<Row>],
) -> Plan {
    let commits: Vec<&Commit> = commits.into_iter().collect();
    let drafts: usize = commits.iter().map(|commit| commit.drafts.len()).sum();
    let mut planner = Planner {
        rules,
        chance: Chance::for_entries(&rules.entropy, drafts),
        head,
        statements: Vec::new(),
        entries: Vec::new(),
        changed: BTreeMap::new(),
        keys: BTreeMap::new(),
    };
    let mut answers = answers.iter();
    let mut outcomes = Vec::new();
    for commit in commits {
        let wanted = usize::from(commit.idempotency.is_some()) + commit.expected.len();
        let mine: Vec<&Vec<Row>> = answers.by_ref().take(wanted).collect();
        outcomes.push(planner.add(commit, &mine));
    }
    let fence = (planner.head != head).then(|| {
        let (old, new) = (head, planner.head);
        statement!(MOVE_HEAD, rules.commune, new.seq, new.epoch, new.hash, old.seq, old.hash)
    });
    Plan { statements: planner.statements, fence, outcomes, entries: planner.entries, head: planner.head }
}

/// Random bytes for a group of entries, drawn at once: each draw asks the operating system.
struct Chance {
    drawn: Mutex<Vec<u8>>,
    source: Arc<dyn Entropy>,
}

/// Random bytes of one entry: its salt, and what time leaves free of its id.
const CHANCE_BYTES: usize = SALT_BYTES + 10;

impl Chance {
    fn for_entries(source: &Arc<dyn Entropy>, entries: usize) -> Self {
        let mut drawn = vec![0; entries.min(MAX_DRAFTS) * CHANCE_BYTES];
        source.fill(&mut drawn);
        Self { drawn: Mutex::new(drawn), source: source.clone() }
    }
}

impl Entropy for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        match drawn.len().checked_sub(bytes.len()) {
            // Taken off the end, so that no byte is given out twice.
            Some(left) => {
                bytes.copy_from_slice(&drawn[left..]);
                drawn.truncate(left);
            }
            None => self.source.fill(bytes),
        }
    }
}

struct Planner<'a> {
    rules: &'a Rules,
    chance: Chance,
    head: Head,
    statements: Vec<Statement>,
    entries: Vec<Arc<Entry>>,
    /// Subjects that earlier commits of this group changed, with their version then.
    changed: BTreeMap<Arc<str>, u64>,
    /// Idempotency keys that earlier commits of this group brought.
    keys: BTreeMap<&'a str, (Hash, &'a str)>,
}

impl<'a> Planner<'a> {
    fn add(&mut self, commit: &'a Commit, answers: &[&Vec<Row>]) -> Result<Receipt, CommitError> {
        if commit.drafts.len() > MAX_DRAFTS
            || commit.drafts.iter().any(|draft| draft.body.len() > MAX_BODY_BYTES)
        {
            return Err(CommitError::TooLarge);
        }
        let mut answers = answers.iter();
        if commit.idempotency.is_some()
            && let Some(answer) = self.kept_answer(commit, answers.next().map(|rows| rows.as_slice()))?
        {
            return Ok(Receipt { entries: Vec::new(), seq: self.head.seq, repeated: Some(answer) });
        }
        for (expected, rows) in commit.expected.iter().zip(answers) {
            let stored = rows.first().and_then(|row| row.count(0).ok()).unwrap_or(0);
            let found = self.changed.get(expected.subject.as_str()).copied().unwrap_or(stored);
            if found != expected.version {
                let (subject, expected) = (expected.subject.clone(), expected.version);
                return Err(CommitError::Conflict { subject, expected, found });
            }
        }
        self.write(commit)
    }

    /// The answer of an earlier command with this key, in this group or before it.
    fn kept_answer(&self, commit: &Commit, rows: Option<&[Row]>) -> Result<Option<String>, CommitError> {
        let Some(once) = &commit.idempotency else { return Ok(None) };
        let row = rows.and_then(<[Row]>::first);
        let kept = match (self.keys.get(once.key.as_str()), row) {
            (Some((fingerprint, answer)), _) => Some((fingerprint.as_slice(), *answer)),
            (None, Some(row)) => {
                let unreadable = |error: crate::BadColumn| CommitError::Storage(error.to_string());
                Some((row.bytes(0).map_err(unreadable)?, row.text(1).map_err(unreadable)?))
            }
            (None, None) => None,
        };
        match kept {
            Some((fingerprint, _)) if fingerprint != once.fingerprint => Err(CommitError::KeyReused),
            Some((_, answer)) => Ok(Some(answer.to_owned())),
            None => Ok(None),
        }
    }

    fn write(&mut self, commit: &'a Commit) -> Result<Receipt, CommitError> {
        let (first_entry, first_statement, head) = (self.entries.len(), self.statements.len(), self.head);
        for draft in &commit.drafts {
            if let Err(error) = self.seal(commit, draft) {
                // This commit leaves nothing behind; the group goes on without it.
                self.entries.truncate(first_entry);
                self.statements.truncate(first_statement);
                self.head = head;
                return Err(error);
            }
        }
        let entries = self.entries[first_entry..].to_vec();
        for entry in &entries {
            self.changed.insert(entry.subject.clone(), entry.seq);
        }
        self.statements.extend(commit.beside.iter().cloned());
        if let Some(once) = &commit.idempotency {
            let at = commit.context.at;
            let keep =
                statement!(KEEP_ANSWER, self.rules.commune, &once.key, at, once.fingerprint, &once.answer);
            self.statements.push(keep);
            self.keys.insert(&once.key, (once.fingerprint, &once.answer));
        }
        Ok(Receipt { entries, seq: self.head.seq, repeated: None })
    }

    fn seal(&mut self, commit: &Commit, draft: &Draft) -> Result<(), CommitError> {
        let (actor, at) = draft.by.unwrap_or((commit.context.actor, commit.context.at));
        let mut salt = [0; SALT_BYTES];
        self.chance.fill(&mut salt);
        let mut entry = Entry {
            commune: self.rules.commune,
            seq: self.head.seq + 1,
            id: EntryId::new(at, &self.chance),
            at,
            actor,
            purpose: commit.context.purpose.clone(),
            slice: draft.slice.into(),
            kind: draft.kind.into(),
            subject: draft.subject.as_str().into(),
            version: draft.version,
            epoch: self.head.epoch,
            body: Body::Open { salt, json: draft.body.as_str().into() },
            hash: [0; 32],
        };
        entry.hash = entry.expected_hash(&self.head.hash);
        let views =
            self.rules.schema.apply(&entry).map_err(|error| CommitError::Storage(error.to_string()))?;
        self.statements.push(insert(&entry));
        self.statements.extend(views);
        self.head = Head { seq: entry.seq, hash: entry.hash, ..self.head };
        self.entries.push(Arc::new(entry));
        Ok(())
    }
}

/// The statement that stores an entry with an open body.
fn insert(entry: &Entry) -> Statement {
    let (salt, body) = match &entry.body {
        Body::Open { salt, json } => (Some(salt.as_slice()), Some(&**json)),
        Body::Withheld(_) => (None, None),
    };
    statement!(
        ADD_ENTRY,
        entry.commune,
        entry.seq,
        entry.id,
        entry.at,
        entry.actor.to_string(),
        &*entry.purpose,
        &*entry.slice,
        &*entry.kind,
        &*entry.subject,
        entry.version,
        entry.epoch,
        salt,
        body,
        entry.hash,
    )
}
