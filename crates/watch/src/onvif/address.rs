//! Where a service of a camera is: an address of HTTP (RFC 9110, 4.2).
//!
//! Promises: an address that parses makes a request line that is valid: no spaces, no control characters, ASCII only, no
//! user name and no password. What a camera says of its services never leads to another machine.

use crate::record::Certificate;
use std::{fmt, net::IpAddr};

/// The longest address taken, in bytes.
const MAXIMUM: usize = 1024;
/// Where the device service of nearly every camera is (ONVIF Core, 5.10).
const USUAL: &str = "/onvif/device_service";

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address; IPv6 without brackets.
    pub host: String,
    /// The TCP port; 80 (http) or 443 (https) unless given.
    pub port: u16,
    /// Over TLS (https).
    pub secure: bool,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// The certificate that is known of it, for https: another is refused.
    pub certificate: Option<Certificate>,
}

impl Address {
    /// Reads `http://host:port/path` or `https://..`; also a host alone, with or without a port, which is that of a device
    /// service at its usual place. None if it is neither, or holds a user name.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAXIMUM || !text.bytes().all(|byte| matches!(byte, b'!'..=b'~')) {
            return None;
        }
        let (secure, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some(_) => return None,
            None => (false, text),
        };
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (place, path) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len()))?;
        let (host, port) = place_of(place)?;
        let path = match path {
            "" => USUAL.to_owned(),
            path if path.starts_with('/') => path.to_owned(),
            query => format!("/{query}"),
        };
        let port = port.unwrap_or(if secure { 443 } else { 80 });
        Some(Self { host, port, secure, path, certificate: None })
    }

    /// What a camera says of a service's place, held to the machine that was asked: cameras behind a NAT, and hostile ones,
    /// name others. TLS is kept where there is TLS. None if it is no address at all.
    pub(super) fn held(&self, told: &str) -> Option<Self> {
        let path = told.trim();
        let told = if path.starts_with('/') {
            Self::parse(&format!("http://{}{path}", self.place()))
                .map(|told| Self { secure: self.secure, ..told })
        } else {
            Self::parse(told).filter(|_| told.contains("://"))
        };
        let told = told?;
        let here = told.host.eq_ignore_ascii_case(&self.host) && (told.secure || !self.secure);
        let certificate = self.certificate;
        Some(if here { Self { certificate, ..told } } else { Self { path: told.path, ..self.clone() } })
    }

    /// Host and port as they stand in a request.
    pub(super) fn place(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", if self.secure { "https" } else { "http" }, self.place(), self.path)
    }
}

fn place_of(place: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<IpAddr>().ok().filter(IpAddr::is_ipv6)?;
        match after.strip_prefix(':') {
            None if !after.is_empty() => return None,
            port => (host, port),
        }
    } else {
        let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(known) {
            return None;
        }
        (host, port)
    };
    let port = match port {
        None | Some("") => None,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(port.parse().ok().filter(|port| *port != 0)?)
        }
        Some(_) => return None,
    };
    Some((host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(of: &str, told: &str) -> String {
        Address::parse(of).unwrap().held(told).map_or("none".into(), |address| address.to_string())
    }

    #[test]
    fn an_address_is_read_with_its_usual_parts() {
        let shown = |text: &str| Address::parse(text).map(|address| address.to_string());
        assert_eq!(shown("192.0.2.7").as_deref(), Some("http://192.0.2.7:80/onvif/device_service"));
        assert_eq!(shown("cam.lan:8899").as_deref(), Some("http://cam.lan:8899/onvif/device_service"));
        assert_eq!(shown("HTTPS://192.0.2.7/x?y=1#z").as_deref(), Some("https://192.0.2.7:443/x?y=1"));
        assert_eq!(shown("http://[2001:db8::7]:81/a").as_deref(), Some("http://[2001:db8::7]:81/a"));
        for bad in [
            "",
            "ftp://a/b",
            "http://a b/",
            "http://u:p@a/b",
            "http://a:0/",
            "http://a:99999/",
            "http://a\r\nX:/",
            "http://[::1/",
        ] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }

    #[test]
    fn no_service_lies_on_another_machine() {
        let asked = "http://192.0.2.7:8080/onvif/device_service";
        assert_eq!(told(asked, "http://192.0.2.7/onvif/media"), "http://192.0.2.7:80/onvif/media");
        assert_eq!(told(asked, " http://10.0.0.9/onvif/media\n"), "http://192.0.2.7:8080/onvif/media");
        assert_eq!(told(asked, "https://evil.example/a"), "http://192.0.2.7:8080/a");
        assert_eq!(told(asked, "/onvif/ptz"), "http://192.0.2.7:8080/onvif/ptz");
        assert_eq!(told("https://192.0.2.7/d", "http://192.0.2.7/m"), "https://192.0.2.7:443/m");
        let known = Address { certificate: Some([7; 32]), ..Address::parse("https://192.0.2.7/d").unwrap() };
        for there in ["https://192.0.2.7:444/m", "http://10.0.0.9/m", "/m"] {
            assert_eq!(known.held(there).unwrap().certificate, known.certificate, "{there}");
        }
        for none in ["", "ftp://192.0.2.7/a", "192.0.2.7", "http://192.0.2.7/a\r\nX: y"] {
            assert_eq!(told(asked, none), "none", "{none}");
        }
    }
}
