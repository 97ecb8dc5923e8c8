//! What is done from time to time: ended sessions are closed, uses are noted, old codes forgotten.

use crate::{Access, Ending};
use liengia_journal::{Actor, Commit, CommitError, Context, statement};
use liengia_kernel::{SessionId, Timestamp};
use std::{
    sync::{Arc, Weak},
    time::Duration,
};

/// How often.
const ROUND: Duration = Duration::from_mins(5);

/// A use is written into the vault when it is this much later than what stands there.
const NOTED: Duration = Duration::from_hours(1);

/// Most sessions that one round writes about; the others wait for the next.
const MOST: usize = 500;

const NOTE_USE: &str = "UPDATE access_tokens SET seen = $3 WHERE commune = $1 AND session = $2";
const FORGET_CODES: &str = "DELETE FROM access_codes WHERE commune = $1 AND invitation IN \
                            (SELECT invitation FROM access_invitations WHERE commune = $1 AND until <= $2)";

impl Access {
    /// One round, now. The node need not call it: it happens every five minutes.
    pub async fn tend(&self) -> Result<(), CommitError> {
        let now = self.now();
        let (over, used) = self.over_and_used(now);
        let (drafts, mut rows) = self.closing(&over, Ending::Expired);
        let commune = self.journal().commune();
        rows.extend(used.iter().map(|(id, seen)| statement!(NOTE_USE, commune, *id, *seen)));
        rows.push(statement!(FORGET_CODES, commune, now));
        let context = Context { actor: Actor::Node, purpose: "tend".into(), at: now };
        let receipt = self.journal().commit(Commit::new(context, drafts).beside(rows)).await?;
        self.settle(&receipt).await;
        let mut known = self.known_mut();
        for (id, seen) in used {
            if let Some(session) = known.sessions.get_mut(&id) {
                session.seen_stored = seen;
            }
        }
        Ok(())
    }

    fn over_and_used(&self, now: Timestamp) -> (Vec<SessionId>, Vec<(SessionId, Timestamp)>) {
        let known = self.known();
        let over = known.sessions.iter().filter(|(_, session)| !session.lives(now)).map(|(id, _)| *id);
        let used =
            known.sessions.iter().filter(|(_, session)| session.seen.since(session.seen_stored) >= NOTED);
        (over.take(MOST).collect(), used.map(|(id, session)| (*id, session.seen)).take(MOST).collect())
    }
}

/// Rounds, until access is gone.
pub(crate) async fn rounds(access: Weak<crate::access::Inner>) {
    loop {
        tokio::time::sleep(ROUND).await;
        let Some(inner) = access.upgrade() else { return };
        if let Err(error) = Access(Arc::clone(&inner)).tend().await {
            tracing::warn!(%error, "sessions could not be tended");
        }
    }
}
