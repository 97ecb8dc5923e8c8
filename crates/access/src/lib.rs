//! Who may do what where.
//!
//! Promises: deny is the default, and one table says what is allowed ([`TABLE`]); a handler gets the context of a
//! write only from a [`Permit`], and a [`Permit`] only from a check; no request waits for the database to learn who is
//! calling; a closed session is closed at once, with its event streams. Never: a default password, a secret that is
//! stored, a name or login in the journal.

mod access;
mod caller;
mod cookie;
mod directory;
mod error;
mod event;
mod known;
mod permit;
mod routes;
pub mod rules;
mod sessions;
#[cfg(feature = "testing")]
pub mod testing;
mod views;

pub use access::{Access, AccessConfig, OpenAccessError};
pub use caller::Caller;
pub use directory::{Directory, Named, Nameless};
pub use error::{AccessError, NOT_ALLOWED, SIGNED_OUT};
pub use event::{AccessEvent, Ending, Way};
pub use permit::{Done, Permit};
pub use routes::{Built, Guard, RouteEntry, Routes};
pub use rules::{Action, Grant, PlaceKind, Reach, Role, Scope, TABLE, Target, Tree, Where};
pub use views::{Columns, PART};
