//! AES-128-GCM as DTLS uses it (RFC 5289; RFC 9147 for the version that is checked and never negotiated).

use aes::{
    Aes128,
    cipher::{BlockCipherEncrypt as _, KeyInit as _},
};
use dimpl::{
    CryptoError, CryptoOperation,
    crypto::{
        Aad, Buf, Cipher, Dtls12CipherSuite, Dtls13CipherSuite, HashAlgorithm, Nonce,
        SupportedDtls12CipherSuite, SupportedDtls13CipherSuite, TmpBuf,
    },
};
use ring::aead::{self, AES_128_GCM, LessSafeKey, UnboundKey};
use std::fmt;

/// Bytes of a key.
const KEY: usize = 16;
/// Bytes of a tag.
const TAG: usize = 16;

/// The suite.
#[derive(Debug)]
pub(super) struct Aes128Gcm;

fn cipher(key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
    let key = UnboundKey::new(&AES_128_GCM, key);
    let key = key.map_err(|_| CryptoError::OperationFailed(CryptoOperation::CreateCipher))?;
    Ok(Box::new(Keyed(LessSafeKey::new(key))))
}

impl SupportedDtls12CipherSuite for Aes128Gcm {
    fn suite(&self) -> Dtls12CipherSuite {
        Dtls12CipherSuite::ECDHE_ECDSA_AES128_GCM_SHA256
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::SHA256
    }

    fn key_lengths(&self) -> (usize, usize, usize) {
        (0, KEY, 4)
    }

    fn explicit_nonce_len(&self) -> usize {
        8
    }

    fn tag_len(&self) -> usize {
        TAG
    }

    fn create_cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
        cipher(key)
    }
}

impl SupportedDtls13CipherSuite for Aes128Gcm {
    fn suite(&self) -> Dtls13CipherSuite {
        Dtls13CipherSuite::AES_128_GCM_SHA256
    }

    fn hash_algorithm(&self) -> HashAlgorithm {
        HashAlgorithm::SHA256
    }

    fn key_len(&self) -> usize {
        KEY
    }

    fn iv_len(&self) -> usize {
        12
    }

    fn tag_len(&self) -> usize {
        TAG
    }

    fn create_cipher(&self, key: &[u8]) -> Result<Box<dyn Cipher>, CryptoError> {
        cipher(key)
    }

    fn encrypt_sn(&self, key: &[u8], sample: &[u8; 16]) -> [u8; 16] {
        let mut block = (*sample).into();
        if let Ok(cipher) = Aes128::new_from_slice(key) {
            cipher.encrypt_block(&mut block);
        }
        block.into()
    }
}

struct Keyed(LessSafeKey);

impl fmt::Debug for Keyed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Keyed")
    }
}

fn nonce(nonce: &Nonce) -> Result<aead::Nonce, CryptoError> {
    aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| CryptoError::InvalidNonce)
}

impl Cipher for Keyed {
    fn encrypt(&mut self, text: &mut Buf, aad: Aad, at: Nonce) -> Result<(), CryptoError> {
        self.0
            .seal_in_place_append_tag(nonce(&at)?, aead::Aad::from(&aad[..]), text)
            .map_err(|_| CryptoError::OperationFailed(CryptoOperation::Encrypt))
    }

    fn decrypt(&mut self, text: &mut TmpBuf<'_>, aad: Aad, at: Nonce) -> Result<(), CryptoError> {
        let opened = self.0.open_in_place(nonce(&at)?, aead::Aad::from(&aad[..]), text.as_mut());
        let length = opened.map_err(|_| CryptoError::OperationFailed(CryptoOperation::Decrypt))?.len();
        text.truncate(length);
        Ok(())
    }
}
