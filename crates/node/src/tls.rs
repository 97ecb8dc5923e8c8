//! The node's own certificate, for browsers and for devices: read at the start, and read anew when its files change,
//! whoever renews them.
//!
//! Promises: connections that are open stay open when it is replaced; a file that cannot be read leaves the certificate
//! that is in use. Never: a private key in a log.

use crate::{acme, config::Config};
use anyhow::Context as _;
use liengia_kernel::{Clock, Timestamp};
use liengia_signal::mqtt::{Broker, Certificate};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{sync::watch, time::sleep};
use x509_parser::extensions::GeneralName;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The certificate that is in use. Clones are the same one.
#[derive(Clone)]
pub struct Certificates {
    files: Arc<Files>,
    held: Arc<RwLock<Arc<Held>>>,
}

/// Where a certificate and its key lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The chain, PEM.
    pub chain: PathBuf,
    /// The key, PEM.
    pub key: PathBuf,
}

struct Held {
    server: Arc<ServerConfig>,
    devices: Certificate,
    life: Option<Life>,
}

/// From when until when a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// From.
    pub begins_at: Timestamp,
    /// Until.
    pub ends_at: Timestamp,
}

impl Life {
    /// Whether less than a third of it is left.
    pub fn is_nearly_over(self, now: Timestamp) -> bool {
        let left = self.ends_at.as_seconds() - now.as_seconds();
        left < (self.ends_at.as_seconds() - self.begins_at.as_seconds()) / 3
    }

    fn of(certificate: &[u8]) -> Option<Self> {
        let (_, read) = x509_parser::parse_x509_certificate(certificate).ok()?;
        let validity = read.validity();
        let at = |time: x509_parser::time::ASN1Time| Timestamp::from_seconds(time.timestamp());
        Some(Self { begins_at: at(validity.not_before), ends_at: at(validity.not_after) })
    }
}

/// Whether a server can use these files: the key is there and belongs to the certificate.
pub fn usable(files: &Files) -> anyhow::Result<()> {
    Held::read(files).map(drop)
}

/// The names that the first certificate of a chain is for, and its life.
pub fn named(chain: &Path) -> Option<(Vec<String>, Life)> {
    let first = CertificateDer::from_pem_file(chain).ok()?;
    let (_, read) = x509_parser::parse_x509_certificate(&first).ok()?;
    let names = read.subject_alternative_name().ok().flatten();
    let names = names.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        _ => None,
    });
    Some((names.collect(), Life::of(&first)?))
}

impl Certificates {
    /// The certificate of this configuration, if it has one. Where ACME is to get the first one, a certificate that
    /// nobody trusts stands in until then, so that devices and desks find the node listening.
    pub fn of(config: &Config, now: Timestamp) -> anyhow::Result<Option<Self>> {
        let Some(files) = config.certificate_files() else { return Ok(None) };
        if config.http.acme.is_some() && !files.chain.exists() {
            acme::stand_in(&config.host, &files, now)?;
        }
        let held = Arc::new(RwLock::new(Arc::new(Held::read(&files)?)));
        Ok(Some(Self { files: Arc::new(files), held }))
    }

    /// As browsers' connections use it.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.held().server.clone()
    }

    /// As the broker uses it.
    pub fn for_devices(&self) -> Certificate {
        self.held().devices.clone()
    }

    /// When it ends.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.held().life.map(|life| life.ends_at)
    }

    /// Where it lies.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Reads the files anew and uses what they hold from now on.
    pub fn read_anew(&self, broker: &Broker) -> anyhow::Result<()> {
        let held = Held::read(&self.files)?;
        broker.replace_certificate(&held.devices)?;
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(held);
        Ok(())
    }

    /// What keeps it fresh.
    pub fn keeper(&self, config: &Config, broker: Broker, clock: Arc<dyn Clock>) -> Keeper {
        let renewal = config.http.acme.clone().map(|acme| acme::Renewal::of(config, acme));
        Keeper { certificates: self.clone(), renewal, broker, clock }
    }

    fn held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Held {
    fn read(files: &Files) -> anyhow::Result<Self> {
        let read =
            |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let devices = Certificate { chain: read(&files.chain)?, key: read(&files.key)? };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&devices.chain)
            .collect::<Result<_, _>>()
            .with_context(|| format!("{} holds no certificate", files.chain.display()))?;
        let key = PrivateKeyDer::from_pem_slice(&devices.key)
            .with_context(|| format!("{} holds no private key", files.key.display()))?;
        let life = chain.first().and_then(|first| Life::of(first));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .with_context(|| format!("the key does not belong to {}", files.chain.display()))?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), devices, life })
    }
}

/// Keeps the certificate fresh: by ACME where that is configured, and from its files wherever they come from.
pub struct Keeper {
    certificates: Certificates,
    renewal: Option<acme::Renewal>,
    broker: Broker,
    clock: Arc<dyn Clock>,
}

impl Keeper {
    /// Keeps it until `stop` is true.
    pub async fn keep(mut self, mut stop: watch::Receiver<bool>) {
        let mut seen = self.written_at();
        loop {
            tokio::select! {
                () = self.renew_if_due() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let written = self.written_at();
            if written != seen {
                seen = written;
                match self.certificates.read_anew(&self.broker) {
                    Ok(()) => tracing::info!("the certificate was read anew"),
                    // Half written, most likely: the next look sees the whole.
                    Err(error) => {
                        let why = format!("{error:#}");
                        tracing::error!(why, "the new certificate cannot be used; the old one stays");
                        seen = None;
                    }
                }
            }
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn renew_if_due(&mut self) {
        let (life, now) = (self.certificates.held().life, self.clock.now());
        if let Some(renewal) = &mut self.renewal {
            renewal.renew_if_due(life, self.certificates.files(), now, self.clock.elapsed()).await;
        }
    }

    /// When the files were written last; none if they are not both there.
    fn written_at(&self) -> Option<(std::time::SystemTime, std::time::SystemTime)> {
        let written = |path: &Path| std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        let Files { chain, key } = self.certificates.files();
        written(chain).zip(written(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_says_how_long_it_lives_and_is_renewed_in_its_last_third() {
        let mut params = rcgen::CertificateParams::new(vec!["a.vn".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 10, 4);
        params.not_after = rcgen::date_time_ymd(2027, 1, 2);
        let pair = rcgen::KeyPair::generate().unwrap();
        let life = Life::of(params.self_signed(&pair).unwrap().der()).unwrap();
        assert_eq!(life.ends_at.to_string(), "2027-01-02T00:00:00.000000Z");
        let day = Duration::from_hours(24);
        assert!(!life.is_nearly_over(life.ends_at - 31 * day));
        assert!(life.is_nearly_over(life.ends_at - 29 * day));
        assert_eq!(Life::of(b"no certificate"), None);
    }
}
