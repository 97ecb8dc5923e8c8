//! `manifest.json`: what an export says of itself, and what is signed.
//!
//! Promises: it binds every byte of the ZIP, with one hash over each byte of footage. A file of footage is its init segment
//! ([`Footage::init_sha256`]), then ranges that were damaged ([`Damaged::sha256`]) and, filling what is between them, whole
//! fragments. A whole fragment bears, as its last 32 bytes, the hash of all others, padding included; how long it is, its
//! first page says. [`Footage::fragments_sha256`] is over the lengths and hashes of all of them, so that none can be
//! changed, left out or put in, also where damage breaks the chain. Copies and papers have their own hash. What is neither follows
//! from names, lengths, order and the checksums that stand here.

use super::{Proof, copy::Copied, hex};
use crate::segment::Hash;
use liengia_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// What `format` says; another number where the meaning of a field changes.
pub const FORMAT: &str = "liengia-evidence-1";

/// What an export says of itself. The signature is over the bytes of its JSON as they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The export's own id.
    pub export: String,
    /// The node that made it, as people call it.
    pub node: String,
    /// The node's Ed25519 key: 32 bytes.
    #[serde(with = "hex")]
    pub public_key: [u8; 32],
    /// The commune.
    pub commune: String,
    /// Who asked for it.
    pub asked_by: Who,
    /// Who, another person, approved it.
    pub approved_by: Who,
    /// The word for what it is for.
    pub purpose: String,
    /// The case's number, if there is one.
    pub case_number: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// The recorded footage, in the order of the ZIP.
    pub files: Vec<Footage>,
    /// Copies that were made of recorded footage, cut and covered; behind it in the ZIP. Left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Copied>,
    /// What lies beside it: README.txt and the like.
    pub papers: Vec<Paper>,
}

/// A person as the record book names them: no name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Their unit.
    pub unit: String,
    /// Their id.
    pub id: String,
}

/// A file of recorded footage: an init segment and whole fragments, as they were recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footage {
    /// Its name in the ZIP.
    pub name: String,
    /// Whose footage.
    #[serde(with = "hex")]
    pub camera: [u8; 16],
    /// What people call the camera.
    pub camera_name: String,
    /// When its first picture was taken.
    pub from: Timestamp,
    /// When its last picture ended.
    pub until: Timestamp,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of the init segment with which it begins.
    pub init_bytes: u64,
    /// CRC-32 of the file, as the ZIP says it: for programs that unpack it. It proves nothing.
    pub crc32: u32,
    /// SHA-256 of the init segment.
    #[serde(with = "hex")]
    pub init_sha256: Hash,
    /// SHA-256 over, for each whole fragment in order, its length (8 bytes, big endian) and its hash (32 bytes).
    #[serde(with = "hex")]
    pub fragments_sha256: Hash,
    /// The chain through its whole fragments; none if no fragment is whole.
    pub chain: Option<Chain>,
    /// Spans within it for which the camera recorded nothing.
    pub gaps: Vec<Span>,
    /// What was damaged already when it was exported.
    pub damaged: Vec<Damaged>,
    /// That its first and last fragments stood in the node's journal.
    pub proofs: Vec<Proof>,
}

/// A chain of fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Number of the first whole fragment.
    pub first_fragment: u64,
    /// Number of the last one.
    pub last_fragment: u64,
    /// What the first one names as the hash of the fragment before it.
    #[serde(with = "hex")]
    pub previous_hash: Hash,
    /// The hash of the first one.
    #[serde(with = "hex")]
    pub first_hash: Hash,
    /// The hash of the last one.
    #[serde(with = "hex")]
    pub last_hash: Hash,
}

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
}

/// Bytes of a file that are not as a camera's recorder writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damaged {
    /// Where they begin in the file.
    pub offset: u64,
    /// How many they are.
    pub length: u64,
    /// SHA-256 of them, as they were exported.
    #[serde(with = "hex")]
    pub sha256: Hash,
    /// What is wrong with them, in English.
    pub why: String,
}

/// A file of the export that is not footage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Its name in the ZIP.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
    /// CRC-32 of the file, as the ZIP says it.
    pub crc32: u32,
    /// SHA-256 of the file.
    #[serde(with = "hex")]
    pub sha256: Hash,
}
