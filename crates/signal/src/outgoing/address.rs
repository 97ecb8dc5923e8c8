//! Where a request may lead: a pure judgement over addresses.
//!
//! An address that a browser hands in (a push subscription) must not make the node knock on doors inside the
//! operator's own network. Names are judged by every address they resolve to, at the moment of connecting, so a name
//! that changes its mind between the check and the call gains nothing.

use hyper::Uri;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where the requests of one client may lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// `https://`, to public addresses. For addresses that someone else hands in.
    #[default]
    Public,
    /// As `Public`, and to this machine itself, also over `http://`. For demonstrations and tests.
    PublicOrLoopback,
    /// `https://`, to any address. Where the operator runs a push service of their own.
    AnyHttps,
    /// `https://` to any address, `http://` only inside the operator's own network. For addresses that the operator
    /// wrote into the configuration.
    Operator,
}

/// Which addresses a connection may go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    Nothing,
    Loopback,
    /// The operator's own network, this machine included.
    Own,
    Public,
    PublicOrLoopback,
    Everything,
}

impl Reach {
    /// Whether this address may be tried at all: its scheme, and its host where that is a number. What a name
    /// resolves to is judged when connecting.
    pub fn allows(self, address: &Uri) -> bool {
        let Some(host) = address.host().filter(|host| !host.is_empty()) else { return false };
        let has_userinfo = address.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if has_userinfo {
            return false;
        }
        let allowed = match address.scheme_str() {
            Some("https") => self.over_https(),
            Some("http") => self.over_http(),
            _ => Allowed::Nothing,
        };
        let number = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        allowed != Allowed::Nothing && number.map_or(true, |number| allowed.holds(number))
    }

    pub(super) fn over_https(self) -> Allowed {
        match self {
            Self::Public => Allowed::Public,
            Self::PublicOrLoopback => Allowed::PublicOrLoopback,
            Self::AnyHttps | Self::Operator => Allowed::Everything,
        }
    }

    pub(super) fn over_http(self) -> Allowed {
        match self {
            Self::Public | Self::AnyHttps => Allowed::Nothing,
            Self::PublicOrLoopback => Allowed::Loopback,
            Self::Operator => Allowed::Own,
        }
    }
}

impl Allowed {
    pub(super) fn holds(self, address: IpAddr) -> bool {
        let address = unwrapped(address);
        match self {
            Self::Nothing => false,
            Self::Loopback => address.is_loopback(),
            Self::Own => address.is_loopback() || is_own(address),
            Self::Public => is_public(address),
            Self::PublicOrLoopback => address.is_loopback() || is_public(address),
            Self::Everything => true,
        }
    }
}

/// An IPv4 address that travels inside an IPv6 one (`::ffff:0:0/96`, and `64:ff9b::/96` of translating networks).
fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = v6.segments() {
        return Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)).into();
    }
    v6.to_ipv4_mapped().map_or(address, IpAddr::V4)
}

fn is_own(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || is_shared_by_a_carrier(v4),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// RFC 6598.
fn is_shared_by_a_carrier(v4: Ipv4Addr) -> bool {
    let [a, b, ..] = v4.octets();
    a == 100 && (64..128).contains(&b)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let special = match v4.octets() {
        // This network, this machine, multicast and reserved, protocol assignments, benchmarking.
        [0 | 127 | 224.., ..] | [192, 0, 0, _] | [198, 18 | 19, ..] => true,
        _ => v4.is_documentation() || is_own(v4.into()),
    };
    !special
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, ..] = v6.segments();
    let global = a & 0xe000 == 0x2000;
    // Protocol assignments and tunnels (which carry an IPv4 address that nobody checked), and documentation.
    let special = (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(allowed: Allowed, address: &str) -> bool {
        allowed.holds(address.parse().unwrap())
    }

    fn allows(reach: Reach, address: &str) -> bool {
        address.parse().is_ok_and(|address: Uri| reach.allows(&address))
    }

    #[test]
    fn no_address_inside_a_network_is_public() {
        let inside = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
        ];
        for address in inside {
            assert!(!holds(Allowed::Public, address), "{address}");
        }
    }

    #[test]
    fn the_outside_is_public() {
        for address in
            ["1.1.1.1", "100.128.0.1", "172.32.0.1", "2606:4700::1", "2400:cb00::1", "64:ff9b::1.1.1.1"]
        {
            assert!(holds(Allowed::Public, address), "{address}");
            assert!(!holds(Allowed::Own, address), "{address}");
        }
    }

    #[test]
    fn a_browser_may_hand_in_https_addresses_only() {
        assert!(allows(Reach::Public, "https://push.example/a"));
        assert!(!allows(Reach::Public, "http://push.example/a"));
        assert!(!allows(Reach::Public, "https://192.168.1.1/a"));
        assert!(!allows(Reach::Public, "https://[::1]/a"));
        assert!(!allows(Reach::Public, "https://push.example@10.0.0.1/a"));
        assert!(!allows(Reach::Public, "/a"));
        assert!(!allows(Reach::Public, "http://127.0.0.1:80/a"));
    }

    #[test]
    fn a_demonstration_may_reach_itself_without_a_certificate() {
        assert!(allows(Reach::PublicOrLoopback, "http://127.0.0.1:22000/a"));
        assert!(!allows(Reach::PublicOrLoopback, "http://1.1.1.1/a"));
        assert!(!allows(Reach::PublicOrLoopback, "https://10.0.0.1/a"));
    }

    #[test]
    fn an_operator_reaches_a_modem_next_door_but_sends_nothing_in_the_clear_to_the_outside() {
        assert!(allows(Reach::Operator, "http://192.168.1.20/sms"));
        assert!(allows(Reach::Operator, "https://1.1.1.1/sms"));
        assert!(!allows(Reach::Operator, "http://1.1.1.1/sms"));
        assert!(!allows(Reach::AnyHttps, "http://192.168.1.20/push"));
        assert!(allows(Reach::AnyHttps, "https://192.168.1.20/push"));
    }
}
