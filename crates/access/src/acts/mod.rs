//! What can be done to accounts, roles and invitations: each act reads, lets a rule decide, and answers the commit that
//! does it. The same acts serve the API and a sample commune.

mod account;
mod erasure;
mod invitation;
mod role;
mod set_up;

pub use account::NewAccount;
pub use invitation::{Invited, MAX_HOURS};
pub(crate) use invitation::{OpenCode, used_meanwhile};
pub use set_up::NewCommune;
pub(crate) use set_up::SetUp;

use liengia_journal::Commit;

/// A commit, and what is to be told once it is durable.
#[derive(Clone, Debug)]
pub struct Act<T> {
    /// What to make durable.
    pub commit: Commit,
    /// What to tell.
    pub told: T,
}
