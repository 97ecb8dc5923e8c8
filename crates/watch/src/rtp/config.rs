//! What a decoder of AAC must know: the `AudioSpecificConfig` (ISO/IEC 14496-3, 1.6.2.1). It is read, and goes into
//! the file as it came.

use super::sets::Bits;

/// What the configuration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AudioConfig {
    /// Audio object type: 2 is AAC-LC, 5 and 29 are HE-AAC told openly.
    pub(super) object: u8,
    /// Channels; 0 where a program config element tells them, which is not read.
    pub(super) channels: u8,
    /// Samples per second of the core coder.
    pub(super) rate: u32,
    /// Samples of one frame of the core coder.
    pub(super) samples: u16,
}

/// Table 1.18.
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// Reads the configuration; None if it is cut short, or of no kind of AAC that is known.
pub(super) fn audio_config(bytes: &[u8]) -> Option<AudioConfig> {
    let mut bits = Bits::plain(bytes);
    let object = object_type(&mut bits)?;
    let rate = rate(&mut bits)?;
    let channels = u8::try_from(bits.bits(4)?).ok()?;
    let core = if matches!(object, 5 | 29) {
        self::rate(&mut bits)?; // Of what comes out, which the core coder does not see.
        object_type(&mut bits)?
    } else {
        object
    };
    // Of these GASpecificConfig (4.4.1) follows: main, LC, SSR, LTP, scalable; 23 and 39 (low delay) have it shorter.
    let samples = match core {
        1..=4 | 6 | 17 => 1_024 - if bits.bit()? { 64 } else { 0 },
        23 | 39 => 512 - if bits.bit()? { 32 } else { 0 },
        _ => return None,
    };
    let channels = if channels == 7 { 8 } else { channels };
    Some(AudioConfig { object, channels, rate, samples }).filter(|_| channels <= 8)
}

fn object_type(bits: &mut Bits<'_>) -> Option<u8> {
    let short = bits.bits(5)?;
    u8::try_from(if short == 31 { 32 + bits.bits(6)? } else { short }).ok()
}

fn rate(bits: &mut Bits<'_>) -> Option<u32> {
    let index = bits.bits(4)?;
    let rate = if index == 15 { bits.bits(24)? } else { *RATES.get(usize::try_from(index).ok()?)? };
    Some(rate).filter(|rate| *rate > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_high_efficiency_aac_are_told_apart() {
        let lc = AudioConfig { object: 2, channels: 1, rate: 16_000, samples: 1_024 };
        assert_eq!(audio_config(&[0x14, 0x08]), Some(lc));
        let stereo = AudioConfig { object: 2, channels: 2, rate: 44_100, samples: 1_024 };
        assert_eq!(audio_config(&[0x12, 0x10]), Some(stereo));
        let he = AudioConfig { object: 5, channels: 2, rate: 24_000, samples: 1_024 };
        assert_eq!(audio_config(&[0x2B, 0x11, 0x88, 0x00]), Some(he));
        assert_eq!(audio_config(&[0x14, 0x0C]).map(|got| got.samples), Some(960));
    }

    #[test]
    fn a_rate_of_its_own_is_read_in_full() {
        assert_eq!(audio_config(&[0x17, 0x80, 0x1F, 0x40, 0x08]).map(|got| got.rate), Some(16_000));
        assert_eq!(audio_config(&[0x17, 0x80, 0x00, 0x00, 0x08]), None, "no samples at all");
    }

    #[test]
    fn what_is_cut_or_unknown_is_none() {
        assert_eq!(audio_config(&[]), None);
        assert_eq!(audio_config(&[0x14]), None);
        assert_eq!(audio_config(&[0x16, 0x88]), None, "index 13 is reserved");
        assert_eq!(audio_config(&[0x44, 0x08]), None, "CELP");
        assert_eq!(audio_config(&[0x14, 0x78]), None, "15 channels");
    }
}
