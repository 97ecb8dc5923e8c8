//! Disks that fail: their cameras are recorded on the others until they are mended.
//!
//! Promises: a camera is on the disk of its id wherever that works; what a disk refuses for a moment moves nothing. Where
//! no disk works, each camera stays where it is, and is recorded again as soon as its disk takes something.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// A disk that failed for so long hands its cameras over. One that is full has room again long before.
const GIVEN_UP: Duration = Duration::from_secs(15);
/// One that has worked for so long gets them back.
const TRUSTED: Duration = Duration::from_mins(1);
/// Disks that are told apart; those beyond are never given up.
const MOST: usize = 64;

/// Which disks are given up.
#[derive(Debug, Default)]
pub(super) struct GivenUp(AtomicU64);

/// How long each disk has been otherwise than was decided about it.
#[derive(Debug, Default)]
pub(super) struct Course(Vec<Option<Duration>>);

impl GivenUp {
    /// Looks at the disks, in their order; whether cameras must move.
    pub(super) fn look(&self, course: &mut Course, failing: &[bool], now: Duration) -> bool {
        course.0.resize(failing.len().min(MOST), None);
        let before = self.0.load(Ordering::Acquire);
        let mut after = before;
        for (place, (since, fails)) in course.0.iter_mut().zip(failing).enumerate() {
            let bit = 1 << place;
            let given_up = before & bit != 0;
            if given_up == *fails {
                *since = None;
                continue;
            }
            let long_enough = if given_up { TRUSTED } else { GIVEN_UP };
            if now.saturating_sub(*since.get_or_insert(now)) >= long_enough {
                after ^= bit;
                *since = None;
            }
        }
        self.0.store(after, Ordering::Release);
        before != after
    }

    /// The disk of a camera, by its place among so many.
    pub(super) fn disk_of(&self, camera: [u8; 16], disks: usize) -> usize {
        let given_up = self.0.load(Ordering::Acquire);
        let works = |disk: &usize| *disk >= MOST || given_up & (1 << *disk) == 0;
        let (own, other) = (usize::from(camera[15]), usize::from(camera[14]));
        let own = own % disks.max(1);
        if works(&own) {
            return own;
        }
        let working: Vec<_> = (0..disks).filter(works).collect();
        working.get(other % working.len().max(1)).copied().unwrap_or(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_disk_that_fails_for_long_hands_over_and_gets_its_cameras_back_when_it_is_trusted() {
        let (disks, mut course) = (GivenUp::default(), Course::default());
        let mut camera = [0; 16];
        assert_eq!(disks.disk_of(camera, 2), 0);
        assert!(!disks.look(&mut course, &[true, false], at(0)));
        assert!(!disks.look(&mut course, &[true, false], at(14)));
        assert!(disks.look(&mut course, &[true, false], at(15)));
        assert_eq!(disks.disk_of(camera, 2), 1);
        camera[15] = 1;
        assert_eq!(disks.disk_of(camera, 2), 1);
        camera[15] = 0;
        assert!(!disks.look(&mut course, &[false, false], at(20)));
        assert!(!disks.look(&mut course, &[false, false], at(79)));
        assert!(disks.look(&mut course, &[false, false], at(80)));
        assert_eq!(disks.disk_of(camera, 2), 0);
    }

    #[test]
    fn what_fails_for_a_moment_moves_nothing() {
        let (disks, mut course) = (GivenUp::default(), Course::default());
        for turn in 0..100 {
            assert!(!disks.look(&mut course, &[turn % 2 == 0], at(turn * 14)));
        }
    }

    #[test]
    fn where_no_disk_works_each_camera_stays() {
        let (disks, mut course) = (GivenUp::default(), Course::default());
        disks.look(&mut course, &[true, true, true], at(0));
        assert!(disks.look(&mut course, &[true, true, true], at(60)));
        for last in 0..6 {
            let mut camera = [0; 16];
            camera[15] = last;
            assert_eq!(disks.disk_of(camera, 3), usize::from(last) % 3);
        }
        assert_eq!(disks.disk_of([0; 16], 0), 0);
    }

    #[test]
    fn the_cameras_of_a_lost_disk_spread_over_all_others() {
        let (disks, mut course) = (GivenUp::default(), Course::default());
        disks.look(&mut course, &[true, false, false], at(0));
        disks.look(&mut course, &[true, false, false], at(60));
        let at = |second| {
            let mut camera = [0; 16];
            camera[14] = second;
            disks.disk_of(camera, 3)
        };
        assert_eq!([at(0), at(1), at(2)], [1, 2, 1]);
    }
}
