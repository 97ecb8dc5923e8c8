//! Bytes as lowercase hexadecimal digits, in JSON and in text.

use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
use std::{borrow::Cow, fmt::Write as _};

/// Two digits a byte.
pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that such digits stand for; none if they are others.
pub fn bytes(digits: &str) -> Option<Vec<u8>> {
    let is_digit = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if !digits.len().is_multiple_of(2) || !digits.as_bytes().iter().all(is_digit) {
        return None;
    }
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// For `#[serde(with)]`: bytes, or an array of them.
pub fn serialize<S: Serializer>(bytes: &impl AsRef<[u8]>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&digits(bytes.as_ref()))
}

/// For `#[serde(with)]`: bytes, or an array of them.
pub fn deserialize<'de, D: Deserializer<'de>, T: TryFrom<Vec<u8>>>(from: D) -> Result<T, D::Error> {
    one(&Cow::<str>::deserialize(from)?).ok_or_else(|| D::Error::custom("other digits than expected"))
}

fn one<T: TryFrom<Vec<u8>>>(digits: &str) -> Option<T> {
    bytes(digits)?.try_into().ok()
}

/// For `#[serde(with)]`: a list of hashes.
pub mod list {
    use super::one;
    use crate::segment::Hash;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// A list of texts.
    pub fn serialize<S: Serializer>(hashes: &[Hash], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(hashes.iter().map(|hash| super::digits(hash)))
    }

    /// A list of texts.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let hashes: Option<_> = texts.iter().map(|text| one(text)).collect();
        hashes.ok_or_else(|| D::Error::custom("no list of hashes"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_read_back_and_nothing_else_is_read() {
        assert_eq!(digits(&[0, 0xAB, 9]), "00ab09");
        assert_eq!(bytes("00ab09"), Some(vec![0, 0xAB, 9]));
        for other in ["0", "0g", "+1", "0A", "é", " 1"] {
            assert_eq!(bytes(other), None, "{other}");
        }
        assert_eq!(one::<[u8; 2]>("00ab09"), None);
    }
}
