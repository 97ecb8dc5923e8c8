//! Commitments: what an entry holds in place of personal data.

use crate::{Hash, entry::SALT_BYTES, entry::body_hash};
use liengia_kernel::Entropy;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};

/// The random bytes that make a commitment unguessable. They stay with the data, in the vault, and go with it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; SALT_BYTES]);

impl Salt {
    /// New random bytes.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; SALT_BYTES];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The commitment to this data.
    pub fn commit(&self, data: &[u8]) -> Commitment {
        Commitment(body_hash(&self.0, data))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(..)")
    }
}

/// `SHA-256(salt, data)`: proves later that the data was this, and tells nobody now what it is. Once the
/// salt is erased with the data, it tells nobody ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commitment(pub Hash);

/// A text that is no commitment.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a commitment: 64 hexadecimal digits are needed")]
pub struct BadCommitment;

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Commitment {
    type Err = BadCommitment;
    fn from_str(text: &str) -> Result<Self, BadCommitment> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadCommitment);
        }
        let mut hash = [0; 32];
        for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| BadCommitment)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| BadCommitment)?;
        }
        Ok(Self(hash))
    }
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    #[test]
    fn the_same_name_under_another_salt_is_another_commitment() {
        let entropy = SeededEntropy::new(3);
        let (one, other) = (Salt::new(&entropy), Salt::new(&entropy));
        assert_eq!(one.commit(b"An"), one.commit(b"An"));
        assert_ne!(one.commit(b"An"), other.commit(b"An"));
    }

    #[test]
    fn text_goes_there_and_back() {
        let commitment = Salt([1; SALT_BYTES]).commit(b"x");
        assert_eq!(commitment.to_string().parse(), Ok(commitment));
        assert_eq!("é".repeat(32).parse::<Commitment>(), Err(BadCommitment));
    }
}
