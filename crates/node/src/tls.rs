//! The node's own certificate, for browsers and for devices.

use crate::config::Tls;
use anyhow::Context as _;
use liengia_signal::mqtt::Certificate;
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::sync::Arc;

/// The certificate as browsers' connections use it: HTTP/2 and HTTP/1.1 over TLS 1.2 and 1.3.
pub fn server_config(tls: &Tls) -> anyhow::Result<Arc<ServerConfig>> {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect)
        .with_context(|| format!("{} holds no certificate", tls.certificate.display()))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key)
        .with_context(|| format!("{} holds no private key", tls.key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("http.tls: the key does not belong to the certificate")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The certificate as the broker uses it.
pub fn for_devices(tls: &Tls) -> anyhow::Result<Certificate> {
    let read = |path: &std::path::Path| {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
    };
    Ok(Certificate { chain: read(&tls.certificate)?, key: read(&tls.key)? })
}
