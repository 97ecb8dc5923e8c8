//! What every endpoint shares, whoever calls it.
//!
//! Promises: every refusal is an RFC 9457 problem with a stable code, in the caller's language; every body, query, path,
//! page, wait and crowd has a named limit; a failure of ours tells the caller a number to quote and nothing else.
//! Never: who the caller is (that is `access`), or a status code anywhere else ([`Class`] decides it).

mod ask;
mod document;
mod explain;
mod kinds;
mod language;
mod page;
mod problem;
mod shell;
#[cfg(feature = "testing")]
pub mod testing;
mod texts;
mod version;

pub use ask::{
    BODY_PATIENCE, Body, IdempotencyKey, MAX_BODY, Path, Query, Written, remember_strangers_writes,
    remember_writes,
};
pub use document::{Once, add_problems, describe_page, finish};
pub use explain::{Args, Class, Explain, Field, Kind};
pub use kinds::*;
pub use language::Language;
pub use page::{MAX_PAGE, Page, Paged};
pub use problem::Problem;
pub use shell::{Counts, Origins, Peer, ShellConfig, Urgent, WrongOrigin, network, shell};
pub use texts::{Arg, say, says};
pub use version::{Changed, same_version};
