//! From what a camera sends to the fragments of its files: where one begins, when it was taken, what it follows.
//!
//! Promises: pure, time comes in. A file begins with a key picture, and again when the camera's parameters or its time
//! change, when the node's clock is set, and every few minutes. A fragment begins with each key picture, and before the
//! one before grows too large or too old, never between pictures that are shown in another order than they come. What
//! is missing is told by `gap`. Never holds more than one fragment and a little sound.

use super::{
    CameraId,
    clock::{Relation, micros},
    track::TrackIn,
};
use crate::{
    fmp4::{Between, Track, init},
    rtp::{Packet, Unit, packet},
    rtsp::{Format, Heard},
    segment::{Buffers, Builder, Fragment, Hash, Header, hash_of},
};
use std::{mem, sync::Arc, time::Duration};

/// A fragment is no longer than this, unless the camera sends its pictures in an order that allows no cut.
const LONGEST_FRAGMENT: Duration = Duration::from_secs(4);
/// Beyond this the node's clock was set, and a new file begins.
const CLOCK_SET_US: i64 = 1_000_000;
/// Sound that waits for the end of a picture, in bytes.
const MOST_SOUND: usize = 64 * 1024;
/// What the first fragment of a camera is expected to need, in bytes.
const FIRST_EXPECTED: usize = 256 * 1024;

/// Now, by both clocks.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The clock that never jumps.
    pub elapsed: Duration,
    /// The wall clock, in microseconds since 1970 UTC.
    pub wall_us: i64,
}

/// Where a camera's chain of fragments goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The number of the next fragment.
    pub number: u64,
    /// The hash of the last one; zeros before the first.
    pub previous: Hash,
}

/// What is to be written.
#[derive(Clone, Debug)]
pub enum Write {
    /// A new file begins.
    Begin {
        /// Its init segment.
        init: Arc<[u8]>,
        /// The number of its first fragment.
        number: u64,
        /// When that was taken, in microseconds since 1970 UTC.
        wall_us: i64,
    },
    /// The next fragment of that file.
    Fragment(Arc<Fragment>),
}

/// What came of a camera.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Pictures that were recorded.
    pub pictures: u64,
    /// Packets that never came.
    pub lost_packets: u64,
    /// Units that no fragment took: before the first key picture, or too large.
    pub left_out: u64,
}

/// The file that is being written.
struct File {
    init: Hash,
    began: Duration,
    /// The time of the first picture on the track's clock.
    origin: i64,
    /// The same for sound, once there is any.
    sound_origin: Option<i64>,
    /// Wall clock minus steady clock when it began.
    set_us: i64,
    /// When the last sample of each track so far is decoded.
    decoded: [Option<i64>; 2],
}

/// The fragment that is being filled.
struct Filling {
    builder: Builder,
    wall_us: i64,
    /// When its first picture is shown, and the latest one so far, on the track's clock since the file's beginning.
    first: i64,
    latest: i64,
}

/// One camera's way from events to fragments.
pub struct Intake {
    camera: CameraId,
    buffers: Buffers,
    file_length: Duration,
    chain: Chain,
    pictures: Option<(usize, TrackIn)>,
    sound: Option<(usize, TrackIn)>,
    relation: Relation,
    file: Option<File>,
    filling: Filling,
    expected: usize,
    gap: bool,
    /// Sound that waits for the end of a picture: its bytes, and time and length of each frame.
    waiting: Vec<u8>,
    frames: Vec<(i64, usize)>,
    taken: Taken,
}

impl Intake {
    /// For one camera, whose chain goes on there; a file is about `file_length` long.
    pub fn new(camera: CameraId, chain: Chain, buffers: Buffers, file_length: Duration) -> Self {
        let filling = Filling { builder: Builder::new(&buffers, 0), wall_us: 0, first: 0, latest: 0 };
        Self {
            camera,
            buffers,
            file_length,
            chain,
            pictures: None,
            sound: None,
            relation: Relation::default(),
            file: None,
            filling,
            expected: FIRST_EXPECTED,
            gap: false,
            waiting: Vec::new(),
            frames: Vec::new(),
            taken: Taken::default(),
        }
    }

    /// What came so far.
    pub fn taken(&self) -> Taken {
        let lost =
            [&self.pictures, &self.sound].into_iter().flatten().map(|(_, track)| track.lost).sum::<u64>();
        Taken { lost_packets: self.taken.lost_packets + lost, ..self.taken }
    }

    /// Where the chain goes on.
    pub const fn chain(&self) -> Chain {
        self.chain
    }

    /// Takes an event in; what is to be written is added to `out`.
    pub fn hear(&mut self, heard: Heard<'_>, now: Moment, out: &mut Vec<Write>) {
        match heard {
            Heard::Playing(formats) => self.playing(formats, out),
            Heard::Rtp { track, packet: bytes } => {
                let Ok(packet) = packet(bytes) else { return };
                if self.pictures.as_ref().is_some_and(|(place, _)| *place == track) {
                    self.hear_picture(&packet, now, out);
                } else if self.sound.as_ref().is_some_and(|(place, _)| *place == track) {
                    self.hear_sound(&packet);
                }
            }
            Heard::Clock { .. } => {}
            Heard::Ended => self.end(out),
        }
    }

    /// The connection is gone: what is there is closed, and a gap begins.
    pub fn end(&mut self, out: &mut Vec<Write>) {
        self.close(None, out);
        self.taken.lost_packets = self.taken().lost_packets;
        (self.pictures, self.sound, self.file) = (None, None, None);
        self.gap = self.chain.number > 0;
    }

    fn playing(&mut self, formats: &[Format], out: &mut Vec<Write>) {
        self.end(out);
        self.relation = Relation::default();
        let track = |video: bool| {
            let mut ours = formats.iter().enumerate().filter(|(_, format)| format.codec.is_video() == video);
            ours.find_map(|(place, format)| Some((place, TrackIn::new(format).ok()?)))
        };
        (self.pictures, self.sound) = (track(true), track(false));
    }

    fn hear_picture(&mut self, packet: &Packet<'_>, now: Moment, out: &mut Vec<Write>) {
        // Units in an aggregation packet grow by half at the most, and each packet by a length and a header.
        let room = packet.payload.len().saturating_mul(2).saturating_add(64);
        let Some((_, track)) = &mut self.pictures else { return };
        if !track.see(packet, self.filling.builder.payload(room)) {
            return;
        }
        if let Some(unit) = track.ended_by(packet, self.filling.builder.payload(room)) {
            self.take(&unit, now, out);
        }
        let Some((_, track)) = &mut self.pictures else { return };
        if let Some(unit) = track.push(packet, self.filling.builder.payload(room)) {
            self.take(&unit, now, out);
        }
    }

    /// A whole picture lies at the end of the payload.
    fn take(&mut self, unit: &Unit, now: Moment, out: &mut Vec<Write>) {
        let Some((_, track)) = &mut self.pictures else { return };
        let rate = i64::from(track.clock_rate());
        let time = track.time(unit);
        if time.is_none() {
            self.relation = Relation::default();
        }
        let since = time.unwrap_or(0);
        let media_us = since.saturating_mul(1_000_000) / rate;
        self.relation.see(media_us, now.elapsed);
        let set_us = now.wall_us.saturating_sub(micros(now.elapsed));
        let wall_us = self.relation.steady_us(media_us).saturating_add(set_us);
        if self.begins_file(unit, time.is_none(), now, set_us) {
            if !unit.key {
                // Nothing can be shown before a key picture.
                self.drop_last(unit.length);
                self.close(None, out);
                self.file = None;
                self.gap = self.chain.number > 0;
                return;
            }
            self.turn_over(unit.length, None, out);
            self.begin(since, now, set_us, wall_us, out);
            self.filling.wall_us = wall_us;
        }
        let Some(file) = &self.file else { return };
        let shown = since.saturating_sub(file.origin);
        let old = shown.saturating_sub(self.filling.first)
            >= rate.saturating_mul(LONGEST_FRAGMENT.as_secs().cast_signed());
        let may_cut = shown > self.filling.latest && (old || self.filling.builder.is_full());
        if !self.filling.builder.is_empty() && (unit.key || may_cut) {
            self.turn_over(unit.length, Some(shown), out);
            self.filling.wall_us = wall_us;
        }
        self.record(unit, shown);
        self.flush_sound();
    }

    fn begins_file(&self, unit: &Unit, leapt: bool, now: Moment, set_us: i64) -> bool {
        let Some(file) = &self.file else { return true };
        let due = now.elapsed.saturating_sub(file.began) >= self.file_length
            || set_us.abs_diff(file.set_us) > CLOCK_SET_US.unsigned_abs();
        leapt || unit.parameters.is_some() || (unit.key && due)
    }

    fn record(&mut self, unit: &Unit, shown: i64) {
        if self.filling.builder.is_empty() {
            (self.filling.first, self.filling.latest) = (shown, shown);
        }
        if self.filling.builder.sample(Track::Pictures, shown, unit.length, unit.key).is_ok() {
            self.taken.pictures += 1;
            self.filling.latest = self.filling.latest.max(shown);
        } else {
            self.drop_last(unit.length);
            self.gap = true;
        }
    }

    /// Closes the fragment, and begins the next with the picture that lies at its end.
    fn turn_over(&mut self, length: usize, next: Option<i64>, out: &mut Vec<Write>) {
        let mut builder = Builder::new(&self.buffers, self.expected.max(length));
        self.filling.builder.split_last(length, &mut builder);
        let filled = mem::replace(&mut self.filling.builder, builder);
        self.seal(filled, next, out);
    }

    /// Closes the fragment; nothing follows it yet.
    fn close(&mut self, next: Option<i64>, out: &mut Vec<Write>) {
        let filled = mem::replace(&mut self.filling.builder, Builder::new(&self.buffers, 0));
        self.seal(filled, next, out);
        self.waiting.clear();
        self.frames.clear();
    }

    fn seal(&mut self, filled: Builder, next: Option<i64>, out: &mut Vec<Write>) {
        let Some(file) = &mut self.file else { return };
        let header = Header {
            camera: self.camera,
            number: self.chain.number,
            wall_us: self.filling.wall_us,
            previous: self.chain.previous,
            init: file.init,
            key: false,
            gap: self.gap,
        };
        let Some(fragment) = filled.close(header, Between { after: file.decoded, until: [next, None] })
        else {
            return;
        };
        file.decoded = fragment.decoded;
        self.gap = false;
        self.chain = Chain { number: self.chain.number + 1, previous: fragment.hash };
        let bytes = fragment.bytes().len();
        self.expected = bytes + bytes / 8;
        out.push(Write::Fragment(Arc::new(fragment)));
    }

    fn begin(&mut self, origin: i64, now: Moment, set_us: i64, wall_us: i64, out: &mut Vec<Write>) {
        let tracks = [&self.pictures, &self.sound].into_iter().flatten();
        let parameters: Vec<_> = tracks.filter_map(|(_, track)| track.parameters().cloned()).collect();
        let init: Arc<[u8]> = init(&parameters).into();
        self.file = Some(File {
            init: hash_of(&init),
            began: now.elapsed,
            origin,
            sound_origin: None,
            set_us,
            decoded: [None; 2],
        });
        out.push(Write::Begin { init, number: self.chain.number, wall_us });
    }

    fn drop_last(&mut self, length: usize) {
        let payload = self.filling.builder.payload(0);
        payload.truncate(payload.len().saturating_sub(length));
        self.taken.left_out += 1;
    }

    fn hear_sound(&mut self, packet: &Packet<'_>) {
        let Some((_, track)) = &mut self.sound else { return };
        if !track.see(packet, &mut self.waiting) {
            return;
        }
        let mut next = track.push(packet, &mut self.waiting);
        while let Some(unit) = next {
            let Some(file) = &mut self.file else { break };
            let Some((_, track)) = &mut self.sound else { break };
            let rate = i64::from(track.clock_rate());
            let time = track.time(&unit);
            if time.is_none() {
                file.sound_origin = None;
            }
            let since = time.unwrap_or(0);
            let pictures = self.pictures.as_ref().map_or(1, |(_, track)| i64::from(track.clock_rate()));
            let shown = self.filling.latest.saturating_mul(rate) / pictures;
            let origin = *file.sound_origin.get_or_insert(since.saturating_sub(shown));
            self.frames.push((since.saturating_sub(origin), unit.length));
            next = track.next(packet, &mut self.waiting);
        }
        if self.file.is_none() || self.waiting.len() > MOST_SOUND {
            self.waiting.clear();
            self.frames.clear();
        }
    }

    /// No picture is open: sound that waited goes in.
    fn flush_sound(&mut self) {
        let mut from = 0;
        for (time, length) in self.frames.drain(..) {
            let Some(frame) = self.waiting.get(from..from + length) else { break };
            from += length;
            let payload = self.filling.builder.payload(length);
            payload.extend_from_slice(frame);
            if self.filling.builder.sample(Track::Sound, time, length, true).is_err() {
                let payload = self.filling.builder.payload(0);
                payload.truncate(payload.len().saturating_sub(length));
                self.taken.left_out += 1;
            }
        }
        self.waiting.drain(..from.min(self.waiting.len()));
    }
}
