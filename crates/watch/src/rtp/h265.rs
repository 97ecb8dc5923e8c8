//! H.265 in RTP (RFC 7798): single NAL units, aggregation packets and fragments, with decoding order numbers or
//! without. PACI packets are refused, and so is a stream whose numbers run backwards: nothing is put into another
//! order here.

use super::{
    Fault,
    coding::{Kind, Slice},
    writer::Writer,
};

/// Takes one payload apart (4.4).
pub(super) fn take(payload: &[u8], numbered: bool, writer: &mut Writer<'_>) -> Result<(), Fault> {
    let (header, rest) = payload.split_first_chunk::<2>().ok_or(Fault::Broken)?;
    match header[0] >> 1 & 0x3F {
        48 => aggregate(rest, numbered, writer),
        49 => fragment(*header, rest, numbered, writer),
        50 => Err(Fault::Refused),
        _ if numbered => {
            let rest = number(rest, writer)?;
            writer.begin(header)?;
            writer.more(rest)?;
            writer.finish()
        }
        _ => writer.whole(payload),
    }
}

/// Aggregation packet (4.4.2): the first unit has the whole number, each other how far it is from the one before.
fn aggregate(mut rest: &[u8], numbered: bool, writer: &mut Writer<'_>) -> Result<(), Fault> {
    if numbered {
        rest = number(rest, writer)?;
    }
    loop {
        let (size, after) = rest.split_first_chunk::<2>().ok_or(Fault::Broken)?;
        let (nal, after) =
            after.split_at_checked(usize::from(u16::from_be_bytes(*size))).ok_or(Fault::Broken)?;
        writer.whole(nal)?;
        if after.is_empty() {
            return Ok(());
        }
        rest = after;
        if numbered {
            let (further, after) = rest.split_first().ok_or(Fault::Broken)?;
            let last = writer.number.unwrap_or_default();
            writer.numbered(last.wrapping_add(u16::from(*further)).wrapping_add(1))?;
            rest = after;
        }
    }
}

/// Fragmentation unit (4.4.3).
fn fragment(header: [u8; 2], rest: &[u8], numbered: bool, writer: &mut Writer<'_>) -> Result<(), Fault> {
    let (fragment, mut content) = rest.split_first().ok_or(Fault::Broken)?;
    if fragment & 0x80 != 0 {
        if numbered {
            content = number(content, writer)?;
        }
        writer.begin(&[header[0] & 0x81 | (fragment & 0x3F) << 1, header[1]])?;
    }
    writer.more(content)?;
    if fragment & 0x40 == 0 { Ok(()) } else { writer.finish() }
}

/// DONL: the 16 low bits of the decoding order number.
fn number<'a>(rest: &'a [u8], writer: &mut Writer<'_>) -> Result<&'a [u8], Fault> {
    let (number, rest) = rest.split_first_chunk::<2>().ok_or(Fault::Broken)?;
    writer.numbered(u16::from_be_bytes(*number))?;
    Ok(rest)
}

/// What a NAL unit is, by its header and the first bit of its slice (ITU-T H.265, table 7-1 and 7.3.6.1). Of
/// scalable streams only the base layer begins pictures and has sets.
pub(super) fn kind(nal: &[u8]) -> Option<Kind> {
    let (header, rest) = nal.split_first_chunk::<2>()?;
    let layer = (header[0] & 1) << 5 | header[1] >> 3;
    let kind = match header[0] >> 1 & 0x3F {
        kind @ 0..=31 => {
            let first = rest.first().is_some_and(|byte| byte & 0x80 != 0);
            Kind::Slice(Slice { first, random: (16..=21).contains(&kind) })
        }
        32..=34 | 39 | 40 if layer > 0 => Kind::Other,
        32..=34 => Kind::Set,
        39 | 40 => Kind::Message,
        35..=47 => Kind::Other,
        _ => return None,
    };
    (header[0] & 0x80 == 0 && header[1] & 0x07 != 0).then_some(kind)
}
