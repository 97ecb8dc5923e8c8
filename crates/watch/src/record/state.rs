//! How a camera is, in one word that screens have a text for.

use super::{Certificate, Facts, Stuck, Taken, connection::Ended};
use crate::rtsp::Flaw;
use std::{fmt, io::ErrorKind};

/// How a camera is. While it is called again, what was wrong stands until it is heard.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CameraState {
    /// It is called, or was just connected.
    #[default]
    Connecting,
    /// Its pictures are recorded.
    Recording,
    /// Nothing answers at its address.
    NoAnswer,
    /// It wants another user name or password, or a way to sign in that is not known here.
    WrongPassword,
    /// It refuses the stream.
    Refused,
    /// It gives the stream by UDP alone.
    NeedsUdp,
    /// It gives the stream over the connection alone.
    NeedsTcp,
    /// It has no stream at this address.
    NotFound,
    /// It is connected and sends no pictures.
    NoPictures,
    /// It is connected, sent pictures, and sends no more.
    Frozen,
    /// It sends pictures, but none with which a recording can begin.
    NoKeyPicture,
    /// It sends pictures of a kind that is not taken.
    UnsupportedCodec,
    /// It shows another certificate than the one that is known of it.
    CertificateChanged,
    /// It ended the connection.
    Closed,
    /// It is not to be recorded now, and nobody watches.
    Paused,
    /// What it sends cannot be understood.
    Failing,
}

impl CameraState {
    /// A stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Recording => "recording",
            Self::NoAnswer => "no_answer",
            Self::WrongPassword => "wrong_password",
            Self::Refused => "refused",
            Self::NeedsUdp => "needs_udp",
            Self::NeedsTcp => "needs_tcp",
            Self::NotFound => "not_found",
            Self::NoPictures => "no_pictures",
            Self::Frozen => "frozen",
            Self::NoKeyPicture => "no_key_picture",
            Self::UnsupportedCodec => "unsupported_codec",
            Self::CertificateChanged => "certificate_changed",
            Self::Closed => "closed",
            Self::Paused => "paused",
            Self::Failing => "failing",
        }
    }
}

impl fmt::Display for CameraState {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.word())
    }
}

impl From<&Flaw> for CameraState {
    fn from(flaw: &Flaw) -> Self {
        match flaw {
            Flaw::NoAnswer(_) => Self::NoAnswer,
            Flaw::Silent => Self::Frozen,
            Flaw::NotRtsp | Flaw::Malformed(_) | Flaw::TooLong(_) => Self::Failing,
            Flaw::PasswordNeeded | Flaw::WrongPassword | Flaw::NoSignIn(_) => Self::WrongPassword,
            Flaw::Moved(_) | Flaw::Refused { code: 404, .. } => Self::NotFound,
            Flaw::Refused { .. } => Self::Refused,
            Flaw::NoTcp => Self::NeedsUdp,
            Flaw::NoUdp => Self::NeedsTcp,
            Flaw::NoVideo(_) => Self::UnsupportedCodec,
        }
    }
}

impl From<&Stuck> for CameraState {
    fn from(stuck: &Stuck) -> Self {
        match stuck {
            Stuck::Goodbye => Self::Closed,
            Stuck::Unsupported(_) => Self::UnsupportedCodec,
            Stuck::NoPictures => Self::NoPictures,
            Stuck::NoKey => Self::NoKeyPicture,
        }
    }
}

impl From<&Ended> for CameraState {
    fn from(ended: &Ended) -> Self {
        match ended {
            Ended::Session(flaw) => flaw.into(),
            Ended::Socket(error) => match error.kind() {
                ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => {
                    Self::Closed
                }
                // What answers does not speak TLS, or not as we do.
                ErrorKind::InvalidData => Self::Failing,
                _ => Self::NoAnswer,
            },
            Ended::Closed => Self::Closed,
            Ended::Stuck(stuck) => stuck.into(),
            Ended::Deaf => Self::Frozen,
            Ended::CertificateChanged => Self::CertificateChanged,
            Ended::Failed => Self::Failing,
        }
    }
}

/// What is known of a camera.
#[derive(Clone, Debug, Default)]
pub struct CameraCounts {
    /// How it is.
    pub state: CameraState,
    /// What was taken.
    pub taken: Taken,
    /// What is seen of its pictures.
    pub facts: Facts,
    /// Bytes that came.
    pub bytes: u64,
    /// The certificate that it shows, if it is spoken to over TLS.
    pub certificate: Option<Certificate>,
    /// How often it was connected.
    pub connections: u64,
    /// Why it is not connected now, or was not last, for a log.
    pub trouble: Option<String>,
}
