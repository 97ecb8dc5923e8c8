//! The key with which a node signs what it exports, and the check of a signature. The secret never prints.

use super::hex::digits;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liengia_kernel::Entropy;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::{fmt, sync::Arc};

/// What stands before the 32 bytes of an Ed25519 key in a `SubjectPublicKeyInfo` (RFC 8410).
const SPKI: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// The key with which this node signs its exports (Ed25519). Clones are the same key.
#[derive(Clone)]
pub struct ExportKey(Arc<Ed25519KeyPair>);

/// Bytes that are not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key for exports: 32 bytes are needed, as they were saved; restore the file from a backup")]
pub struct BadExportKey;

impl ExportKey {
    /// The 32 secret bytes of a new key, for the caller to keep in a file that only the program can read.
    pub fn generate(entropy: &dyn Entropy) -> [u8; 32] {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        seed
    }

    /// The key that was saved.
    pub fn load(seed: &[u8]) -> Result<Self, BadExportKey> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(|pair| Self(Arc::new(pair))).map_err(|_| BadExportKey)
    }

    /// What everybody may know of it, as 64 digits.
    pub fn public_key(&self) -> String {
        digits(self.0.public_key().as_ref())
    }

    pub(super) fn public_bytes(&self) -> [u8; 32] {
        // An Ed25519 public key is 32 bytes (RFC 8032): zeros never stand in for one.
        self.0.public_key().as_ref().try_into().unwrap_or_default()
    }

    /// 64 bytes.
    pub(super) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).as_ref().to_vec()
    }
}

impl fmt::Debug for ExportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExportKey(..)")
    }
}

/// Whether the owner of this public key signed these bytes.
pub(super) fn signed(public_key: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(bytes, signature).is_ok()
}

/// A public key as openssl reads it.
pub(super) fn pem(public_key: &[u8; 32]) -> String {
    let der = [&SPKI[..], public_key].concat();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der))
}
