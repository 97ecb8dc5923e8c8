//! A second place for footage: files that are older, or held, in any store that speaks S3.
//!
//! Promises: what is kept there is sealed with the node's own key, in blocks, so that any part of it can be read alone and
//! whoever runs the store reads nothing; each request ends within its deadline, and one that failed is told in words; no
//! secret is in a text, a log or a `Debug`. Requests go to the one address that the operator named, and no redirect is
//! followed. It never decides what is sent, read or deleted.

mod link;
mod name;
mod object;
mod sealed;
mod sending;
mod settings;
mod source;
mod store;
mod trouble;

pub use name::Name;
pub use object::{Object, Remote};
pub use sealed::SealKey;
pub use sending::Unsent;
pub use settings::{AccessKey, BadTier, TierSettings, wrong_names};
pub use source::{Opened, Source};
pub use store::Tier;
pub use trouble::{TierError, Trouble};
