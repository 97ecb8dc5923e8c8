//! What can be done to the kit and at the desk: each act reads, lets a rule decide, and answers the commit that does it.

mod device;
mod load;
mod note;
mod point;
mod shift;

pub use device::{Paired, Secret};
pub use load::NewDevice;

use crate::{event::KitEvent, rules::KitError};
use liengia_journal::{Commit, CommitError, Context, Draft, Journal, QueryError, Statement};
use liengia_kernel::Entropy;
use std::sync::Arc;

/// The kit of one node.
#[derive(Clone)]
pub struct Kit {
    /// Where everything is written.
    pub journal: Journal,
    /// Where ids, salts and secrets come from.
    pub entropy: Arc<dyn Entropy>,
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum KitActError {
    /// A rule refused it.
    #[error(transparent)]
    Refused(#[from] KitError),
    /// The journal did not take it.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// The kit could not be read.
    #[error(transparent)]
    Read(#[from] QueryError),
}

fn commit(context: &Context, events: &[KitEvent], beside: impl IntoIterator<Item = Statement>) -> Commit {
    let drafts = events.iter().map(Draft::of).collect();
    Commit::new(context.clone(), drafts).beside(beside)
}
