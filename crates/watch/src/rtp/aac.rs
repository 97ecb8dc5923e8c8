//! AAC in RTP (RFC 3640, modes AAC-hbr and AAC-lbr): several frames in a packet, or one frame in several packets.
//! Interleaved frames are refused. Each frame comes out alone and bare, as the file wants it.

use super::{
    Counts, Packet, Unit,
    config::{AudioConfig, audio_config},
    depacketiser::{Unsupported, number, value},
};
use crate::{
    media::{Codec, Parameters},
    rtsp::Format,
};

/// How many bits each field of a frame's header has (3.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    size: u8,
    /// The first frame's index, and of each further one how far it is from the one before, less 1.
    index: u8,
    delta: u8,
}

/// A frame whose end has not come: the last `length` bytes of `into`.
#[derive(Clone, Copy, Debug)]
struct Partial {
    timestamp: u32,
    size: usize,
    length: usize,
}

/// Where in the packet the next frame stands.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Frames before it.
    frame: u32,
    /// Bits of headers and bytes of frames before it.
    header: usize,
    data: usize,
    /// Nothing more is to be read.
    over: bool,
}

/// One track of AAC.
pub(super) struct Aac {
    parameters: Parameters,
    header: Header,
    /// Clock units of one frame.
    duration: u32,
    partial: Option<Partial>,
    place: Place,
    counts: Counts,
}

/// A frame of the packet, or a part of one.
struct Frame<'a> {
    size: usize,
    data: &'a [u8],
    /// The packet holds no other.
    alone: bool,
}

/// Why a frame cannot be read.
enum Unreadable {
    Broken,
    Interleaved,
}

impl Aac {
    pub(super) fn new(format: &Format) -> Result<Self, Unsupported> {
        let header = header(format)?;
        let config = value(format, "config").and_then(hex).ok_or(Unsupported::Config)?;
        let AudioConfig { object, channels, rate, samples } =
            audio_config(&config).ok_or(Unsupported::Config)?;
        // With spectral band replication the clock may run faster than the core coder's samples.
        let duration = u64::from(samples) * u64::from(format.clock_rate) / u64::from(rate);
        Ok(Self {
            parameters: Parameters {
                codec: Codec::Aac,
                config: config.into(),
                width: 0,
                height: 0,
                clock_rate: format.clock_rate,
                channels: if channels == 0 { format.channels.max(1) } else { channels },
                name: format!("mp4a.40.{object}"),
            },
            header,
            duration: u32::try_from(duration).map_err(|_| Unsupported::Clock)?,
            partial: None,
            place: Place::default(),
            counts: Counts::default(),
        })
    }

    pub(super) const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub(super) const fn counts(&self) -> Counts {
        self.counts
    }

    pub(super) fn lost(&mut self, into: &mut Vec<u8>) {
        if let Some(partial) = self.partial.take() {
            self.counts.given_up += 1;
            into.truncate(into.len().saturating_sub(partial.length));
        }
    }

    pub(super) fn push(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        self.place = Place::default();
        if self.partial.is_some_and(|partial| partial.timestamp != packet.timestamp) {
            self.counts.flaws += 1;
            self.lost(into);
        }
        self.next(packet, into)
    }

    pub(super) fn next(&mut self, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        let timestamp = packet.timestamp.wrapping_add(self.place.frame.wrapping_mul(self.duration));
        let frame = match self.frame(packet.payload) {
            Ok(frame) => frame?,
            Err(unreadable) => {
                match unreadable {
                    Unreadable::Broken => self.counts.flaws += 1,
                    Unreadable::Interleaved => self.counts.refused += 1,
                }
                self.place.over = true;
                self.lost(into);
                return None;
            }
        };
        if frame.data.len() < frame.size || self.partial.is_some() {
            return self.fragment(&frame, packet, into);
        }
        into.extend_from_slice(frame.data);
        Some(self.unit(timestamp, frame.size))
    }

    /// A part of a frame: each says how large the whole is, and the last one has the marker (3.2.3).
    fn fragment(&mut self, frame: &Frame<'_>, packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Unit> {
        self.place.over = true;
        let begun = Partial { timestamp: packet.timestamp, size: frame.size, length: 0 };
        let partial = self.partial.get_or_insert(begun);
        let length = partial.length + frame.data.len();
        let fits = frame.alone && partial.size == frame.size && length <= frame.size;
        if !fits || (packet.marker && length < frame.size) {
            self.counts.flaws += 1;
            self.lost(into);
            return None;
        }
        partial.length = length;
        into.extend_from_slice(frame.data);
        if length < frame.size {
            return None;
        }
        self.partial = None;
        Some(self.unit(packet.timestamp, length))
    }

    fn unit(&mut self, timestamp: u32, length: usize) -> Unit {
        self.counts.units += 1;
        Unit { timestamp, key: true, length, parameters: None }
    }

    /// Reads the next frame of the payload (3.2); None behind the last.
    fn frame<'a>(&mut self, payload: &'a [u8]) -> Result<Option<Frame<'a>>, Unreadable> {
        if self.place.over {
            return Ok(None);
        }
        let (bits, rest) = payload.split_first_chunk::<2>().ok_or(Unreadable::Broken)?;
        let bits = usize::from(u16::from_be_bytes(*bits));
        let (headers, data) = rest.split_at_checked(bits.div_ceil(8)).ok_or(Unreadable::Broken)?;
        let Place { frame, header: at, data: from, .. } = self.place;
        if frame > 0 && at >= bits {
            self.place.over = true;
            self.counts.flaws += u64::from(from < data.len()); // Bytes that belong to no frame.
            return Ok(None);
        }
        let index_bits = if frame == 0 { self.header.index } else { self.header.delta };
        let after = at + usize::from(self.header.size) + usize::from(index_bits);
        let size =
            field(headers, at, self.header.size).filter(|_| after <= bits).ok_or(Unreadable::Broken)?;
        let index =
            field(headers, at + usize::from(self.header.size), index_bits).ok_or(Unreadable::Broken)?;
        if index != 0 {
            return Err(Unreadable::Interleaved);
        }
        let alone = frame == 0 && after == bits;
        let data = data.get(from..).unwrap_or_default();
        // Only a frame that is alone may be a part.
        let taken = data.get(..size).or(Some(data).filter(|data| alone && !data.is_empty()));
        let data = taken.filter(|_| size > 0).ok_or(Unreadable::Broken)?;
        self.place = Place { frame: frame.wrapping_add(1), header: after, data: from + size, over: false };
        Ok(Some(Frame { size, data, alone }))
    }
}

/// The header's fields, as the SDP describes them (4.1); those that it leaves out are as the mode has them (3.3.5,
/// 3.3.6).
fn header(format: &Format) -> Result<Header, Unsupported> {
    let usual = match value(format, "mode") {
        Some(mode) if mode.eq_ignore_ascii_case("AAC-hbr") => Header { size: 13, index: 3, delta: 3 },
        Some(mode) if mode.eq_ignore_ascii_case("AAC-lbr") => Header { size: 6, index: 2, delta: 2 },
        other => return Err(Unsupported::Mode(other.unwrap_or_default().to_owned())),
    };
    for name in [
        "ctsdeltalength",
        "dtsdeltalength",
        "randomaccessindication",
        "streamstateindication",
        "auxiliarydatasizelength",
    ] {
        if number(format, name).is_some_and(|bits| bits > 0) {
            return Err(Unsupported::FrameHeader(name.to_owned()));
        }
    }
    if number(format, "maxdisplacement").is_some_and(|most| most > 0) {
        return Err(Unsupported::Interleaved);
    }
    let bits = |name: &str, usual: u8| match value(format, name) {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .ok()
            .filter(|bits| *bits <= 16)
            .ok_or_else(|| Unsupported::FrameHeader(format!("{name}={text}"))),
    };
    let header = Header {
        size: bits("sizelength", usual.size)?,
        index: bits("indexlength", usual.index)?,
        delta: bits("indexdeltalength", usual.delta)?,
    };
    if header.size == 0 {
        return Err(Unsupported::FrameHeader("sizelength=0".to_owned()));
    }
    Ok(header)
}

/// So many bits from bit `at` on, 16 at most.
fn field(bytes: &[u8], at: usize, bits: u8) -> Option<usize> {
    (at..at + usize::from(bits)).try_fold(0, |value, at| {
        let bit = bytes.get(at / 8)? >> (7 - at % 8) & 1;
        Some(value << 1 | usize::from(bit))
    })
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    digits?.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect()
}
