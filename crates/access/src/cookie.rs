//! The two cookies: what a browser holds, and how it is told to hold it.

use crate::known::Token;
use axum::http::{HeaderMap, header};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use liengia_journal::Hash;
use liengia_kernel::Entropy;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What a cookie is called. Over HTTPS it bears the prefix with which a browser takes it from this very host alone, over
/// HTTPS alone: no other host of the domain and no unencrypted page can plant one.
#[derive(Clone, Copy)]
pub(crate) struct Name {
    plain: &'static str,
    pub(crate) secure: &'static str,
}

impl Name {
    fn of(self, secure: bool) -> &'static str {
        if secure { self.secure } else { self.plain }
    }
}

/// Holds the session.
pub(crate) const SESSION: Name = Name { plain: "liengia_session", secure: "__Host-liengia_session" };

/// Holds the key of the browser or phone itself. It outlives sessions: from a known device one signs in past the
/// limits that strangers meet.
pub(crate) const DEVICE: Name = Name { plain: "liengia_device", secure: "__Host-liengia_device" };

/// Browsers keep no cookie longer.
pub(crate) const LONGEST: Duration = Duration::from_hours(400 * 24);

/// Random bytes that only their holder knows: what is stored is their SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Random<const N: usize>([u8; N]);

/// What a browser holds: 256 bits.
pub(crate) type Secret = Random<32>;

/// What stands in a link or a QR code: 128 bits, so that it stays easy to scan.
pub(crate) type Code = Random<16>;

impl<const N: usize> Random<N> {
    /// New random bits.
    pub(crate) fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; N];
        entropy.fill(&mut bytes);
        Self(bytes)
    }

    /// The secret written so.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// As it is written into a cookie or a link.
    pub(crate) fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored of it.
    pub(crate) fn hash(&self) -> Hash {
        Sha256::digest(self.0).into()
    }
}

impl<const N: usize> std::fmt::Debug for Random<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random(..)")
    }
}

/// The secret that a cookie of this name holds. A name that comes twice holds nothing: somebody planted one.
pub(crate) fn secret(headers: &HeaderMap, name: Name, secure: bool) -> Option<Secret> {
    let name = name.of(secure);
    let mut found = None;
    for line in headers.get_all(header::COOKIE) {
        for pair in line.to_str().ok()?.split(';') {
            if let Some((this, value)) = pair.trim().split_once('=')
                && this == name
                && found.replace(value).is_some()
            {
                return None;
            }
        }
    }
    Secret::read(found?)
}

/// What the browser holds, as it is stored: both cookies, or nothing.
pub(crate) fn token(headers: &HeaderMap, secure: bool) -> Option<Token> {
    let held = |name| secret(headers, name, secure).map(|secret| secret.hash());
    Some(Token { session: held(SESSION)?, device: held(DEVICE)? })
}

/// The `Set-Cookie` that stores a secret.
pub(crate) fn set(name: Name, secret: &Secret, secure: bool, age: Duration) -> String {
    let name = name.of(secure);
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{secure}", secret.text(), age.as_secs())
}

/// The `Set-Cookie` that takes a cookie back.
pub(crate) fn clear(name: Name, secure: bool) -> String {
    let name = name.of(secure);
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    fn held(cookies: &str, secure: bool) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookies.parse().expect("a header"));
        token(&headers, secure).is_some()
    }

    #[test]
    fn over_https_only_cookies_hold_that_no_other_host_can_plant() {
        let secret = Secret::new(&SeededEntropy::new(1));
        let text = secret.text();
        let planted = format!("liengia_session={text}; liengia_device={text}");
        let own = format!("__Host-liengia_session={text}; __Host-liengia_device={text}");
        assert!(!held(&planted, true) && held(&own, true));
        assert!(held(&planted, false), "on this machine itself there is no HTTPS");
        for set in [set(SESSION, &secret, true, LONGEST), clear(SESSION, true)] {
            // Without all of these a browser does not take a cookie of such a name.
            assert!(set.starts_with("__Host-liengia_session="), "{set}");
            assert!(
                set.contains("; Path=/;") && set.ends_with("; Secure") && !set.contains("Domain"),
                "{set}"
            );
        }
    }
}
