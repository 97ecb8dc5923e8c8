//! Which stream of which camera, from an address as people write it.
//!
//! Promises: a target that parses makes a request line that is valid: no spaces, no control characters, ASCII only. It
//! never shows a user name or a password, neither in `Debug` nor in `Display` nor in an error; a path that seems to hold
//! one (some cameras want `/user=..&password=..`) is hidden too.

use super::Transport;
use std::fmt::{self, Write as _};
use std::net::Ipv6Addr;

/// The longest address taken, in bytes.
const MAXIMUM: usize = 2048;

/// Where a stream is and how to sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// A name or an address; IPv6 without brackets.
    pub host: String,
    /// The TCP port; 554 (rtsp) or 322 (rtsps) unless given.
    pub port: u16,
    /// Over TLS (rtsps).
    pub secure: bool,
    /// Path and query, percent-coded, beginning with `/`.
    pub path: String,
    /// User name and password, decoded.
    pub user: Option<(String, String)>,
    /// Sound is wanted too.
    pub sound: bool,
    /// On which way the packets are wanted.
    pub transport: Transport,
}

/// Why an address is not that of a stream. Says nothing of the address itself, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Neither `rtsp://` nor `rtsps://`.
    #[error("the address must begin with rtsp:// or rtsps://")]
    Scheme,
    /// No host, or one that cannot be a name or an address.
    #[error("the host is missing or not valid; a / or ? in the password must be written %2F or %3F")]
    Host,
    /// The port is not a number from 1 to 65535.
    #[error("the port must be a number from 1 to 65535")]
    Port,
    /// User name or password: a `%` without two hexadecimal digits, not UTF-8, or a control character.
    #[error("the user name or password is not valid; a % in it must be written %25")]
    User,
    /// The path holds a space or a control character.
    #[error("the path holds a space or a control character; a space must be written %20")]
    Path,
    /// More than 2,048 bytes.
    #[error("the address is too long")]
    TooLong,
}

impl Target {
    /// Reads `rtsp://user:password@host:port/path?query` (RFC 2326, 3.2). `sound` is off, `transport` TCP.
    pub fn parse(url: &str) -> Result<Self, BadUrl> {
        if url.len() > MAXIMUM {
            return Err(BadUrl::TooLong);
        }
        let (scheme, rest) = url.trim().split_once("://").ok_or(BadUrl::Scheme)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "rtsp" => false,
            "rtsps" => true,
            _ => return Err(BadUrl::Scheme),
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).ok_or(BadUrl::Host)?;
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = place_of(place)?;
        Ok(Self {
            host,
            port: port.unwrap_or(default_port(secure)),
            secure,
            path: path_of(path)?,
            user: user.map(user_of).transpose()?,
            sound: false,
            transport: Transport::Tcp,
        })
    }

    /// The address as it stands in a request: never with user name and password.
    pub(super) fn url(&self) -> String {
        let scheme = if self.secure { "rtsps" } else { "rtsp" };
        format!("{scheme}://{}{}", self.place(), self.path)
    }

    fn place(&self) -> String {
        let mut place = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port != default_port(self.secure) {
            let _ = write!(place, ":{}", self.port);
        }
        place
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "rtsps" } else { "rtsp" };
        let path = self.path.to_ascii_lowercase();
        let hidden = ["user", "usr", "pass", "pwd", "token", "auth"].iter().any(|word| path.contains(word));
        write!(f, "{scheme}://{}{}", self.place(), if hidden { "/(hidden)" } else { &self.path })
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self}, sound: {}, signs in: {})", self.sound, self.user.is_some())
    }
}

const fn default_port(secure: bool) -> u16 {
    if secure { 322 } else { 554 }
}

fn place_of(place: &str) -> Result<(String, Option<u16>), BadUrl> {
    let (host, port) = if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(BadUrl::Host)?;
        host.parse::<Ipv6Addr>().map_err(|_| BadUrl::Host)?;
        match after.strip_prefix(':') {
            None if !after.is_empty() => return Err(BadUrl::Host),
            port => (host, port),
        }
    } else {
        let (host, port) = place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port)));
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if host.is_empty() || host.len() > 253 || !host.bytes().all(known) {
            return Err(BadUrl::Host);
        }
        (host, port)
    };
    let port = match port {
        None | Some("") => None,
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(port.parse().ok().filter(|port| *port != 0).ok_or(BadUrl::Port)?)
        }
        Some(_) => return Err(BadUrl::Port),
    };
    Ok((host.to_owned(), port))
}

fn path_of(path: &str) -> Result<String, BadUrl> {
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let mut coded = String::with_capacity(path.len() + 1);
    if !path.starts_with('/') {
        coded.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'!'..=b'~' => coded.push(char::from(byte)),
            0x80.. => write!(coded, "%{byte:02X}").map_err(|_| BadUrl::Path)?,
            _ => return Err(BadUrl::Path),
        }
    }
    Ok(coded)
}

fn user_of(user: &str) -> Result<(String, String), BadUrl> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    Ok((decoded(name)?, decoded(password)?))
}

fn decoded(text: &str) -> Result<String, BadUrl> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or(BadUrl::User)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadUrl::User);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| BadUrl::User)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    let text = String::from_utf8(bytes).map_err(|_| BadUrl::User)?;
    if text.chars().any(char::is_control) { Err(BadUrl::User) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_in_all_its_parts() {
        let target =
            Target::parse("RTSP://ad%6Din:p%40ss:%c3%bc@192.0.2.10:8554/cam/realmonitor?channel=1&subtype=0");
        let target = target.unwrap();
        assert_eq!(target.user, Some(("admin".into(), "p@ss:ü".into())));
        assert_eq!((target.host.as_str(), target.port, target.secure), ("192.0.2.10", 8554, false));
        assert_eq!(target.url(), "rtsp://192.0.2.10:8554/cam/realmonitor?channel=1&subtype=0");
        let plain = Target::parse("rtsps://cam-7.lan").unwrap();
        assert_eq!((plain.port, plain.path.as_str(), plain.user), (322, "/", None));
    }

    #[test]
    fn ipv6_stands_in_brackets() {
        let target = Target::parse("rtsp://u:p@[2001:db8::7]:8554/a").unwrap();
        assert_eq!((target.host.as_str(), target.port), ("2001:db8::7", 8554));
        assert_eq!(target.url(), "rtsp://[2001:db8::7]:8554/a");
        assert_eq!(Target::parse("rtsp://[2001:db8::7]/a").unwrap().url(), "rtsp://[2001:db8::7]/a");
        assert_eq!(Target::parse("rtsp://[2001:db8::7/a"), Err(BadUrl::Host));
        assert_eq!(Target::parse("rtsp://[::1]x/a"), Err(BadUrl::Host));
    }

    #[test]
    fn an_at_sign_in_a_password_is_forgiven() {
        let target = Target::parse("rtsp://admin:p@ss@cam/a").unwrap();
        assert_eq!((target.user, target.host.as_str()), (Some(("admin".into(), "p@ss".into())), "cam"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_address() {
        for (url, flaw) in [
            ("http://cam/a", BadUrl::Scheme),
            ("cam/a", BadUrl::Scheme),
            ("rtsp:///a", BadUrl::Host),
            ("rtsp://user:pa/ss@cam/a", BadUrl::Port),
            ("rtsp://c%61m/a", BadUrl::Host),
            ("rtsp://cam:0/a", BadUrl::Port),
            ("rtsp://cam:+80/a", BadUrl::Port),
            ("rtsp://cam:70000/a", BadUrl::Port),
            ("rtsp://u:100%@cam/a", BadUrl::User),
            ("rtsp://u:%0d%0aX@cam/a", BadUrl::User),
            ("rtsp://u:%ff@cam/a", BadUrl::User),
            ("rtsp://cam/a b", BadUrl::Path),
            ("rtsp://cam/a\r\nX: y", BadUrl::Path),
        ] {
            assert_eq!(Target::parse(url), Err(flaw), "{url}");
        }
        assert_eq!(Target::parse(&format!("rtsp://cam/{}", "a".repeat(3000))), Err(BadUrl::TooLong));
    }

    #[test]
    fn a_path_is_ascii_and_has_no_fragment() {
        assert_eq!(Target::parse("rtsp://cam/cổng#1").unwrap().path, "/c%E1%BB%95ng");
        assert_eq!(Target::parse("rtsp://cam?x=1").unwrap().url(), "rtsp://cam/?x=1");
    }

    #[test]
    fn no_user_name_and_no_password_is_ever_shown() {
        let shown = format!("{:?}", Target::parse("rtsp://root:geheim@cam/live").unwrap());
        assert_eq!(shown, "Target(rtsp://cam/live, sound: false, signs in: true)");
        let shown = format!("{:?}", Target::parse("rtsp://cam/user=root&password=geheim&channel=1").unwrap());
        assert!(!shown.contains("geheim") && !shown.contains("root"), "{shown}");
    }
}
