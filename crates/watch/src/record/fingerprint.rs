//! A camera's certificate as people compare it: 64 digits in groups of four.
//!
//! Promises: what is shown can be read back, and so can what other programs show of the same certificate.

use super::wire::{Certificate, Wire};
use liengia_kernel::Clock;
use std::{fmt::Write as _, io};

/// The digits of a certificate in 16 groups, a blank between them.
pub fn fingerprint(certificate: &Certificate) -> String {
    let mut text = String::with_capacity(80);
    for (place, byte) in certificate.iter().enumerate() {
        if place > 0 && place % 2 == 0 {
            text.push(' ');
        }
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The certificate that such digits stand for, small or large, with blanks, colons or dashes between them or none; none if
/// they are not 64.
pub fn certificate(fingerprint: &str) -> Option<Certificate> {
    let digits = fingerprint.chars().filter(|c| !matches!(c, ' ' | ':' | '-'));
    let digits: Vec<_> = digits.take(65).map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let mut certificate = Certificate::default();
    if digits.len() != 2 * certificate.len() {
        return None;
    }
    for (byte, pair) in certificate.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok()?;
    }
    Some(certificate)
}

/// The certificate that is shown there. Hands are shaken and nothing is said. It blocks for some seconds at the most.
pub(crate) fn shown_at(host: &str, port: u16, clock: &dyn Clock) -> io::Result<Certificate> {
    let wire = Wire::call(host, port, true, None, clock)?;
    wire.certificate().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_back_however_it_is_written() {
        let mut bytes = [0; 32];
        bytes[0] = 0x1F;
        bytes[31] = 0xA0;
        let text = fingerprint(&bytes);
        assert_eq!((text.len(), &text[..9], &text[75..]), (79, "1f00 0000", "00a0"));
        let plain = text.replace(' ', "");
        let colons: Vec<_> = plain.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap()).collect();
        for written in [text.clone(), plain.clone(), colons.join(":").to_uppercase()] {
            assert_eq!(certificate(&written), Some(bytes), "{written}");
        }
        for bad in ["", "1f", &plain[1..], &format!("{plain}0"), &plain.replace('f', "g"), &"é".repeat(64)] {
            assert_eq!(certificate(bad), None, "{bad}");
        }
    }
}
