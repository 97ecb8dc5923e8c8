//! What keeps a configuration from being served, each with what to do about it. Each begins with its key.

use super::{Config, Gateway};
use crate::{api::MetricsDoor, ca_page};
use liengia_journal::in_words;
use liengia_signal::hook::MOST_GATEWAYS;
use std::path::Path;

/// What a camera keeps at the least where its bytes are limited: about an hour of pictures.
const LEAST_OF_CAMERA: u64 = 1 << 30;

impl Config {
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
        self.check_alarm(problems);
        self.check_acme(problems);
    }

    fn check_acme(&self, problems: &mut Vec<String>) {
        let Some(acme) = &self.http.acme else { return };
        if self.http.tls.is_some() {
            problems
                .push("both [http.tls] and [http.acme] are there: keep the one that is to be used".into());
        }
        if acme.dns_hook.is_empty() {
            problems.push(
                "http.acme.dns_hook is empty: name the command that sets and removes the TXT record at your DNS \
                 provider"
                    .into(),
            );
        }
        if acme.dns_wait_seconds > 3600 {
            problems.push("http.acme.dns_wait_seconds is more than an hour: a record is seen sooner".into());
        }
        if let Some(wrong) = acme.contact.iter().find(|contact| !contact.starts_with("mailto:")) {
            problems.push(format!("http.acme.contact has {wrong:?}: write it as mailto:name@example.vn"));
        }
        if let Some(directory) = acme.directory.as_ref().filter(|url| !url.starts_with("https://")) {
            problems.push(format!("http.acme.directory = {directory:?}: it must begin with https://"));
        }
    }

    fn check_alarm(&self, problems: &mut Vec<String>) {
        let speaks = |gateway: &Gateway| gateway.channels.iter().any(|channel| channel == "loudspeaker");
        if !self.alarm.loudspeakers.is_empty() && !self.alarm.gateways.iter().any(speaks) {
            problems.push(
                "alarm.loudspeakers names some, but no gateway has the channel \"loudspeaker\": nothing would speak"
                    .into(),
            );
        }
        if self.alarm.loudspeakers.len() > MOST_LOUDSPEAKERS {
            problems.push(format!("alarm.loudspeakers has more than {MOST_LOUDSPEAKERS}"));
        }
        let numbers = [
            ("on_call", &self.alarm.on_call),
            ("village_security", &self.alarm.village_security),
            ("next_post", &self.alarm.next_post),
        ];
        for (key, number) in numbers {
            if number.as_ref().is_some_and(|number| !is_a_number(number)) {
                problems.push(format!("alarm.{key} must be a telephone number, like \"+84912345678\""));
            }
        }
        for (key, gateway) in self.gateways() {
            problems.extend(gateway.problems(&key));
        }
        if self.alarm.gateways.len() > MOST_GATEWAYS {
            problems.push(format!("alarm.gateways has more than {MOST_GATEWAYS}"));
        }
        if self.alarm.push_contact.is_some()
            && let Err(wrong) = self.push_contact()
        {
            problems.push(format!("alarm.push_contact: {wrong}"));
        }
    }

    fn check_listeners(&self, problems: &mut Vec<String>) {
        if self.http.listen.is_empty() {
            problems.push("http.listen is empty: give at least one address, like \"0.0.0.0:443\"".into());
        }
        for address in &self.http.listen {
            if !self.secure() && !address.ip().is_loopback() {
                problems.push(format!(
                    "http.listen has {address} but there is no [http.tls] or [http.acme]: without a certificate only 127.0.0.1 and \
                     [::1] are allowed, because phones refuse the app and anyone on the network could read along"
                ));
            }
        }
        if let Some(address) = self.mqtt.tls_listen
            && !self.secure()
        {
            problems.push(format!(
                "mqtt.tls_listen has {address} but there is no certificate: add [http.tls] or [http.acme]"
            ));
        }
        if self.mqtt.max_connections == 0 {
            problems.push("mqtt.max_connections is 0: no bell could connect".into());
        }
    }

    fn check_files(&self, problems: &mut Vec<String>) {
        if let Some(tls) = &self.http.tls {
            readable(problems, "http.tls.certificate", &tls.certificate);
            readable(problems, "http.tls.key", &tls.key);
        }
        if let Some(page) = &self.http.ca {
            let found = readable(problems, "http.ca.certificate", &page.certificate);
            if found && let Err(wrong) = ca_page::certificate(page) {
                problems.push(format!("{wrong:#}"));
            }
            let text = std::fs::read_to_string(&page.certificate).unwrap_or_default();
            if text.contains("PRIVATE KEY") {
                problems.push(format!(
                    "http.ca.certificate = {}: there is a private key in it; give ca.pem alone, and keep the key offline",
                    page.certificate.display()
                ));
            }
        }
        if let Some(ca) = self.http.acme.as_ref().and_then(|acme| acme.directory_ca.as_ref()) {
            readable(problems, "http.acme.directory_ca", ca);
        }
        if let Some(token) = &self.http.metrics_token_file {
            let found = readable(problems, "http.metrics_token_file", token);
            if found && let Err(wrong) = MetricsDoor::of(self) {
                problems.push(format!("http.metrics_token_file = {wrong:#}"));
            }
        }
        if let Some(bytes) = self.watch.camera_bytes.filter(|bytes| *bytes < LEAST_OF_CAMERA) {
            problems.push(format!(
                "watch.camera_bytes = {bytes} is not an hour of pictures: at least {LEAST_OF_CAMERA}, or leave it out"
            ));
        }
        if let Some(tier) = &self.watch.tier {
            problems.extend(tier.problems());
        }
        if self.data.exists() && !self.data.is_dir() {
            problems.push(format!("data = {} is not a folder", self.data.display()));
        }
        if self.backup.every_hours == 0 {
            problems.push("backup.every_hours is 0: say how often a backup is made; each night is 24".into());
        }
    }

    /// The gateways, each with its key.
    pub(super) fn gateways(&self) -> impl Iterator<Item = (String, &Gateway)> {
        let gateways = self.alarm.gateways.iter().enumerate();
        gateways.map(|(place, gateway)| (format!("alarm.gateways[{}]", place + 1), gateway))
    }
}

/// Loudspeakers of one commune.
const MOST_LOUDSPEAKERS: usize = 64;

fn is_a_number(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    (3..=16).contains(&number.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a file can be read; if not, it is one of the problems.
pub(super) fn readable(problems: &mut Vec<String>, key: &str, path: &Path) -> bool {
    let opened = std::fs::File::open(path);
    if let Err(error) = &opened {
        problems.push(format!("{key} = {} cannot be read: {}", path.display(), in_words(error)));
    }
    opened.is_ok()
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
    fn a_disk_for_backups_that_is_not_plugged_in_keeps_no_bell_from_ringing() {
        let text = "data = \"/nowhere\"\nhost = \"a.vn\"\n[http]\nlisten = [\"127.0.0.1:80\"]\n\
                    [backup]\nfolders = [\"/not/plugged/in\"]\n";
        assert_eq!(config(text).unwrap().problems(), Vec::<String>::new());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "data = \"/nowhere\"\nhost = \"10.0.0.1\"\n[http]\nlisten = []\n[mqtt]\n\
                    max_connections = 0\n[alarm]\nemergency_number = \"\"\n[log]\nlevel = \"loud\"\n";
        assert_eq!(config(text).unwrap().problems().len(), 5);
    }

    #[test]
    fn a_camera_keeps_an_hour_at_the_least() {
        let kept = |bytes: &str| {
            let text = "data = \"/nowhere\"\nhost = \"a.vn\"\n[http]\nlisten = [\"127.0.0.1:80\"]\n[watch]\n";
            config(&format!("{text}camera_bytes = {bytes}\n")).unwrap()
        };
        let enough = kept("200_000_000_000");
        assert_eq!((enough.watch.camera_bytes, enough.problems()), (Some(200_000_000_000), Vec::new()));
        let problems = kept("200").problems();
        assert!(problems.len() == 1 && problems[0].starts_with("watch.camera_bytes = 200"), "{problems:?}");
    }
}
