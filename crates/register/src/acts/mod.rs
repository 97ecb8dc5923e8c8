//! What can be done to the register: each act reads, lets a rule decide, and answers the commit that does it.
//!
//! The same acts serve the API, an import and the sample commune.

mod household;
mod load;
mod person;
mod place;
mod team;

pub use load::{NewHome, NewPerson, NewTeam};

use crate::rules::RegisterError;
use liengia_access::AccessEvent;
use liengia_journal::{
    Commit, CommitError, Commitment, Context, Draft, Journal, QueryError, Salt, Statement,
};
use liengia_kernel::{Entropy, HouseholdId, Pii, PlaceId, TeamId};
use std::sync::Arc;

/// The register of one node.
#[derive(Clone)]
pub struct Register {
    /// Where everything is written.
    pub journal: Journal,
    /// Where ids and salts come from.
    pub entropy: Arc<dyn Entropy>,
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// A rule refused it.
    #[error(transparent)]
    Refused(#[from] RegisterError),
    /// The journal did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The register could not be read.
    #[error(transparent)]
    Read(#[from] QueryError),
}

impl Register {
    fn salt(&self) -> Salt {
        Salt::new(&*self.entropy)
    }

    /// The commitment to a reason, and the statement that keeps it.
    pub fn because(&self, owner: impl std::fmt::Display, reason: &Pii<String>) -> (Commitment, Statement) {
        crate::vault::reason(self.journal.commune(), owner, self.salt(), reason)
    }

    /// What access must know of where a household stands.
    fn placed(household: HouseholdId, place: PlaceId, team: Option<TeamId>) -> Draft {
        Draft::of(&AccessEvent::HouseholdPlaced { household, place, team })
    }

    /// The commit of one event about a subject that must not have changed since `version`.
    fn commit(
        context: &Context,
        event: &crate::event::RegisterEvent,
        version: Option<u64>,
        beside: impl IntoIterator<Item = Statement>,
    ) -> Commit {
        let draft = Draft::of(event);
        let commit = match version {
            Some(version) => Commit::new(context.clone(), Vec::new()).expecting(&draft.subject, version),
            None => Commit::new(context.clone(), Vec::new()),
        };
        Commit { drafts: vec![draft], ..commit }.beside(beside)
    }
}
