//! Which footage goes: by age, by a camera's bytes, and where a disk must have room what has a copy in the tier, then the
//! oldest of all.
//!
//! Promises: a pure rule; what is held or being written never goes, and nothing goes that no limit asks for.

use crate::record::{CameraId, FileName};
use std::{collections::BTreeMap, time::Duration};

const GIB: u64 = 1 << 30;

/// How long footage is kept, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For cameras without an age of their own: 72 hours.
    pub age: Duration,
    /// Cameras with limits of their own.
    pub cameras: BTreeMap<CameraId, CameraLimits>,
    /// Bytes that stay free on each disk; none: see [`floor`].
    pub floor: Option<u64>,
    /// How long the hashes of footage that is gone are kept: ten years.
    pub hashes: Duration,
}

/// A camera's own limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CameraLimits {
    /// How long its footage is kept, if otherwise than other cameras'.
    pub age: Option<Duration>,
    /// How many bytes of it are kept on one disk.
    pub bytes: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        let (age, hashes) = (Duration::from_hours(72), Duration::from_hours(24 * 3653));
        Self { age, cameras: BTreeMap::new(), floor: None, hashes }
    }
}

impl Limits {
    /// What has ended by then is too old.
    pub fn oldest_us(&self, camera: CameraId, now_us: i64) -> i64 {
        let own = self.cameras.get(&camera).and_then(|camera| camera.age);
        let age = own.unwrap_or(self.age).as_micros();
        now_us.saturating_sub(i64::try_from(age).unwrap_or(i64::MAX))
    }

    fn bytes(&self, camera: CameraId) -> Option<u64> {
        self.cameras.get(&camera)?.bytes
    }
}

/// The bytes that stay free on a disk of this size if nothing else is said: 5 %, at least 1 GiB, at most 50 GiB.
pub const fn floor(size: u64) -> u64 {
    let part = size / 20;
    if part < GIB {
        GIB
    } else if part > 50 * GIB {
        50 * GIB
    } else {
        part
    }
}

/// Footage that must stay, whatever the limits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whose.
    pub camera: CameraId,
    /// Every file with footage in `[from_us, to_us)` stays, in microseconds since 1970 UTC.
    pub from_us: i64,
    /// See `from_us`.
    pub to_us: i64,
    /// Until then, in microseconds since 1970 UTC; none: until it is lifted.
    pub until_us: Option<i64>,
}

impl Hold {
    /// Whether it protects this file now.
    pub fn protects(&self, file: &Candidate, now_us: i64) -> bool {
        let overlaps = file.began_us < self.to_us && file.ended_us > self.from_us;
        self.camera == file.camera && overlaps && self.until_us.is_none_or(|until| now_us < until)
    }
}

/// A file that may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Whose it is.
    pub camera: CameraId,
    /// Its name.
    pub file: FileName,
    /// When it begins, in microseconds since 1970 UTC.
    pub began_us: i64,
    /// When it ends, in microseconds since 1970 UTC.
    pub ended_us: i64,
    /// What it takes of the disk.
    pub bytes: u64,
    /// It is being written.
    pub open: bool,
    /// There is a copy in the tier.
    pub tiered: bool,
}

/// How things stand on a disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Bytes that must become free.
    pub wanted: u64,
    /// What cameras with a limit in bytes take.
    pub used: BTreeMap<CameraId, u64>,
}

/// Which of a disk's files go, in their order: `files` come oldest first.
pub fn condemned(
    files: &[Candidate],
    limits: &Limits,
    holds: &[Hold],
    standing: &Standing,
    now_us: i64,
) -> Vec<Candidate> {
    let free = |file: &&Candidate| !file.open && !holds.iter().any(|hold| hold.protects(file, now_us));
    let mut used = standing.used.clone();
    let mut freed = 0;
    let mut goes = Vec::new();
    let mut stays = Vec::new();
    // What must go anyway goes first, so that no more than that goes for room.
    for file in files.iter().filter(free) {
        let of_camera = used.get_mut(&file.camera);
        let most = limits.bytes(file.camera);
        let too_much = of_camera.as_ref().zip(most).is_some_and(|(used, most)| **used > most);
        if too_much || file.ended_us <= limits.oldest_us(file.camera, now_us) {
            freed += file.bytes;
            if let Some(used) = of_camera {
                *used = used.saturating_sub(file.bytes);
            }
            goes.push(*file);
        } else {
            stays.push(*file);
        }
    }
    // Nothing is lost by what has a copy; the order stays the same otherwise.
    stays.sort_by_key(|file| !file.tiered);
    for file in stays {
        if freed >= standing.wanted {
            break;
        }
        freed += file.bytes;
        goes.push(file);
    }
    goes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_800_000_000_000_000;
    const HOUR: i64 = 3_600_000_000;

    fn file((camera, hours_ago, bytes, open): (u8, i64, u64, bool)) -> Candidate {
        let began_us = NOW - hours_ago * HOUR;
        let file = FileName { number: began_us.unsigned_abs(), wall_us: began_us };
        Candidate {
            camera: [camera; 16],
            file,
            began_us,
            ended_us: began_us + HOUR,
            bytes,
            open,
            tiered: false,
        }
    }

    fn files() -> impl Strategy<Value = Vec<Candidate>> {
        let one = (0_u8..4, 0_i64..120, 1_u64..100, prop::bool::weighted(0.1)).prop_map(file);
        prop::collection::vec(one, 0..60).prop_map(|mut files| {
            files.sort_by_key(|file| file.ended_us);
            files
        })
    }

    fn holds() -> impl Strategy<Value = Vec<Hold>> {
        let one = (0_u8..4, 0_i64..120, 1_i64..30, prop::option::of(-5_i64..5)).prop_map(
            |(camera, ago, lasts, until)| Hold {
                camera: [camera; 16],
                from_us: NOW - ago * HOUR,
                to_us: NOW - ago * HOUR + lasts * HOUR,
                until_us: until.map(|hours| NOW + hours * HOUR),
            },
        );
        prop::collection::vec(one, 0..4)
    }

    fn limits() -> impl Strategy<Value = Limits> {
        let own = prop::collection::btree_map(
            0_u8..4,
            (prop::option::of(0_u64..100), prop::option::of(0_u64..300)),
            0..3,
        );
        own.prop_map(|own| {
            let own = own.into_iter().map(|(camera, (hours, bytes))| {
                ([camera; 16], CameraLimits { age: hours.map(Duration::from_hours), bytes })
            });
            Limits { cameras: own.collect(), ..Limits::default() }
        })
    }

    fn standing(files: &[Candidate], wanted: u64) -> Standing {
        let mut used = BTreeMap::new();
        for file in files {
            *used.entry(file.camera).or_default() += file.bytes;
        }
        Standing { wanted, used }
    }

    #[test]
    fn the_floor_is_a_twentieth_within_bounds() {
        assert_eq!([floor(0), floor(100 * GIB), floor(4000 * GIB)], [GIB, 5 * GIB, 50 * GIB]);
    }

    #[test]
    fn three_days_are_kept_and_for_room_the_oldest_of_all_goes_first() {
        let files = [(1, 80, 10, false), (2, 60, 10, false), (1, 50, 10, false), (2, 1, 10, true)].map(file);
        let goes = |wanted| {
            let standing = Standing { wanted, ..Standing::default() };
            condemned(&files, &Limits::default(), &[], &standing, NOW).len()
        };
        assert_eq!([goes(0), goes(10), goes(11), goes(20), goes(21), goes(9999)], [1, 1, 2, 2, 3, 3]);
    }

    #[test]
    fn for_room_what_has_a_copy_goes_before_what_is_older() {
        let mut files = [(1, 60, 10, false), (1, 50, 10, false), (1, 40, 10, false)].map(file);
        files[1].tiered = true;
        files[2].tiered = true;
        let goes = |wanted| -> Vec<i64> {
            let standing = Standing { wanted, ..Standing::default() };
            let goes = condemned(&files, &Limits::default(), &[], &standing, NOW);
            goes.iter().map(|file| (NOW - file.began_us) / HOUR).collect()
        };
        assert_eq!([goes(0), goes(11), goes(30)], [vec![], vec![50, 40], vec![50, 40, 60]]);
    }

    #[test]
    fn a_hold_protects_what_overlaps_it_until_it_ends() {
        let one = [file((1, 80, 10, false))];
        let all = Standing { wanted: 99, ..Standing::default() };
        let hold = |camera, from_us, to_us, until_us| Hold { camera: [camera; 16], from_us, to_us, until_us };
        let goes = |hold| condemned(&one, &Limits::default(), &[hold], &all, NOW).len();
        let (began, ended) = (one[0].began_us, one[0].ended_us);
        assert_eq!(goes(hold(1, ended - 1, ended, None)), 0);
        assert_eq!(goes(hold(1, began, began + 1, Some(NOW + 1))), 0);
        assert_eq!(goes(hold(1, began, began + 1, Some(NOW))), 1);
        assert_eq!(goes(hold(1, ended, ended + 1, None)), 1);
        assert_eq!(goes(hold(1, began - 1, began, None)), 1);
        assert_eq!(goes(hold(2, began, ended, None)), 1);
    }

    proptest! {
        #[test]
        fn what_is_held_or_open_stays_and_enough_goes_or_nothing_is_left(
            files in files(), holds in holds(), limits in limits(), wanted in 0_u64..3000,
        ) {
            let standing = standing(&files, wanted);
            let goes = condemned(&files, &limits, &holds, &standing, NOW);
            let is_free =
                |file: &&Candidate| !file.open && !holds.iter().any(|hold| hold.protects(file, NOW));
            prop_assert!(goes.iter().all(|file| is_free(&file)));
            let bytes: u64 = goes.iter().map(|file| file.bytes).sum();
            let free = files.iter().filter(is_free);
            prop_assert!(bytes >= wanted || goes.len() == free.clone().count());
            let too_old = free.filter(|file| file.ended_us <= limits.oldest_us(file.camera, NOW));
            prop_assert!(too_old.clone().all(|file| goes.contains(file)));
            for (camera, own) in &limits.cameras {
                let of_camera = |files: &[Candidate]| -> u64 {
                    files.iter().filter(|file| file.camera == *camera).map(|file| file.bytes).sum()
                };
                let left = of_camera(&files) - of_camera(&goes);
                let all_went = files.iter().filter(is_free).filter(|file| file.camera == *camera);
                let all_went = all_went.clone().all(|file| goes.contains(file));
                prop_assert!(own.bytes.is_none_or(|most| left <= most || all_went));
            }
        }

        #[test]
        fn nothing_goes_that_no_limit_asks_for(files in files(), wanted in 0_u64..300) {
            let limits = Limits::default();
            let standing = Standing { wanted, ..Standing::default() };
            let mut goes = condemned(&files, &limits, &[], &standing, NOW);
            let too_old = goes.iter().filter(|file| file.ended_us <= limits.oldest_us(file.camera, NOW)).count();
            if goes.len() > too_old {
                goes.pop();
                prop_assert!(goes.iter().map(|file| file.bytes).sum::<u64>() < wanted);
            }
        }
    }
}
