//! Where playing can begin. For H.265, and for every decent H.264 stream, that is what the NAL unit's type says. Some
//! H.264 cameras never send an IDR picture: they refresh a line of blocks at a time, or send I pictures with a
//! recovery point message. After ten seconds of RTP time without an IDR picture such an I picture is a key picture
//! too, as long as no IDR picture comes. It is never one while IDR pictures do come, however rarely one looks.

use super::{coding::Slice, writer::Holds};

/// So long without a true one before the other kind counts.
const PATIENCE_SECONDS: u32 = 10;

/// Tells key pictures of one track.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// `PATIENCE_SECONDS` in units of the track's clock.
    patience: u32,
    /// The timestamp of the last true one, or of the first picture.
    since: Option<u32>,
    lenient: bool,
}

impl Entry {
    pub(super) const fn new(clock_rate: u32) -> Self {
        Self { patience: clock_rate.saturating_mul(PATIENCE_SECONDS), since: None, lenient: false }
    }

    /// Recovery points count from now on.
    pub(super) const fn is_lenient(&self) -> bool {
        self.lenient
    }

    /// Whether this picture is a key picture.
    pub(super) fn is_key(&mut self, timestamp: u32, holds: Holds) -> bool {
        let Some(Slice { first: true, random }) = holds.slice else { return false };
        if random {
            self.since = Some(timestamp);
            self.lenient = false;
            return true;
        }
        let waited = timestamp.wrapping_sub(*self.since.get_or_insert(timestamp));
        let key = self.lenient && holds.recovery && !holds.inter;
        // What is more than half the wrap ahead is a picture out of order, behind.
        self.lenient |= waited >= self.patience && waited <= u32::MAX / 2;
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDR: Holds =
        Holds { slice: Some(Slice { first: true, random: true }), recovery: false, inter: true };
    const POINT: Holds =
        Holds { slice: Some(Slice { first: true, random: false }), recovery: true, inter: false };

    #[test]
    fn a_recovery_point_counts_after_ten_seconds_without_an_idr_picture() {
        let mut entry = Entry::new(90_000);
        let keys: Vec<_> = (0..15).map(|second| entry.is_key(second * 90_000, POINT)).collect();
        assert_eq!(keys.iter().position(|key| *key), Some(11), "ten full seconds, then the next");
        assert!(keys[11..].iter().all(|key| *key));
    }

    #[test]
    fn an_idr_picture_ends_the_leniency() {
        let mut entry = Entry::new(90_000);
        assert!(entry.is_key(0, IDR) && !entry.is_key(900_000, POINT) && entry.is_key(903_600, POINT));
        assert!(entry.is_key(907_200, IDR) && !entry.is_key(910_800, POINT));
    }

    #[test]
    fn a_picture_that_needs_another_is_no_key_picture() {
        let mut entry = Entry::new(90_000);
        entry.is_key(0, IDR);
        entry.is_key(u32::MAX - 3_600, POINT);
        assert!(!entry.is_lenient(), "a picture out of order is no long wait");
        entry.is_key(900_000, POINT);
        assert!(!entry.is_key(903_600, Holds { inter: true, ..POINT }));
        assert!(!entry.is_key(907_200, Holds { recovery: false, ..POINT }));
        let later = |random| Some(Slice { first: false, random });
        assert!(!entry.is_key(910_800, Holds { slice: later(false), ..POINT }));
        assert!(
            !entry.is_key(910_800, Holds { slice: later(true), ..IDR }),
            "the second half of an IDR picture"
        );
    }
}
