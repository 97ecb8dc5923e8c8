//! Where the store is, and with which key it is asked.

use super::SealKey;
use std::{fmt, time::Duration};

/// Letters of a bucket's name (the S3 rules).
const BUCKET: std::ops::RangeInclusive<usize> = 3..=63;
/// Most letters of a prefix and of each line of a key.
const LONGEST: usize = 256;

/// A store for footage.
#[derive(Clone, Debug)]
pub struct TierSettings {
    /// `https://store.example.vn:3900`, or `http://` inside the own network.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// The region that the store goes by; most that run in a commune take any.
    pub region: String,
    /// What every key begins with, without `/` at its ends: the node's own.
    pub prefix: String,
    /// With which it is asked.
    pub key: AccessKey,
    /// With which every object is sealed.
    pub seal: SealKey,
    /// The authorities that vouch for the store, PEM; none: those that this machine trusts.
    pub authorities: Option<Vec<u8>>,
    /// Files that ended so long ago are sent.
    pub after: Duration,
}

/// An access key: its id and its secret. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    pub(super) id: String,
    pub(super) secret: String,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey(..)")
    }
}

/// What keeps a store from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTier {
    /// No address.
    #[error(
        "give the address of the store, like \"https://store.example.vn:3900\": http or https, a name, a port, no path"
    )]
    Endpoint,
    /// No bucket's name.
    #[error("a bucket's name is 3 to 63 small letters, digits, dots and hyphens")]
    Bucket,
    /// No region's name.
    #[error("a region's name is letters, digits and hyphens, like \"garage\" or \"us-east-1\"")]
    Region,
    /// No prefix.
    #[error("a prefix is small letters, digits and hyphens, with / between them and not at the ends")]
    Prefix,
    /// No key.
    #[error("two lines are needed: the id of the access key, and its secret")]
    Key,
    /// No certificate.
    #[error("there is no certificate in it: PEM is needed, as the store's authority hands it out")]
    Authority,
    /// This machine trusts nobody.
    #[error(
        "this machine has no list of trusted certificates: install ca-certificates, or name the store's authority"
    )]
    TrustsNobody,
}

impl AccessKey {
    /// Reads it from the text of its file.
    pub fn parse(text: &str) -> Result<Self, BadTier> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let (Some(id), Some(secret), None) = (lines.next(), lines.next(), lines.next()) else {
            return Err(BadTier::Key);
        };
        let plain = |word: &str| word.len() <= LONGEST && word.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain(id) || !plain(secret) {
            return Err(BadTier::Key);
        }
        Ok(Self { id: id.to_owned(), secret: secret.to_owned() })
    }
}

/// Everything that is wrong with these names.
pub fn wrong_names(endpoint: &str, bucket: &str, region: &str, prefix: &str) -> Vec<BadTier> {
    let small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_bucket = BUCKET.contains(&bucket.len())
        && bucket.bytes().all(|byte| small(byte) || byte == b'.')
        && !bucket.starts_with(['.', '-'])
        && !bucket.ends_with(['.', '-'])
        && !bucket.contains("..");
    let is_region =
        !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_prefix = prefix.is_empty()
        || prefix.len() <= LONGEST
            && prefix.split('/').all(|part| !part.is_empty() && part.bytes().all(small));
    let wrong = [
        (is_endpoint(endpoint), BadTier::Endpoint),
        (is_bucket, BadTier::Bucket),
        (is_region, BadTier::Region),
        (is_prefix, BadTier::Prefix),
    ];
    wrong.into_iter().filter(|(right, _)| !right).map(|(_, bad)| bad).collect()
}

/// Whether requests can be sent there.
fn is_endpoint(endpoint: &str) -> bool {
    let Ok(uri) = endpoint.parse::<hyper::Uri>() else { return false };
    let plain = endpoint.len() <= LONGEST && !endpoint.contains(['@', '?', '#']);
    plain && matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && uri.path() == "/"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_two_lines_and_never_prints() {
        let key = AccessKey::parse("GK31c2f218a2e44f485b94239e\r\n b892c0665f0ada8a \n\n").unwrap();
        assert_eq!((&*key.id, &*key.secret), ("GK31c2f218a2e44f485b94239e", "b892c0665f0ada8a"));
        assert_eq!(format!("{key:?}"), "AccessKey(..)");
        for wrong in ["", "one", "one\ntwo\nthree", "o ne\ntwo", "one\n\u{7}"] {
            assert_eq!(AccessKey::parse(wrong), Err(BadTier::Key), "{wrong:?}");
        }
    }

    #[test]
    fn every_name_that_cannot_be_one_is_told() {
        let fine = ["http://10.0.0.5:3900", "https://store.example.vn", "http://[fd00::5]:9000/"];
        for endpoint in fine {
            assert_eq!(wrong_names(endpoint, "footage.hoa-an", "garage", "xa/hoa-an"), []);
        }
        let wrong =
            ["", "store.example.vn", "ftp://a.vn", "https://a.vn/path", "https://u:p@a.vn", "https://a.vn?x"];
        for endpoint in wrong {
            assert_eq!(wrong_names(endpoint, "footage", "garage", ""), [BadTier::Endpoint], "{endpoint}");
        }
        let all = [BadTier::Endpoint, BadTier::Bucket, BadTier::Region, BadTier::Prefix];
        assert_eq!(wrong_names("", "A", "", "/x"), all);
        assert_eq!(wrong_names(fine[0], "a..b", "x y", "x//y"), all[1..]);
    }
}
