//! `liengia check`: explains everything that is wrong with a configuration, and with what it names on this machine, before
//! the node is started with it. It may be run while the node runs.

use crate::{
    config::{Config, ConfigError, Reading, Tier as TierConfig},
    identity::Identity,
    keys, node,
};
use liengia_kernel::{Clock as _, CommuneId, SystemClock, SystemEntropy};
use liengia_watch::{
    running::Ffmpeg,
    tier::{SealKey, Tier},
};
use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

/// What was found.
#[derive(Default)]
pub struct Found {
    /// What is wrong, each with what to do about it.
    pub problems: Vec<String>,
    /// What cannot be told from here, or may be meant so.
    pub notes: Vec<String>,
}

/// Looks at the file, and at everything that it names.
pub async fn look(path: &Path) -> Result<Found, ConfigError> {
    let mut reading = Reading::of(&Config::text(path)?);
    let mut found = Found { problems: std::mem::take(&mut reading.problems), notes: Vec::new() };
    let Some(config) = &reading.config else { return Ok(found) };
    let told = config.problems().into_iter().chain(config.worries(SystemClock::new().now()));
    found.problems.extend(told.filter(|problem| !reading.is_made_up(problem)));
    found.problems.extend(keys::wrong(&config.data));
    found.look_at_ports(config);
    if let Err(why) = node::database(config).answers().await {
        found.problems.push(format!(
            "database.postgres: the server does not let the node in: {why}. Is it running, and is the URL right?"
        ));
    }
    if let Some(tier) = &config.watch.tier
        && config.problems().iter().all(|problem| !problem.starts_with("watch.tier."))
        && let Err(why) = try_tier(tier, &config.data).await
    {
        found.problems.push(format!("watch.tier: {why:#}"));
    }
    let data = config.data.display();
    if !config.data.exists() && !reading.is_made_up("data") {
        found.notes.push(format!(
            "data = {data} is not there yet. systemd makes it (StateDirectory); elsewhere: install -d -o liengia -g liengia \
             -m 700 {data}"
        ));
    }
    found.look_at_telephones(config);
    found.look_at_ffmpeg().await;
    if config.backup.folders.is_empty() {
        found.notes.push("backup.folders names none: nobody will be told when backups fail".into());
    }
    Ok(found)
}

/// Writes something small to the store, reads it and deletes it. No footage is touched: the name is another.
async fn try_tier(tier: &TierConfig, data: &Path) -> anyhow::Result<()> {
    let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
    let commune = Identity::read(data).map(|identity| identity.commune);
    let commune = commune.unwrap_or_else(|_| CommuneId::new(clock.now(), &*entropy));
    // Nothing is sealed here.
    let settings = tier.settings(commune, SealKey::new([0; 32]))?;
    let tried = move || Ok(Tier::new(&settings, clock, entropy)?.try_out()?);
    tokio::task::spawn_blocking(tried).await?
}

impl Found {
    /// Whether covered and shortened copies of footage can be made.
    async fn look_at_ffmpeg(&mut self) {
        match Ffmpeg::find().await {
            None => self.notes.push(
                "ffmpeg with libx264 is not here: no covered or shortened copy of footage can be handed out. On Debian: \
                 apt-get install ffmpeg"
                    .into(),
            ),
            Some(ffmpeg) if !ffmpeg.stamps() => self.notes.push(format!(
                "{} finds no font: copies of footage do not say in the picture that they are copies. On Debian: apt-get \
                 install fonts-dejavu-core",
                ffmpeg.version()
            )),
            Some(_) => {}
        }
    }

    /// Whom an alarm reaches who has no app: nobody need have one, so nothing here is wrong, and yet rungs of the ladder are empty.
    fn look_at_telephones(&mut self, config: &Config) {
        let alarm = &config.alarm;
        let calls = |channel: &String| matches!(channel.as_str(), "sms" | "voice");
        if !alarm.gateways.iter().any(|gateway| gateway.channels.iter().any(calls)) {
            self.notes.push(
                "alarm.gateways names none for sms or voice: in an alarm nobody is texted and nobody is called".into(),
            );
        }
        for (key, number, who) in [
            ("on_call", &alarm.on_call, "nobody is called while nobody sits at the desk"),
            (
                "village_security",
                &alarm.village_security,
                "the village security team is not told of an alarm",
            ),
            ("next_post", &alarm.next_post, "the next post is not told of an alarm"),
        ] {
            if number.is_none() {
                self.notes.push(format!("alarm.{key} names no number: {who}"));
            }
        }
    }

    fn look_at_ports(&mut self, config: &Config) {
        let runs = node::database(config).is_in_use();
        let page = config.http.ca.as_ref().map(|page| ("http.ca.listen", page.listen));
        let http = config.http.listen.iter().map(|address| ("http.listen", *address));
        let mqtt = config.mqtt.listen.iter().map(|address| ("mqtt.listen", *address));
        let tls = config.mqtt.tls_listen.iter().map(|address| ("mqtt.tls_listen", *address));
        // Each is held until all were tried: two keys with one address are found, too.
        let mut held: Vec<(SocketAddr, TcpListener)> = Vec::new();
        for (key, address) in http.chain(mqtt).chain(tls).chain(page) {
            let port = address.port();
            match TcpListener::bind(address) {
                Ok(listener) => held.push((address, listener)),
                Err(_) if port != 0 && held.iter().any(|(other, _)| other.port() == port) => self
                    .problems
                    .push(format!("{key} has {address}, but port {port} is named twice in this file")),
                Err(why) => self.unheard(key, address, &why, runs, config.database.postgres.is_some()),
            }
        }
    }

    fn unheard(&mut self, key: &str, address: SocketAddr, why: &io::Error, runs: bool, unsure: bool) {
        let port = address.port();
        match why.kind() {
            ErrorKind::AddrInUse if runs => {
                self.notes.push(format!("{key}: {address} is in use, by the node that runs now"));
            }
            ErrorKind::AddrInUse if unsure => self.notes.push(format!(
                "{key}: {address} is in use. If the node does not run, find who uses it: ss -ltnp 'sport = :{port}'"
            )),
            ErrorKind::AddrInUse => self.problems.push(format!(
                "{key}: {address} is in use by another program; find it with: ss -ltnp 'sport = :{port}'"
            )),
            // As a service the node may; `runuser -u liengia -- liengia check` may not.
            ErrorKind::PermissionDenied => self.notes.push(format!(
                "{key}: this user may not listen on port {port}. The service may; by hand it needs CAP_NET_BIND_SERVICE"
            )),
            ErrorKind::AddrNotAvailable => self.problems.push(format!(
                "{key}: no network card of this machine has the address {}; `ip address` lists them",
                address.ip()
            )),
            _ => self.problems.push(format!("{key}: {address} cannot be listened on: {why}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_where_nobody_listens_is_told_with_what_to_do() {
        let key_file = std::env::temp_dir().join(format!("liengia-check-key-{}", std::process::id()));
        std::fs::write(&key_file, "id\nsecret\n").unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let tier = TierConfig {
            endpoint: format!("http://{free}"),
            bucket: "footage".into(),
            region: "garage".into(),
            prefix: String::new(),
            key_file: key_file.clone(),
            ca: None,
            after_hours: 24,
        };
        let why = try_tier(&tier, Path::new("/nowhere")).await.unwrap_err();
        std::fs::remove_file(key_file).unwrap();
        assert!(format!("{why:#}").contains("does watch.tier.endpoint name it?"), "{why:#}");
    }
}
