//! One browser's subscription, as it handed it in: where its push service listens, and its keys.
//!
//! Checked once, here: a subscription that exists can be sent to. It does not print.

use super::BASE64URL;
use crate::outgoing::Reach;
use base64::Engine;
use hyper::Uri;
use liengia_kernel::Pii;
use p256::PublicKey;

/// The longest address of a push service that is taken, in bytes.
const LONGEST_ENDPOINT: usize = 2048;

/// Where and for whom to encrypt.
#[derive(Clone, Debug)]
pub struct Subscription {
    endpoint: Pii<Uri>,
    key: PublicKey,
    auth: Pii<[u8; 16]>,
}

/// A subscription that cannot be sent to. No text repeats what was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSubscription {
    /// No address, or one that is too long.
    #[error("`endpoint` is not an address of at most 2,048 characters; subscribe again in the browser")]
    Endpoint,
    /// An address that leads where the program may not go.
    #[error(
        "`endpoint` must be an https address outside this network; use a browser with a public push service"
    )]
    NotAllowed,
    /// No point on the curve.
    #[error("`p256dh` is not a P-256 public key in base64url; subscribe again in the browser")]
    Key,
    /// Not 16 bytes.
    #[error("`auth` is not 16 bytes in base64url; subscribe again in the browser")]
    Auth,
}

impl Subscription {
    /// The subscription with this address and these keys (base64url, as browsers give them), if the address lies
    /// within `reach`.
    pub fn new(endpoint: &str, p256dh: &str, auth: &str, reach: Reach) -> Result<Self, BadSubscription> {
        if endpoint.len() > LONGEST_ENDPOINT {
            return Err(BadSubscription::Endpoint);
        }
        let address: Uri = endpoint.parse().map_err(|_| BadSubscription::Endpoint)?;
        if !reach.allows(&address) {
            return Err(BadSubscription::NotAllowed);
        }
        let point = BASE64URL.decode(p256dh).map_err(|_| BadSubscription::Key)?;
        let key = PublicKey::from_sec1_bytes(&point).map_err(|_| BadSubscription::Key)?;
        let auth = BASE64URL.decode(auth).ok().and_then(|auth| auth.try_into().ok());
        let auth = Pii::new(auth.ok_or(BadSubscription::Auth)?);
        Ok(Self { endpoint: Pii::new(address), key, auth })
    }

    pub(super) fn endpoint(&self) -> &Uri {
        self.endpoint.expose()
    }

    /// Scheme, host and port: what a signed word is made out to, and no secret.
    pub fn origin(&self) -> String {
        let address = self.endpoint();
        let scheme = address.scheme_str().unwrap_or_default();
        let host = address.host().unwrap_or_default();
        let usual = if scheme == "https" { 443 } else { 80 };
        match address.port_u16().filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }
    }

    pub(super) fn key(&self) -> &PublicKey {
        &self.key
    }

    pub(super) fn auth(&self) -> &[u8; 16] {
        self.auth.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn refused(endpoint: &str, key: &str, auth: &str) -> Option<BadSubscription> {
        Subscription::new(endpoint, key, auth, Reach::Public).err()
    }

    #[test]
    fn what_a_browser_hands_in_is_taken_with_and_without_padding() {
        assert_eq!(refused("https://push.example/a", KEY, AUTH), None);
        assert_eq!(refused("https://push.example/a", &format!("{KEY}="), &format!("{AUTH}==")), None);
    }

    #[test]
    fn a_push_service_inside_the_network_is_refused() {
        for inside in
            ["https://10.0.0.1/a", "https://[::1]/a", "http://push.example/a", "ftp://push.example/a", "/a"]
        {
            assert_eq!(refused(inside, KEY, AUTH), Some(BadSubscription::NotAllowed), "{inside}");
        }
        for nowhere in ["https://push.example/a b", "file:///etc/passwd", ""] {
            assert_eq!(refused(nowhere, KEY, AUTH), Some(BadSubscription::Endpoint), "{nowhere}");
        }
        let long = format!("https://push.example/{}", "a".repeat(LONGEST_ENDPOINT));
        assert_eq!(refused(&long, KEY, AUTH), Some(BadSubscription::Endpoint));
    }

    #[test]
    fn keys_that_are_none_are_refused() {
        let off_the_curve = format!("BA{}", &KEY[2..]);
        for key in ["", "AAAA", "not base64!", off_the_curve.as_str()] {
            assert_eq!(refused("https://push.example/a", key, AUTH), Some(BadSubscription::Key), "{key}");
        }
        assert_eq!(refused("https://push.example/a", KEY, "BTBZ"), Some(BadSubscription::Auth));
    }

    #[test]
    fn a_subscription_does_not_print_where_it_leads() {
        let subscription =
            Subscription::new("https://push.example/secret-path", KEY, AUTH, Reach::Public).unwrap();
        let printed = format!("{subscription:?}");
        assert!(!printed.contains("secret-path") && !printed.contains("push.example"), "{printed}");
    }

    #[test]
    fn the_origin_is_scheme_host_and_unusual_port() {
        let origin =
            |endpoint| Subscription::new(endpoint, KEY, AUTH, Reach::PublicOrLoopback).unwrap().origin();
        assert_eq!(origin("https://push.example:443/a/b"), "https://push.example");
        assert_eq!(origin("https://push.example:8443/a"), "https://push.example:8443");
        assert_eq!(origin("http://127.0.0.1:22000/a"), "http://127.0.0.1:22000");
    }
}
