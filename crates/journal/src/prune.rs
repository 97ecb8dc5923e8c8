//! Forgetting old answers: they are kept so that a repeated command acts once, and nobody repeats after weeks.

use crate::{Commit, CommitError, Context, Journal, QueryError, statement};
use liengia_kernel::Timestamp;

/// Answers that one transaction forgets, so that no commit waits long behind it.
const AT_A_TIME: u64 = 1000;

const LAST_OF_MANY: &str =
    "SELECT at FROM answers WHERE commune = $1 AND at < $2 ORDER BY commune, at LIMIT 1 OFFSET $3";
const FORGET: &str = "DELETE FROM answers WHERE commune = $1 AND at <= $2";

/// Why old answers were not forgotten.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// They could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// They could not be deleted.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

impl Journal {
    /// Forgets the answers of commands that were given before `before`.
    pub async fn prune_answers(&self, context: Context, before: Timestamp) -> Result<(), PruneError> {
        loop {
            let rows = self.query(statement!(LAST_OF_MANY, self.commune(), before, AT_A_TIME - 1)).await?;
            let full = rows.first().map(|row| row.time(0)).transpose().map_err(QueryError::from)?;
            let until = full.unwrap_or(Timestamp::from_micros(before.as_micros().saturating_sub(1)));
            let forget = statement!(FORGET, self.commune(), until);
            self.commit(Commit::new(context.clone(), Vec::new()).beside([forget])).await?;
            if full.is_none() {
                return Ok(());
            }
        }
    }
}
