//! H.264 in RTP (RFC 6184, packetization modes 0 and 1): single NAL units, STAP-A and FU-A. What belongs to the
//! interleaved mode (STAP-B, MTAP16, MTAP24, FU-B) is refused: nothing is put into another order here.

use super::{
    Fault,
    coding::{Kind, Slice},
    sets::Bits,
    writer::Writer,
};

/// Takes one payload apart (5.2).
pub(super) fn take(payload: &[u8], writer: &mut Writer<'_>) -> Result<(), Fault> {
    let (indicator, rest) = payload.split_first().ok_or(Fault::Broken)?;
    match indicator & 0x1F {
        24 => aggregate(rest, writer),
        28 => fragment(*indicator, rest, writer),
        25..=27 | 29 => Err(Fault::Refused),
        _ => writer.whole(payload),
    }
}

/// STAP-A (5.7.1).
fn aggregate(mut rest: &[u8], writer: &mut Writer<'_>) -> Result<(), Fault> {
    loop {
        let (size, after) = rest.split_first_chunk::<2>().ok_or(Fault::Broken)?;
        let (nal, after) =
            after.split_at_checked(usize::from(u16::from_be_bytes(*size))).ok_or(Fault::Broken)?;
        writer.whole(nal)?;
        if after.is_empty() {
            return Ok(());
        }
        rest = after;
    }
}

/// FU-A (5.8). A fragment that is both the first and the last breaks the rules and harms nobody.
fn fragment(indicator: u8, rest: &[u8], writer: &mut Writer<'_>) -> Result<(), Fault> {
    let (header, content) = rest.split_first().ok_or(Fault::Broken)?;
    if header & 0x80 != 0 {
        writer.begin(&[indicator & 0xE0 | header & 0x1F])?;
    }
    writer.more(content)?;
    if header & 0x40 == 0 { Ok(()) } else { writer.finish() }
}

/// What a NAL unit is, by its header and the first bit of its slice (ITU-T H.264, table 7-1 and 7.3.3).
pub(super) fn kind(nal: &[u8]) -> Option<Kind> {
    let (header, rest) = nal.split_first()?;
    let kind = match header & 0x1F {
        // first_mb_in_slice is 0, which is coded as the bit 1.
        kind @ (1 | 2 | 5) => {
            let first = rest.first().is_some_and(|byte| byte & 0x80 != 0);
            Kind::Slice(Slice { first, random: kind == 5 })
        }
        3 | 4 => Kind::Slice(Slice { first: false, random: false }),
        6 => Kind::Message,
        7 | 8 => Kind::Set,
        9..=23 => Kind::Other,
        _ => return None,
    };
    (header & 0x80 == 0).then_some(kind)
}

/// A recovery point (payload type 6) with nothing to wait for stands in the message (7.3.2.3.1, D.1.8).
pub(super) fn recovers(nal: &[u8]) -> bool {
    let mut bits = Bits::new(nal.get(1..).unwrap_or_default());
    let mut look = || loop {
        let kind = long(&mut bits)?;
        let size = long(&mut bits)?;
        if kind == 6 {
            return Some(bits.ue()? == 0);
        }
        bits.skip(size.checked_mul(8)?)?;
    };
    look().unwrap_or(false)
}

/// A number of as many bytes 255 as needed and one that is less.
fn long(bits: &mut Bits<'_>) -> Option<u32> {
    let mut value = 0_u32;
    loop {
        let byte = bits.byte()?;
        value = value.checked_add(u32::from(byte))?;
        if byte < 255 {
            return Some(value);
        }
    }
}

/// `slice_type` is I (7.4.3).
pub(super) fn is_intra(nal: &[u8]) -> bool {
    let mut bits = Bits::new(nal.get(1..).unwrap_or_default());
    bits.ue().and_then(|_| bits.ue()).is_some_and(|slice| slice % 5 == 2)
}
