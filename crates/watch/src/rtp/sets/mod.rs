//! Parameter sets: what a decoder must know before the first picture, from the SDP or from within the stream.
//! Sets are kept as they came, bounded in number and size; what cannot be read is counted and left aside.

mod bits;
mod h264;
mod h265;
#[cfg(test)]
mod tests;

pub(super) use bits::Bits;

use super::{coding::Coding, start_code};
use crate::{
    media::{Codec, Parameters},
    rtsp::Format,
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Sets of one track that are kept; cameras send two or three.
const MOST: usize = 32;
/// Bytes of one set; real ones have 10 to 300.
const LONGEST: usize = 1_024;
/// Pixels of one side, beyond what any level allows.
const WIDEST: u32 = 16_384;

/// Cameras forget the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One parameter set, with its NAL header.
pub(super) struct Set {
    kind: u8,
    id: u8,
    bytes: Box<[u8]>,
}

/// The sets of one track.
pub(super) struct Sets {
    coding: Coding,
    clock_rate: u32,
    /// The sequence parameter set that changed last stands first: it is the one in use.
    known: Vec<Set>,
    /// Something differs from what `parameters` was made of.
    changed: bool,
    parameters: Option<Parameters>,
    /// Sets that could not be read, or were too many or too long.
    flaws: u64,
}

impl Sets {
    /// What the SDP brings along: `sprop-parameter-sets` (RFC 6184, 8.1) or `sprop-vps`, `-sps` and `-pps`
    /// (RFC 7798, 7.1). It may be nothing: then the stream itself must bring it.
    pub(super) fn new(coding: Coding, format: &Format) -> Self {
        let mut sets = Self {
            coding,
            clock_rate: format.clock_rate,
            known: Vec::new(),
            changed: false,
            parameters: None,
            flaws: 0,
        };
        for (_, value) in format.fmtp.iter().filter(|(name, _)| coding.sprop().contains(&name.as_str())) {
            for text in value.split(',').filter(|text| !text.trim().is_empty()) {
                match BASE64.decode(text.trim()) {
                    Ok(bytes) => start_code::pieces(&bytes, coding).for_each(|nal| sets.note(nal)),
                    Err(_) => sets.flaws += 1,
                }
            }
        }
        sets.known.sort_by_key(|set| (set.kind, set.id));
        sets.renew();
        sets
    }

    /// What is known and in force.
    pub(super) const fn parameters(&self) -> Option<&Parameters> {
        self.parameters.as_ref()
    }

    pub(super) const fn flaws(&self) -> u64 {
        self.flaws
    }

    /// Takes in a set that stands in the stream. One that is known already, as nearly all are, costs a comparison.
    pub(super) fn note(&mut self, nal: &[u8]) {
        let end = nal.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let Some(nal) = nal.get(..end) else { return };
        if self.known.iter().any(|set| *set.bytes == *nal) {
            return;
        }
        let Some((kind, id)) =
            Some(nal).filter(|nal| nal.len() <= LONGEST).and_then(|nal| self.identify(nal))
        else {
            self.flaws += 1;
            return;
        };
        self.known.retain(|set| (set.kind, set.id) != (kind, id));
        if self.known.len() >= MOST {
            self.flaws += 1;
            return;
        }
        let place = if matches!(kind, h264::SPS | h265::SPS) { 0 } else { self.known.len() };
        self.known.insert(place, Set { kind, id, bytes: nal.into() });
        self.changed = true;
    }

    /// New parameters, if the sets that came give others than those in force.
    pub(super) fn renew(&mut self) -> Option<Box<Parameters>> {
        if !self.changed {
            return None;
        }
        self.changed = false;
        let parameters = match self.coding {
            Coding::H264 => h264::parameters(&self.known, self.clock_rate),
            Coding::H265 { .. } => h265::parameters(&self.known, self.clock_rate),
        }?;
        if self.parameters.as_ref() == Some(&parameters) {
            return None;
        }
        self.parameters = Some(parameters.clone());
        Some(Box::new(parameters))
    }

    fn identify(&self, nal: &[u8]) -> Option<(u8, u8)> {
        match self.coding {
            Coding::H264 => h264::identify(nal),
            Coding::H265 { .. } => h265::identify(nal),
        }
    }
}

/// How many pictures may come before one that is shown earlier (0: they are sent as they are shown). H.264:
/// `max_num_reorder_frames` (E.2.1) where the VUI tells it, or 0 where the profile or the numbering of pictures
/// says so. H.265: `sps_max_num_reorder_pics` (7.4.3.2.1). None where nothing tells it, and for sound.
pub fn reorder(parameters: &Parameters) -> Option<u8> {
    match parameters.codec {
        Codec::H264 => h264::sps(h264::sps_of_box(&parameters.config)?)?.reorder,
        Codec::H265 => h265::sps(h265::sps_of_box(&parameters.config)?).map(|sps| sps.reorder),
        Codec::Aac | Codec::Pcmu | Codec::Pcma => None,
    }
}

fn first_of(sets: &[Set], kind: u8) -> Option<&[u8]> {
    sets.iter().find(|set| set.kind == kind).map(|set| &*set.bytes)
}

/// A set behind its length, as both boxes have it.
fn boxed(config: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    config.extend_from_slice(&u16::try_from(bytes.len()).ok()?.to_be_bytes());
    config.extend_from_slice(bytes);
    Some(())
}

/// What is left of a side after cropping; None if nothing is, or if it is beyond reason.
fn size(whole: u32, before: u32, after: u32, unit: u32) -> Option<u16> {
    let cropped = before.checked_add(after)?.checked_mul(unit)?;
    let left = whole.checked_sub(cropped).filter(|left| (1..=WIDEST).contains(left))?;
    u16::try_from(left).ok()
}
