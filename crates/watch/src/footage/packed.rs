//! Where a file's fragments lie, packed to about five bytes each: a day of a camera has some forty thousand.
//!
//! Promises: what is packed unpacks to the same; whole pages, whole milliseconds. Damaged bytes give fewer lines, never
//! a panic and never more lines than bytes.

use crate::fmp4::PAGE;

/// Where a fragment lies in its file, and when it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it begins in the file, in bytes: whole pages.
    pub offset: u64,
    /// How long it is, in bytes: whole pages.
    pub length: u64,
    /// When it begins, in microseconds since 1970 UTC: the file's beginning and whole milliseconds.
    pub wall_us: i64,
    /// How long it lasts, in microseconds: whole milliseconds, at least one.
    pub duration_us: i64,
    /// A decoder can begin with it.
    pub key: bool,
    /// Something is missing before it.
    pub gap: bool,
}

impl Line {
    /// When it ends, in microseconds since 1970 UTC.
    pub const fn ended_us(&self) -> i64 {
        self.wall_us.saturating_add(self.duration_us)
    }

    /// Whether any of it lies in `[from_us, to_us)`.
    pub const fn overlaps(&self, from_us: i64, to_us: i64) -> bool {
        self.wall_us < to_us && self.ended_us() > from_us
    }
}

const MS: i64 = 1000;
/// No fragment is taken to last longer, in milliseconds: its clock would be wrong.
const LONGEST_MS: u64 = 3_600_000;

/// A moment, to whole milliseconds after `origin_us`.
pub(super) const fn whole_ms(origin_us: i64, wall_us: i64) -> i64 {
    origin_us.saturating_add(wall_us.saturating_sub(origin_us).div_euclid(MS).saturating_mul(MS))
}

/// So many units of a clock in whole milliseconds, rounded up, in microseconds.
pub(super) fn duration_us(units: u64, clock_rate: u32) -> i64 {
    let ms = units.saturating_mul(1000).div_ceil(u64::from(clock_rate.max(1)));
    i64::try_from(ms.clamp(1, LONGEST_MS)).unwrap_or(1) * MS
}

/// Packs lines that follow one another in a file; their moments count from `origin_us`.
pub(super) fn pack(origin_us: i64, lines: &[Line]) -> Vec<u8> {
    let mut to = Vec::with_capacity(4 + lines.len() * 5);
    varint(&mut to, lines.first().map_or(0, |line| line.offset / PAGE as u64));
    let mut expected = origin_us;
    for line in lines {
        varint(&mut to, line.length / PAGE as u64);
        let flags = u64::from(line.key) | u64::from(line.gap) << 1;
        varint(&mut to, (line.duration_us / MS).unsigned_abs() << 2 | flags);
        varint(&mut to, zigzag(line.wall_us.saturating_sub(expected) / MS));
        expected = line.ended_us();
    }
    to
}

/// The lines that were packed; their moments count from `origin_us`.
pub(super) fn unpack(origin_us: i64, packed: &[u8]) -> impl Iterator<Item = Line> {
    let mut left = packed;
    let mut offset = read(&mut left).and_then(|pages| pages.checked_mul(PAGE as u64));
    let mut expected = origin_us;
    std::iter::from_fn(move || {
        let begins = offset?;
        let length = read(&mut left)?.checked_mul(PAGE as u64)?;
        let lasts = read(&mut left)?;
        let late = unzigzag(read(&mut left)?).checked_mul(MS)?;
        let wall_us = expected.checked_add(late)?;
        let duration_us = i64::try_from((lasts >> 2).min(LONGEST_MS)).ok()? * MS;
        offset = begins.checked_add(length);
        let (key, gap) = (lasts & 1 != 0, lasts & 2 != 0);
        let line = Line { offset: begins, length, wall_us, duration_us, key, gap };
        expected = line.ended_us();
        Some(line)
    })
}

fn varint(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(u8::try_from(value & 0x7F).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    to.push(u8::try_from(value).unwrap_or(0));
}

fn read(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

const fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BEGAN: i64 = 1_800_000_000_123_456;

    fn lines(of: &[(u64, i64, i64, bool, bool)]) -> Vec<Line> {
        let mut offset = 4096;
        let lines = of.iter().map(|&(pages, ms, duration, key, gap)| {
            let length = pages * 4096;
            let line =
                Line { offset, length, wall_us: BEGAN + ms * 1000, duration_us: duration * 1000, key, gap };
            offset += length;
            line
        });
        lines.collect()
    }

    #[test]
    fn a_usual_ten_minutes_take_no_more_than_five_bytes_a_fragment() {
        let usual: Vec<_> = (0..300).map(|at| (170, at * 2000 + at % 7, 2000, true, at == 9)).collect();
        let usual = lines(&usual);
        let packed = pack(BEGAN, &usual);
        assert!(packed.len() <= 2 + 5 * usual.len(), "{}", packed.len());
        assert!(unpack(BEGAN, &packed).eq(usual));
    }

    #[test]
    fn durations_are_rounded_up_and_moments_down() {
        assert_eq!((duration_us(0, 90_000), duration_us(90, 90_000)), (1000, 1000));
        assert_eq!((duration_us(91, 90_000), duration_us(5, 0)), (2000, 5_000_000));
        assert_eq!(duration_us(u64::MAX, 1), 3_600_000_000);
        assert_eq!((whole_ms(500, 1499), whole_ms(500, 1500), whole_ms(500, 499)), (500, 1500, -500));
        assert_eq!(whole_ms(i64::MIN, i64::MAX), whole_ms(i64::MIN, i64::MAX - 1));
    }

    proptest! {
        #[test]
        fn whatever_is_packed_unpacks_to_the_same(
            of in prop::collection::vec(
                (1_u64..5000, -9_000_000_i64..9_000_000, 1_i64..3_600_000, any::<bool>(), any::<bool>()), 0..50,
            ),
        ) {
            let lines = lines(&of);
            prop_assert_eq!(unpack(BEGAN, &pack(BEGAN, &lines)).collect::<Vec<_>>(), lines);
        }

        #[test]
        fn arbitrary_bytes_give_no_more_lines_than_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(unpack(i64::MAX, &bytes).count() <= bytes.len());
        }
    }
}
