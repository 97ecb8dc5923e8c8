//! From what a camera sends to the fragments of its files: where one begins, when it was taken, what is missing before it.
//!
//! Promises: pure, time comes in. A file begins with a key picture, and again when the camera's parameters or its time
//! change, when the node's clock is set, and every few minutes, but never more often than [`FILES_APART`]. A fragment
//! begins with a key picture, after a loss, and before the one before grows too large or too old, never between pictures
//! that are shown in another order than they come; a camera that sends key pictures only makes no flood of them. Never
//! holds more than one fragment and a little sound.

use super::{
    CameraId, CameraState, Facts, Moment, Stuck, Taken,
    clock::{Relation, micros},
    facts::Course,
    filled::{FileStart, Filled, Waiting},
    filling::Filling,
    showing::{Held, Showing},
    sound::Sound,
    taken::PATIENCE,
    track::{Judged, TrackIn},
    turns::Turns,
};
use crate::{
    fmp4::{Track, init},
    live::Piece,
    media::Parameters,
    rtp::{Packet, Unit, packet},
    rtsp::{Format, Heard},
    segment::{Buffers, Builder, hash_of},
};
use std::{mem, sync::Arc, time::Duration};

/// Between the beginnings of two files, whatever a camera does.
const FILES_APART: Duration = Duration::from_secs(5);
/// Beyond this the node's clock was set, and a new file begins.
const CLOCK_SET_US: u64 = 1_000_000;
/// What the first fragment of a camera is expected to need, in bytes.
const FIRST_EXPECTED: usize = 256 * 1024;

/// The file that is being written.
struct File {
    start: Arc<FileStart>,
    began: Duration,
    /// The time of the first picture on the track's clock.
    origin: i64,
    /// Wall clock minus steady clock when it began.
    set_us: i64,
}

/// One camera's way from events to fragments.
pub struct Intake {
    buffers: Buffers,
    turns: Turns,
    pictures: Option<(usize, TrackIn)>,
    sound: Option<(usize, Sound)>,
    relation: Relation,
    file: Option<File>,
    filling: Filling,
    expected: usize,
    /// Something is missing before the next fragment.
    gap: bool,
    last_begin: Option<Duration>,
    /// When the last picture was recorded, or the stream began.
    moved: Duration,
    stuck: Option<Stuck>,
    waiting: Waiting,
    taken: Taken,
    course: Course,
    showing: Showing,
}

impl Intake {
    /// For one camera; a file is about `file_length` long, and what waits of it for the disk is counted in `waiting`.
    pub fn new(buffers: Buffers, file_length: Duration, waiting: Waiting) -> Self {
        let builder = Builder::new(&buffers, 0);
        let filling = Filling { builder, wall_us: 0, gap: false, began: Duration::ZERO, first: 0, latest: 0 };
        Self {
            buffers,
            turns: Turns::every(file_length),
            pictures: None,
            sound: None,
            relation: Relation::default(),
            file: None,
            filling,
            expected: FIRST_EXPECTED,
            // Before the first fragment of a start there is whatever was before.
            gap: true,
            last_begin: None,
            moved: Duration::ZERO,
            stuck: None,
            waiting,
            taken: Taken::default(),
            course: Course::default(),
            showing: Showing::default(),
        }
    }

    /// With files that turn over at moments of this camera's own.
    #[must_use]
    pub fn staggered(self, camera: CameraId) -> Self {
        Self { turns: self.turns.of(camera), ..self }
    }

    /// What came so far.
    pub fn taken(&self) -> Taken {
        let pictures = self.pictures.as_ref().map_or(0, |(_, track)| track.lost);
        let sound = self.sound.as_ref().map_or(0, |(_, sound)| sound.lost());
        Taken { lost_packets: self.taken.lost_packets + pictures + sound, ..self.taken }
    }

    /// What is seen of its pictures.
    pub const fn facts(&self) -> &Facts {
        &self.course.facts
    }

    /// How the camera is, while it is connected.
    pub fn state(&self, now: Moment) -> CameraState {
        self.course.state(self.file.is_some(), now)
    }

    /// Somebody watches from now on, or nobody: only then there are pieces.
    pub fn watch(&mut self, watched: bool) {
        self.showing.watch(watched);
    }

    /// What is to be shown since this was emptied; none if nobody watches.
    pub fn pieces(&mut self) -> Option<&mut Vec<Piece>> {
        self.showing.pieces()
    }

    /// A fragment was not taken by the disk: the next one says so.
    pub const fn missed(&mut self) {
        self.gap = true;
    }

    /// Why nothing is recorded although the camera is connected; the connection should be given up then.
    pub fn stuck(&self, now: Moment) -> Option<Stuck> {
        let waited = now.elapsed.saturating_sub(self.moved) >= PATIENCE && self.pictures.is_some();
        let endless = |file: &File| {
            now.elapsed.saturating_sub(file.began) >= self.turns.length().saturating_mul(2) + PATIENCE
        };
        let no_key = self.file.as_ref().is_some_and(endless).then_some(Stuck::NoKey);
        let nothing = if self.course.lacks_key(now) { Stuck::NoKey } else { Stuck::NoPictures };
        self.stuck.clone().or_else(|| waited.then_some(nothing)).or(no_key)
    }

    /// Takes an event in; what is to be written is added to `out`.
    pub fn hear(&mut self, heard: Heard<'_>, now: Moment, out: &mut Vec<Filled>) {
        match heard {
            Heard::Playing(formats) => self.playing(formats, now, out),
            Heard::Rtp { track, packet: bytes } => {
                let Ok(packet) = packet(bytes) else { return };
                if self.pictures.as_ref().is_some_and(|(place, _)| *place == track) {
                    self.hear_picture(&packet, now, out);
                } else if let Some((_, sound)) = self.sound.as_mut().filter(|(place, _)| *place == track) {
                    let rate = self.pictures.as_ref().map_or(1, |(_, track)| i64::from(track.clock_rate()));
                    let latest = self.file.is_some().then_some((self.filling.latest, rate));
                    sound.hear(&packet, latest);
                }
            }
            Heard::Clock { track, ntp, .. } => {
                if self.pictures.as_ref().is_some_and(|(place, _)| *place == track) {
                    self.course.clock(ntp, now);
                }
            }
            Heard::Ended => self.stuck = Some(Stuck::Goodbye),
        }
    }

    /// The connection is gone: what is there is closed, and a gap begins.
    pub fn end(&mut self, out: &mut Vec<Filled>) {
        if let Some((_, track)) = &mut self.pictures {
            track.give_up(self.filling.builder.payload(0));
        }
        self.turn_over(0, None, out);
        self.showing.gap();
        self.course.restart(None);
        self.taken.lost_packets = self.taken().lost_packets;
        (self.pictures, self.sound, self.file, self.stuck) = (None, None, None, None);
        self.gap = true;
    }

    fn playing(&mut self, formats: &[Format], now: Moment, out: &mut Vec<Filled>) {
        self.end(out);
        self.relation = Relation::default();
        self.moved = now.elapsed;
        self.course.restart(Some(now.elapsed));
        for (place, format) in formats.iter().enumerate() {
            match TrackIn::new(format) {
                Ok(track) if format.codec.is_video() => self.pictures = Some((place, track)),
                Ok(track) => self.sound = Some((place, Sound::new(track))),
                Err(unsupported) if format.codec.is_video() => self.stuck = Some(unsupported.into()),
                // Recorded without sound.
                Err(_) => {}
            }
        }
    }

    fn hear_picture(&mut self, packet: &Packet<'_>, now: Moment, out: &mut Vec<Filled>) {
        // Units in an aggregation packet grow by half at the most, and each packet by a length and a header.
        let room = packet.payload.len().saturating_mul(2).saturating_add(64);
        let Some((_, track)) = &mut self.pictures else { return };
        match track.see(packet, self.filling.builder.payload(room)) {
            Judged::Taken => {}
            Judged::AfterLoss => self.gap = true,
            Judged::LeftOut => return,
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
    fn take(&mut self, unit: &Unit, now: Moment, out: &mut Vec<Filled>) {
        let Some((_, track)) = &mut self.pictures else { return };
        let rate = i64::from(track.clock_rate());
        let time = track.time(unit);
        if time.is_none() {
            (self.relation, self.gap) = (Relation::default(), true);
        }
        let since = time.unwrap_or(0);
        let media_us = since.saturating_mul(1_000_000) / rate;
        self.relation.see(media_us, now.elapsed);
        self.course.picture(unit.key, media_us, time.is_none(), now);
        let set_us = now.wall_us.saturating_sub(micros(now.elapsed));
        let wall_us = self.relation.steady_us(media_us).saturating_add(set_us);
        if self.begins_file(unit, time.is_none(), now, set_us) {
            let too_soon = self.last_begin.is_some_and(|last| now.elapsed.saturating_sub(last) < FILES_APART);
            if !unit.key || too_soon {
                self.leave_out(unit.length, out);
                return;
            }
            self.turn_over(unit.length, None, out);
            self.begin(since, time.is_some(), now, set_us);
        }
        let Some(file) = &self.file else { return };
        let shown = since.saturating_sub(file.origin);
        if shown < 0 {
            // It leads the file's first picture, and can only be shown with those before that.
            self.cut_last(unit.length);
            return;
        }
        self.gap |= self.filling.is_far_from(shown, rate);
        if self.filling.ends_before(unit, shown, rate, self.gap, now) {
            let until = Some(shown).filter(|_| !self.gap);
            self.turn_over(unit.length, until, out);
        }
        self.record(unit, shown, wall_us, now, out);
        self.flush_sound();
    }

    /// No picture is open: sound that waits goes in.
    fn flush_sound(&mut self) {
        let Some((_, sound)) = &mut self.sound else { return };
        let pictures = self.pictures.as_ref().map_or(1, |(_, track)| i64::from(track.clock_rate()));
        let origin = self.file.as_ref().map_or(0, |file| file.origin);
        let wall_us = self.filling.wall_us;
        let origin = origin.saturating_mul(sound.clock_rate()) / pictures.max(1);
        let showing = &mut self.showing;
        self.taken.left_out += sound.flush(&mut self.filling.builder, &mut |time, frame| {
            let time = time.saturating_add(origin);
            let held = Held { track: Track::Sound, key: true, time, wall_us, length: frame.len() };
            showing.record(held, frame, None, None);
        });
    }

    fn begins_file(&self, unit: &Unit, leapt: bool, now: Moment, set_us: i64) -> bool {
        let Some(file) = &self.file else { return true };
        let due = self.turns.is_due(file.began, now.elapsed) || set_us.abs_diff(file.set_us) > CLOCK_SET_US;
        leapt || unit.parameters.is_some() || (unit.key && due)
    }

    fn record(&mut self, unit: &Unit, shown: i64, wall_us: i64, now: Moment, out: &mut Vec<Filled>) {
        let mut refused = self.push(unit, shown, wall_us, now).is_err();
        if refused && !self.filling.builder.is_empty() {
            // The table is full in the middle of pictures that are shown in another order.
            self.turn_over(unit.length, Some(shown), out);
            refused = self.push(unit, shown, wall_us, now).is_err();
        }
        if refused {
            self.cut_last(unit.length);
            self.gap = true;
        }
    }

    fn push(
        &mut self,
        unit: &Unit,
        shown: i64,
        wall_us: i64,
        now: Moment,
    ) -> Result<(), crate::segment::Refused> {
        let first = self.filling.builder.is_empty();
        self.filling.builder.sample(Track::Pictures, shown, unit.length, unit.key)?;
        if first {
            (self.filling.first, self.filling.latest) = (shown, shown);
            (self.filling.wall_us, self.filling.began) = (wall_us, now.elapsed);
            self.filling.gap = mem::take(&mut self.gap);
        }
        self.taken.pictures += 1;
        self.moved = now.elapsed;
        self.filling.latest = self.filling.latest.max(shown);
        self.course.facts.last_picture = Some((now.elapsed, wall_us));
        let time = self.file.as_ref().map_or(0, |file| file.origin).saturating_add(shown);
        let held = Held { track: Track::Pictures, key: unit.key, time, wall_us, length: unit.length };
        let [pictures, sound] = parameters(self.pictures.as_ref(), self.sound.as_ref());
        self.showing.record(held, self.filling.builder.payload(0), pictures, sound);
        Ok(())
    }

    /// Closes the fragment, and begins the next with the picture of this length that lies at its end.
    fn turn_over(&mut self, length: usize, until: Option<i64>, out: &mut Vec<Filled>) {
        let Some(start) = self.file.as_ref().map(|file| file.start.clone()) else { return };
        let expected = if length == 0 { 0 } else { self.expected.max(length) };
        let mut next = Builder::new(&self.buffers, expected);
        self.filling.builder.split_last(length, &mut next);
        // What came before the picture was whole belongs before it.
        self.flush_sound();
        self.showing.turn_over();
        let builder = mem::replace(&mut self.filling.builder, next);
        if builder.is_empty() {
            return;
        }
        let bytes = usize::try_from(builder.length()).unwrap_or(usize::MAX);
        self.expected = bytes.saturating_add(bytes / 8);
        let Filling { wall_us, gap, .. } = self.filling;
        let (file, waiting) = (start, self.waiting.clone());
        out.push(Filled { file, builder, wall_us, gap, until, waiting });
    }

    fn begin(&mut self, origin: i64, goes_on: bool, now: Moment, set_us: i64) {
        let [pictures, sound] = parameters(self.pictures.as_ref(), self.sound.as_ref());
        self.showing.begin(goes_on, pictures, sound);
        if let Some(pictures) = pictures {
            self.course.parameters(pictures);
        }
        let init = init(&[pictures, sound].into_iter().flatten().cloned().collect::<Vec<_>>());
        let pictures = pictures.cloned();
        let moved = self.file.as_ref().filter(|_| goes_on).map(|file| origin.saturating_sub(file.origin));
        let rate = self.pictures.as_ref().map_or(1, |(_, track)| i64::from(track.clock_rate()));
        if let Some((_, sound)) = &mut self.sound {
            sound.begin_file(moved.map(|moved| (moved, rate)));
        }
        self.last_begin = Some(now.elapsed);
        let start = Arc::new(FileStart { hash: hash_of(&init), init, pictures });
        self.file = Some(File { start, began: now.elapsed, origin, set_us });
    }

    /// Nothing can be shown before a key picture: what is there is closed, and the picture is left out.
    fn leave_out(&mut self, length: usize, out: &mut Vec<Filled>) {
        self.cut_last(length);
        self.turn_over(0, None, out);
        self.showing.gap();
        self.file = None;
        self.gap = true;
    }

    fn cut_last(&mut self, length: usize) {
        let payload = self.filling.builder.payload(0);
        payload.truncate(payload.len().saturating_sub(length));
        self.taken.left_out += 1;
    }
}

/// What players are told of each track.
fn parameters<'a>(
    pictures: Option<&'a (usize, TrackIn)>,
    sound: Option<&'a (usize, Sound)>,
) -> [Option<&'a Parameters>; 2] {
    let pictures = pictures.and_then(|(_, track)| track.parameters());
    [pictures, sound.and_then(|(_, sound)| sound.parameters())]
}
