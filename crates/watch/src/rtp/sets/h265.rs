//! H.265 parameter sets (ITU-T H.265, 7.3.2.1 to 7.3.2.3) and the `hvcC` box (ISO/IEC 14496-15, 8.3.3.1).
//! Only what the file needs is read; a set is never rewritten.

use super::{Set, bits::Bits, boxed, first_of, size};
use crate::media::{Codec, Parameters};
use std::fmt::Write;

/// NAL unit types (table 7-1).
pub(super) const VPS: u8 = 32;
pub(super) const SPS: u8 = 33;
pub(super) const PPS: u8 = 34;

/// Profile, tier and level as they stand in the set and in the box (7.3.3): one byte of space, tier and profile,
/// four of compatibility, six of constraints, one of level.
type General = [u8; 12];

/// What a sequence parameter set says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sps {
    id: u8,
    general: General,
    /// Temporal layers, 1 to 7, and whether every picture of a lower one can be switched up from.
    layers: u8,
    nested: bool,
    chroma_format: u8,
    /// Bits per sample, less 8.
    luma_depth: u8,
    chroma_depth: u8,
    /// Pixels, without what is cropped.
    width: u16,
    height: u16,
    /// How many pictures may come before one that is shown earlier.
    pub(super) reorder: u8,
}

/// Kind and number of a set; None if it cannot be used.
pub(super) fn identify(nal: &[u8]) -> Option<(u8, u8)> {
    let (header, rest) = nal.split_first_chunk::<2>()?;
    let mut bits = Bits::new(rest);
    match header[0] >> 1 & 0x3F {
        VPS => Some((VPS, u8::try_from(bits.bits(4)?).ok()?)),
        SPS => sps(nal).map(|sps| (SPS, sps.id)),
        PPS => {
            let id = bits.ue_up_to(63)?;
            bits.ue_up_to(15)?;
            Some((PPS, id))
        }
        _ => None,
    }
}

/// Everything a decoder must know, from the sets at hand; the first sequence parameter set gives the size.
/// Slices that can be decoded apart (`min_spatial_segmentation_idc`) are not promised.
pub(super) fn parameters(sets: &[Set], clock_rate: u32) -> Option<Parameters> {
    first_of(sets, VPS)?;
    let sps = sps(first_of(sets, SPS)?)?;
    first_of(sets, PPS)?;
    let mut config = vec![1];
    config.extend_from_slice(&sps.general);
    config.extend_from_slice(&[0xF0, 0, 0xFC]);
    config.extend_from_slice(&[0xFC | sps.chroma_format, 0xF8 | sps.luma_depth, 0xF8 | sps.chroma_depth]);
    config.extend_from_slice(&[0, 0]); // avgFrameRate: not told.
    config.push(sps.layers << 3 | u8::from(sps.nested) << 2 | 3);
    config.push(3);
    for kind in [VPS, SPS, PPS] {
        let of_kind = || sets.iter().filter(|set| set.kind == kind);
        config.push(0x80 | kind);
        config.extend_from_slice(&u16::try_from(of_kind().count()).ok()?.to_be_bytes());
        for set in of_kind() {
            boxed(&mut config, &set.bytes)?;
        }
    }
    Some(Parameters {
        codec: Codec::H265,
        config: config.into(),
        width: sps.width,
        height: sps.height,
        clock_rate,
        channels: 0,
        name: name(sps.general),
    })
}

/// The first sequence parameter set within an `hvcC` made by [`parameters`].
pub(super) fn sps_of_box(config: &[u8]) -> Option<&[u8]> {
    let mut rest = config.get(23..)?;
    loop {
        let (head, mut left) = rest.split_first_chunk::<3>()?;
        for _ in 0..u16::from_be_bytes([head[1], head[2]]) {
            let (length, after) = left.split_first_chunk::<2>()?;
            let (nal, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            if head[0] & 0x3F == SPS {
                return Some(nal);
            }
            left = after;
        }
        rest = left;
    }
}

/// RFC 6381 by way of ISO/IEC 14496-15, annex E.3.
fn name(general: General) -> String {
    let [first, c0, c1, c2, c3, constraints @ .., level] = general;
    let space = match first >> 6 {
        1 => "A",
        2 => "B",
        3 => "C",
        _ => "",
    };
    let compatible = u32::from_be_bytes([c0, c1, c2, c3]).reverse_bits();
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let mut name = format!("hvc1.{space}{}.{compatible:X}.{tier}{level}", first & 0x1F);
    let kept = constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    for byte in constraints.iter().take(kept) {
        // Writing to a String cannot fail.
        let _ = write!(name, ".{byte:X}");
    }
    name
}

/// Reads a sequence parameter set with its header, as far as the order of pictures (7.3.2.2.1).
pub(super) fn sps(nal: &[u8]) -> Option<Sps> {
    let mut bits = Bits::new(nal.get(2..)?);
    bits.skip(4)?; // sps_video_parameter_set_id
    let more_layers = u8::try_from(bits.bits(3)?).ok().filter(|layers| *layers <= 6)?;
    let nested = bits.bit()?;
    let general = profile_tier_level(&mut bits, more_layers)?;
    let id = bits.ue_up_to(15)?;
    let chroma_format = bits.ue_up_to(3)?;
    let separate = chroma_format == 3 && bits.bit()?;
    let (across, down) = (bits.ue()?, bits.ue()?);
    let (unit_x, unit_y) = match (chroma_format, separate) {
        (1, _) => (2, 2),
        (2, _) => (2, 1),
        _ => (1, 1),
    };
    let mut crop = [0; 4]; // Left, right, top, bottom, in chroma samples.
    if bits.bit()? {
        crop = [bits.ue()?, bits.ue()?, bits.ue()?, bits.ue()?];
    }
    let [left, right, top, bottom] = crop;
    let luma_depth = bits.ue_up_to(7)?;
    let chroma_depth = bits.ue_up_to(7)?;
    bits.ue_up_to(12)?; // log2_max_pic_order_cnt_lsb_minus4
    let each_layer = bits.bit()?; // sps_sub_layer_ordering_info_present_flag
    let mut reorder = 0;
    for _ in 0..=if each_layer { more_layers } else { 0 } {
        bits.ue()?; // sps_max_dec_pic_buffering_minus1
        reorder = bits.ue_up_to(16)?; // sps_max_num_reorder_pics; the last is that of the whole stream.
        bits.ue()?; // sps_max_latency_increase_plus1
    }
    Some(Sps {
        id,
        general,
        layers: more_layers + 1,
        nested,
        chroma_format,
        luma_depth,
        chroma_depth,
        width: size(across, left, right, unit_x)?,
        height: size(down, top, bottom, unit_y)?,
        reorder,
    })
}

/// 7.3.3: the general part is kept, those of the layers are stepped over.
fn profile_tier_level(bits: &mut Bits<'_>, more_layers: u8) -> Option<General> {
    let mut general = General::default();
    for byte in &mut general {
        *byte = bits.byte()?;
    }
    let mut present = [(false, false); 8];
    for layer in present.iter_mut().take(usize::from(more_layers)) {
        *layer = (bits.bit()?, bits.bit()?);
    }
    if more_layers > 0 {
        bits.skip(u32::from(8 - more_layers) * 2)?;
    }
    for (profile, level) in present {
        bits.skip(if profile { 88 } else { 0 } + if level { 8 } else { 0 })?;
    }
    Some(general)
}
