//! The journal: everything that happens is one entry, and every screen is a view of the entries.
//!
//! Promises: what [`Journal::commit`] acknowledged survives a power cut; entries and the views made of
//! them change in one transaction; a subscription misses nothing. Never: personal data in an entry (that
//! lives in the vault, see [`Vault`]), or a second writer (the chain's head is moved by compare-and-set).
//!
//! The same SQL text runs on SQLite (a commune node) and on PostgreSQL (a province node): `$1`
//! placeholders; the types BIGINT (also booleans, and time as microseconds UTC), TEXT (ids), DOUBLE
//! PRECISION and BYTEA; `commune` first in every key.

mod aside;
pub mod backup;
mod cell;
mod chain;
mod commit;
mod commitment;
mod engine;
mod entry;
mod erase;
mod erased;
mod journal;
mod own;
mod page;
mod place;
mod plan;
mod progress;
mod prune;
pub mod rebuild;
mod schema;
mod subscribe;
mod system;
mod table;
#[cfg(feature = "testing")]
pub mod testing;
mod value;
mod verify;
mod withhold;
mod writer;

pub use aside::{Aside, AsideError};
pub use chain::{Broken, ChainEnd, Wrong};
pub use commit::{Commit, CommitError, Context, Expected, Idempotency, Receipt};
pub use commitment::{BadCommitment, Commitment, Salt};
pub use entry::{
    Actor, BadActor, BadBody, Body, Draft, Entry, Event, Hash, body_hash, entry_hash, header_hash,
};
pub use erase::EraseError;
pub use erased::{ERASED_IDS, ErasedListError, ErasedMark};
pub use journal::{Database, Journal, JournalConfig, Kept, OpenError, QueryError};
pub use own::JournalEvent;
pub use page::EntryFilter;
pub use plan::Head;
pub use progress::{Progress, Step};
pub use prune::PruneError;
pub use schema::{Migration, Part, Schema, Vault};
pub use subscribe::Subscription;
pub use system::{folder_of, give_to_owner_of, give_to_owner_of_folder, in_words};
pub use value::{BadColumn, Row, Statement, Value};
pub use verify::{Verified, VerifyError, verify};
pub use withhold::WithholdError;
pub use writer::Writing;
