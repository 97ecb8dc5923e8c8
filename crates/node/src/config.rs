//! The configuration: one TOML file, in which an unknown key is an error. docs/reference/configuration.md
//! explains every key.

mod gateway;
mod problems;
mod reading;
mod tier;
mod worries;

use crate::tls::Files;
use liengia_journal::{ERASED_IDS, in_words};
use liengia_signal::push::{BadContact, Contact};
pub use reading::Reading;
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of the node's data: database, keys, footage.
    pub data: PathBuf,
    /// The name under which browsers reach the node; fixed at the first start.
    pub host: String,
    /// Where browsers connect.
    pub http: Http,
    /// Where bells, buttons and detectors connect.
    #[serde(default)]
    pub mqtt: Mqtt,
    /// Where the records are, if not in a file of the data folder.
    #[serde(default)]
    pub database: DatabaseChoice,
    /// How alarms are told.
    #[serde(default)]
    pub alarm: Alarm,
    /// Where footage is kept.
    #[serde(default)]
    pub watch: Watch,
    /// Where backups are kept.
    #[serde(default)]
    pub backup: Backup,
    /// What is written to the log.
    #[serde(default)]
    pub log: Log,
}

/// Where browsers connect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    /// Addresses to listen on. Without `tls` only loopback addresses are accepted.
    pub listen: Vec<SocketAddr>,
    /// A certificate that somebody else renews.
    pub tls: Option<Tls>,
    /// A certificate that the node gets and renews by itself.
    pub acme: Option<Acme>,
    /// The page that hands the own CA's certificate to desks.
    pub ca: Option<CaPage>,
    /// A file with the token that opens /metrics to other machines; without it only this machine may read them.
    pub metrics_token_file: Option<PathBuf>,
}

/// A certificate by ACME, proven by a TXT record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acme {
    /// The command that sets and removes the record: it gets `set` or `remove`, the name, and the value.
    pub dns_hook: Vec<String>,
    /// How long the record takes to be seen everywhere.
    #[serde(default = "a_minute")]
    pub dns_wait_seconds: u64,
    /// Whom the authority may write to: `mailto:` addresses.
    #[serde(default)]
    pub contact: Vec<String>,
    /// The authority's directory, if it is not Let's Encrypt's.
    pub directory: Option<String>,
    /// The certificate that vouches for that directory, PEM, if the system does not.
    pub directory_ca: Option<PathBuf>,
}

fn a_minute() -> u64 {
    60
}

/// The page that hands the own CA's certificate to desks.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaPage {
    /// The CA's certificate, PEM. Never its key.
    pub certificate: PathBuf,
    /// Where the page is, over plain HTTP: a desk that does not trust the CA yet has no other way to it.
    pub listen: SocketAddr,
}

/// Where backups are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Backup {
    /// Folders with backups: the list of erased ids is kept beside them, and expired ones are deleted.
    pub folders: Vec<PathBuf>,
    /// How often one is made. A newest one of twice that age is a fault.
    pub every_hours: u16,
}

impl Default for Backup {
    fn default() -> Self {
        Self { folders: Vec::new(), every_hours: 24 }
    }
}

/// A certificate that somebody renews.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM, readable by the node alone.
    pub key: PathBuf,
}

/// Where devices connect.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mqtt {
    /// Plain MQTT.
    pub listen: Option<SocketAddr>,
    /// MQTT over TLS, with the certificate of `http.tls`.
    pub tls_listen: Option<SocketAddr>,
    /// The most connections.
    pub max_connections: usize,
}

impl Default for Mqtt {
    fn default() -> Self {
        Self {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 1883))),
            tls_listen: None,
            max_connections: 20_000,
        }
    }
}

/// Where the records are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseChoice {
    /// A PostgreSQL URL; without it, SQLite in the data folder.
    pub postgres: Option<String>,
}

/// How alarms are told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Alarm {
    /// The number that every alarm screen shows.
    pub emergency_number: String,
    /// Hours from UTC of the place, for the hours of drills and for times on paper.
    pub utc_offset_hours: i8,
    /// Whom a push service may write to, `mailto:` or `https:`.
    pub push_contact: Option<String>,
    /// The commune's on-call phone, rung when the desk is silent.
    pub on_call: Option<String>,
    /// The village security team's phone.
    pub village_security: Option<String>,
    /// The next post's phone.
    pub next_post: Option<String>,
    /// The commune's loudspeakers, by the names that their gateway knows.
    pub loudspeakers: Vec<String>,
    /// Gateways for SMS, voice and loudspeakers, in the order in which they are tried.
    pub gateways: Vec<Gateway>,
}

impl Default for Alarm {
    fn default() -> Self {
        Self {
            emergency_number: "114".into(),
            utc_offset_hours: 7,
            push_contact: None,
            on_call: None,
            village_security: None,
            next_post: None,
            loudspeakers: Vec::new(),
            gateways: Vec::new(),
        }
    }
}

/// A gateway that sends SMS, calls phones or speaks through loudspeakers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Its name in logs and on the health page.
    pub name: String,
    /// Where messages are posted.
    pub url: String,
    /// A file with the secret that signs them, at least 32 characters.
    pub secret_file: PathBuf,
    /// A file with the token that the gateway asks for in the `Authorization` header, if it does.
    pub bearer_file: Option<PathBuf>,
    /// What it can do: `sms`, `voice`, `loudspeaker`.
    pub channels: Vec<String>,
}

/// Where footage is kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// A folder on each disk; the data folder's own where none is named.
    pub disks: Vec<PathBuf>,
    /// Bytes that stay free on each disk; 5 % of it where nothing is said.
    pub free_bytes: Option<u64>,
    /// Bytes of each camera's footage that are kept on one disk at most; none: as its age and the disk let them.
    pub camera_bytes: Option<u64>,
    /// The UDP address at which browsers of the commune's own network reach live pictures over WebRTC; none: not so.
    pub webrtc: Option<SocketAddr>,
    /// A store beside the disks, for footage that is older or held; none: there is none.
    pub tier: Option<Tier>,
}

/// A store beside the disks, for footage that is older or held.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Where it is: `https://store.example.vn:3900`, or `http://` inside the own network.
    pub endpoint: String,
    /// The bucket, which must be there.
    pub bucket: String,
    /// The region that the store goes by.
    #[serde(default = "a_region")]
    pub region: String,
    /// What the names of all files begin with, before the commune's own.
    #[serde(default)]
    pub prefix: String,
    /// A file with two lines, the id of the access key and its secret, readable by the node alone.
    pub key_file: PathBuf,
    /// The authority that vouches for the store, PEM, if the system does not.
    pub ca: Option<PathBuf>,
    /// Files that ended so long ago are sent; what is held is sent at once.
    #[serde(default = "a_day")]
    pub after_hours: u16,
}

fn a_region() -> String {
    "us-east-1".into()
}

fn a_day() -> u16 {
    24
}

/// What is written to the log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The least level: `error`, `warn`, `info`, `debug`.
    pub level: String,
    /// `json` for machines, `text` for people.
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::Json }
    }
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One plain line.
    Text,
}

/// A file that cannot be read as configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or not readable.
    #[error("cannot read the configuration {path}: {}. Name another one with --config", in_words(why))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// The file is no TOML, or holds wrong or unknown keys.
    #[error("{path} cannot be used:\n- {}", problems.join("\n- "))]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Each with its line.
        problems: Vec<String>,
    },
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(path, &Self::text(path)?)
    }

    /// The text of a file.
    pub fn text(path: &Path) -> Result<String, ConfigError> {
        std::fs::read_to_string(path).map_err(|why| ConfigError::Unreadable { path: path.to_owned(), why })
    }

    /// Reads a text; `path` is what errors call it.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        match Reading::of(text) {
            Reading { config: Some(config), problems, .. } if problems.is_empty() => Ok(config),
            Reading { problems, .. } => Err(ConfigError::Wrong { path: path.to_owned(), problems }),
        }
    }

    /// Whether browsers reach the node over TLS.
    pub fn secure(&self) -> bool {
        self.http.tls.is_some() || self.http.acme.is_some()
    }

    /// Where the certificate lies; with ACME, chain and key are one file in the data folder.
    pub fn certificate_files(&self) -> Option<Files> {
        if self.http.acme.is_some() {
            let both = self.data.join("tls").join("node.pem");
            return Some(Files { chain: both.clone(), key: both });
        }
        let Tls { certificate, key } = self.http.tls.clone()?;
        Some(Files { chain: certificate, key })
    }

    /// The folders of footage, one on each disk.
    pub fn footage(&self) -> Vec<PathBuf> {
        if self.watch.disks.is_empty() { vec![self.data.join("footage")] } else { self.watch.disks.clone() }
    }

    /// Whom push services may write to.
    pub fn push_contact(&self) -> Result<Contact, BadContact> {
        let contact = self.alarm.push_contact.clone();
        Contact::new(&contact.unwrap_or_else(|| format!("https://{}", self.host)))
    }

    /// The list of erased ids, beside the database or, with PostgreSQL, in the data folder.
    pub fn erased_ids(&self) -> PathBuf {
        self.data.join(if self.database.postgres.is_some() { ERASED_IDS } else { "journal.db-erased-ids" })
    }
}
