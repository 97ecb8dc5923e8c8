//! The configuration: one TOML file, in which an unknown key is an error. docs/reference/configuration.md
//! explains every key.

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
    /// The certificate.
    pub tls: Option<Tls>,
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
    /// What it can do: `sms`, `voice`, `loudspeaker`.
    pub channels: Vec<String>,
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
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// The file is no TOML, or holds a wrong or unknown key.
    #[error("{path}: {why}")]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        why: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|why| ConfigError::Unreadable { path: path.to_owned(), why })?;
        Self::parse(path, &text)
    }

    /// Reads a text; `path` is what errors call it.
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|why| ConfigError::Wrong { path: path.to_owned(), why: Box::new(why) })
    }

    /// Everything that is wrong with this configuration, each with what to do about it. Empty: it can serve.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        self.check_names(&mut problems);
        self.check_listeners(&mut problems);
        self.check_files(&mut problems);
        problems
    }

    fn check_names(&self, problems: &mut Vec<String>) {
        let name_like = |name: &str| {
            !name.is_empty()
                && name.split('.').all(|label| {
                    !label.is_empty()
                        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                })
        };
        if !name_like(&self.host) || self.host.parse::<std::net::IpAddr>().is_ok() {
            problems.push(format!(
                "host = {:?} is not a DNS name: phones keep their app, passkeys and push under this name, so give one \
                 like xa-hoa-an.example.vn that will not change",
                self.host
            ));
        }
        if self.alarm.emergency_number.is_empty()
            || !self.alarm.emergency_number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+')
        {
            problems.push("alarm.emergency_number must be a telephone number, like \"114\"".into());
        }
        if !(-12..=14).contains(&self.alarm.utc_offset_hours) {
            problems.push("alarm.utc_offset_hours must be between -12 and 14; Vietnam is 7".into());
        }
        if !["error", "warn", "info", "debug"].contains(&self.log.level.as_str()) {
            problems.push(format!("log.level = {:?}: use error, warn, info or debug", self.log.level));
        }
        for gateway in &self.alarm.gateways {
            if !gateway.url.starts_with("https://") && !is_loopback_url(&gateway.url) {
                problems.push(format!("gateway {}: its url must begin with https://", gateway.name));
            }
            for channel in &gateway.channels {
                if !["sms", "voice", "loudspeaker"].contains(&channel.as_str()) {
                    problems.push(format!(
                        "gateway {}: channel {channel:?} is not known: use sms, voice or loudspeaker",
                        gateway.name
                    ));
                }
            }
        }
    }

    fn check_listeners(&self, problems: &mut Vec<String>) {
        if self.http.listen.is_empty() {
            problems.push("http.listen is empty: give at least one address, like \"0.0.0.0:443\"".into());
        }
        for address in &self.http.listen {
            if self.http.tls.is_none() && !address.ip().is_loopback() {
                problems.push(format!(
                    "http.listen has {address} but there is no [http.tls]: without a certificate only 127.0.0.1 and \
                     [::1] are allowed, because phones refuse the app and anyone on the network could read along"
                ));
            }
        }
        if let Some(address) = self.mqtt.tls_listen
            && self.http.tls.is_none()
        {
            problems.push(format!("mqtt.tls_listen has {address} but there is no [http.tls] certificate"));
        }
        if self.mqtt.max_connections == 0 {
            problems.push("mqtt.max_connections is 0: no bell could connect".into());
        }
    }

    fn check_files(&self, problems: &mut Vec<String>) {
        if let Some(tls) = &self.http.tls {
            readable(problems, "http.tls.certificate", &tls.certificate);
            readable(problems, "http.tls.key", &tls.key);
            private(problems, "http.tls.key", &tls.key);
        }
        for gateway in &self.alarm.gateways {
            let key = format!("gateway {}: secret_file", gateway.name);
            readable(problems, &key, &gateway.secret_file);
            private(problems, &key, &gateway.secret_file);
        }
        if self.data.exists() && !self.data.is_dir() {
            problems.push(format!("data = {} is not a folder", self.data.display()));
        }
    }
}

fn is_loopback_url(url: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|prefix| url.starts_with(prefix))
}

fn readable(problems: &mut Vec<String>, key: &str, path: &Path) {
    if let Err(error) = std::fs::File::open(path) {
        problems.push(format!("{key} = {}: cannot be read: {error}", path.display()));
    }
}

/// A secret that others on the machine can read is no secret.
fn private(problems: &mut Vec<String>, key: &str, path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if let Ok(metadata) = std::fs::metadata(path)
        && metadata.permissions().mode() & 0o077 != 0
    {
        problems.push(format!(
            "{key} = {}: others can read it; run: chmod 600 {}",
            path.display(),
            path.display()
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let error = config("data = \"/d\"\nhost = \"a.vn\"\n[http]\nlisten = []\nport = 1\n").unwrap_err();
        assert!(error.to_string().contains("port"), "{error}");
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let open =
            config("data = \"/nowhere\"\nhost = \"a.vn\"\n[http]\nlisten = [\"0.0.0.0:80\"]\n").unwrap();
        assert_eq!(open.problems().len(), 1);
        let own =
            config("data = \"/nowhere\"\nhost = \"a.vn\"\n[http]\nlisten = [\"127.0.0.1:80\"]\n").unwrap();
        assert_eq!(own.problems(), Vec::<String>::new());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "data = \"/nowhere\"\nhost = \"10.0.0.1\"\n[http]\nlisten = []\n[mqtt]\n\
                    max_connections = 0\n[alarm]\nemergency_number = \"\"\n[log]\nlevel = \"loud\"\n";
        assert_eq!(config(text).unwrap().problems().len(), 5);
    }
}
