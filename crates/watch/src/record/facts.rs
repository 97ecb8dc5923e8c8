//! What is seen of a camera besides its pictures themselves: how they come, and what its clock shows.

use super::{CameraState, Moment};
use crate::media::Parameters;
use std::time::Duration;

/// A camera that plays and of which nothing came for so long stands still.
const STILL: Duration = Duration::from_secs(10);
/// So long a first key picture may be awaited.
const FIRST_KEY: Duration = Duration::from_secs(10);
/// So long a further one.
const FURTHER_KEY: Duration = Duration::from_mins(1);
/// Seconds from 1900, where NTP begins, to 1970.
const NTP_EPOCH: i64 = 2_208_988_800;

/// What is known of a camera's pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// When the last picture was recorded on the clock that never jumps, and when it was taken, in microseconds since
    /// 1970 UTC.
    pub last_picture: Option<(Duration, i64)>,
    /// How its pictures are coded, as browsers call it (RFC 6381).
    pub codec: Option<String>,
    /// Picture width in pixels; 0 while it is not known.
    pub width: u16,
    /// Picture height in pixels; 0 while it is not known.
    pub height: u16,
    /// Between its last two key pictures, in milliseconds.
    pub key_interval_ms: Option<u32>,
    /// How far its clock is ahead of the node's, in milliseconds; a beat too little at the most. None if it tells no time.
    pub clock_error_ms: Option<i64>,
}

/// How the connection goes.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) facts: Facts,
    /// When it began to play.
    playing: Option<Duration>,
    /// When the last whole picture came, recorded or not, and the last key picture.
    came: Option<Duration>,
    key: Option<Duration>,
    /// The last key picture's time by the camera, in microseconds.
    key_us: Option<i64>,
}

impl Course {
    /// It plays from now on, or no more.
    pub(super) fn restart(&mut self, playing: Option<Duration>) {
        (self.playing, self.came, self.key, self.key_us) = (playing, None, None, None);
    }

    /// A whole picture came, at this time by the camera; `leapt` if that time has nothing to do with those before.
    pub(super) fn picture(&mut self, key: bool, media_us: i64, leapt: bool, now: Moment) {
        self.came = Some(now.elapsed);
        if leapt {
            self.key_us = None;
        }
        if key {
            let since = self.key_us.map(|last| media_us.saturating_sub(last) / 1_000);
            if let Some(since) = since.and_then(|since| u32::try_from(since).ok()) {
                self.facts.key_interval_ms = Some(since);
            }
            (self.key, self.key_us) = (Some(now.elapsed), Some(media_us));
        }
    }

    /// What players are told of its pictures.
    pub(super) fn parameters(&mut self, pictures: &Parameters) {
        let facts = &mut self.facts;
        (facts.width, facts.height) = (pictures.width, pictures.height);
        facts.codec = Some(pictures.name.clone());
    }

    /// It said what its clock shows, as NTP has it (RFC 3550, 4); 0 if it has none.
    pub(super) fn clock(&mut self, ntp: u64, now: Moment) {
        let fraction = |of: u64| i64::try_from(((of & 0xFFFF_FFFF) * 1_000) >> 32).unwrap_or(0);
        // NTP's seconds have 32 bits and go round in 2036: the nearest is meant.
        let seconds = now.wall_us.div_euclid(1_000_000).saturating_add(NTP_EPOCH).rem_euclid(1 << 32);
        let ours = u32::try_from(seconds).unwrap_or(0);
        let theirs = u32::try_from(ntp >> 32).unwrap_or(0);
        let apart = i64::from(theirs.wrapping_sub(ours).cast_signed());
        let error = apart * 1_000 + fraction(ntp) - now.wall_us.rem_euclid(1_000_000) / 1_000;
        self.facts.clock_error_ms = (ntp != 0).then_some(error);
    }

    /// Whether pictures come, but no key picture has for longer than can be waited.
    pub(super) fn lacks_key(&self, now: Moment) -> bool {
        let patience = if self.key.is_some() { FURTHER_KEY } else { FIRST_KEY };
        let since = self.key.or(self.playing).unwrap_or(now.elapsed);
        self.came.is_some() && now.elapsed.saturating_sub(since) >= patience
    }

    /// How it is, while it is connected; `recording` if a file is open.
    pub(super) fn state(&self, recording: bool, now: Moment) -> CameraState {
        let Some(playing) = self.playing else { return CameraState::Connecting };
        if now.elapsed.saturating_sub(self.came.unwrap_or(playing)) >= STILL {
            return if self.came.is_some() { CameraState::Frozen } else { CameraState::NoPictures };
        }
        match (self.lacks_key(now), recording) {
            (true, _) => CameraState::NoKeyPicture,
            (false, true) => CameraState::Recording,
            (false, false) => CameraState::Connecting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: i64 = 1_790_000_000_500_000;

    fn at(seconds: u64) -> Moment {
        Moment { elapsed: Duration::from_secs(seconds), wall_us: WALL }
    }

    fn error(ntp: u64, wall_us: i64) -> Option<i64> {
        let mut course = Course::default();
        course.clock(ntp, Moment { elapsed: Duration::ZERO, wall_us });
        course.facts.clock_error_ms
    }

    #[test]
    fn a_cameras_clock_is_compared_with_the_nodes_across_2036_too() {
        let ntp = |seconds: u64| ((seconds + 2_208_988_800) & 0xFFFF_FFFF) << 32;
        assert_eq!(error(ntp(1_790_000_000) | 1 << 31, WALL), Some(0));
        assert_eq!(error(ntp(1_790_000_007), WALL), Some(6_500));
        assert_eq!(error(ntp(2_085_978_500), 2_085_978_490_000_000), Some(10_000));
        assert_eq!(error(0, WALL), None);
        // A camera that lost its battery.
        assert_eq!(error(ntp(946_684_800), WALL), Some(-843_315_200_500));
    }

    #[test]
    fn a_camera_that_stands_still_and_one_without_key_pictures_are_told_apart() {
        let mut course = Course::default();
        assert_eq!(course.state(false, at(0)), CameraState::Connecting);
        course.restart(Some(at(0).elapsed));
        assert_eq!(course.state(false, at(9)), CameraState::Connecting);
        assert_eq!(course.state(false, at(10)), CameraState::NoPictures);
        course.picture(false, 0, false, at(10));
        assert_eq!(course.state(false, at(11)), CameraState::NoKeyPicture);
        course.picture(true, 0, false, at(12));
        assert_eq!(course.state(true, at(13)), CameraState::Recording);
        assert_eq!(course.state(true, at(22)), CameraState::Frozen);
        course.picture(false, 0, false, at(72));
        assert_eq!(course.state(true, at(72)), CameraState::NoKeyPicture);
    }

    #[test]
    fn the_time_between_key_pictures_is_the_cameras_own() {
        let mut course = Course::default();
        for (key, media_us, leapt) in
            [(true, 0, false), (false, 9, false), (true, 2_000_000, false), (true, 7, true)]
        {
            course.picture(key, media_us, leapt, at(0));
        }
        assert_eq!(course.facts.key_interval_ms, Some(2_000));
    }
}
