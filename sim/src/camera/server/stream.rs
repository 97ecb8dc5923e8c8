//! One stream of a camera: its pictures on their beat, while somebody plays it, and how the camera misbehaves.
//!
//! Promises: a picture is drawn and encoded once, whoever many play. Pictures that the loop was too late for are left
//! out, never made up for.

use super::packets::Sender;
use crate::camera::{Camera, h264::Encoder, local_millis, picture::Picture, scene::Scene, size::Size};
use liengia_kernel::{Clock, Timestamp};
use std::time::Duration;

/// From one sender report to the next.
const REPORT_EVERY: Duration = Duration::from_secs(5);
/// From one key picture to the next.
const KEY_EVERY: Duration = Duration::from_secs(2);
/// Ticks of a stream's clock in a second.
const TICKS: u64 = 90_000;
/// How far a stream's clock leaps back where a camera misbehaves so, in ticks.
const LEAP_BACK: u32 = 900_000;

/// What came of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Nothing to send.
    Nothing,
    /// Packets that begin with a key picture, or a picture that is as good a place to begin as any.
    Beginning,
    /// Packets that need those before.
    More,
    /// The camera closes its connections.
    Close,
}

/// A stream.
pub(super) struct Stream {
    pub(super) camera: Camera,
    pub(super) encoder: Encoder,
    scene: Scene,
    picture: Picture,
    sender: Sender,
    utc_offset: i8,
    run: Option<Run>,
}

/// Since somebody plays.
struct Run {
    began: Duration,
    /// The next picture, counted from 0.
    next: u64,
    next_key: u64,
    next_report: Duration,
}

impl Stream {
    /// A stream that nobody plays, of a camera whose local time is so many hours ahead of UTC.
    pub(super) fn new(camera: Camera, source: u32, utc_offset: i8) -> Self {
        let (size, rate) = (camera.size, camera.rate);
        Self {
            encoder: Encoder::new(size, rate),
            scene: Scene::new(camera.seed, &camera.name, size),
            picture: Picture::new(size),
            sender: Sender::new(source, camera.misbehaviour.drop_every_nth_packet),
            camera,
            utc_offset,
            run: None,
        }
    }

    /// Somebody plays: begins, if nobody did.
    pub(super) fn play(&mut self, now: Duration) {
        if self.run.is_none() {
            self.take_size(self.camera.size);
            self.run = Some(Run { began: now, next: 0, next_key: 0, next_report: now });
        }
    }

    /// Nobody plays any more.
    pub(super) fn rest(&mut self) {
        self.run = None;
    }

    /// When the next picture is due.
    pub(super) fn due(&self) -> Option<Duration> {
        self.run.as_ref().map(|run| run.began + self.at(run.next))
    }

    /// Appends the packets that are due.
    pub(super) fn turn(&mut self, clock: &dyn Clock, out: &mut Vec<u8>) -> Turn {
        let now = clock.elapsed();
        let Some(run) = self.run.as_mut() else { return Turn::Nothing };
        let age = now.saturating_sub(run.began);
        let index =
            u64::try_from(age.as_nanos() * u128::from(self.camera.rate) / 1_000_000_000).unwrap_or(u64::MAX);
        if index < run.next {
            return Turn::Nothing;
        }
        run.next = index + 1;
        let bad = &self.camera.misbehaviour;
        let reached = |moment: Option<Duration>| moment.is_some_and(|moment| age >= moment);
        if reached(bad.close_after) {
            return Turn::Close;
        }
        if reached(bad.freeze_after) {
            return Turn::Nothing;
        }
        let report = now >= run.next_report;
        if report {
            run.next_report = now + REPORT_EVERY;
        }
        let leap = if reached(bad.timestamps_backwards_at) { LEAP_BACK } else { 0 };
        let begins = index >= run.next_key;
        let changed = reached(bad.change_size_at) && self.picture.size == self.camera.size;
        let wall = clock.now();
        if report {
            let told = shifted(wall, bad.clock_off_by);
            self.sender.report(told, ticks(age).wrapping_sub(leap), out);
        }
        if changed {
            self.take_size(other(self.camera.size));
        }
        let beat = self.at(index);
        self.send(
            wall - age.saturating_sub(beat),
            ticks(beat).wrapping_sub(leap),
            begins || changed,
            index,
            out,
        )
    }

    /// Draws, encodes and sends the picture of this moment.
    fn send(&mut self, wall: Timestamp, time: u32, key: bool, index: u64, out: &mut Vec<u8>) -> Turn {
        self.scene.draw(&mut self.picture, local_millis(wall, self.utc_offset));
        self.picture.blacken(&self.camera.masks);
        let Encoder { sequence, parameters, .. } = &self.encoder;
        let keyless = self.camera.misbehaviour.no_key_pictures;
        if key && !keyless {
            self.sender.unit(sequence, time, false, out);
            self.sender.unit(parameters, time, false, out);
        }
        let unit = self.encoder.encode(&self.picture, key);
        if !(key && keyless) {
            self.sender.unit(unit, time, true, out);
        }
        if key && let Some(run) = self.run.as_mut() {
            let distance = KEY_EVERY.as_secs() * u64::from(self.camera.rate);
            run.next_key = if keyless { u64::MAX } else { index + distance };
        }
        if key || keyless { Turn::Beginning } else { Turn::More }
    }

    /// When a picture is due, from the beginning on.
    fn at(&self, index: u64) -> Duration {
        Duration::from_nanos(index.saturating_mul(1_000_000_000).div_ceil(u64::from(self.camera.rate)))
    }

    fn take_size(&mut self, size: Size) {
        if self.picture.size != size {
            self.encoder = Encoder::new(size, self.camera.rate);
            self.scene = Scene::new(self.camera.seed, &self.camera.name, size);
            self.picture = Picture::new(size);
        }
    }
}

/// A time as a stream's clock tells it.
#[expect(clippy::cast_possible_truncation, reason = "a stream's clock begins anew when it is full")]
fn ticks(age: Duration) -> u32 {
    (age.as_nanos() * u128::from(TICKS) / 1_000_000_000) as u32
}

/// A wall clock that is so many milliseconds ahead, or behind.
fn shifted(wall: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_micros(wall.as_micros().saturating_add(millis.saturating_mul(1_000)))
}

/// What a camera that changes its size changes to.
const fn other(size: Size) -> Size {
    match size {
        Size::Small | Size::Large => Size::Medium,
        Size::Medium => Size::Small,
    }
}
