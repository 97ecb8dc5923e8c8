//! Message encryption for Web Push: RFC 8291 over the `aes128gcm` coding of RFC 8188, one record per message.
//!
//! Pure: the salt and the one-time key come in as arguments. Each must be new for each message.

use super::subscription::Subscription;
use aes_gcm::{AeadInOut, Aes128Gcm, KeyInit};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

/// What every push service must take (RFC 8030, section 7.2), as one record.
pub(super) const BODY: usize = 4096;
const SALT: usize = 16;
const PUBLIC_KEY: usize = 65;
const TAG: usize = 16;
/// Salt, record size, length of the key, key.
const HEADER: usize = SALT + 4 + 1 + PUBLIC_KEY;
/// What fits: the record ends with one byte that marks the end of the text.
pub(super) const TEXT: usize = BODY - HEADER - TAG - 1;

/// Encrypts `text` (at most [`TEXT`] bytes), filled up to `length` bytes with zeros that the receiver takes off again.
pub(super) fn encrypt(
    text: &[u8],
    length: usize,
    to: &Subscription,
    once: &SecretKey,
    salt: [u8; SALT],
) -> Vec<u8> {
    let sender = uncompressed(&once.public_key());
    let receiver = uncompressed(to.key());
    let shared = once.diffie_hellman(to.key());

    let mut info = Vec::with_capacity(14 + 2 * PUBLIC_KEY);
    info.extend_from_slice(b"WebPush: info\0");
    info.extend_from_slice(&receiver);
    info.extend_from_slice(&sender);
    let secret: [u8; 32] = derived(to.auth(), shared.raw_secret_bytes(), &info);
    let key: [u8; 16] = derived(&salt, &secret, b"Content-Encoding: aes128gcm\0");
    let nonce: [u8; 12] = derived(&salt, &secret, b"Content-Encoding: nonce\0");

    let mut record = Vec::with_capacity(length.max(text.len()) + 1 + TAG);
    record.extend_from_slice(text);
    record.push(2); // the last record
    record.resize(length.max(text.len()) + 1, 0);
    Aes128Gcm::new(&key.into())
        .encrypt_in_place(&nonce.into(), b"", &mut record)
        // AES-GCM fails only past 64 GiB.
        .expect("a text of some kilobytes can be encrypted");

    let mut body = Vec::with_capacity(HEADER + record.len());
    body.extend_from_slice(&salt);
    body.extend_from_slice(&4096_u32.to_be_bytes());
    body.push(65);
    body.extend_from_slice(&sender);
    body.extend_from_slice(&record);
    body
}

pub(super) fn uncompressed(key: &PublicKey) -> [u8; PUBLIC_KEY] {
    let mut bytes = [0; PUBLIC_KEY];
    // An uncompressed point of this curve always has 65 bytes.
    bytes.copy_from_slice(p256::Sec1Point::from(*key).as_bytes());
    bytes
}

fn derived<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; N] {
    let mut derived = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(info, &mut derived)
        // HKDF fails only past 255 hashes.
        .expect("a key of at most 32 bytes can be derived");
    derived
}

#[cfg(test)]
mod tests {
    use super::super::BASE64URL;
    use super::*;
    use crate::outgoing::Reach;
    use base64::Engine;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64URL.decode(text).unwrap()
    }

    /// RFC 8291, section 5 and appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_byte_for_byte() {
        let to = Subscription::new(
            "https://push.example/a",
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
            Reach::Public,
        )
        .unwrap();
        let once = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let text = b"When I grow up, I want to be a watermelon";
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz\
            AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL.encode(encrypt(text, 0, &to, &once, salt)), expected);
        assert_eq!(encrypt(&[7; TEXT], TEXT, &to, &once, salt).len(), BODY);
        assert_eq!(encrypt(b"a", 512, &to, &once, salt).len(), encrypt(b"ab", 512, &to, &once, salt).len());
    }
}
