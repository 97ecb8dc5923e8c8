//! Requests to the store, over hyper: HTTP/1.1, plain or by TLS with `ring`.
//!
//! Promises: it goes nowhere else than where a request says, follows no redirect, asks no proxy, and knows nothing of keys.

use super::BadTier;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector as Sockets},
    rt::{TokioExecutor, TokioTimer},
};
use object_store::{
    ClientOptions, Result,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
        HttpResponseBody, HttpService,
    },
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use std::{pin::Pin, sync::Arc, time::Duration};

/// How long the store may take to accept a connection.
const CONNECTING: Duration = Duration::from_secs(4);
/// How long an unused connection stays open, and how many of them.
const IDLE: Duration = Duration::from_secs(30);
const MOST_IDLE: usize = 4;

type Client = legacy::Client<HttpsConnector<Sockets>, HttpRequestBody>;

/// The way to the store.
#[derive(Clone, Debug)]
pub(super) struct Link(Client);

impl Link {
    /// A way on which these authorities are trusted, PEM, or else those that this machine trusts.
    pub(super) fn new(authorities: Option<&[u8]>) -> Result<Self, BadTier> {
        let mut sockets = Sockets::new();
        sockets.enforce_http(false);
        sockets.set_nodelay(true);
        sockets.set_connect_timeout(Some(CONNECTING));
        let sockets = HttpsConnectorBuilder::new()
            .with_tls_config(tls(authorities)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(sockets);
        let client = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MOST_IDLE)
            .build(sockets);
        Ok(Self(client))
    }
}

fn tls(authorities: Option<&[u8]>) -> Result<ClientConfig, BadTier> {
    let mut roots = RootCertStore::empty();
    let (certificates, none) = match authorities {
        Some(pem) => {
            let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
            (read.map_err(|_| BadTier::Authority)?, BadTier::Authority)
        }
        None => (rustls_native_certs::load_native_certs().certs, BadTier::TrustsNobody),
    };
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 && authorities.is_some() {
        return Err(none);
    }
    let provider = Arc::new(ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    // `ring` speaks both versions of TLS.
    let versions = versions.map_err(|_| none)?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

impl HttpConnector for Link {
    fn connect(&self, _: &ClientOptions) -> Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Link {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let answer = self.0.request(request);
        Box::pin(async move {
            let answer = answer.await.map_err(|error| {
                let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
                HttpError::new(kind, error)
            })?;
            let broken = |error| HttpError::new(HttpErrorKind::Interrupted, error);
            Ok(answer.map(|body| HttpResponseBody::new(body.map_err(broken))))
        })
    }
}
