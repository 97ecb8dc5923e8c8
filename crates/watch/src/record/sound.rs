//! A camera's sound: it waits until no picture is open, and keeps to the pictures' time.
//!
//! Promises: a frame goes in whole and once; what waits is bounded. Its time counts on by its own clock from the moment
//! when it first came beside a picture; when the two clocks have drifted apart, it is set anew.

use super::track::{Judged, TrackIn};
use crate::{fmp4::Track, media::Parameters, rtp::Packet, segment::Builder};

/// Sound that waits for the end of a picture, in bytes.
const MOST_WAITING: usize = 64 * 1024;
/// Sound and pictures are no further apart than this, as a part of a second.
const APART: i64 = 4;

pub(super) struct Sound {
    track: TrackIn,
    /// The time of its clock that is the file's beginning, once there is any.
    origin: Option<i64>,
    /// Bytes of whole frames, and of one that may be open behind them.
    waiting: Vec<u8>,
    /// Time and length of each whole frame.
    frames: Vec<(i64, usize)>,
    left_out: u64,
}

impl Sound {
    pub(super) const fn new(track: TrackIn) -> Self {
        Self { track, origin: None, waiting: Vec::new(), frames: Vec::new(), left_out: 0 }
    }

    /// Packets that never came.
    pub(super) const fn lost(&self) -> u64 {
        self.track.lost
    }

    /// Units of its clock in a second.
    pub(super) fn clock_rate(&self) -> i64 {
        i64::from(self.track.clock_rate())
    }

    pub(super) fn parameters(&self) -> Option<&Parameters> {
        self.track.parameters()
    }

    /// A new file begins, so many units of the pictures' clock after the last, of which a second has `rate`; or anew.
    pub(super) fn begin_file(&mut self, moved: Option<(i64, i64)>) {
        let rate = i64::from(self.track.clock_rate());
        self.origin = self.origin.zip(moved).map(|(origin, (moved, pictures))| {
            origin.saturating_add(moved.saturating_mul(rate) / pictures.max(1))
        });
    }

    /// Takes a packet in; `latest` is when the last picture is shown, and how many such units a second has, if there is
    /// a file to record into.
    pub(super) fn hear(&mut self, packet: &Packet<'_>, latest: Option<(i64, i64)>) {
        if self.track.see(packet, &mut self.waiting) == Judged::LeftOut {
            return;
        }
        let rate = i64::from(self.track.clock_rate());
        let mut next = self.track.push(packet, &mut self.waiting);
        while let Some(unit) = next {
            let time = self.track.time(&unit);
            let since = time.unwrap_or(0);
            if let Some((shown, pictures)) = latest {
                let shown = shown.saturating_mul(rate) / pictures.max(1);
                let off = |origin: &i64| {
                    since.saturating_sub(*origin).saturating_sub(shown).saturating_abs() > rate / APART
                };
                if time.is_none() || self.origin.as_ref().is_none_or(off) {
                    self.origin = Some(since.saturating_sub(shown));
                }
            }
            let time = self.origin.map_or(0, |origin| since.saturating_sub(origin));
            self.frames.push((time, unit.length));
            next = self.track.next(packet, &mut self.waiting);
        }
        if latest.is_none() || self.waiting.len() > MOST_WAITING {
            self.forget();
        }
    }

    /// No picture is open at the end of the payload: whole frames go in, and `recorded` is told the time of each. How many
    /// did not.
    pub(super) fn flush(&mut self, into: &mut Builder, recorded: &mut impl FnMut(i64, &[u8])) -> u64 {
        let (mut from, mut refused) = (0, 0);
        for (time, length) in self.frames.drain(..) {
            let Some(frame) = self.waiting.get(from..from + length) else { break };
            from += length;
            into.payload(length).extend_from_slice(frame);
            if into.sample(Track::Sound, time, length, true).is_err() {
                let payload = into.payload(0);
                payload.truncate(payload.len().saturating_sub(length));
                refused += 1;
            } else {
                recorded(time, frame);
            }
        }
        self.waiting.drain(..from.min(self.waiting.len()));
        refused + std::mem::take(&mut self.left_out)
    }

    /// Whole frames are left out; one that is open stays, unless it is what is too long.
    fn forget(&mut self) {
        let whole: usize = self.frames.iter().map(|(_, length)| length).sum();
        self.left_out += self.frames.len() as u64;
        self.frames.clear();
        self.waiting.drain(..whole.min(self.waiting.len()));
        if self.waiting.len() > MOST_WAITING {
            self.track.give_up(&mut self.waiting);
            self.waiting.clear();
        }
    }
}
