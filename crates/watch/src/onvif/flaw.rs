//! Why a camera did not do what it was asked, in words that an operator understands.
//!
//! Promises: every flaw has a stable code for the texts kept elsewhere. No flaw ever holds a user name, a password or more
//! than a line's worth of what the camera said.

use crate::rtsp;

/// How much of a camera's own words is kept, in characters.
const LINE: usize = 120;

/// Why it was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The user name or password is wrong or missing, or the user may not do this. Cameras lock out who goes on trying.
    #[error("the camera refused the user name or the password, or this user may not do it")]
    NotAuthorized,
    /// The camera wants to see the password itself, which is not done.
    #[error("the camera offers no way to sign in but with the password in plain, which anyone could read")]
    WantsPlain,
    /// The camera has no such service, or does not know this request.
    #[error("the camera cannot do it: it has no such service, or does not know the request")]
    NotSupported,
    /// Nothing answers at the address, or it hangs up.
    #[error("nothing answers there, or it hangs up: look whether the camera has power and network")]
    Unreachable,
    /// It did not answer to the end in time.
    #[error("the camera did not answer to the end in time")]
    Timeout,
    /// What answers there does not speak ONVIF: most often another service's port, or ONVIF is switched off.
    #[error(
        "what answers there does not speak ONVIF: it may have to be switched on in the camera's settings"
    )]
    NotOnvif,
    /// It may be another camera: nothing was said to it.
    #[error(
        "the camera shows another certificate than the one that is known of it: look whether it is the same one"
    )]
    CertificateChanged,
    /// Any other refusal.
    #[error("the camera refused: {reason}")]
    Refused {
        /// In the camera's own words or ours: printable, at most 120 characters.
        reason: String,
    },
}

impl Flaw {
    /// A stable name for texts kept elsewhere.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAuthorized => "not_authorized",
            Self::WantsPlain => "wants_plain",
            Self::NotSupported => "not_supported",
            Self::Unreachable => "unreachable",
            Self::Timeout => "timeout",
            Self::NotOnvif => "not_onvif",
            Self::CertificateChanged => "certificate_changed",
            Self::Refused { .. } => "refused",
        }
    }

    /// A refusal, in words that may be the camera's.
    pub(super) fn refused(words: &str) -> Self {
        Self::Refused { reason: printable(words, LINE) }
    }
}

impl From<rtsp::Flaw> for Flaw {
    /// What signing in can go wrong with.
    fn from(flaw: rtsp::Flaw) -> Self {
        match flaw {
            rtsp::Flaw::WrongPassword | rtsp::Flaw::PasswordNeeded => Self::NotAuthorized,
            other => Self::refused(&other.to_string()),
        }
    }
}

/// At most `limit` characters of a camera's words that can be shown: control characters and those that turn the direction
/// of writing are left out, and blanks at the ends.
pub(super) fn printable(words: &str, limit: usize) -> String {
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let kept = words.chars().filter(|c| !c.is_control() && !turns(*c));
    let kept: String = kept.skip_while(|c| c.is_whitespace()).take(limit).collect();
    kept.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_printable_and_short() {
        assert_eq!(printable(" \r\nCổng\u{1b}[2J\u{202e} trước \n", 80), "Cổng[2J trước");
        let Flaw::Refused { reason } = Flaw::refused(&"x".repeat(900)) else { panic!("refused") };
        assert_eq!(reason.len(), LINE);
    }

    #[test]
    fn what_signing_in_says_is_said_in_our_words() {
        assert_eq!(Flaw::from(rtsp::Flaw::WrongPassword), Flaw::NotAuthorized);
        let strange = Flaw::from(rtsp::Flaw::NoSignIn("Negotiate".into()));
        assert_eq!(strange.code(), "refused");
        assert!(strange.to_string().contains("Negotiate"));
    }
}
