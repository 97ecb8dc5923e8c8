//! Merkle trees as RFC 6962 (section 2.1) has them: one hash over many, and short proofs that one of them is among them.

use crate::segment::Hash;
use sha2::{Digest as _, Sha256};

/// The hash of a leaf with this content.
pub fn leaf(content: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(content).finalize().into()
}

/// The root over these leaves, in this order; of none, the hash of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(split(more.len()));
            node(&root(left), &root(right))
        }
    }
}

/// What must be known besides the leaf at this place to come to the root, from the leaf upwards; none if it is not there.
pub fn path(leaves: &[Hash], place: usize) -> Option<Vec<Hash>> {
    match leaves {
        [] => None,
        [_] => (place == 0).then(Vec::new),
        more => {
            let at = split(more.len());
            let (left, right) = more.split_at(at);
            let (mut path, beside) = if place < at {
                (path(left, place)?, root(right))
            } else {
                (path(right, place - at)?, root(left))
            };
            path.push(beside);
            Some(path)
        }
    }
}

/// The root to which a leaf at this place among so many comes with such a path; none if the path has another length.
pub fn root_from(leaf: Hash, place: u64, count: u64, path: &[Hash]) -> Option<Hash> {
    if place >= count {
        return None;
    }
    if count == 1 {
        return path.is_empty().then_some(leaf);
    }
    let (beside, below) = path.split_last()?;
    let at = count.next_power_of_two() / 2;
    if place < at {
        root_from(leaf, place, at, below).map(|hash| node(&hash, beside))
    } else {
        root_from(leaf, place - at, count - at, below).map(|hash| node(beside, &hash))
    }
}

/// The largest power of two below a count of at least two.
const fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_of_every_small_tree_proves_itself_and_nothing_else() {
        for count in 1_u64..40 {
            let leaves: Vec<Hash> = (0..count).map(|at| leaf(&at.to_be_bytes())).collect();
            let whole = root(&leaves);
            for place in 0..count {
                let here = usize::try_from(place).unwrap();
                let path = path(&leaves, here).unwrap();
                assert_eq!(root_from(leaves[here], place, count, &path), Some(whole));
                assert_ne!(root_from(leaf(b"another"), place, count, &path), Some(whole));
                if count > 1 {
                    let other = (place + 1) % count;
                    assert_ne!(root_from(leaves[here], other, count, &path), Some(whole));
                    assert_ne!(root_from(leaves[here], place, count, &path[1..]), Some(whole));
                }
            }
            assert_eq!(path(&leaves, usize::try_from(count).unwrap()), None);
        }
    }

    /// The example of RFC 6962, section 2.1.3, has these trees' shapes; the root over no leaf is the hash of nothing.
    #[test]
    fn nothing_has_the_hash_of_nothing() {
        assert_eq!(root(&[])[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}
