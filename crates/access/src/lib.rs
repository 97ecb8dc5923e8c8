//! Who may do what where.
//!
//! Promises: deny is the default, and one table says what is allowed ([`TABLE`]); a handler gets the context of a
//! write only from a [`Permit`], and a [`Permit`] only from a check; no request waits for the database to learn who is
//! calling; a closed session is closed at once, with its event streams. Never: a default password, a secret that is
//! stored, a name or login in the journal.

mod access;
mod acts;
mod api;
mod at_work;
mod caller;
mod cookie;
mod directory;
mod error;
mod event;
mod gate;
mod known;
mod passkey;
mod passwords;
mod permit;
mod routes;
pub mod rules;
mod sessions;
mod sign_in;
mod tend;
#[cfg(feature = "testing")]
pub mod testing;
mod views;

pub use access::{Access, AccessConfig, OpenAccessError};
pub use acts::{Act, Invited, MAX_HOURS, NewAccount, NewCommune};
pub use api::routes;
pub use caller::Caller;
pub use directory::{Directory, HomeFound, Named, Nameless, Names};
pub use error::*;
pub use event::{AccessEvent, Ending, Way};
pub use gate::SignInCounts;
pub use passwords::PasswordCost;
pub use permit::{Done, Permit};
pub use routes::{Built, Guard, RouteEntry, Routes, routes_text};
pub use rules::{Action, Grant, PlaceKind, Reach, Role, Scope, TABLE, Target, Tree, Where};
pub use views::{Columns, PART};
