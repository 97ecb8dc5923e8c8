//! What WebRTC asks of cryptography (RFC 8827): DTLS 1.2 between two self-signed certificates, and SRTP.
//!
//! Promises: the primitives are those of `ring`, as in TLS, and AES blocks of `aes`; nothing here is a primitive. One suite
//! is offered, which every browser must have (RFC 8827 §6.5): ECDHE on X25519 or P-256, ECDSA, AES-128-GCM, SHA-256. Each time
//! a session begins, the whole is checked against known answers before it is used.

mod dtls;
mod exchange;
mod hash;
mod sign;
mod srtp;
mod suite;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use str0m::{config::DtlsCert, crypto::CryptoProvider};

/// Everything that WebRTC asks for.
pub(super) const fn provider() -> CryptoProvider {
    CryptoProvider {
        srtp_provider: &srtp::Srtp,
        sha1_hmac_provider: &hash::Hashes,
        sha1_provider: &hash::Hashes,
        sha256_provider: &hash::Hashes,
        dtls_provider: &dtls::Dtls,
    }
}

/// What DTLS asks for.
const fn dtls_provider() -> dimpl::crypto::CryptoProvider {
    dimpl::crypto::CryptoProvider {
        kx_groups: &[&exchange::Group::X25519, &exchange::Group::P256],
        signature_verification: &sign::Signatures,
        key_provider: &sign::Signatures,
        secure_random: &exchange::Chance,
        hash_provider: &hash::Hashes,
        hmac_provider: &hash::Hashes,
        cipher_suites: &[&suite::Aes128Gcm],
        // Never negotiated; it is not DTLS without one.
        dtls13_cipher_suites: &[&suite::Aes128Gcm],
    }
}

/// A certificate of its own; who reads the answer knows its hash, nobody else trusts it.
pub(super) fn certificate() -> Result<DtlsCert, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    // Nothing in it tells one node from another.
    params.distinguished_name.push(DnType::CommonName, "WebRTC");
    let certificate = params.self_signed(&key)?;
    Ok(DtlsCert { certificate: certificate.der().to_vec(), private_key: key.serialize_der() })
}

/// Whether DTLS takes these primitives: known answers, signatures and key exchanges are tried.
pub(super) fn check() -> Result<(), dimpl::Error> {
    dtls_provider().validate()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers_are_given() {
        check().unwrap();
    }

    #[test]
    fn every_certificate_is_another() {
        assert_ne!(certificate().unwrap().certificate, certificate().unwrap().certificate);
    }
}
