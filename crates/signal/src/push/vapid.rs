//! Who sends: the node's key pair and the signed word with which it names itself to a push service (RFC 8292).
//!
//! The key is made once. Browsers bind each subscription to it: with a new key every subscription is lost, so it
//! belongs in the backup. It is never printed.

use super::{BASE64URL, encrypt::uncompressed};
use base64::Engine;
use liengia_kernel::{Entropy, Timestamp};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use std::{fmt, time::Duration};

/// How long one signed word is good for; the standard allows a day.
pub(super) const GOOD_FOR: Duration = Duration::from_hours(12);

/// The key pair that names this node to push services.
#[derive(Clone)]
pub struct VapidKey(SecretKey);

/// Bytes that are not a key.
#[derive(Debug, thiserror::Error)]
#[error("not a VAPID key: 32 bytes are needed, as they were saved; restore the file from a backup")]
pub struct BadVapidKey;

impl VapidKey {
    /// A new key. Save it: see [`Self::to_bytes`].
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(one_time_key(entropy))
    }

    /// The key that was saved.
    pub fn load(bytes: &[u8]) -> Result<Self, BadVapidKey> {
        SecretKey::from_slice(bytes).map(Self).map_err(|_| BadVapidKey)
    }

    /// The 32 secret bytes, for the caller to seal, or to keep in a file that only the program can read.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// What a browser needs to subscribe (`applicationServerKey`): base64url of 65 bytes.
    pub fn public_key(&self) -> String {
        BASE64URL.encode(uncompressed(&self.0.public_key()))
    }

    /// The `Authorization` header for the push service at `origin` (`https://host[:port]`), and when it ends.
    pub(super) fn authorization(
        &self,
        origin: &str,
        contact: &Contact,
        now: Timestamp,
    ) -> (String, Timestamp) {
        let until = now + GOOD_FOR;
        let claims = serde_json::json!({ "aud": origin, "exp": until.as_seconds(), "sub": contact.0 });
        let head = BASE64URL.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let said = format!("{head}.{}", BASE64URL.encode(claims.to_string()));
        let signature: Signature = SigningKey::from(&self.0).sign(said.as_bytes());
        let signed = BASE64URL.encode(signature.to_bytes());
        (format!("vapid t={said}.{signed}, k={}", self.public_key()), until)
    }
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidKey(..)")
    }
}

/// A new secret key. One draw in four thousand million is not a key of this curve; then another is drawn.
pub(super) fn one_time_key(entropy: &dyn Entropy) -> SecretKey {
    loop {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return key;
        }
    }
}

/// Where a push service can reach the operator: a mail address or a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact(String);

/// A contact that push services would refuse.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a contact for push services: `mailto:` with an address, or an `https://` page, is needed")]
pub struct BadContact;

impl Contact {
    /// `mailto:someone@somewhere` or `https://...`.
    pub fn new(text: &str) -> Result<Self, BadContact> {
        let mail = text.strip_prefix("mailto:").and_then(|rest| rest.split_once('@'));
        let is_mail = mail.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        let is_page = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
        let plain = text.len() <= 255 && text.chars().all(|c| c.is_ascii_graphic());
        if plain && (is_mail || is_page) { Ok(Self(text.to_owned())) } else { Err(BadContact) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    const NOW: Timestamp = Timestamp::from_seconds(1_787_101_282);

    #[test]
    fn a_saved_key_is_the_same_key() {
        let key = VapidKey::generate(&SeededEntropy::new(1));
        let again = VapidKey::load(&key.to_bytes()).unwrap();
        assert_eq!(key.public_key(), again.public_key());
        assert_eq!(BASE64URL.decode(key.public_key()).unwrap().len(), 65);
        assert!(VapidKey::load(&[0; 32]).is_err() && VapidKey::load(b"short").is_err());
    }

    #[test]
    fn a_key_does_not_print() {
        assert_eq!(format!("{:?}", VapidKey::generate(&SeededEntropy::new(1))), "VapidKey(..)");
    }

    #[test]
    fn the_signed_word_names_the_service_the_end_and_the_operator_and_is_signed() {
        let key = VapidKey::generate(&SeededEntropy::new(2));
        let contact = Contact::new("mailto:duty@commune.example").unwrap();
        let (header, until) = key.authorization("https://push.example", &contact, NOW);
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!((public, until), (key.public_key().as_str(), NOW + GOOD_FOR));
        let (said, signature) = token.rsplit_once('.').unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&BASE64URL.decode(said.split_once('.').unwrap().1).unwrap()).unwrap();
        let expected = serde_json::json!({
            "aud": "https://push.example", "exp": 1_787_101_282 + 43_200, "sub": "mailto:duty@commune.example"
        });
        assert_eq!(claims, expected);
        // Checked by another implementation than the one that signed.
        let point = BASE64URL.decode(public).unwrap();
        ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, point)
            .verify(said.as_bytes(), &BASE64URL.decode(signature).unwrap())
            .unwrap();
    }

    #[test]
    fn a_contact_is_a_mail_address_or_a_page() {
        for good in ["mailto:a@b.example", "https://commune.example/contact"] {
            assert!(Contact::new(good).is_ok(), "{good}");
        }
        for bad in [
            "a@b.example",
            "mailto:",
            "mailto:a@localhost",
            "http://b.example",
            "https://",
            "mailto:a b@c.example",
        ] {
            assert_eq!(Contact::new(bad), Err(BadContact), "{bad}");
        }
    }
}
