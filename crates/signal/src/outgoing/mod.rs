//! One message to another server: bounded in time, in size, and in where it may go.
//!
//! Promises: an answer within the client's time-out or a [`Failure`]; no redirect is followed; of an answer's body at
//! most [`DRAINED`] bytes are read, and thrown away. No failure's text names the address, which may be personal data.

mod address;
mod courier;
mod line;
mod names;

pub use address::Reach;
pub(crate) use courier::{Carrier, Courier, End, Errand, Next, Started, start};
pub use courier::{Full, Pace};

use bytes::Bytes;
use http_body_util::{BodyExt, Full as Whole};
use hyper::{Request, Response, Uri, body::Incoming, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use names::{Forbidden, Names};
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer};
use std::{error::Error, sync::Arc, time::Duration};

/// Bytes of an answer's body that are read, so that its connection can be used again.
const DRAINED: usize = 16 * 1024;
/// How long that may take.
const DRAINING: Duration = Duration::from_millis(300);
/// How long one address may take to accept a connection before the next is tried.
const CONNECTING: Duration = Duration::from_secs(3);
/// How long an unused connection stays open, and how many to one host.
const IDLE: Duration = Duration::from_mins(1);
const IDLE_PER_HOST: usize = 8;
/// A shared connection on which nothing comes back for this long is asked, and closed if it stays silent as long
/// again: else every retry would go down the same dead connection.
const SILENCE: Duration = Duration::from_secs(2);

/// Whom the program trusts when it speaks TLS to another server.
#[derive(Clone, Debug)]
pub struct Trust(RootCertStore);

/// This machine trusts nobody.
#[derive(Debug, thiserror::Error)]
#[error(
    "this machine has no list of trusted certificates, so no push service can be reached; install ca-certificates"
)]
pub struct TrustsNobody;

/// A certificate that is none.
#[derive(Debug, thiserror::Error)]
#[error("not a certificate; a DER-encoded X.509 certificate of an authority is needed")]
pub struct NotACertificate;

impl Trust {
    /// The authorities that this machine trusts.
    pub fn of_this_machine() -> Result<Self, TrustsNobody> {
        let mut roots = RootCertStore::empty();
        let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if added == 0 { Err(TrustsNobody) } else { Ok(Self(roots)) }
    }

    /// Nobody yet.
    pub fn nobody() -> Self {
        Self(RootCertStore::empty())
    }

    /// How this program speaks TLS to another server that it trusts.
    pub fn tls(&self) -> ClientConfig {
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            // `ring` speaks both TLS 1.2 and 1.3, and nothing else can fail here.
            .expect("the provider speaks the default versions of TLS")
            .with_root_certificates(self.0.clone())
            .with_no_client_auth()
    }

    /// Also this authority, for instance that of a gateway with a certificate of its own.
    pub fn and(mut self, authority: &[u8]) -> Result<Self, NotACertificate> {
        self.0.add(CertificateDer::from(authority)).map_err(|_| NotACertificate)?;
        Ok(self)
    }
}

/// Why no answer came. None of the texts names the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address leads where this client may not go.
    #[error("the address leads where this program may not go")]
    NotAllowed,
    /// No connection: no such name, nobody listens, no network.
    #[error("the other side cannot be reached; is the network up?")]
    Unreachable,
    /// Nobody that this machine trusts vouches for the other side.
    #[error("the other side's certificate is not trusted")]
    Untrusted,
    /// Nothing came within the time-out.
    #[error("the other side did not answer in time")]
    TimedOut,
    /// The connection broke, or what came back was not HTTP.
    #[error("the connection broke before an answer came")]
    Broken,
}

/// What the other side said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long it asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

type Link = legacy::Client<HttpsConnector<HttpConnector<Names>>, Whole<Bytes>>;

/// Sends messages to other servers.
#[derive(Clone)]
pub struct Client {
    reach: Reach,
    timeout: Duration,
    secure: Link,
    plain: Link,
}

impl Client {
    /// A client whose requests lead no further than `reach`, trust no more than `trust`, and each take no longer than
    /// `timeout`.
    pub fn new(reach: Reach, trust: &Trust, timeout: Duration) -> Self {
        Self {
            reach,
            timeout,
            secure: link(Names::new(reach.over_https()), trust),
            plain: link(Names::new(reach.over_http()), trust),
        }
    }

    /// Whether this address may be tried; see [`Reach::allows`].
    pub fn allows(&self, address: &Uri) -> bool {
        self.reach.allows(address)
    }

    pub(crate) async fn send(&self, request: Request<Whole<Bytes>>) -> Result<Answer, Failure> {
        if !self.reach.allows(request.uri()) {
            return Err(Failure::NotAllowed);
        }
        let link = if request.uri().scheme_str() == Some("https") { &self.secure } else { &self.plain };
        let answer = tokio::time::timeout(self.timeout, link.request(request));
        let response = answer.await.map_err(|_| Failure::TimedOut)?.map_err(|error| failure(&error))?;
        let said = Answer { status: response.status().as_u16(), retry_after: retry_after(&response) };
        // What was said is known; the rest only decides whether the connection lives on.
        let _ = tokio::time::timeout(DRAINING, drain(response.into_body())).await;
        Ok(said)
    }
}

fn link(names: Names, trust: &Trust) -> Link {
    let mut sockets = HttpConnector::new_with_resolver(names);
    sockets.enforce_http(false);
    sockets.set_nodelay(true);
    sockets.set_connect_timeout(Some(CONNECTING));
    let sockets = HttpsConnectorBuilder::new()
        .with_tls_config(trust.tls())
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(sockets);
    legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .http2_keep_alive_interval(SILENCE)
        .http2_keep_alive_timeout(SILENCE)
        .build(sockets)
}

fn failure(error: &legacy::Error) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(reason) = cause {
        if let Some(inner) = reason.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            if inner.is::<Forbidden>() {
                return Failure::NotAllowed;
            }
            if let Some(rustls::Error::InvalidCertificate(_)) = inner.downcast_ref() {
                return Failure::Untrusted;
            }
        }
        cause = reason.source();
    }
    if error.is_connect() { Failure::Unreachable } else { Failure::Broken }
}

/// Longer than this nobody is left alone, whatever they ask for.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

fn pause(asked: &str) -> Option<Duration> {
    let asked = asked.trim();
    let digits = !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit());
    // What is too large a number is a long time, too.
    digits.then(|| asked.parse().map_or(LONGEST_PAUSE, Duration::from_secs).min(LONGEST_PAUSE))
}

/// Only in seconds: a date would need the other side's clock to agree with ours.
fn retry_after(response: &Response<Incoming>) -> Option<Duration> {
    pause(response.headers().get(header::RETRY_AFTER)?.to_str().ok()?)
}

async fn drain(mut body: Incoming) {
    let mut drained = 0;
    while let Some(Ok(frame)) = body.frame().await {
        drained += frame.data_ref().map_or(0, Bytes::len);
        if drained > DRAINED {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_for_a_pause_gets_an_hour_at_most() {
        assert_eq!(pause(" 7 "), Some(Duration::from_secs(7)));
        for long in ["3601", "18446744073709551615", "99999999999999999999999"] {
            assert_eq!(pause(long), Some(LONGEST_PAUSE), "{long}");
        }
        for bad in ["", "-1", "+5", "soon", "Sat, 28 Nov 2026 20:10:32 GMT"] {
            assert_eq!(pause(bad), None, "{bad}");
        }
    }
}
