//! The store for footage as it is configured, and what keeps it from being used.

use super::{Tier, problems::readable};
use anyhow::Context as _;
use liengia_kernel::CommuneId;
use liengia_watch::tier::{AccessKey, BadTier, SealKey, TierSettings, wrong_names};
use std::time::Duration;

impl Tier {
    /// The store, with what this commune's files are called and sealed with there.
    pub fn settings(&self, commune: CommuneId, seal: SealKey) -> anyhow::Result<TierSettings> {
        let key = std::fs::read_to_string(&self.key_file)
            .with_context(|| format!("watch.tier.key_file = {}", self.key_file.display()))?;
        let authorities = self
            .ca
            .as_ref()
            .map(|path| std::fs::read(path).with_context(|| format!("watch.tier.ca = {}", path.display())));
        let prefix =
            if self.prefix.is_empty() { commune.to_string() } else { format!("{}/{commune}", self.prefix) };
        Ok(TierSettings {
            endpoint: self.endpoint.clone(),
            bucket: self.bucket.clone(),
            region: self.region.clone(),
            prefix,
            key: AccessKey::parse(&key).context("watch.tier.key_file")?,
            seal,
            authorities: authorities.transpose()?,
            after: Duration::from_hours(self.after_hours.into()),
        })
    }

    /// Everything that is wrong with it on this machine.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for wrong in wrong_names(&self.endpoint, &self.bucket, &self.region, &self.prefix) {
            let (at, given) = match wrong {
                BadTier::Bucket => ("bucket", &self.bucket),
                BadTier::Region => ("region", &self.region),
                BadTier::Prefix => ("prefix", &self.prefix),
                _ => ("endpoint", &self.endpoint),
            };
            problems.push(format!("watch.tier.{at} = {given:?}: {wrong}"));
        }
        if readable(&mut problems, "watch.tier.key_file", &self.key_file) {
            let text = std::fs::read_to_string(&self.key_file).unwrap_or_default();
            if let Err(wrong) = AccessKey::parse(&text) {
                problems.push(format!("watch.tier.key_file = {}: {wrong}", self.key_file.display()));
            }
        }
        if let Some(ca) = &self.ca {
            readable(&mut problems, "watch.tier.ca", ca);
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn problems(tier: &str) -> Vec<String> {
        let text = format!(
            "data = '/nowhere'\nhost = 'xa.example.vn'\n[http]\nlisten = ['127.0.0.1:80']\n[watch.tier]\n{tier}"
        );
        let config: Config = toml::from_str(&text).unwrap();
        config.problems()
    }

    #[test]
    fn every_key_of_a_store_that_is_wrong_is_told() {
        let found =
            problems("endpoint = 'store'\nbucket = 'B'\nregion = ''\nprefix = '/'\nkey_file = '/no/such'\n");
        let begins = ["endpoint", "bucket", "region", "prefix", "key_file"];
        assert_eq!(found.len(), begins.len(), "{found:#?}");
        for (found, begin) in found.iter().zip(begins) {
            assert!(found.starts_with(&format!("watch.tier.{begin} = ")), "{found}");
        }
    }

    #[test]
    fn a_key_that_is_not_two_lines_is_told_and_not_shown() {
        let path = std::env::temp_dir().join(format!("liengia-tier-key-{}", std::process::id()));
        std::fs::write(&path, "a-secret-on-one-line\n").unwrap();
        let tier = format!(
            "endpoint = 'http://10.0.0.5:3900'\nbucket = 'footage'\nkey_file = '{}'\n",
            path.display()
        );
        let found = problems(&tier);
        std::fs::remove_file(&path).unwrap();
        assert!(
            found.len() == 1 && found[0].contains("two lines") && !found[0].contains("a-secret"),
            "{found:#?}"
        );
    }
}
