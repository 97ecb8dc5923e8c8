//! What the two codings of pictures differ in: how packets hold NAL units, and what a NAL unit is. Only headers are
//! looked at; what a slice shows is nobody's business here.

use super::{Fault, h264, h265, writer::Writer};

/// One of the two codings, as the SDP has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// RFC 6184, packetization modes 0 and 1.
    H264,
    /// RFC 7798.
    H265 {
        /// Every NAL unit has its number in decoding order (`sprop-max-don-diff` above 0).
        numbered: bool,
    },
}

/// What a NAL unit is, as far as the file must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Coded picture content.
    Slice(Slice),
    /// A parameter set.
    Set,
    /// Supplemental enhancement information.
    Message,
    /// Anything else that is allowed: delimiters, fillers, ends.
    Other,
}

/// What a slice is, as far as the file must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// It begins a picture.
    pub(super) first: bool,
    /// Decoding can begin at its picture: IDR (H.264), IRAP (H.265).
    pub(super) random: bool,
}

impl Coding {
    /// Takes a packet's payload apart and writes its NAL units.
    pub(super) fn take(self, payload: &[u8], writer: &mut Writer<'_>) -> Result<(), Fault> {
        match self {
            Self::H264 => h264::take(payload, writer),
            Self::H265 { numbered } => h265::take(payload, numbered, writer),
        }
    }

    /// What a NAL unit is; None if no unit may look like this.
    pub(super) fn kind(self, nal: &[u8]) -> Option<Kind> {
        match self {
            Self::H264 => h264::kind(nal),
            Self::H265 { .. } => h265::kind(nal),
        }
    }

    /// An H.264 message says that decoding may begin here and every picture from here on is right (ITU-T H.264,
    /// D.2.8, `recovery_frame_cnt` 0).
    pub(super) fn recovers(self, nal: &[u8]) -> bool {
        self == Self::H264 && h264::recovers(nal)
    }

    /// An H.264 slice that needs no other picture.
    pub(super) fn is_intra(self, nal: &[u8]) -> bool {
        self == Self::H264 && h264::is_intra(nal)
    }

    /// The `a=fmtp` parameters that hold parameter sets.
    pub(super) const fn sprop(self) -> &'static [&'static str] {
        match self {
            Self::H264 => &["sprop-parameter-sets"],
            Self::H265 { .. } => &["sprop-vps", "sprop-sps", "sprop-pps"],
        }
    }
}
