//! What the broker is told at the start, and every limit by name.

use std::{net::SocketAddr, time::Duration};
use tokio::runtime::Handle;

/// How the broker is set up.
#[derive(Clone, Debug, Default)]
pub struct BrokerConfig {
    /// Where it listens without TLS. Port 0 takes a free one.
    pub plain: Vec<SocketAddr>,
    /// Where it listens with TLS. Needs a certificate.
    pub tls: Vec<SocketAddr>,
    /// The certificate, for TLS.
    pub certificate: Option<Certificate>,
    /// The limits.
    pub limits: Limits,
    /// Where TLS handshakes are worked out, so that no press waits behind those of strangers; beside the rest if none is
    /// given.
    pub handshakes: Option<Handle>,
}

/// A certificate and its key, as PEM.
#[derive(Clone)]
pub struct Certificate {
    /// The certificate first, then what it is signed by.
    pub chain: Vec<u8>,
    /// Its private key.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Certificate(..)")
    }
}

/// Every limit. What happens at each is said beside it; all are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once, said who they are or not. Further ones are closed at once.
    pub connections: usize,
    /// Connections that have not said who they are. At the limit the oldest goes once it is [`Limits::grace`] old; until
    /// then new ones wait in the kernel. Of one address a quarter at most stays longer than that.
    pub strangers: usize,
    /// How long a connection may take to say who it is, TLS included. Then it is closed.
    pub introduction: Duration,
    /// How long a stranger stays although others need the room.
    pub grace: Duration,
    /// Connections of one client at once. The one that was silent longest goes, one without subscriptions first.
    pub per_client: usize,
    /// The largest packet, in bytes. A larger one closes the connection, but for a bridge's, which is read past.
    pub packet: usize,
    /// The largest packet of a bridge that is read past. A larger one closes the connection.
    pub skipped: usize,
    /// Subscriptions of one connection. Further ones are refused.
    pub subscriptions: usize,
    /// Messages at level 2 that a client may leave half done. One more closes the connection.
    pub half_done: u16,
    /// Commands that a client has not acknowledged. Further ones wait.
    pub unacknowledged: u16,
    /// Commands that wait for a client. At the limit the oldest is dropped.
    pub waiting: usize,
    /// Bytes that wait for a connection. Further commands are dropped.
    pub backlog: usize,
    /// How long bytes may wait for a connection. Then it is closed.
    pub stuck: Duration,
    /// The shortest keep-alive, in seconds; a client that asks for less gets this.
    pub shortest_keep_alive: u16,
    /// The longest keep-alive, in seconds; a client that asks for more, or for none, gets this.
    pub longest_keep_alive: u16,
    /// Messages that a device may send in one go, over however many connections; after that one every [`Limits::every`].
    /// More are dropped. As often it is told that it came and went; it gets in however often it comes.
    pub burst: u32,
    /// How often a device may go on sending.
    pub every: Duration,
    /// New presses that a device may send in one go; after that one every [`Limits::press_every`]. More are dropped: the
    /// earlier ones rang seconds before. A press that repeats an id counts as an ordinary message.
    pub press_burst: u32,
    /// How often a device may go on pressing.
    pub press_every: Duration,
    /// Presses that nobody took out yet. At the limit their devices' connections wait; none is dropped.
    pub urgent: usize,
    /// Signs of life that nobody took out yet. At the limit new ones are dropped.
    pub ordinary: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            strangers: 2_048,
            introduction: Duration::from_secs(10),
            grace: Duration::from_secs(1),
            per_client: 8,
            packet: 16 * 1024,
            skipped: 16 * 1024 * 1024,
            subscriptions: 32,
            half_done: 16,
            unacknowledged: 16,
            waiting: 32,
            backlog: 64 * 1024,
            stuck: Duration::from_secs(10),
            shortest_keep_alive: 5,
            longest_keep_alive: 180,
            burst: 60,
            every: Duration::from_millis(500),
            press_burst: 8,
            press_every: Duration::from_secs(5),
            urgent: 4_096,
            ordinary: 32_768,
        }
    }
}

impl Limits {
    /// How long a client that asked for this keep-alive may be silent, and the keep-alive that holds if it is another.
    pub(super) fn silence(&self, asked: u16) -> (Duration, Option<u16>) {
        let longest = self.longest_keep_alive;
        let held = if asked == 0 || asked > longest { longest } else { asked.max(self.shortest_keep_alive) };
        (Duration::from_secs(u64::from(held)) * 3 / 2, (held != asked).then_some(held))
    }
}

/// Why the broker did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error(
        "the MQTT broker cannot listen on {address}: {error}. Is another program there? Choose another port"
    )]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// TLS without a certificate.
    #[error(
        "the MQTT broker is to speak TLS but has no certificate. Give it one, or take the TLS address out"
    )]
    NoCertificate,
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] BadCertificate),
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadCertificate {
    /// The chain is not PEM, or empty.
    #[error("the MQTT certificate is not PEM text with at least one certificate")]
    Chain,
    /// The key is not PEM.
    #[error("the MQTT certificate's key is not PEM text with one private key")]
    Key,
    /// The two do not fit, or are of a kind that is not known.
    #[error("the MQTT certificate and its key cannot be used: {0}")]
    Unusable(rustls::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keep_alive_out_of_bounds_is_replaced_and_told() {
        let limits = Limits::default();
        assert_eq!(limits.silence(60), (Duration::from_secs(90), None));
        assert_eq!(limits.silence(0), (Duration::from_secs(270), Some(180)));
        assert_eq!(limits.silence(65535), (Duration::from_secs(270), Some(180)));
        assert_eq!(limits.silence(1), (Duration::from_millis(7500), Some(5)));
    }
}
