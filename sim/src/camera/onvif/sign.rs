//! Who may ask: WS-Security `UsernameToken` and HTTP Digest (RFC 2617 with MD5 and `qop=auth`).
//!
//! Promises: a proof holds once, and only for some seconds by the device's own clock.

use super::{Alive, SignIn, http, service::Fault, state, xml::Element};
use crate::camera::server::digest::{field, hash};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liengia_kernel::Timestamp;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};

const REALM: &str = "liengia-sim";
/// How far the time of a proof may be from the device's.
const SECONDS: i64 = 10;

/// The answer to somebody who may not ask; none if he may.
pub(super) fn refused(
    alive: &Alive,
    envelope: &Element,
    request: &http::Request,
    now: Timestamp,
) -> Option<Vec<u8>> {
    let (user, password) = alive.device.user.as_ref()?;
    let mut state = state::lock(&alive.state);
    let sign_in = alive.device.sign_in;
    if matches!(sign_in, SignIn::Token | SignIn::Either) {
        let proof = envelope.find("UsernameToken").and_then(Token::read);
        if let Some(token) = proof
            && token.proves(user, password, now)
            && !state.used.has(token.nonce)
        {
            state.used.keep(token.nonce.to_owned());
            return None;
        }
    }
    if matches!(sign_in, SignIn::Http | SignIn::Either) {
        let line = request.authorization.as_deref().and_then(|line| line.strip_prefix("Digest "));
        if let Some(line) = line
            && field(line, "nonce").is_some_and(|nonce| state.given.has(nonce))
            && digest_proves(line, user, password)
        {
            return None;
        }
    }
    if sign_in == SignIn::Token {
        return Some(Fault::not_authorized().answer());
    }
    if sign_in == SignIn::Plain {
        return Some(http::answer(401, &format!("WWW-Authenticate: Basic realm=\"{REALM}\"\r\n"), ""));
    }
    state.count += 1;
    let nonce =
        hash(&[&alive.device.seed.to_string(), &now.as_micros().to_string(), &state.count.to_string()]);
    state.given.keep(nonce.clone());
    let challenge =
        format!("WWW-Authenticate: Digest realm=\"{REALM}\", qop=\"auth\", nonce=\"{nonce}\"\r\n");
    Some(http::answer(401, &challenge, ""))
}

/// A `UsernameToken`.
struct Token<'a> {
    user: &'a str,
    proof: &'a str,
    nonce: &'a str,
    created: &'a str,
}

impl<'a> Token<'a> {
    fn read(token: &'a Element) -> Option<Self> {
        let password = token.find("Password")?;
        let is_proof = password.attribute("Type").is_some_and(|kind| kind.ends_with("#PasswordDigest"));
        is_proof.then_some(())?;
        let [user, nonce, created] = ["Username", "Nonce", "Created"].map(|name| token.text(name));
        Some(Self { user: user?, proof: password.own_text(), nonce: nonce?, created: created? })
    }

    fn proves(&self, user: &str, password: &str, now: Timestamp) -> bool {
        let Ok(created) = self.created.parse::<Timestamp>() else { return false };
        let Ok(nonce) = STANDARD.decode(self.nonce) else { return false };
        let mut hash = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
        for part in [&nonce, self.created.as_bytes(), password.as_bytes()] {
            hash.update(part);
        }
        let off = created.as_seconds().saturating_sub(now.as_seconds()).saturating_abs();
        self.user == user && off <= SECONDS && self.proof == STANDARD.encode(hash.finish())
    }
}

fn digest_proves(line: &str, user: &str, password: &str) -> bool {
    let part = |name| field(line, name).unwrap_or_default();
    let secret = hash(&[user, REALM, password]);
    let what = hash(&["POST", part("uri")]);
    let expected = if part("qop") == "auth" {
        hash(&[&secret, part("nonce"), part("nc"), part("cnonce"), "auth", &what])
    } else {
        hash(&[&secret, part("nonce"), &what])
    };
    part("username") == user && part("response") == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_787_101_282);

    /// A token as others make it.
    fn token(password: &str, created: &str) -> Element {
        let proof = ring::digest::digest(
            &SHA1_FOR_LEGACY_USE_ONLY,
            &[b"nonce", created.as_bytes(), password.as_bytes()].concat(),
        );
        let (proof, nonce) = (STANDARD.encode(proof), STANDARD.encode("nonce"));
        let text = format!(
            "<w:UsernameToken xmlns:w='w'><w:Username>admin</w:Username><w:Password Type='x#PasswordDigest'>{proof}\
             </w:Password><w:Nonce>{nonce}</w:Nonce><w:Created>{created}</w:Created></w:UsernameToken>"
        );
        super::super::xml::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn only_a_fresh_proof_of_the_right_password_opens() {
        let opens = |password, created| {
            let token = token(password, created);
            Token::read(&token).is_some_and(|token| token.proves("admin", "secret", NOW))
        };
        assert!(opens("secret", "2026-08-19T01:01:20Z") && opens("secret", "2026-08-19T01:01:29.5Z"));
        assert!(!opens("Secret", "2026-08-19T01:01:20Z"));
        assert!(!opens("secret", "2026-08-19T01:01:02Z") && !opens("secret", "2026-08-19T02:01:22Z"));
        assert!(!opens("secret", "") && !opens("secret", "yesterday"));
    }

    #[test]
    fn a_password_in_plain_is_no_proof() {
        let text = "<a><Username>admin</Username><Password Type='x#PasswordText'>secret</Password></a>";
        assert!(Token::read(&super::super::xml::read(text.as_bytes()).unwrap()).is_none());
    }

    #[test]
    fn the_hash_is_that_of_the_first_rfc_example() {
        let line = "username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"n\", uri=\"/a\", qop=auth, nc=00000001";
        assert_eq!((field(line, "qop"), field(line, "uri")), (Some("auth"), Some("/a")));
        let secret = hash(&["Mufasa", "testrealm@host.com", "Circle Of Life"]);
        assert_eq!(secret, "939e7578ed9e3c518a452acee763bce9");
    }
}
