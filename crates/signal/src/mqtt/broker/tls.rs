//! The broker's certificate, replaceable while it runs: connections made before keep the old one.

use super::config::{BadCertificate, Certificate};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::sync::Arc;

/// The set-up for connections that use this certificate. TLS 1.2 and 1.3; sessions resume by tickets, which cost no memory.
pub(super) fn server_config(certificate: &Certificate) -> Result<Arc<ServerConfig>, BadCertificate> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&certificate.chain)
        .collect::<Result<_, _>>()
        .map_err(|_| BadCertificate::Chain)?;
    if chain.is_empty() {
        return Err(BadCertificate::Chain);
    }
    let key = PrivateKeyDer::from_pem_slice(&certificate.key).map_err(|_| BadCertificate::Key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(BadCertificate::Unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(BadCertificate::Unusable)?;
    config.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    config.ticketer = ring::Ticketer::new().map_err(BadCertificate::Unusable)?;
    config.send_tls13_tickets = 1;
    Ok(Arc::new(config))
}
