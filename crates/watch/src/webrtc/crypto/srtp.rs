//! The ciphers of media packets: AES in counter mode (RFC 3711 §4.1.1) and AES-GCM (RFC 7714), and the blocks of which SRTP
//! derives its keys (RFC 3711 §4.3.3). Which of them is used is agreed on in DTLS.

use aes::{
    Aes128, Aes256,
    cipher::{BlockCipherEncrypt as _, KeyInit as _},
};
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use std::fmt;
use str0m::crypto::{
    AeadAes128GcmCipher, AeadAes256GcmCipher, Aes128CmSha1_80Cipher, CryptoError, SrtpProvider,
    SupportedAeadAes128Gcm, SupportedAeadAes256Gcm, SupportedAes128CmSha1_80,
};

/// Bytes of a tag.
const TAG: usize = 16;

/// All ciphers of SRTP.
#[derive(Debug)]
pub(super) struct Srtp;

impl SrtpProvider for Srtp {
    fn aes_128_cm_sha1_80(&self) -> &'static dyn SupportedAes128CmSha1_80 {
        &Self
    }

    fn aead_aes_128_gcm(&self) -> &'static dyn SupportedAeadAes128Gcm {
        &Self
    }

    fn aead_aes_256_gcm(&self) -> &'static dyn SupportedAeadAes256Gcm {
        &Self
    }

    fn srtp_aes_128_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        block(
            Aes128::new_from_slice(key).ok().as_ref().map(|aes| |block: &mut _| aes.encrypt_block(block)),
            input,
            output,
        );
    }

    fn srtp_aes_256_ecb_round(&self, key: &[u8], input: &[u8], output: &mut [u8]) {
        block(
            Aes256::new_from_slice(key).ok().as_ref().map(|aes| |block: &mut _| aes.encrypt_block(block)),
            input,
            output,
        );
    }
}

/// Encrypts one block; `output` stays as it is where the lengths do not fit.
fn block(encrypt: Option<impl Fn(&mut aes::Block)>, input: &[u8], output: &mut [u8]) {
    let (Some(encrypt), Ok(block)) = (encrypt, <[u8; 16]>::try_from(input)) else { return };
    let mut block = aes::Block::from(block);
    encrypt(&mut block);
    output.iter_mut().zip(block).for_each(|(to, byte)| *to = byte);
}

impl SupportedAes128CmSha1_80 for Srtp {
    fn create_cipher(&self, key: [u8; 16], _: bool) -> Box<dyn Aes128CmSha1_80Cipher> {
        Box::new(Counter(key))
    }
}

impl SupportedAeadAes128Gcm for Srtp {
    fn create_cipher(&self, key: [u8; 16], _: bool) -> Box<dyn AeadAes128GcmCipher> {
        Box::new(Gcm::new(&AES_128_GCM, &key))
    }
}

impl SupportedAeadAes256Gcm for Srtp {
    fn create_cipher(&self, key: [u8; 32], _: bool) -> Box<dyn AeadAes256GcmCipher> {
        Box::new(Gcm::new(&AES_256_GCM, &key))
    }
}

fn failed(_: impl Sized) -> CryptoError {
    CryptoError::Other("a media packet could not be coded".to_owned())
}

struct Counter([u8; 16]);

impl fmt::Debug for Counter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Counter")
    }
}

impl Aes128CmSha1_80Cipher for Counter {
    fn encrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        let room = output.get_mut(..input.len()).ok_or(()).map_err(failed)?;
        room.copy_from_slice(input);
        Ctr128BE::<Aes128>::new(&self.0.into(), &(*iv).into()).apply_keystream(room);
        Ok(())
    }

    fn decrypt(&mut self, iv: &[u8; 16], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        Aes128CmSha1_80Cipher::encrypt(self, iv, input, output)
    }
}

/// AES-GCM of either length; none where `ring` does not take the key, which has the right length by its type.
struct Gcm(Option<LessSafeKey>);

impl fmt::Debug for Gcm {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Gcm")
    }
}

impl Gcm {
    fn new(algorithm: &'static Algorithm, key: &[u8]) -> Self {
        Self(UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new))
    }

    fn seal(&self, iv: [u8; 12], aad: &[u8], input: &[u8], output: &mut [u8]) -> Result<(), CryptoError> {
        let key = self.0.as_ref().ok_or(()).map_err(failed)?;
        let room = output.get_mut(..input.len() + TAG).ok_or(()).map_err(failed)?;
        let (text, tag) = room.split_at_mut(input.len());
        text.copy_from_slice(input);
        let made = key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(aad), text)
            .map_err(failed)?;
        tag.copy_from_slice(made.as_ref());
        Ok(())
    }

    fn open(
        &self,
        iv: [u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        let key = self.0.as_ref().ok_or(()).map_err(failed)?;
        let (aad, mut text) = (aads.concat(), input.to_vec());
        let opened =
            key.open_in_place(Nonce::assume_unique_for_key(iv), Aad::from(aad), &mut text).map_err(failed)?;
        output.get_mut(..opened.len()).ok_or(()).map_err(failed)?.copy_from_slice(opened);
        Ok(opened.len())
    }
}

impl AeadAes128GcmCipher for Gcm {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(*iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(*iv, aads, input, output)
    }
}

impl AeadAes256GcmCipher for Gcm {
    fn encrypt(
        &mut self,
        iv: &[u8; 12],
        aad: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        self.seal(*iv, aad, input, output)
    }

    fn decrypt(
        &mut self,
        iv: &[u8; 12],
        aads: &[&[u8]],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<usize, CryptoError> {
        self.open(*iv, aads, input, output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits = text.as_bytes().chunks(2);
        digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn keys_are_derived_as_the_standard_lists_them() {
        // RFC 3711 B.3.
        let (key, input) = (hex("E1F97A0D3E018BE0D64FA32C06DE4139"), hex("0EC675AD498AFEEBB6960B3AABE60000"));
        let mut output = [0; 32];
        Srtp.srtp_aes_128_ecb_round(&key, &input, &mut output);
        assert_eq!(output[..16], hex("C61E7A93744F39EE10734AFE3FF7A087"));
        Srtp.srtp_aes_128_ecb_round(&key[1..], &input, &mut output);
        Srtp.srtp_aes_128_ecb_round(&key, &input[1..], &mut output[..3]);
    }

    #[test]
    fn the_counter_is_that_of_the_standard() {
        // RFC 3711 B.2.
        let key: [u8; 16] = hex("2B7E151628AED2A6ABF7158809CF4F3C").try_into().unwrap();
        let iv: [u8; 16] = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").try_into().unwrap();
        let mut output = [0; 20];
        let mut cipher = SupportedAes128CmSha1_80::create_cipher(&Srtp, key, true);
        cipher.encrypt(&iv, &[0; 16], &mut output).unwrap();
        assert_eq!(output[..16], hex("E03EAD0935C95E80E166B16DD92B4EB4"));
        assert!(cipher.encrypt(&iv, &[0; 21], &mut output).is_err());
    }

    #[test]
    fn what_is_sealed_is_opened_and_nothing_else() {
        let mut cipher = SupportedAeadAes256Gcm::create_cipher(&Srtp, [7; 32], true);
        let (mut sealed, mut opened) = ([0; 5 + TAG], [0; 5]);
        cipher.encrypt(&[1; 12], b"header", b"media", &mut sealed).unwrap();
        assert_eq!(cipher.decrypt(&[1; 12], &[b"head", b"er"], &sealed, &mut opened).unwrap(), 5);
        assert_eq!(&opened, b"media");
        assert!(cipher.decrypt(&[1; 12], &[b"other"], &sealed, &mut opened).is_err());
        assert!(cipher.decrypt(&[1; 12], &[b"header"], &sealed[..3], &mut opened).is_err());
        assert!(cipher.encrypt(&[1; 12], b"header", b"media", &mut opened).is_err());
    }
}
