//! A device's secret: 128 random bits, shown once, kept as a SHA-256.
//!
//! Promises: the text never prints and is nowhere kept; comparing takes the same time whatever is wrong. A slow hash
//! would protect nothing here, since 128 random bits cannot be guessed, and thousands of devices come back in seconds.

use liengia_kernel::Entropy;
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// Letters that nobody mistakes for another: no i, l, o or u.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A secret as its device needs it. Shown once, at pairing.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret of 128 random bits, written as 26 letters and digits.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut random = [0; 16];
        entropy.fill(&mut random);
        let mut bits = u128::from_be_bytes(random);
        let mut text = String::with_capacity(26);
        for _ in 0..26 {
            text.push(char::from(LETTERS[usize::try_from(bits & 31).unwrap_or(0)]));
            bits >>= 5;
        }
        Self(text)
    }

    /// The text, for the one screen that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.0.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

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

    /// The bytes to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
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
    use liengia_kernel::SeededEntropy;

    #[test]
    fn only_the_secret_itself_fits_and_it_does_not_print() {
        let secret = Secret::new(&SeededEntropy::new(1));
        assert_eq!(secret.expose().len(), 26);
        assert!(secret.hash().fits(secret.expose().as_bytes()));
        assert!(!secret.hash().fits(b"") && !secret.hash().fits(&secret.expose().as_bytes()[1..]));
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(..) SecretHash(..)");
    }

    #[test]
    fn all_128_bits_are_in_the_text() {
        struct Filled(u8);
        impl Entropy for Filled {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(self.0);
            }
        }
        assert_eq!(Secret::new(&Filled(0)).expose(), "0".repeat(26));
        assert_eq!(Secret::new(&Filled(255)).expose(), format!("{}7", "z".repeat(25)));
    }
}
