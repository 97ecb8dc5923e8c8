//! ACME with DNS-01: a public certificate for a name that points at an address of the local network.
//!
//! Promises: renewed when a third of its life is left, tried again with growing waits; the key never leaves the node; the
//! record that proves the name is taken away again, also when the proof fails. Never: a DNS provider's password; that is
//! the hook's, a command that sets and removes one TXT record.

use crate::{
    config::{Acme, Config},
    identity::{make_folder, write_durably},
    tls::{Files, Life},
};
use anyhow::{Context as _, bail};
use bytes::Bytes;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy, rt::TokioExecutor};
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeType, HttpClient,
    Identifier, NewAccount, NewOrder, OrderStatus, RetryPolicy,
};
use liengia_kernel::Timestamp;
use liengia_signal::outgoing::Trust;
use rcgen::{CertificateParams, DistinguishedName, KeyPair};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    process::{Command, Stdio},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// The directory of Let's Encrypt.
const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// How long the hook may take.
const HOOK_PATIENCE: Duration = Duration::from_mins(3);

/// How often it is looked whether the hook has ended.
const HOOK_LOOK: Duration = Duration::from_millis(50);

/// How long one request to the directory may take.
const REQUEST_PATIENCE: Duration = Duration::from_secs(30);

/// How long the directory may take to look at the record and to sign.
const SIGNING_PATIENCE: Duration = Duration::from_mins(5);

/// The wait after a failure; it doubles with each, up to the longest.
const FIRST_WAIT: Duration = Duration::from_mins(5);
const LONGEST_WAIT: Duration = Duration::from_hours(12);

/// Renews a certificate when its time has come.
pub struct Renewal {
    acme: Acme,
    host: String,
    account: PathBuf,
    failures: u32,
    /// On the clock that never jumps.
    not_before: Duration,
}

impl Renewal {
    /// The renewal that this configuration asks for.
    pub fn of(config: &Config, acme: Acme) -> Self {
        let account = config.data.join("keys").join("acme-account.json");
        Self { acme, host: config.host.clone(), account, failures: 0, not_before: Duration::ZERO }
    }

    /// Renews the certificate in these files if a third of its life is left, unless that failed a moment ago.
    pub async fn renew_if_due(
        &mut self,
        life: Option<Life>,
        files: &Files,
        now: Timestamp,
        steady: Duration,
    ) {
        if !life.is_none_or(|life| life.is_nearly_over(now)) || steady < self.not_before {
            return;
        }
        tracing::info!("asking for a certificate");
        match self.obtain().await.and_then(|pem| keep(files, &pem)) {
            Ok(()) => {
                self.failures = 0;
                self.not_before = Duration::ZERO;
            }
            Err(error) => {
                let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(self.failures)).min(LONGEST_WAIT);
                self.failures = self.failures.saturating_add(1);
                self.not_before = steady.saturating_add(wait);
                let why = format!("{error:#}");
                tracing::error!(
                    why,
                    wait_seconds = wait.as_secs(),
                    "no certificate was given; the old one stays"
                );
            }
        }
    }

    /// A key and its certificate chain, as PEM in one text.
    async fn obtain(&self) -> anyhow::Result<String> {
        let account = self.account().await?;
        let identifiers = [Identifier::Dns(self.host.clone())];
        let mut order = account.new_order(&NewOrder::new(&identifiers)).await.context("the order")?;
        let mut records = Vec::new();
        let proven = self.prove(&mut order, &mut records).await;
        for record in records {
            // What stays behind proves nothing to anybody: the next order asks for another value.
            if let Err(error) = self.hook("remove", &record).await {
                tracing::warn!(%error, "the TXT record could not be removed");
            }
        }
        proven?;
        let pair = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec![self.host.clone()])?;
        // The name stands among the alternative names, and nothing else about anybody is asked for.
        params.distinguished_name = DistinguishedName::new();
        let request = params.serialize_request(&pair)?;
        order.finalize_csr(request.der()).await.context("the request for the certificate")?;
        let policy = RetryPolicy::default().timeout(SIGNING_PATIENCE);
        let chain = order.poll_certificate(&policy).await.context("the certificate")?;
        Ok(format!("{}{chain}", pair.serialize_pem()))
    }

    async fn prove(&self, order: &mut instant_acme::Order, records: &mut Vec<Record>) -> anyhow::Result<()> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization.context("the authorization")?;
            match authorization.status {
                AuthorizationStatus::Valid => continue,
                AuthorizationStatus::Pending => {}
                other => bail!("the authorization is {other:?}"),
            }
            let mut challenge =
                authorization.challenge(ChallengeType::Dns01).context("the directory offers no dns-01")?;
            let record = Record {
                name: format!("_acme-challenge.{}", self.host),
                value: challenge.key_authorization().dns_value(),
            };
            records.push(record.clone());
            self.hook("set", &record).await?;
            sleep(Duration::from_secs(self.acme.dns_wait_seconds)).await;
            challenge.set_ready().await.context("the challenge")?;
        }
        let policy = RetryPolicy::default().timeout(SIGNING_PATIENCE);
        match order.poll_ready(&policy).await.context("the proof")? {
            OrderStatus::Ready => Ok(()),
            other => bail!("the directory did not accept the TXT record: the order is {other:?}"),
        }
    }

    async fn account(&self) -> anyhow::Result<Account> {
        let builder =
            || Ok::<_, anyhow::Error>(Account::builder_with_http(Box::new(Https::new(&self.acme)?)));
        if self.account.exists() {
            let text = std::fs::read(&self.account)
                .with_context(|| format!("cannot read {}", self.account.display()))?;
            let known: AccountCredentials = serde_json::from_slice(&text)
                .with_context(|| format!("{} is no ACME account", self.account.display()))?;
            return builder()?.from_credentials(known).await.context("the account");
        }
        let contact: Vec<&str> = self.acme.contact.iter().map(String::as_str).collect();
        let new =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let directory = self.acme.directory.clone().unwrap_or_else(|| LETS_ENCRYPT.to_owned());
        let (account, credentials) =
            builder()?.create(&new, directory, None).await.context("a new account")?;
        if let Some(folder) = self.account.parent() {
            make_folder(folder)?;
        }
        write_durably(&self.account, &serde_json::to_vec(&credentials)?)?;
        Ok(account)
    }

    async fn hook(&self, what: &'static str, record: &Record) -> anyhow::Result<()> {
        let (command, record) = (self.acme.dns_hook.clone(), record.clone());
        tokio::task::spawn_blocking(move || run_hook(&command, what, &record)).await?
    }
}

/// A TXT record.
#[derive(Clone, Debug)]
struct Record {
    name: String,
    value: String,
}

/// Runs the hook, and waits for its end.
fn run_hook(command: &[String], what: &str, record: &Record) -> anyhow::Result<()> {
    let (program, arguments) = command.split_first().context("http.acme.dns_hook is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .args([what, &record.name, &record.value])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("http.acme.dns_hook: {program} cannot be run"))?;
    let mut left = HOOK_PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { bail!("http.acme.dns_hook {what}: {status}") };
        }
        if left.is_zero() {
            // It is given up; whether it can still be ended is the system's affair.
            let _ = child.kill();
            let _ = child.wait();
            bail!("http.acme.dns_hook {what}: no end after {} s", HOOK_PATIENCE.as_secs());
        }
        std::thread::sleep(HOOK_LOOK);
        left = left.saturating_sub(HOOK_LOOK);
    }
}

/// Writes key and chain into one file, so that no crash can part them.
fn keep(files: &Files, pem: &str) -> anyhow::Result<()> {
    if let Some(folder) = files.chain.parent() {
        make_folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    write_durably(&files.chain, pem.as_bytes())
        .with_context(|| format!("cannot write {}", files.chain.display()))
}

/// A certificate that nobody trusts and that is nearly over, until the first real one is there.
pub fn stand_in(host: &str, files: &Files, now: Timestamp) -> anyhow::Result<()> {
    let pair = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    let day = |days: i64| {
        let seconds = now.as_seconds() + days * 86_400;
        let date = Timestamp::from_seconds(seconds).at_offset(0).date();
        rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs())
    };
    params.not_before = day(-365);
    params.not_after = day(2);
    let certificate = params.self_signed(&pair)?;
    keep(files, &format!("{}{}", pair.serialize_pem(), certificate.pem()))
}

/// The way to the directory.
struct Https(
    legacy::Client<hyper_rustls::HttpsConnector<legacy::connect::HttpConnector>, BodyWrapper<Bytes>>,
);

impl Https {
    fn new(acme: &Acme) -> anyhow::Result<Self> {
        let trust = match &acme.directory_ca {
            Some(path) => trust_in(path)?,
            None => Trust::of_this_machine()?,
        };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(trust.tls())
            .https_only()
            .enable_all_versions()
            .build();
        Ok(Self(legacy::Client::builder(TokioExecutor::new()).build(connector)))
    }
}

fn trust_in(path: &Path) -> anyhow::Result<Trust> {
    let authority = CertificateDer::from_pem_file(path)
        .with_context(|| format!("http.acme.directory_ca = {} holds no certificate", path.display()))?;
    Ok(Trust::nobody().and(&authority)?)
}

impl HttpClient for Https {
    fn request(
        &self,
        request: hyper::Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, instant_acme::Error>> + Send>> {
        let sent = self.0.request(request);
        Box::pin(async move {
            match timeout(REQUEST_PATIENCE, sent).await {
                Ok(Ok(response)) => Ok(BytesResponse::from(response)),
                Ok(Err(error)) => Err(instant_acme::Error::Other(Box::new(error))),
                Err(slow) => Err(instant_acme::Error::Other(Box::new(slow))),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record { name: "_acme-challenge.a.vn".to_owned(), value: "value".to_owned() }
    }

    #[test]
    fn a_hook_gets_what_to_do_as_its_last_arguments_and_its_failure_is_told() {
        let out = std::env::temp_dir().join(format!("liengia-hook-{}", std::process::id()));
        let script = format!("echo \"$@\" >> {}", out.display());
        let hook: Vec<String> = ["sh", "-c", &script, "hook"].map(ToOwned::to_owned).to_vec();
        run_hook(&hook, "set", &record()).unwrap();
        run_hook(&hook, "remove", &record()).unwrap();
        let ran = std::fs::read_to_string(&out).unwrap();
        assert_eq!(ran, "set _acme-challenge.a.vn value\nremove _acme-challenge.a.vn value\n");
        std::fs::remove_file(&out).unwrap();
        let failing = ["false".to_owned()];
        assert!(run_hook(&failing, "set", &record()).unwrap_err().to_string().contains("exit status: 1"));
        assert!(run_hook(&["/no/such/hook".to_owned()], "set", &record()).is_err());
    }
}
