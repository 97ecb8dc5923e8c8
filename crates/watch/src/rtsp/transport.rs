//! The two header fields with which a camera answers SETUP: Transport (RFC 2326, 12.39) and Session (12.37).
//!
//! Promises: what a camera leaves out is taken as it was asked; what it says otherwise is followed. It never lets a
//! session name through that would break a request of ours.

use super::{Flaw, stream::Channels};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// On which way the packets of a camera come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// Over the RTSP connection: nothing is lost on the way.
    #[default]
    Tcp,
    /// By UDP: for cameras that cannot do otherwise.
    Udp,
}

/// Two UDP ports of one side of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// For RTP.
    pub rtp: u16,
    /// For RTCP.
    pub rtcp: u16,
}

/// How long a session lives without a sign of life, unless the camera says otherwise (RFC 2326, 12.37).
pub(super) const TIMEOUT: Duration = Duration::from_mins(1);

/// The channels that a camera will use: those of its answer, else those that were asked for.
pub(super) fn channels(transport: Option<&str>, asked: Channels) -> Result<Channels, Flaw> {
    let Some(transport) = transport else { return Ok(asked) };
    let mut parts = transport.split([';', ',']).map(str::trim);
    let profile = parts.next().unwrap_or_default();
    let interleaved = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("interleaved").then(|| value.trim().trim_matches('"'))
    });
    let Some(interleaved) = interleaved else {
        return if profile.to_ascii_uppercase().ends_with("/TCP") { Ok(asked) } else { Err(Flaw::NoTcp) };
    };
    let flaw = Flaw::Malformed("its Transport names no channels");
    let (rtp, rtcp) = interleaved.split_once('-').unwrap_or((interleaved, ""));
    let rtp: u8 = rtp.trim().parse().map_err(|_| flaw.clone())?;
    let rtcp = match rtcp.trim() {
        "" => rtp.checked_add(1).ok_or(flaw)?,
        rtcp => rtcp.parse().map_err(|_| flaw)?,
    };
    Ok(Channels { rtp, rtcp })
}

/// The ports from which a camera will send by UDP, if it tells them.
pub(super) fn senders(transport: Option<&str>) -> Result<Option<Ports>, Flaw> {
    let Some(transport) = transport else { return Ok(None) };
    let mut parts = transport.split([';', ',']).map(str::trim);
    if parts.next().unwrap_or_default().to_ascii_uppercase().ends_with("/TCP") {
        return Err(Flaw::NoUdp);
    }
    let mut told = None;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "interleaved" => return Err(Flaw::NoUdp),
            "server_port" => told = Some(value.trim().trim_matches('"')),
            _ => {}
        }
    }
    let Some(told) = told else { return Ok(None) };
    let flaw = Flaw::Malformed("its Transport names no ports");
    let (rtp, rtcp) = told.split_once('-').unwrap_or((told, ""));
    let rtp: u16 = rtp.trim().parse().map_err(|_| flaw.clone())?;
    let rtcp = match rtcp.trim() {
        "" => rtp.checked_add(1).ok_or(flaw)?,
        rtcp => rtcp.parse().map_err(|_| flaw)?,
    };
    // Some cameras write noughts where they mean nothing.
    Ok((rtp != 0 && rtcp != 0).then_some(Ports { rtp, rtcp }))
}

/// The name of a session and, if said, how long it lives without a sign of life: `12345678;timeout=60`.
pub(super) fn session(field: &str) -> Result<(&str, Option<Duration>), Flaw> {
    let mut parts = field.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    if name.is_empty() || name.len() > 256 || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Flaw::Malformed("its Session has no name"));
    }
    let seconds = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("timeout").then(|| value.trim().parse::<u32>().ok()).flatten()
    });
    let timeout = seconds.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.into()));
    Ok((name, timeout))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Channels = Channels { rtp: 0, rtcp: 1 };

    #[test]
    fn the_channels_of_the_answer_are_followed() {
        for (answer, rtp, rtcp) in [
            ("RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1F2E3D4C", 0, 1),
            ("rtp/avp/tcp; unicast; Interleaved = 6-9;mode=\"PLAY\"", 6, 9),
            ("RTP/AVP/TCP;interleaved=4", 4, 5),
            ("RTP/AVP;unicast;interleaved=2-3", 2, 3),
            ("RTP/AVP/TCP;unicast", 0, 1),
        ] {
            assert_eq!(channels(Some(answer), ASKED), Ok(Channels { rtp, rtcp }), "{answer}");
        }
        assert_eq!(channels(None, ASKED), Ok(ASKED));
    }

    #[test]
    fn a_camera_that_would_send_over_udp_has_no_tcp() {
        assert_eq!(channels(Some("RTP/AVP;unicast;client_port=5000-5001"), ASKED), Err(Flaw::NoTcp));
        for bad in
            ["RTP/AVP/TCP;interleaved=x", "RTP/AVP/TCP;interleaved=255", "RTP/AVP/TCP;interleaved=0-256"]
        {
            assert_eq!(channels(Some(bad), ASKED).unwrap_err().code(), "malformed");
        }
    }

    #[test]
    fn the_ports_of_the_answer_are_known_if_it_tells_them() {
        for (answer, ports) in [
            ("RTP/AVP;unicast;client_port=5000-5001;server_port=6970-6971;ssrc=1F2E3D4C", Some((6970, 6971))),
            ("rtp/avp/udp; unicast; Server_Port = 6970 ; mode=\"PLAY\"", Some((6970, 6971))),
            ("RTP/AVP;unicast;client_port=5000-5001;server_port=0-0", None),
            ("RTP/AVP;unicast;client_port=5000-5001", None),
        ] {
            let ports = ports.map(|(rtp, rtcp)| Ports { rtp, rtcp });
            assert_eq!(senders(Some(answer)), Ok(ports), "{answer}");
        }
        assert_eq!(senders(None), Ok(None));
        for bad in ["RTP/AVP;server_port=x", "RTP/AVP;server_port=65536-1", "RTP/AVP;server_port=65535"] {
            assert_eq!(senders(Some(bad)).unwrap_err().code(), "malformed", "{bad}");
        }
    }

    #[test]
    fn a_camera_that_goes_on_over_tcp_has_no_udp() {
        for tcp in ["RTP/AVP/TCP;unicast;interleaved=0-1", "RTP/AVP;interleaved=0-1", "RTP/AVP/TCP;unicast"] {
            assert_eq!(senders(Some(tcp)), Err(Flaw::NoUdp), "{tcp}");
        }
    }

    #[test]
    fn a_session_has_a_name_and_a_time() {
        assert_eq!(session("66334873;timeout=30"), Ok(("66334873", Some(Duration::from_secs(30)))));
        assert_eq!(session("a+/=; Timeout = 5 "), Ok(("a+/=", Some(Duration::from_secs(5)))));
        for unsaid in ["a", "a;timeout=0", "a;timeout=-1", "a;timeout=99999999999", "a;x"] {
            assert_eq!(session(unsaid), Ok(("a", None)), "{unsaid}");
        }
        assert_eq!(session(" ;timeout=60").unwrap_err().code(), "malformed");
        assert_eq!(session("a\r\n X: y").unwrap_err().code(), "malformed");
    }
}
