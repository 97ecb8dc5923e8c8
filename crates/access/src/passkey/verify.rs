//! Public keys of passkeys, and what they signed.

use super::cbor::Cbor;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// COSE algorithms, in the order in which they are asked for.
pub(super) const ES256: i64 = -7;
pub(super) const EDDSA: i64 = -8;
pub(super) const RS256: i64 = -257;

/// A public key that can be checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    /// Its COSE algorithm.
    pub(crate) algorithm: i64,
    /// ES256: the uncompressed point. `EdDSA`: the point. RS256: two bytes of length, the modulus, the exponent.
    pub(crate) bytes: Vec<u8>,
}

impl PublicKey {
    /// The key in a COSE map, if it is of a kind that is taken.
    pub(super) fn from_cose(cose: &Cbor<'_>) -> Option<Self> {
        let int = |key| cose.get(&Cbor::Int(key)).and_then(Cbor::int);
        let part = |key, length: std::ops::RangeInclusive<usize>| {
            cose.get(&Cbor::Int(key)).and_then(Cbor::bytes).filter(|bytes| length.contains(&bytes.len()))
        };
        let algorithm = int(3)?;
        let bytes = match (algorithm, int(1)?) {
            (ES256, 2) if int(-1) == Some(1) => [&[4], part(-2, 32..=32)?, part(-3, 32..=32)?].concat(),
            (EDDSA, 1) if int(-1) == Some(6) => part(-2, 32..=32)?.to_vec(),
            (RS256, 3) => {
                let (modulus, exponent) = (part(-1, 256..=512)?, part(-2, 1..=8)?);
                let length = u16::try_from(modulus.len()).ok()?.to_be_bytes();
                [&length, modulus, exponent].concat()
            }
            _ => return None,
        };
        Some(Self { algorithm, bytes })
    }

    /// Whether it signed this.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            ES256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &self.bytes)
                .verify(message, signature)
                .is_ok(),
            EDDSA => UnparsedPublicKey::new(&ED25519, &self.bytes).verify(message, signature).is_ok(),
            RS256 => self.rsa().is_some_and(|(n, e)| {
                RsaPublicKeyComponents { n, e }
                    .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                    .is_ok()
            }),
            _ => false,
        }
    }

    fn rsa(&self) -> Option<(&[u8], &[u8])> {
        let (length, rest) = self.bytes.split_first_chunk::<2>()?;
        rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    }
}
