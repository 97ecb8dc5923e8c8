//! The movie fragment box: where each sample lies, how long it lasts and when it is shown (14496-12 §8.8.4 to §8.8.8).
//!
//! Promises: offsets count from the `moof` itself (default-base-is-moof), and the payload is taken to begin eight bytes
//! after the `moof` ends, behind the header of an `mdat`. It never decides what a sample's times are.

use super::{Boxes, Track};

/// `sample_flags` (§8.8.3.1) of a sample that depends on no other.
pub(super) const KEY: u32 = 0x0200_0000;
/// `sample_flags` of one that does, and is no place to begin.
pub(super) const NOT_KEY: u32 = 0x0101_0000;

/// One sample as the box has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Where it begins in the payload, and how long it is, in bytes.
    pub(super) offset: u32,
    pub(super) length: u32,
    /// Clock units to the next.
    pub(super) duration: u32,
    /// Clock units from its decode time to its presentation.
    pub(super) composition: i32,
    pub(super) key: bool,
}

impl Entry {
    /// Whether `next` can stand in the same run: its bytes follow, and it is no key picture (which only the first may be).
    pub(super) const fn goes_on_with(&self, next: &Self, track: Track) -> bool {
        let key_picture = next.key && matches!(track, Track::Pictures);
        self.offset.wrapping_add(self.length) == next.offset && !key_picture
    }
}

/// The samples of one track, in decode order.
pub(super) struct Traf<'a> {
    pub(super) track: Track,
    /// The first one's decode time.
    pub(super) decode: u64,
    /// At least one.
    pub(super) entries: &'a [Entry],
}

/// Bytes of `moof` and `mfhd`.
pub(super) const FIXED: usize = 8 + 16;
/// Most bytes that a track takes besides its runs: `traf`, `tfhd`, `tfdt`.
pub(super) const PER_TRACK: usize = 8 + 24 + 20;
/// Bytes that a run takes besides its samples: `trun` with its count and data offset.
pub(super) const PER_RUN: usize = 20;
/// Bytes that a run takes more if it begins with a key picture.
pub(super) const PER_KEY: usize = 4;
/// Most bytes of a sample: length and duration.
pub(super) const PER_SAMPLE: usize = 8;
/// Bytes of a sample more if some of its track are not shown in decode order.
pub(super) const PER_COMPOSITION: usize = 4;

/// Writes the box.
pub(super) fn write(to: &mut Boxes, sequence: u32, trafs: &[Traf<'_>]) {
    let start = to.len();
    let mut offsets = Vec::new();
    to.boxed(*b"moof", |to| {
        to.full(*b"mfhd", 0, 0, |to| to.u32(sequence));
        for traf in trafs {
            to.boxed(*b"traf", |to| traf.write(to, &mut offsets));
        }
    });
    let payload = u32::try_from(to.len() - start + 8).unwrap_or(u32::MAX);
    for place in offsets {
        to.raise(place, payload);
    }
}

impl Traf<'_> {
    fn write(&self, to: &mut Boxes, offsets: &mut Vec<usize>) {
        let first = self.entries.first().map_or(0, |entry| entry.duration);
        let even = self.entries.iter().all(|entry| entry.duration == first);
        let composed = self.entries.iter().any(|entry| entry.composition != 0);
        // Flags: default-base-is-moof, default sample flags, and the duration of all if it is the same.
        to.full(*b"tfhd", 0, 0x02_0020 | if even { 0x08 } else { 0 }, |to| {
            to.u32(self.track.id());
            if even {
                to.u32(first);
            }
            to.u32(if self.track == Track::Pictures { NOT_KEY } else { KEY });
        });
        to.full(*b"tfdt", 1, 0, |to| to.u64(self.decode));
        for run in self.entries.chunk_by(|one, next| one.goes_on_with(next, self.track)) {
            self.run(to, run, even, composed, offsets);
        }
    }

    fn run(&self, to: &mut Boxes, run: &[Entry], even: bool, composed: bool, offsets: &mut Vec<usize>) {
        let Some(first) = run.first() else { return };
        let key = self.track == Track::Pictures && first.key;
        let mut flags = 0x0201; // Lengths, and where the data begins.
        for (is, flag) in [(key, 0x0004), (!even, 0x0100), (composed, 0x0800)] {
            flags |= if is { flag } else { 0 };
        }
        to.full(*b"trun", 1, flags, |to| {
            to.u32(u32::try_from(run.len()).unwrap_or(u32::MAX));
            offsets.push(to.len());
            to.u32(first.offset);
            if key {
                to.u32(KEY);
            }
            for entry in run {
                if !even {
                    to.u32(entry.duration);
                }
                to.u32(entry.length);
                if composed {
                    to.i32(entry.composition);
                }
            }
        });
    }
}
