//! What does not keep a node from serving, and yet must be mended: bells ring first. Each begins with its key.

use super::Config;
use crate::{
    identity::{Identity, IdentityError},
    ports::CERTIFICATE_WARNING,
    tls,
};
use liengia_journal::in_words;
use liengia_kernel::Timestamp;
use std::{
    fs::{File, Metadata},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

impl Config {
    /// Everything that must be mended although the node serves.
    pub fn worries(&self, now: Timestamp) -> Vec<String> {
        let mut worries = Vec::new();
        for (key, path) in self.paths().iter().filter(|(_, path)| path.is_relative()) {
            let path = path.display();
            worries.push(format!(
                "{key} = {path} is relative to where the program is started: write the whole path, from /"
            ));
        }
        let owner = std::fs::metadata(&self.data).ok();
        self.look_at_data(owner.as_ref(), &mut worries);
        for (key, path) in self.secrets() {
            let Ok(found) = std::fs::metadata(path) else { continue };
            worries.extend(not_the_nodes(&key, path, &self.data, &found, owner.as_ref()));
            if found.permissions().mode() & 0o077 != 0 {
                let path = path.display();
                worries.push(format!("{key} = {path}: others can read it; run: chmod 600 {path}"));
            }
        }
        self.look_at_certificate(now, &mut worries);
        if let Some(address) = self.mqtt.listen.filter(|address| !address.ip().is_loopback()) {
            worries.push(format!(
                "mqtt.listen = {address} takes devices without TLS: whoever is on that network can read their secrets along. \
                 Keep it to devices that know no TLS, on a network of their own; let all others use mqtt.tls_listen"
            ));
        }
        self.look_at_backups(owner.as_ref(), &mut worries);
        worries
    }

    fn look_at_data(&self, owner: Option<&Metadata>, worries: &mut Vec<String>) {
        let data = self.data.display();
        match Identity::read(&self.data) {
            Err(IdentityError::NoNode(_)) => {}
            Ok(identity) if identity.host == self.host => {}
            Ok(Identity { host: fixed, .. }) => {
                let configured = self.host.clone();
                worries.push(format!("host: {}", IdentityError::HostChanged { fixed, configured }));
            }
            Err(error) => worries.push(format!("data = {data}: {error}")),
        }
        let Some(owner) = owner.filter(|folder| folder.is_dir()) else { return };
        if let Err(why) = takes_files(&self.data) {
            worries.push(format!("data = {data} cannot be written: {}", in_words(&why)));
        }
        let inside = [self.data.clone(), self.data.join("keys"), self.data.join("tls")];
        let files = inside.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        let mut strange = files.filter(|file| file.metadata().is_ok_and(|file| file.uid() != owner.uid()));
        if let Some(file) = strange.next() {
            worries.push(format!(
                "data = {data}: {} belongs to another user than the folder, and the node cannot write it; run: \
                 chown -R --reference={data} {data}",
                file.path().display()
            ));
        }
    }

    fn look_at_certificate(&self, now: Timestamp, worries: &mut Vec<String>) {
        let Some(files) = self.certificate_files() else { return };
        if File::open(&files.chain).is_err() || File::open(&files.key).is_err() {
            return;
        }
        let key = if self.http.acme.is_some() { "http.acme" } else { "http.tls.certificate" };
        let path = files.chain.display();
        if let Err(error) = tls::usable(&files) {
            worries.push(format!("{key}: {error:#}"));
        }
        let Some((names, life)) = tls::named(&files.chain) else { return };
        if !names.iter().any(|name| is_for(name, &self.host)) {
            worries.push(format!(
                "{key} = {path} is for {}, not for host = {:?}: browsers and phones refuse it",
                names.join(", "),
                self.host
            ));
        }
        if now < life.begins_at {
            worries.push(format!(
                "{key} = {path} is good from {} only: is the clock of this machine right?",
                life.begins_at
            ));
        } else if life.ends_at < now {
            worries.push(format!(
                "{key} = {path} ended at {}: browsers and phones refuse it; renew it",
                life.ends_at
            ));
        } else if life.ends_at < now + CERTIFICATE_WARNING {
            worries.push(format!("{key} = {path} ends at {}: renew it now", life.ends_at));
        }
    }

    fn look_at_backups(&self, owner: Option<&Metadata>, worries: &mut Vec<String>) {
        for folder in &self.backup.folders {
            let key = "backup.folders";
            match std::fs::metadata(folder) {
                Ok(found) if found.is_dir() => {
                    let strange = not_the_nodes(key, folder, &self.data, &found, owner);
                    let why = takes_files(folder).err().map(|why| {
                        format!("{key} = {} cannot be written: {}", folder.display(), in_words(&why))
                    });
                    worries.extend(strange.or(why));
                }
                _ => worries.push(format!(
                    "{key} = {0} is no folder: plug its disk in, or make it: install -d -o liengia -g liengia -m 700 {0}",
                    folder.display()
                )),
            }
        }
    }

    fn paths(&self) -> Vec<(String, &Path)> {
        let mut paths: Vec<(String, &Path)> = vec![("data".into(), &self.data)];
        if let Some(tls) = &self.http.tls {
            paths.push(("http.tls.certificate".into(), &tls.certificate));
        }
        if let Some(page) = &self.http.ca {
            paths.push(("http.ca.certificate".into(), &page.certificate));
        }
        if let Some(ca) = self.http.acme.as_ref().and_then(|acme| acme.directory_ca.as_ref()) {
            paths.push(("http.acme.directory_ca".into(), ca));
        }
        if let Some(ca) = self.watch.tier.as_ref().and_then(|tier| tier.ca.as_ref()) {
            paths.push(("watch.tier.ca".into(), ca));
        }
        paths.extend(self.backup.folders.iter().map(|folder| ("backup.folders".into(), folder.as_path())));
        paths.extend(self.secrets());
        paths
    }

    /// The files that nobody but the node may read.
    fn secrets(&self) -> Vec<(String, &Path)> {
        let mut secrets = Vec::new();
        if let Some(tls) = &self.http.tls {
            secrets.push(("http.tls.key".to_owned(), tls.key.as_path()));
        }
        if let Some(token) = &self.http.metrics_token_file {
            secrets.push(("http.metrics_token_file".to_owned(), token));
        }
        if let Some(tier) = &self.watch.tier {
            secrets.push(("watch.tier.key_file".to_owned(), tier.key_file.as_path()));
        }
        for (key, gateway) in self.gateways() {
            secrets.push((format!("{key}.secret_file"), gateway.secret_file.as_path()));
            secrets.extend(gateway.bearer_file.as_deref().map(|file| (format!("{key}.bearer_file"), file)));
        }
        secrets
    }
}

/// What is not the node's own it may not be able to use: the data folder says whose the node is.
fn not_the_nodes(
    key: &str,
    path: &Path,
    data: &Path,
    found: &Metadata,
    owner: Option<&Metadata>,
) -> Option<String> {
    // Root reads everything.
    let owner = owner.filter(|owner| owner.uid() != found.uid() && owner.uid() != 0)?;
    Some(format!(
        "{key} = {0} belongs to user {1}, but the node runs as user {2}, the owner of {3}; run: chown --reference={3} {0}",
        path.display(),
        found.uid(),
        owner.uid(),
        data.display()
    ))
}

/// Whether a file can be made in this folder.
fn takes_files(folder: &Path) -> io::Result<()> {
    let trial = folder.join(format!(".liengia-check-{}", std::process::id()));
    File::create_new(&trial)?;
    std::fs::remove_file(&trial)
}

/// Whether a certificate's name, which may have a `*` for its first label, is this host.
fn is_for(name: &str, host: &str) -> bool {
    let rest = name.strip_prefix("*.").zip(host.split_once('.'));
    name.eq_ignore_ascii_case(host) || rest.is_some_and(|(rest, (_, of))| rest.eq_ignore_ascii_case(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_without_tls_on_a_network_are_a_worry() {
        let worries = |listen: &str| {
            let text = format!(
                "data = '/nowhere'\nhost = 'xa.example.vn'\n[http]\nlisten = []\n[mqtt]\nlisten = '{listen}'\n"
            );
            let config: Config = toml::from_str(&text).unwrap();
            config.worries(Timestamp::from_seconds(0))
        };
        let told = |listen| worries(listen).iter().filter(|worry| worry.starts_with("mqtt.listen")).count();
        assert_eq!((told("127.0.0.1:1883"), told("[::1]:1883"), told("0.0.0.0:1883")), (0, 0, 1));
    }

    #[test]
    fn a_star_stands_for_one_label() {
        assert!(is_for("XA.example.vn", "xa.example.vn") && is_for("*.example.vn", "xa.example.vn"));
        assert!(!is_for("*.example.vn", "a.xa.example.vn") && !is_for("*.example.vn", "example.vn"));
    }
}
