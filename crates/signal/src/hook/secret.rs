//! A secret that the node and one gateway share, and the signatures made with it.
//!
//! The scheme is Standard Webhooks: three headers, HMAC-SHA-256 over id, time and body. Ready-made code for it exists in
//! most languages, so a gateway's author need not write any. Pure, and a secret does not print.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use liengia_kernel::Entropy;
use sha2::Sha256;
use std::fmt;

/// Header that names a message; the same in every repetition.
pub(super) const ID: &str = "webhook-id";
/// Header with the time of signing, in seconds since 1970.
pub(super) const TIMESTAMP: &str = "webhook-timestamp";
/// Header with one or more signatures, `v1,` and base64, with spaces between them.
pub(super) const SIGNATURE: &str = "webhook-signature";

const PREFIX: &str = "whsec_";
/// What a new secret holds, and the least that is taken, in bytes.
const NEW: usize = 32;
const LEAST: usize = 24;
const MOST: usize = 64;
/// Signatures in one header that are looked at; more than one come while a secret is being changed.
const SIGNATURES: usize = 4;

/// A shared secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// A text that is not a secret. It is not repeated here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a hook secret: `whsec_` and 24 to 64 bytes in base64 are needed; `openssl rand -base64 32` makes what follows `whsec_`"
)]
pub struct BadSecret;

impl Secret {
    /// A new secret.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = vec![0; NEW];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads `whsec_...`.
    pub fn parse(text: &str) -> Result<Self, BadSecret> {
        let bytes = text.trim().strip_prefix(PREFIX).and_then(|coded| STANDARD.decode(coded).ok());
        bytes.filter(|bytes| (LEAST..=MOST).contains(&bytes.len())).map(Self).ok_or(BadSecret)
    }

    /// The text to hand to the gateway's operator. Print it to nobody else.
    pub fn to_text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The signature header for this id, time and body.
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let signature = self.mac(id, timestamp, body).finalize().into_bytes();
        format!("v1,{}", STANDARD.encode(signature))
    }

    /// Whether one of the signatures in the header is this secret's. Takes the same time for every wrong one.
    pub fn verifies(&self, id: &str, timestamp: &str, body: &[u8], header: &str) -> bool {
        let signatures = header.split(' ').take(SIGNATURES).filter_map(|one| one.strip_prefix("v1,"));
        let mut decoded = signatures.filter_map(|one| STANDARD.decode(one).ok());
        decoded.any(|one| self.mac(id, timestamp, body).verify_slice(&one).is_ok())
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
        // HMAC takes keys of every length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    #[test]
    fn a_secret_goes_to_text_and_back_and_does_not_print() {
        let secret = Secret::generate(&SeededEntropy::new(1));
        assert_eq!(Secret::parse(&secret.to_text()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn a_short_or_broken_secret_is_refused() {
        for bad in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64"] {
            assert_eq!(Secret::parse(bad), Err(BadSecret), "{bad}");
        }
    }

    /// The same key, id, time and body signed by Python's `hmac` and by the `standardwebhooks` package.
    #[test]
    fn the_signature_is_the_one_that_other_programs_make() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_changed_byte_anywhere_spoils_the_signature() {
        let secret = Secret::generate(&SeededEntropy::new(2));
        let header = secret.sign("a", "1", b"body");
        assert!(secret.verifies("a", "1", b"body", &header));
        assert!(secret.verifies("a", "1", b"body", &format!("v2,x v1,AAAA {header}")));
        for (id, timestamp, body) in [("b", "1", &b"body"[..]), ("a", "2", b"body"), ("a", "1", b"bodY")] {
            assert!(!secret.verifies(id, timestamp, body, &header));
        }
        for header in ["", "v1,", "v1", &header[3..], "v1,%%%"] {
            assert!(!secret.verifies("a", "1", b"body", header), "{header}");
        }
        assert!(!Secret::generate(&SeededEntropy::new(3)).verifies("a", "1", b"body", &header));
    }
}
