//! Digest authentication as cameras ask for it: MD5, no quality of protection (RFC 2617 with RFC 2326).
//!
//! Promises: a password is neither sent nor shown.

use md5::{Digest, Md5};
use std::fmt::Write;

const REALM: &str = "liengia-sim";

/// Who may look, if not everybody.
pub(super) struct Guard {
    user: String,
    /// The hash that stands for user, realm and password.
    secret: String,
}

impl Guard {
    pub(super) fn new((user, password): (String, String)) -> Self {
        let secret = hash(&[&user, REALM, &password]);
        Self { user, secret }
    }

    /// Whether this `Authorization` header answers this nonce for this method.
    pub(super) fn lets_in(&self, authorization: Option<&str>, method: &str, nonce: &str) -> bool {
        let Some(("Digest", fields)) = authorization.and_then(|header| header.split_once(' ')) else {
            return false;
        };
        let (Some(uri), Some(response)) = (field(fields, "uri"), field(fields, "response")) else {
            return false;
        };
        let expected = hash(&[&self.secret, nonce, &hash(&[method, uri])]);
        field(fields, "username") == Some(&self.user)
            && field(fields, "nonce") == Some(nonce)
            && response == expected
    }
}

/// The `WWW-Authenticate` header that asks for an answer to this nonce.
pub(super) fn challenge(nonce: &str) -> String {
    format!("WWW-Authenticate: Digest realm=\"{REALM}\", nonce=\"{nonce}\"\r\n")
}

/// A field of the header, quoted or not.
pub(in crate::camera) fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    fields.split(',').find_map(|field| {
        let (key, value) = field.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches('"'))
    })
}

/// What of these, joined by colons, is proved.
pub(in crate::camera) fn hash(parts: &[&str]) -> String {
    let mut text = String::with_capacity(32);
    for byte in Md5::digest(parts.join(":")) {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(password: &str, method: &str, nonce: &str) -> String {
        let response =
            hash(&[&hash(&["admin", REALM, password]), nonce, &hash(&[method, "rtsp://here/cam1"])]);
        format!(
            "Digest username=\"admin\", realm=\"x\", nonce=\"{nonce}\", uri=\"rtsp://here/cam1\", response=\"{response}\""
        )
    }

    #[test]
    fn only_the_right_answer_to_this_nonce_opens() {
        let guard = Guard::new(("admin".into(), "secret".into()));
        let opens = |header: &str| guard.lets_in(Some(header), "PLAY", "n1");
        assert!(opens(&answer("secret", "PLAY", "n1")));
        for wrong in
            [answer("Secret", "PLAY", "n1"), answer("secret", "SETUP", "n1"), answer("secret", "PLAY", "n2")]
        {
            assert!(!opens(&wrong));
        }
        for odd in
            ["", "Digest", "Digest ", "Basic YTpi", "Digest response=", "Digest uri=\"\", response=\"\""]
        {
            assert!(!opens(odd), "{odd}");
        }
        assert!(!guard.lets_in(None, "PLAY", "n1"));
    }

    #[test]
    fn the_hash_is_that_of_the_first_rfc_example() {
        let secret = hash(&["Mufasa", "testrealm@host.com", "Circle Of Life"]);
        assert_eq!(secret, "939e7578ed9e3c518a452acee763bce9");
    }
}
