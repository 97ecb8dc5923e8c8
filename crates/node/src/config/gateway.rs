//! A gateway as it is configured, and what keeps it from being used.

use super::{Gateway, problems::readable};
use liengia_signal::hook::{self, BadGateway, Channel, Secret};
use std::{collections::BTreeSet, path::Path};

impl Gateway {
    /// The gateway to send with.
    pub fn made(&self) -> anyhow::Result<hook::Gateway> {
        let secret = Secret::parse(&read(&self.secret_file)?)?;
        let bearer = self.bearer_file.as_deref().map(read).transpose()?;
        Ok(hook::Gateway::new(&self.name, &self.url, self.known_channels(), secret, bearer.as_deref())?)
    }

    /// Everything that is wrong with it; `key` is where it stands.
    pub(super) fn problems(&self, key: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for channel in self.channels.iter().filter(|word| channel(word).is_none()) {
            problems.push(format!(
                "{key}.channels has {channel:?}, which is not known: use sms, voice or loudspeaker"
            ));
        }
        for wrong in BadGateway::all(&self.name, &self.url, &self.known_channels()) {
            let at = match wrong {
                BadGateway::Name => "name",
                BadGateway::Address(_) => "url",
                BadGateway::Bearer(_) => "bearer_file",
                // Unknown ones are told above.
                BadGateway::NoChannel(_) if !self.channels.is_empty() => continue,
                BadGateway::NoChannel(_) => "channels",
            };
            problems.push(format!("{key}.{at}: {wrong}"));
        }
        let files = [("secret_file", Some(&self.secret_file)), ("bearer_file", self.bearer_file.as_ref())];
        let before = problems.len();
        for (name, path) in files.into_iter().filter_map(|(name, path)| Some((name, path?))) {
            readable(&mut problems, &format!("{key}.{name}"), path);
        }
        if problems.len() == before {
            let secret = read(&self.secret_file).map_err(anyhow::Error::from);
            if let Err(wrong) = secret.and_then(|text| Ok(Secret::parse(&text)?)) {
                problems.push(format!("{key}.secret_file = {}: {wrong}", self.secret_file.display()));
            } else if before == 0
                && let Err(wrong) = self.made()
            {
                problems.push(format!("{key}.bearer_file: {wrong}"));
            }
        }
        problems
    }

    fn known_channels(&self) -> BTreeSet<Channel> {
        self.channels.iter().filter_map(|word| channel(word)).collect()
    }
}

fn channel(word: &str) -> Option<Channel> {
    match word {
        "sms" => Some(Channel::Sms),
        "voice" => Some(Channel::Voice),
        "loudspeaker" => Some(Channel::Loudspeaker),
        _ => None,
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    Ok(std::fs::read_to_string(path)?.trim().to_owned())
}
