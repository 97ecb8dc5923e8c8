//! Evidence: an export that proves itself, and its check, which needs nothing but the file.
//!
//! Promises: recorded bytes go into an export unchanged, damaged ones too, and the signed manifest says which those are; a
//! copy that was cut or covered is called one;
//! what is read may be cut, changed or hostile, and the answer is a report or a refusal, in memory that does not grow with
//! the footage. The hash of the manifest binds every byte of the ZIP; `manifest` says how. Whose key signed it the file
//! cannot say: that is compared with the key on the node's public page. It never decides who may export, never takes the
//! time and never opens the network.

pub mod copy;
mod copying;
pub mod export;
mod fragments;
mod hashing;
pub mod hex;
mod key;
mod manifest;
mod papers;
mod parts;
mod proof;
mod sums;
pub mod verify;
mod zip;

pub use copy::Copied;
pub use copying::Copying;
pub use key::{BadExportKey, ExportKey};
pub use manifest::{Chain, Damaged, FORMAT, Footage, Manifest, Paper, Span, Who};
pub use proof::{Proof, ProofFlaw};
pub use zip::{BadZip, MAX_ENTRIES};

/// The page that checks an export in a browser, without a network.
pub const PAGE: &str = include_str!("verify.html");
