//! Why a session with a camera ended, in words that an operator understands and finds again in a packet capture.
//!
//! Promises: every flaw has a stable code for the texts kept elsewhere. No flaw ever holds a user name, a password, an
//! authorization line or more than a line's worth of what the camera said.

use super::Target;

/// Why the session is over. The caller drops the connection and decides whether and when to try again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// No answer within 10 seconds of the request with this method.
    #[error("the camera did not answer {0} within 10 seconds")]
    NoAnswer(&'static str),
    /// Playing, but no RTP packet for 15 seconds.
    #[error("the camera said it was playing, but sent no RTP packet for 15 seconds")]
    Silent,
    /// What came is neither an RTSP message nor interleaved data (RFC 2326, 10.12): most often another service's port.
    #[error("what answers there does not speak RTSP 1.0, or lost its place in the middle of the stream")]
    NotRtsp,
    /// An RTSP message that cannot be understood; the text says what is wrong with it.
    #[error("a message of the camera cannot be understood: {0}")]
    Malformed(&'static str),
    /// A message longer than anyone needs; the text says which part of it.
    #[error("a message of the camera is too long: {0}")]
    TooLong(&'static str),
    /// 401, and the address holds no user name and password.
    #[error("the camera asks for a user name and a password (401), and none is known")]
    PasswordNeeded,
    /// 401 although the password was sent against a fresh challenge. Cameras lock out who goes on trying: don't.
    #[error("the camera refused the user name or the password (401)")]
    WrongPassword,
    /// 401, and every way to sign in that is safe and known here is missing; the text lists the schemes offered.
    #[error("the camera offers no way to sign in that is known here (401), only: {0}")]
    NoSignIn(String),
    /// The stream is elsewhere (3xx with a Location). The target holds no user name and no password: whether the new
    /// place may have them is for the caller to decide.
    #[error("the camera says the stream has moved to {0}")]
    Moved(Box<Target>),
    /// Any other answer that is not a success (RFC 2326, 7.1.1).
    #[error("the camera refused {method}: {code} {reason}")]
    Refused {
        /// What was asked.
        method: &'static str,
        /// The status code, 300 to 599.
        code: u16,
        /// The camera's own words: printable, at most 80 characters.
        reason: String,
    },
    /// The camera offers no RTP over the RTSP connection (461, or a Transport without interleaved channels).
    #[error("the camera does not send RTP over TCP (interleaved): choose UDP")]
    NoTcp,
    /// RTP by UDP was asked for, and the camera offers none (461, or a Transport with interleaved channels).
    #[error("the camera does not send RTP by UDP: choose TCP")]
    NoUdp,
    /// Nothing in the SDP is H.264 or H.265 pictures; the text lists what was offered.
    #[error("the camera offers no H.264 or H.265 pictures, only: {0}")]
    NoVideo(String),
}

impl Flaw {
    /// A stable name for texts kept elsewhere.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAnswer(_) => "no_answer",
            Self::Silent => "silent",
            Self::NotRtsp => "not_rtsp",
            Self::Malformed(_) => "malformed",
            Self::TooLong(_) => "too_long",
            Self::PasswordNeeded => "password_needed",
            Self::WrongPassword => "wrong_password",
            Self::NoSignIn(_) => "no_sign_in",
            Self::Moved(_) => "moved",
            Self::Refused { code: 404, .. } => "not_found",
            Self::Refused { .. } => "refused",
            Self::NoTcp => "no_tcp",
            Self::NoUdp => "no_udp",
            Self::NoVideo(_) => "no_video",
        }
    }
}

/// At most `limit` characters of a camera's words that can be shown in a log: ASCII, everything else becomes `?`.
pub(super) fn shown(words: &[u8], limit: usize) -> String {
    let known = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '?' };
    words.trim_ascii().iter().take(limit).map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_printable_and_short() {
        assert_eq!(shown(b" Service\x1b[2J \xE6 here\r\n", 80), "Service?[2J ? here");
        assert_eq!(shown(&[b'x'; 900], 80).len(), 80);
    }

    #[test]
    fn a_wrong_path_has_a_code_of_its_own() {
        let refused = |code| Flaw::Refused { method: "DESCRIBE", code, reason: "Not Found".into() };
        assert_eq!((refused(404).code(), refused(503).code()), ("not_found", "refused"));
        assert_eq!(refused(404).to_string(), "the camera refused DESCRIBE: 404 Not Found");
    }
}
