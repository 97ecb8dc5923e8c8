//! A gateway: where it listens, what it can send, and the secret it shares with the node.

use super::secret::Secret;
use crate::outgoing::Reach;
use hyper::{Uri, header::HeaderValue};
use liengia_kernel::Pii;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Gateways that one node uses at most.
pub const MOST_GATEWAYS: usize = 16;

/// How a message reaches people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A text message.
    Sms,
    /// A call that speaks the text and listens for a key.
    Voice,
    /// The commune's loudspeakers.
    Loudspeaker,
}

/// One gateway. The order in which gateways are given is the order in which they are tried.
#[derive(Clone, Debug)]
pub struct Gateway {
    name: String,
    address: Pii<Uri>,
    channels: BTreeSet<Channel>,
    secret: Secret,
    bearer: Option<Pii<HeaderValue>>,
}

/// A gateway that cannot be used. No text repeats the address: it may hold a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadGateway {
    /// A broken name.
    #[error("a gateway's name must have 1 to 32 letters, digits and hyphens")]
    Name,
    /// A broken address.
    #[error(
        "gateway {0}: the address must be https://, or http:// inside your own network; a token goes into `bearer_file`, no user and password into the address"
    )]
    Address(String),
    /// A token that cannot stand in a header.
    #[error("gateway {0}: `bearer_file` may hold visible ASCII characters only")]
    Bearer(String),
    /// It sends nothing.
    #[error("gateway {0}: name at least one channel: sms, voice, loudspeaker")]
    NoChannel(String),
}

impl BadGateway {
    /// All that is wrong with such a gateway, its secret and token apart.
    pub fn all(name: &str, address: &str, channels: &BTreeSet<Channel>) -> Vec<Self> {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let allowed = address.parse::<Uri>().is_ok_and(|address| Reach::Operator.allows(&address));
        let named = || name.to_owned();
        let wrong = [
            (!plain || !(1..=32).contains(&name.len())).then_some(Self::Name),
            (!allowed).then(|| Self::Address(named())),
            channels.is_empty().then(|| Self::NoChannel(named())),
        ];
        wrong.into_iter().flatten().collect()
    }
}

impl Gateway {
    /// The gateway called `name` (for people and logs) at `address`. `bearer` goes into the `Authorization` header of
    /// gateways that ask for one; the signature is there with or without it.
    pub fn new(
        name: &str,
        address: &str,
        channels: impl IntoIterator<Item = Channel>,
        secret: Secret,
        bearer: Option<&str>,
    ) -> Result<Self, BadGateway> {
        let channels: BTreeSet<_> = channels.into_iter().collect();
        if let Some(wrong) = BadGateway::all(name, address, &channels).into_iter().next() {
            return Err(wrong);
        }
        let named = || name.to_owned();
        let address: Uri = address.parse().map_err(|_| BadGateway::Address(named()))?;
        let header = |token: &str| HeaderValue::from_str(&format!("Bearer {token}"));
        let bearer = bearer.map(header).transpose().map_err(|_| BadGateway::Bearer(named()))?;
        Ok(Self { name: named(), address: Pii::new(address), channels, secret, bearer: bearer.map(Pii::new) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The secret it shares with the node; [`super::Answers`] needs it too.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    pub(super) fn sends(&self, channel: Channel) -> bool {
        self.channels.contains(&channel)
    }

    pub(super) fn address(&self) -> &Uri {
        self.address.expose()
    }

    pub(super) fn bearer(&self) -> Option<&HeaderValue> {
        self.bearer.as_ref().map(Pii::expose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    fn gateway(name: &str, address: &str, channels: &[Channel]) -> Result<Gateway, BadGateway> {
        let secret = Secret::generate(&SeededEntropy::new(1));
        Gateway::new(name, address, channels.iter().copied(), secret, Some("token-of-the-gateway"))
    }

    #[test]
    fn a_modem_in_the_office_and_a_service_outside_are_taken() {
        assert!(gateway("modem", "http://192.168.1.20:8080/sms", &[Channel::Sms]).is_ok());
        assert!(gateway("service", "https://sms.example/send", &[Channel::Sms, Channel::Voice]).is_ok());
    }

    #[test]
    fn a_gateway_that_would_leak_or_do_nothing_is_refused() {
        let refused = |address| gateway("a", address, &[Channel::Sms]).unwrap_err();
        for address in
            ["http://203.0.113.9/sms", "https://user:pass@sms.example/", "sms.example", "ftp://sms.example/"]
        {
            assert_eq!(refused(address), BadGateway::Address("a".to_owned()), "{address}");
        }
        let silent = gateway("a", "https://sms.example/", &[]).unwrap_err();
        assert_eq!(silent, BadGateway::NoChannel("a".to_owned()));
        assert_eq!(gateway("a b", "https://sms.example/", &[Channel::Sms]).unwrap_err(), BadGateway::Name);
    }

    #[test]
    fn a_gateway_prints_neither_address_nor_token() {
        let gateway = gateway("modem", "https://sms.example/key-in-the-path", &[Channel::Sms]).unwrap();
        let printed = format!("{gateway:?}");
        assert!(!printed.contains("key-in-the-path") && !printed.contains("token-of"), "{printed}");
    }
}
