//! What is kept of a device's secret: the SHA-256 of 128 random bits.
//!
//! Promises: it does not print, and comparing takes the same time whatever is wrong. A slow hash would protect nothing
//! here, since 128 random bits cannot be guessed, and thousands of devices come back in seconds.

use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// What is kept of a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a password as it was sent.
    pub fn of(password: &[u8]) -> Self {
        Self(Sha256::digest(password).into())
    }

    /// A hash that was kept.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Whether this password is the one. Takes the same time either way.
    pub fn fits(&self, password: &[u8]) -> bool {
        self.0.ct_eq(&Self::of(password).0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_itself_fits_and_its_hash_does_not_print() {
        let hash = SecretHash::of(b"0123456789abcdef0123456789abcdef");
        assert!(hash.fits(b"0123456789abcdef0123456789abcdef"));
        assert!(!hash.fits(b"") && !hash.fits(b"0123456789abcdef0123456789abcdeF"));
        assert_eq!(format!("{hash:?}"), "SecretHash(..)");
    }
}
