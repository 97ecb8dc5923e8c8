//! The proof that a fragment's hash stood in the node's journal: up the tree of its segment, and from there up the tree
//! whose root a journal entry holds.

use super::hex;
use crate::{fmp4::Fields, proof::merkle, segment::Hash};
use serde::{Deserialize, Serialize};

/// What leads from one fragment's hash to an entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The root that the journal entry holds.
    #[serde(with = "hex")]
    pub root: Hash,
    /// The fragment's number.
    pub fragment_number: u64,
    /// What lies beside the way up through the segment's tree, from the fragment upwards.
    #[serde(with = "hex::list")]
    pub fragment_path: Vec<Hash>,
    /// The fragment's place among the segment's, from 0.
    pub fragment_place: u64,
    /// How many fragments the segment had when it was anchored.
    pub fragment_count: u64,
    /// `segment` or `open`, camera (16 bytes), first and last number (8 bytes each, big endian), the segment's root and
    /// its last fragment's hash (32 bytes each).
    #[serde(with = "hex")]
    pub segment_leaf: Vec<u8>,
    /// What lies beside the way up through the anchor's tree, from the segment upwards.
    #[serde(with = "hex::list")]
    pub anchor_path: Vec<Hash>,
    /// The segment's place in the anchor, from 0.
    pub anchor_place: u64,
    /// How many segments the anchor has.
    pub anchor_count: u64,
    /// The journal entry's place in the node's journal.
    pub entry_seq: u64,
    /// The journal entry's id.
    pub entry_id: String,
    /// The journal entry's hash: whoever holds a copy of the journal compares it.
    #[serde(with = "hex")]
    pub entry_hash: Hash,
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFlaw {
    /// The footage has no whole fragment with that number at its beginning or end.
    #[error("it is about a fragment that does not begin or end this file")]
    Fragment,
    /// The segment it names is none of this camera, or does not hold the fragment.
    #[error("the segment that it names does not hold the fragment")]
    Segment,
    /// The fragment's hash does not lead to the segment's root.
    #[error("the fragment does not lead to its segment: one of them was changed")]
    FragmentPath,
    /// The segment does not lead to the anchored root.
    #[error("the segment does not lead to the root in the journal: one of them was changed")]
    AnchorPath,
}

impl Proof {
    /// Whether it leads from this hash of a camera's fragment to [`Proof::root`].
    pub fn check(&self, camera: [u8; 16], fragment: Hash) -> Result<(), ProofFlaw> {
        let segment = self.segment_root(camera).ok_or(ProofFlaw::Segment)?;
        let up = merkle::root_from(fragment, self.fragment_place, self.fragment_count, &self.fragment_path);
        if up != Some(segment) {
            return Err(ProofFlaw::FragmentPath);
        }
        let leaf = merkle::leaf(&self.segment_leaf);
        let up = merkle::root_from(leaf, self.anchor_place, self.anchor_count, &self.anchor_path);
        if up == Some(self.root) { Ok(()) } else { Err(ProofFlaw::AnchorPath) }
    }

    /// The root of the segment, if it is this camera's and holds the fragment.
    fn segment_root(&self, camera: [u8; 16]) -> Option<Hash> {
        let leaf = &self.segment_leaf;
        let mut fields = Fields(leaf.strip_prefix(b"segment").or_else(|| leaf.strip_prefix(b"open"))?);
        let of: [u8; 16] = fields.array().ok()?;
        let (first, last) = (fields.u64().ok()?, fields.u64().ok()?);
        let root = fields.array().ok()?;
        let _last_hash: Hash = fields.array().ok()?;
        let holds = of == camera && (first..=last).contains(&self.fragment_number) && fields.0.is_empty();
        holds.then_some(root)
    }
}
