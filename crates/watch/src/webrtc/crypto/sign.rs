//! Signatures under the handshake: ours, and the browser's under its own certificate.
//!
//! Promises: who signed is compared with the offer's fingerprint by str0m; here it is only seen that whoever has the
//! certificate has its key.

use dimpl::{
    CryptoError, CryptoOperation,
    crypto::{
        Buf, HashAlgorithm, KeyProvider, NamedGroup, SignatureAlgorithm, SignatureVerifier, SigningKey,
        check_verify_scheme,
    },
};
use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA384_ASN1,
        ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, EcdsaKeyPair, EcdsaVerificationAlgorithm,
        UnparsedPublicKey,
    },
};
use std::fmt;
use x509_parser::{
    oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384},
    parse_x509_certificate,
};

/// ECDSA on P-256; others' on P-384 too.
#[derive(Debug)]
pub(super) struct Signatures;

impl KeyProvider for Signatures {
    fn load_private_key(&self, pkcs8: &[u8]) -> Result<Box<dyn SigningKey>, CryptoError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &SystemRandom::new());
        Ok(Box::new(Key(pair.map_err(|_| CryptoError::InvalidPrivateKey)?)))
    }
}

impl SignatureVerifier for Signatures {
    fn verify_signature(
        &self,
        certificate: &[u8],
        data: &[u8],
        signature: &[u8],
        hash: HashAlgorithm,
        algorithm: SignatureAlgorithm,
    ) -> Result<(), CryptoError> {
        let (_, certificate) =
            parse_x509_certificate(certificate).map_err(|_| CryptoError::CertificateParseFailed)?;
        let key = certificate.public_key();
        if key.algorithm.algorithm != OID_KEY_TYPE_EC_PUBLIC_KEY {
            return Err(CryptoError::UnsupportedPublicKeyAlgorithm);
        }
        let curve = key.algorithm.parameters.as_ref().ok_or(CryptoError::MissingEcCurveParameter)?;
        let curve = curve.as_oid().map_err(|_| CryptoError::InvalidEcCurveParameter)?;
        let group = match curve {
            curve if curve == OID_EC_P256 => NamedGroup::Secp256r1,
            curve if curve == OID_NIST_EC_P384 => NamedGroup::Secp384r1,
            _ => return Err(CryptoError::UnsupportedEcCurve),
        };
        check_verify_scheme(algorithm, hash, group)?;
        UnparsedPublicKey::new(verification(group, hash), &key.subject_public_key.data)
            .verify(data, signature)
            .map_err(|_| CryptoError::SignatureVerificationFailed { signature: algorithm, hash, group })
    }
}

/// Of a pair that was checked: there are four.
fn verification(group: NamedGroup, hash: HashAlgorithm) -> &'static EcdsaVerificationAlgorithm {
    match (group == NamedGroup::Secp384r1, hash == HashAlgorithm::SHA384) {
        (false, false) => &ECDSA_P256_SHA256_ASN1,
        (false, true) => &ECDSA_P256_SHA384_ASN1,
        (true, false) => &ECDSA_P384_SHA256_ASN1,
        (true, true) => &ECDSA_P384_SHA384_ASN1,
    }
}

struct Key(EcdsaKeyPair);

impl fmt::Debug for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Key")
    }
}

impl SigningKey for Key {
    fn sign(&mut self, data: &[u8], hash: HashAlgorithm, out: &mut Buf) -> Result<(), CryptoError> {
        if hash != HashAlgorithm::SHA256 {
            return Err(CryptoError::SigningKeyHashMismatch {
                key_hash: HashAlgorithm::SHA256,
                requested: hash,
            });
        }
        let signature = self.0.sign(&SystemRandom::new(), data);
        let signature = signature.map_err(|_| CryptoError::OperationFailed(CryptoOperation::Sign))?;
        out.clear();
        out.extend_from_slice(signature.as_ref());
        Ok(())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::SHA256
    }

    fn supported_hash_algorithms(&self) -> &[HashAlgorithm] {
        &[HashAlgorithm::SHA256]
    }
}
