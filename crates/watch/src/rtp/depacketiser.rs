//! One track's way from packets to units, whatever its coding. It decides nothing itself.

use super::{Counts, Packet, Unit, aac::Aac, coding::Coding, g711::G711, video::Video};
use crate::{
    media::{Codec, Parameters},
    rtsp::Format,
};
use thiserror::Error;

/// Why a track cannot be recorded. The camera's settings must change, or the track is left out.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// The SDP gives no clock rate.
    #[error("the camera does not say how fast the track's clock runs")]
    Clock,
    /// Units are sent in another order than that of decoding (RFC 6184, 5.4; RFC 3640, 3.2.3).
    #[error("the camera interleaves its units: switch interleaving off")]
    Interleaved,
    /// Sound of another form than one of the AAC modes (RFC 3640, 3.3).
    #[error("the sound comes in the mode `{0}`, not AAC-hbr or AAC-lbr")]
    Mode(String),
    /// The headers before the frames have fields that are not known, or none that tell the size (RFC 3640, 4.1).
    #[error("the sound's frame headers cannot be read: `{0}`")]
    FrameHeader(String),
    /// The SDP's `config` is missing or is no `AudioSpecificConfig` (ISO/IEC 14496-3, 1.6.2.1).
    #[error("the camera does not say how its sound is to be decoded")]
    Config,
}

/// Puts the units of one track together.
pub struct Depacketiser(Track);

enum Track {
    Video(Box<Video>),
    Aac(Box<Aac>),
    G711(Box<G711>),
}

impl Depacketiser {
    /// For one media of the SDP. Parameter sets that are missing there, or cannot be read, may come in the stream.
    pub fn new(format: &Format) -> Result<Self, Unsupported> {
        if format.clock_rate == 0 {
            return Err(Unsupported::Clock);
        }
        let video = |coding| Track::Video(Box::new(Video::new(coding, format)));
        Ok(Self(match format.codec {
            Codec::H264 => match number(format, "packetization-mode") {
                Some(2) => return Err(Unsupported::Interleaved),
                _ => video(Coding::H264),
            },
            Codec::H265 => {
                let numbered = number(format, "sprop-max-don-diff").is_some_and(|most| most > 0);
                video(Coding::H265 { numbered })
            }
            Codec::Aac => Track::Aac(Box::new(Aac::new(format)?)),
            Codec::Pcmu | Codec::Pcma => Track::G711(Box::new(G711::new(format))),
        }))
    }

    /// After a loss leave out every picture until the next key picture, and count them. Off at first: a picture that
    /// shows smears is better evidence than none.
    #[must_use]
    pub fn strict(mut self) -> Self {
        if let Track::Video(video) = &mut self.0 {
            video.set_strict(true);
        }
        self
    }

    /// What a decoder must know, as of the last unit: from the SDP, or from what came in the stream.
    pub fn parameters(&self) -> Option<&Parameters> {
        match &self.0 {
            Track::Video(video) => video.parameters(),
            Track::Aac(aac) => Some(aac.parameters()),
            Track::G711(g711) => Some(g711.parameters()),
        }
    }

    /// Call first with every packet: a unit whose end nobody marked, which this packet's timestamp ends.
    pub fn ended_by(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        match &mut self.0 {
            Track::Video(video) => video.ended_by(packet, into),
            Track::Aac(_) | Track::G711(_) => None,
        }
    }

    /// Takes the packet in: its payload is appended to `into`. A unit when its end is marked, the first one where the
    /// packet holds several. Right after a unit has come out none is open, and `into` may be emptied or exchanged; at any
    /// other time its end may be an open unit, and only what stands before that may be taken out.
    pub fn push(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        match &mut self.0 {
            Track::Video(video) => video.push(packet, into),
            Track::Aac(aac) => aac.push(packet, into),
            Track::G711(g711) => g711.push(packet, into),
        }
    }

    /// The next unit of the packet that was just pushed. Call it until none is left.
    pub fn next(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        match &mut self.0 {
            Track::Aac(aac) => aac.next(packet, into),
            Track::Video(_) | Track::G711(_) => None,
        }
    }

    /// A packet was lost, or the camera began anew: the open unit is given up and its bytes are cut from `into`.
    pub fn lost(&mut self, into: &mut Vec<u8>) {
        match &mut self.0 {
            Track::Video(video) => video.lost(into),
            Track::Aac(aac) => aac.lost(into),
            Track::G711(_) => {}
        }
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        match &self.0 {
            Track::Video(video) => video.counts(),
            Track::Aac(aac) => aac.counts(),
            Track::G711(g711) => g711.counts(),
        }
    }
}

/// A parameter of the SDP's `a=fmtp` line.
pub(super) fn value<'a>(format: &'a Format, name: &str) -> Option<&'a str> {
    format.fmtp.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
}

/// One that is a number.
pub(super) fn number(format: &Format, name: &str) -> Option<u32> {
    value(format, name)?.parse().ok()
}
