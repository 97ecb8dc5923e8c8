//! What should be changed about a camera: from numbers to words.
//!
//! Promises: pure; the same numbers give the same words, each once.

use super::Seen;

/// Key pictures further apart than this make whoever joins wait, in milliseconds.
const KEYS_APART_MS: u32 = 4_000;
/// More fills disks without showing more, in thousands of bits a second.
const HIGH: u32 = 6_000;
/// Less blurs whatever moves; see above.
const LOW: u32 = 150;
/// A clock that is further off writes a wrong time into the pictures, in milliseconds.
const CLOCK_MS: u64 = 5_000;
/// Narrower pictures show nobody, in pixels.
const NARROW: u16 = 640;

/// What should be changed, or known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Many browsers do not show H.265.
    H265NotInBrowsers,
    /// Key pictures are more than 4 seconds apart.
    KeyPicturesTooFarApart,
    /// No second key picture came.
    KeyPicturesNever,
    /// More than 6 Mbit/s.
    BitrateHigh,
    /// So little that whatever moves is blurred.
    BitrateLow,
    /// Its clock is more than 5 seconds off.
    ClockWrong,
    /// It tells no time.
    NoClock,
    /// Less than 640 pixels wide.
    ResolutionLow,
    /// The password goes over the network as it is: Basic, and no TLS.
    PlainPassword,
    /// It offers sound: whether it may be recorded is for the household to say.
    SoundIsSent,
}

impl Advice {
    /// A stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::H265NotInBrowsers => "h265_not_in_browsers",
            Self::KeyPicturesTooFarApart => "key_pictures_too_far_apart",
            Self::KeyPicturesNever => "key_pictures_never",
            Self::BitrateHigh => "bitrate_high",
            Self::BitrateLow => "bitrate_low",
            Self::ClockWrong => "clock_wrong",
            Self::NoClock => "no_clock",
            Self::ResolutionLow => "resolution_low",
            Self::PlainPassword => "plain_password",
            Self::SoundIsSent => "sound_is_sent",
        }
    }

    /// What to say of what was seen within so many milliseconds; `plain` if the password went over the network as it is.
    pub(super) fn on(seen: &Seen, within_ms: u32, plain: bool) -> Vec<Self> {
        let keys_apart = seen.key_interval_ms.is_some_and(|apart| apart > KEYS_APART_MS);
        let off = seen.clock_error_ms.is_some_and(|error| error.unsigned_abs() > CLOCK_MS);
        [
            (seen.codec.starts_with("hvc1") || seen.codec.starts_with("hev1"), Self::H265NotInBrowsers),
            (keys_apart, Self::KeyPicturesTooFarApart),
            (seen.key_interval_ms.is_none() && within_ms > KEYS_APART_MS, Self::KeyPicturesNever),
            (seen.kilobits_per_s > HIGH, Self::BitrateHigh),
            (seen.kilobits_per_s < LOW, Self::BitrateLow),
            (off, Self::ClockWrong),
            (seen.clock_error_ms.is_none(), Self::NoClock),
            (seen.width < NARROW, Self::ResolutionLow),
            (plain, Self::PlainPassword),
            (seen.sound.is_some(), Self::SoundIsSent),
        ]
        .into_iter()
        .filter_map(|(is, advice)| is.then_some(advice))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Codec;

    fn good() -> Seen {
        Seen {
            codec: "avc1.64001f".into(),
            width: 1920,
            height: 1080,
            kilobits_per_s: 2_000,
            pictures_per_s: 25.0,
            key_interval_ms: Some(2_000),
            sound: None,
            clock_error_ms: Some(-300),
            still: None,
            advice: Vec::new(),
        }
    }

    #[test]
    fn a_good_camera_needs_no_advice() {
        assert_eq!(Advice::on(&good(), 6_000, false), []);
        let limits = Seen { key_interval_ms: Some(4_000), kilobits_per_s: 6_000, width: 640, ..good() };
        assert_eq!(Advice::on(&limits, 6_000, false), []);
    }

    #[test]
    fn whatever_is_wrong_is_said_in_one_word_each() {
        let bad = Seen {
            codec: "hvc1.1.6.L93.B0".into(),
            width: 639,
            kilobits_per_s: 6_001,
            key_interval_ms: Some(4_001),
            sound: Some(Codec::Aac),
            clock_error_ms: Some(-5_001),
            ..good()
        };
        let words: Vec<_> = Advice::on(&bad, 6_000, true).into_iter().map(Advice::word).collect();
        let all = [
            "h265_not_in_browsers",
            "key_pictures_too_far_apart",
            "bitrate_high",
            "clock_wrong",
            "resolution_low",
            "plain_password",
            "sound_is_sent",
        ];
        assert_eq!(words, all);
    }

    #[test]
    fn what_was_never_seen_is_said_only_after_a_fair_while() {
        let none = Seen { key_interval_ms: None, clock_error_ms: None, kilobits_per_s: 9, ..good() };
        let said = [Advice::KeyPicturesNever, Advice::BitrateLow, Advice::NoClock];
        assert_eq!(Advice::on(&none, 6_000, false), said);
        assert_eq!(Advice::on(&none, 3_000, false), said[1..]);
    }
}
