//! Writes come from our own pages only.

use crate::ask::is_write;
use axum::http::{HeaderMap, Method, header};

/// The origins that the node's own pages have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins(Vec<String>);

/// A text that is no origin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an origin: https://host, https://host:port, or http://*.localhost:port is needed")]
pub struct WrongOrigin;

impl Origins {
    /// These origins, each written `scheme://host[:port]` in small letters as a browser does; a host may begin
    /// with `*.`, which stands for exactly one more label.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, WrongOrigin> {
        let good = |origin: &str| {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
            host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
        };
        let origins: Vec<String> = origins.into_iter().map(str::to_ascii_lowercase).collect();
        if origins.is_empty() || !origins.iter().all(|origin| good(origin)) {
            Err(WrongOrigin)
        } else {
            Ok(Self(origins))
        }
    }

    /// Whether all of them are HTTPS.
    pub fn secure(&self) -> bool {
        self.0.iter().all(|origin| origin.starts_with("https://"))
    }

    /// Whether this is one of them.
    pub fn include(&self, origin: &str) -> bool {
        self.0.iter().any(|ours| match ours.split_once("*.") {
            None => ours == origin,
            Some((scheme, rest)) => origin.strip_prefix(scheme).is_some_and(|host| {
                host.split_once('.').is_some_and(|(label, others)| !label.is_empty() && others == rest)
            }),
        })
    }

    /// Whether a request may be acted on: any read, and a write that its browser says comes from our own page.
    /// A write without a cookie may also come from no browser at all; a cookie without an origin is refused.
    pub(super) fn may_send(&self, method: &Method, headers: &HeaderMap) -> bool {
        if !is_write(method) {
            return true;
        }
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let (origin, second) = (origins.next(), origins.next());
        if second.is_some() {
            return false;
        }
        if let Some(origin) = origin {
            return origin.to_str().is_ok_and(|origin| self.include(origin))
                && site(headers).is_none_or(|site| site == "same-origin");
        }
        match site(headers) {
            Some(site) => site == "same-origin",
            None => !headers.contains_key(header::COOKIE),
        }
    }
}

fn site(headers: &HeaderMap) -> Option<&str> {
    headers.get("sec-fetch-site").map(|value| value.to_str().unwrap_or("unreadable"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(headers: &[(&'static str, &'static str)]) -> bool {
        let origins = Origins::new(["https://lg.example", "http://*.localhost:8080"]).unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        origins.may_send(&Method::POST, &map)
    }

    #[test]
    fn our_own_pages_may_write() {
        assert!(may(&[
            ("origin", "https://lg.example"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", "a=b")
        ]));
        assert!(may(&[("origin", "https://lg.example"), ("cookie", "a=b")]));
        assert!(may(&[("origin", "http://desk.localhost:8080")]));
        assert!(may(&[("sec-fetch-site", "same-origin"), ("cookie", "a=b")]));
        assert!(may(&[]));
    }

    #[test]
    fn other_sites_may_not() {
        for origin in [
            "https://evil.example",
            "null",
            "http://lg.example",
            "https://lg.example:444",
            "https://lg.example.evil.example",
            "http://a.b.localhost:8080",
            "http://.localhost:8080",
            "http://evil.example/.localhost:8080",
            "",
        ] {
            assert!(!may(&[("origin", origin)]), "{origin}");
        }
        assert!(!may(&[("origin", "https://lg.example"), ("origin", "https://evil.example")]));
        assert!(!may(&[("origin", "https://lg.example"), ("sec-fetch-site", "cross-site")]));
        assert!(!may(&[("sec-fetch-site", "same-site")]));
        assert!(!may(&[("sec-fetch-site", "none"), ("cookie", "a=b")]));
        assert!(!may(&[("cookie", "a=b")]));
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for wrong in ["lg.example", "https://", "https://lg.example/", "ftp://lg.example", "https://a@b"] {
            assert_eq!(Origins::new([wrong]), Err(WrongOrigin), "{wrong}");
        }
    }
}
