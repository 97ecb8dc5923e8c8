//! The journal's own entries: what happened to the journal itself.

use crate::{BadBody, Commitment, Entry, Event, Migration, Part, Statement, statement};
use liengia_kernel::{EntryId, Timestamp};
use serde::{Deserialize, Serialize};

/// What can happen to the journal itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JournalEvent {
    /// It was restored from a backup: a new epoch begins after the old end, which may go on elsewhere.
    EpochOpened {
        /// The last entry that the backup held.
        old_seq: u64,
        /// Its hash.
        old_hash: Commitment,
        /// When the backup was made.
        backup_made_at: Timestamp,
        /// How many ids were erased since, and so were erased again.
        erased_again: u64,
    },
    /// All that the vault held of this owner was erased.
    Erased {
        /// The id of the person or household.
        owner: String,
    },
    /// The body of an entry was withheld; its hash stays.
    BodyWithheld {
        /// The entry.
        entry: EntryId,
        /// Its number.
        seq: u64,
    },
}

impl Event for JournalEvent {
    const SLICE: &'static str = "journal";

    fn kind(&self) -> &'static str {
        match self {
            Self::EpochOpened { .. } => "epoch_opened",
            Self::Erased { .. } => "erased",
            Self::BodyWithheld { .. } => "body_withheld",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::EpochOpened { .. } => "journal".to_owned(),
            Self::Erased { owner } => owner.clone(),
            Self::BodyWithheld { entry, .. } => entry.to_string(),
        }
    }
}

/// The journal's own part of the schema.
pub(crate) const OWN: Part = Part {
    slice: JournalEvent::SLICE,
    migrations: &[
        Migration { name: "journal/0001_entries", sql: include_str!("../migrations/0001_entries.sql") },
        Migration { name: "journal/0002_erasures", sql: include_str!("../migrations/0002_erasures.sql") },
    ],
    views: &["erasures"],
    vault: &[],
    apply,
};

fn apply(entry: &Entry) -> Result<Vec<Statement>, BadBody> {
    Ok(match entry.event()? {
        JournalEvent::Erased { owner } => vec![statement!(
            "INSERT INTO erasures (commune, owner, seq, at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (commune, owner) DO NOTHING",
            entry.commune,
            owner,
            entry.seq,
            entry.at
        )],
        JournalEvent::EpochOpened { .. } | JournalEvent::BodyWithheld { .. } => Vec::new(),
    })
}
