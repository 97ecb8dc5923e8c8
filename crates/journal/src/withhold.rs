//! Withholding a body: what an entry said goes, that it was said stays provable.

use crate::{
    Body, Commit, CommitError, Context, Draft, Event as _, Journal, JournalEvent, QueryError, Receipt,
    body_hash, statement,
};

const WITHHOLD: &str =
    "UPDATE entries SET salt = NULL, body = NULL, body_hash = $3 WHERE commune = $1 AND seq = $2";

/// Why a body was not withheld.
#[derive(Debug, thiserror::Error)]
pub enum WithholdError {
    /// There is no entry of this number.
    #[error("there is no entry {0}")]
    NoEntry(u64),
    /// It is withheld already.
    #[error("the body of entry {0} is withheld already")]
    Already(u64),
    /// The journal's own entries stay readable: the chain's epochs and erasures rest on them.
    #[error("entry {0} is the journal's own, and stays readable")]
    Own(u64),
    /// The entry could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The change could not be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl Journal {
    /// Withholds the body of an entry of this node's chain and records that. The chain verifies as before; a view
    /// that was made of the body stays as it is, and a rebuild makes it without.
    pub async fn withhold(&self, context: Context, seq: u64) -> Result<Receipt, WithholdError> {
        let found = self.entries_after(seq.saturating_sub(1), 1).await?;
        let entry = found.first().filter(|entry| entry.seq == seq).ok_or(WithholdError::NoEntry(seq))?;
        if &*entry.slice == JournalEvent::SLICE {
            return Err(WithholdError::Own(seq));
        }
        let hash = match &entry.body {
            Body::Open { salt, json } => body_hash(salt, json.as_bytes()),
            Body::Withheld(_) => return Err(WithholdError::Already(seq)),
        };
        let event = JournalEvent::BodyWithheld { entry: entry.id, seq };
        let commit = Commit::new(context, vec![Draft::of(&event)]).beside([statement!(
            WITHHOLD,
            self.commune(),
            seq,
            hash
        )]);
        let receipt = self.commit(commit).await?;
        self.scrub().await;
        Ok(receipt)
    }
}
