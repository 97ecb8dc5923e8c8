//! What a track carries: shared by the stream (rtsp, rtp) and the file (fmp4).

/// How a track is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Codec {
    /// ITU-T H.264.
    H264,
    /// ITU-T H.265.
    H265,
    /// ISO/IEC 14496-3.
    Aac,
    /// ITU-T G.711, μ-law.
    Pcmu,
    /// ITU-T G.711, A-law.
    Pcma,
}

impl Codec {
    /// Whether it carries pictures.
    pub const fn is_video(self) -> bool {
        matches!(self, Self::H264 | Self::H265)
    }
}

/// All that a decoder must know before the first unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// How the track is coded.
    pub codec: Codec,
    /// The content of the box: `avcC`, `hvcC`, or for AAC the `AudioSpecificConfig`; empty for G.711.
    pub config: Box<[u8]>,
    /// Picture width in pixels; 0 for sound.
    pub width: u16,
    /// Picture height in pixels; 0 for sound.
    pub height: u16,
    /// RTP clock, units per second (90 000 for video).
    pub clock_rate: u32,
    /// Channels of sound; 0 for pictures.
    pub channels: u8,
    /// What browsers call it (RFC 6381): "avc1.64001f", "hvc1.1.6.L93.B0", "mp4a.40.2"; "ulaw"/"alaw" for G.711.
    pub name: String,
}
