//! H.264 parameter sets (ITU-T H.264, 7.3.2.1 and 7.3.2.2) and the `avcC` box (ISO/IEC 14496-15, 5.3.3.1).
//! Only what the file needs is read; a set is never rewritten.

use super::{Set, bits::Bits, boxed, first_of, size};
use crate::media::{Codec, Parameters};

/// NAL unit types (table 7-1).
pub(super) const SPS: u8 = 7;
pub(super) const PPS: u8 = 8;

/// Profiles whose sets tell the chroma format and bit depths (7.3.2.1.1).
const HIGH: [u8; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];
/// Profiles whose `avcC` ends without them (ISO/IEC 14496-15, 5.3.3.1.2).
const LOW: [u8; 3] = [66, 77, 88];

/// What a sequence parameter set says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sps {
    id: u8,
    /// `profile_idc`, the constraint flags, `level_idc`.
    profile: [u8; 3],
    chroma: Chroma,
    /// Pixels, without what is cropped.
    width: u16,
    height: u16,
    /// How many pictures may come before one that is shown earlier; None where the set does not say.
    pub(super) reorder: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chroma {
    format: u8,
    /// Colour planes are coded apart.
    separate: bool,
    /// Bits per sample, less 8, of brightness and of the two colours.
    luma: u8,
    colour: u8,
}

/// Kind and number of a set; None if it cannot be used.
pub(super) fn identify(nal: &[u8]) -> Option<(u8, u8)> {
    let (header, rest) = nal.split_first()?;
    match header & 0x1F {
        SPS => sps(nal).map(|sps| (SPS, sps.id)),
        PPS => {
            let mut bits = Bits::new(rest);
            let id = bits.ue_up_to(255)?;
            bits.ue_up_to(31)?;
            Some((PPS, id))
        }
        _ => None,
    }
}

/// Everything a decoder must know, from the sets at hand; the first sequence parameter set gives the size.
pub(super) fn parameters(sets: &[Set], clock_rate: u32) -> Option<Parameters> {
    let sps = sps(first_of(sets, SPS)?)?;
    first_of(sets, PPS)?;
    let [profile, constraints, level] = sps.profile;
    let mut config = vec![1, profile, constraints, level, 0xFF];
    for (kind, reserved) in [(SPS, 0xE0), (PPS, 0)] {
        let of_kind = || sets.iter().filter(|set| set.kind == kind);
        config.push(reserved | u8::try_from(of_kind().count()).ok()?);
        for set in of_kind() {
            boxed(&mut config, &set.bytes)?;
        }
    }
    if !LOW.contains(&profile) {
        let Chroma { format, luma, colour, .. } = sps.chroma;
        config.extend_from_slice(&[0xFC | format, 0xF8 | luma, 0xF8 | colour, 0]);
    }
    Some(Parameters {
        codec: Codec::H264,
        config: config.into(),
        width: sps.width,
        height: sps.height,
        clock_rate,
        channels: 0,
        name: format!("avc1.{profile:02x}{constraints:02x}{level:02x}"),
    })
}

/// The first sequence parameter set within an `avcC`.
pub(super) fn sps_of_box(config: &[u8]) -> Option<&[u8]> {
    let (length, rest) = config.get(6..)?.split_first_chunk::<2>()?;
    rest.get(..usize::from(u16::from_be_bytes(*length)))
}

/// Reads a sequence parameter set with its header (7.3.2.1.1).
pub(super) fn sps(nal: &[u8]) -> Option<Sps> {
    let mut bits = Bits::new(nal.get(1..)?);
    let profile = [bits.byte()?, bits.byte()?, bits.byte()?];
    let id = bits.ue_up_to(31)?;
    let chroma = chroma(&mut bits, profile[0])?;
    bits.ue_up_to(12)?; // log2_max_frame_num_minus4
    let order = order_count(&mut bits)?;
    bits.ue()?; // max_num_ref_frames
    bits.bit()?; // gaps_in_frame_num_value_allowed_flag
    let across = bits.ue()?.checked_add(1)?;
    let down = bits.ue()?.checked_add(1)?;
    let frames = bits.bit()?; // frame_mbs_only_flag
    if !frames {
        bits.bit()?;
    }
    bits.bit()?; // direct_8x8_inference_flag
    let fields = if frames { 1 } else { 2 };
    let (unit_x, unit_y) = match (chroma.format, chroma.separate) {
        (1, _) => (2, 2),
        (2, _) => (2, 1),
        _ => (1, 1),
    };
    let mut crop = [0; 4]; // Left, right, top, bottom, in crop units (7-19 to 7-22).
    if bits.bit()? {
        crop = [bits.ue()?, bits.ue()?, bits.ue()?, bits.ue()?];
    }
    let [left, right, top, bottom] = crop;
    let width = size(across.checked_mul(16)?, left, right, unit_x)?;
    let height = size(down.checked_mul(16 * fields)?, top, bottom, unit_y * fields)?;
    // Some cameras cut their VUI short: then nothing is known of the order.
    let told = if bits.bit()? { reorder(&mut bits) } else { None };
    let in_order = order == 2 || profile[0] == 66; // 8.2.1.3; the Baseline profile has no B slices (A.2.1).
    Some(Sps { id, profile, chroma, width, height, reorder: if in_order { Some(0) } else { told } })
}

fn chroma(bits: &mut Bits<'_>, profile: u8) -> Option<Chroma> {
    let mut chroma = Chroma { format: 1, separate: false, luma: 0, colour: 0 };
    if !HIGH.contains(&profile) {
        return Some(chroma);
    }
    chroma.format = bits.ue_up_to(3)?;
    if chroma.format == 3 {
        chroma.separate = bits.bit()?;
    }
    chroma.luma = bits.ue_up_to(6)?; // bit_depth_luma_minus8
    chroma.colour = bits.ue_up_to(6)?;
    bits.bit()?; // qpprime_y_zero_transform_bypass_flag
    if bits.bit()? {
        for list in 0..if chroma.format == 3 { 12 } else { 8 } {
            if bits.bit()? {
                scaling_list(bits, if list < 6 { 16 } else { 64 })?;
            }
        }
    }
    Some(chroma)
}

/// 7.3.2.1.1.1
fn scaling_list(bits: &mut Bits<'_>, length: u8) -> Option<()> {
    let mut last = 8;
    for _ in 0..length {
        last = (last + bits.se()?).rem_euclid(256);
        if last == 0 {
            break;
        }
    }
    Some(())
}

/// Steps over how pictures are numbered; returns `pic_order_cnt_type`.
fn order_count(bits: &mut Bits<'_>) -> Option<u8> {
    let kind = bits.ue_up_to(2)?;
    match kind {
        0 => {
            bits.ue_up_to(12)?;
        }
        1 => {
            bits.bit()?;
            bits.se()?;
            bits.se()?;
            for _ in 0..bits.ue_up_to(255)? {
                bits.se()?;
            }
        }
        _ => {}
    }
    Some(kind)
}

/// `max_num_reorder_frames` of the VUI (E.1.1), which stands at its very end.
fn reorder(bits: &mut Bits<'_>) -> Option<u8> {
    if bits.bit()? && bits.byte()? == 255 {
        bits.skip(32)?; // The sides of a pixel.
    }
    if bits.bit()? {
        bits.skip(1)?; // overscan_appropriate_flag
    }
    if bits.bit()? {
        bits.skip(4)?; // video_format, video_full_range_flag
        if bits.bit()? {
            bits.skip(24)?;
        }
    }
    if bits.bit()? {
        bits.ue()?; // chroma_sample_loc_type_top_field
        bits.ue()?;
    }
    if bits.bit()? {
        bits.skip(65)?; // num_units_in_tick, time_scale, fixed_frame_rate_flag
    }
    let network = bits.bit()?;
    if network {
        hypothetical_decoder(bits)?;
    }
    let video = bits.bit()?;
    if video {
        hypothetical_decoder(bits)?;
    }
    if network || video {
        bits.skip(1)?; // low_delay_hrd_flag
    }
    bits.skip(1)?; // pic_struct_present_flag
    if !bits.bit()? {
        return None;
    }
    bits.skip(1)?; // motion_vectors_over_pic_boundaries_flag
    for _ in 0..4 {
        bits.ue()?;
    }
    bits.ue_up_to(16)
}

/// E.1.2
fn hypothetical_decoder(bits: &mut Bits<'_>) -> Option<()> {
    let count = bits.ue_up_to(31)?;
    bits.skip(8)?;
    for _ in 0..=count {
        bits.ue()?;
        bits.ue()?;
        bits.skip(1)?;
    }
    bits.skip(20)
}
