//! The keeper: what goes, what stays, and what it does without the index.

use super::*;
use crate::record::Witness as _;
use liengia_journal::statement;

fn limits(floor: u64) -> Limits {
    Limits { floor: Some(floor), ..Limits::default() }
}

fn hold(camera: CameraId, from_us: i64, to_us: i64) -> Hold {
    Hold { camera, from_us, to_us, until_us: None }
}

/// Waits until so many files went.
fn settled(index: &Index, keeper: &Keeper, removed: u64) {
    until(|| keeper.report().unwrap().removed >= removed && index.state().settled);
}

#[test]
fn for_room_all_goes_but_what_is_held_or_open_and_the_hashes_stay() {
    let rig = Rig::new("room");
    let index = rig.settled();
    rig.record(4);
    let recorder = rig.recorder();
    write(&recorder, ONE, &start(), BEGAN + 4 * HOUR, 0..2);
    until(|| index.state().settled);
    let keeper = Keeper::start(&index).unwrap();
    keeper.set(limits(u64::MAX), vec![hold(TWO, BEGAN + HOUR, BEGAN + HOUR + 1)]);
    settled(&index, &keeper, 7);
    until(|| rows(&index, ONE).iter().all(|row| row.gone_at.is_some()));
    assert_eq!((rig.files(ONE).len(), rig.files(TWO).len()), (1, 1));
    assert_eq!(rows(&index, ONE).len(), 4);
    assert!(rows(&index, ONE).iter().all(|row| row.root != [0; 32]));
    assert_eq!(index.fragments(ONE, 0, i64::MAX, 99).unwrap().len(), 2, "what is being written");
    assert_eq!(index.fragments(TWO, 0, i64::MAX, 99).unwrap()[0].wall_us, BEGAN + HOUR);
    let report = keeper.report().unwrap();
    assert_eq!((report.removed, report.bytes, report.failed), (7, 7 * (4096 + 2 * 8192), 0));
    // The hold is lifted.
    keeper.set(limits(u64::MAX), Vec::new());
    settled(&index, &keeper, 8);
    assert_eq!((rig.files(ONE).len(), rig.files(TWO).len()), (1, 0));
}

#[test]
fn what_is_too_old_goes_and_each_camera_has_its_own_age_and_bytes() {
    let rig = Rig::new("age");
    let index = rig.settled();
    rig.record(10);
    until(|| index.state().settled);
    rig.clock.set(Timestamp::from_micros(BEGAN + 10 * HOUR));
    let mut limits = limits(0);
    let file = 4096 + 2 * 8192;
    let own = CameraLimits { age: Some(std::time::Duration::from_hours(6)), bytes: None };
    limits.cameras.insert(ONE, own);
    limits.cameras.insert(TWO, CameraLimits { age: None, bytes: Some(3 * file + 1) });
    let keeper = Keeper::start(&index).unwrap();
    keeper.set(limits, Vec::new());
    settled(&index, &keeper, 11);
    assert_eq!((rig.files(ONE).len(), rig.files(TWO).len()), (6, 3));
    let left = keeper.report().unwrap().disks.remove(0);
    assert_eq!((&*left.disk, left.floor), ("oak", 0));
    assert!(left.days_left.is_some_and(|days| days > 1.0));
}

#[test]
fn nothing_goes_before_the_holds_are_known_and_a_full_disk_is_answered_at_once() {
    let rig = Rig::new("full");
    let index = rig.settled();
    rig.record(3);
    until(|| index.state().settled);
    let keeper = Keeper::start(&index).unwrap();
    rig.ledger.full(0);
    keeper.set(limits(0), vec![hold(ONE, BEGAN, BEGAN + 1)]);
    // Whether the first call came before or after the holds: this one comes after.
    rig.ledger.full(0);
    settled(&index, &keeper, 5);
    assert_eq!((rig.files(ONE).len(), rig.files(TWO).len()), (1, 0));
}

#[test]
fn without_an_index_a_full_disk_still_loses_its_oldest_and_recording_goes_on() {
    let rig = Rig::new("broken");
    let index = rig.settled();
    index.shared.aside.write(&[statement!("DROP TABLE footage_segments")]).unwrap();
    let recorder = rig.recorder();
    for file in 0..4 {
        write(&recorder, ONE, &start(), BEGAN + file * HOUR, 0..2);
    }
    until(|| index.state().failing);
    assert_eq!(index.shared.ledger.all().len(), 4);
    let keeper = Keeper::start(&index).unwrap();
    keeper.set(limits(u64::MAX), vec![hold(ONE, BEGAN + HOUR, BEGAN + HOUR + 1)]);
    // The second is held and the fourth is being written.
    until(|| rig.files(ONE).len() == 2);
    write(&recorder, ONE, &start(), BEGAN + 4 * HOUR, 0..1);
    let names: Vec<_> = rig.files(ONE).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert!(names[0].to_str().unwrap().starts_with("000000000002-"), "{names:?}");
    assert!(names.last().unwrap().to_str().unwrap().starts_with("000000000008-"), "{names:?}");
}

#[test]
fn hashes_are_forgotten_long_after_the_footage() {
    let rig = Rig::new("prune");
    let index = rig.settled();
    rig.record(2);
    until(|| index.state().settled);
    let keeper = Keeper::start(&index).unwrap();
    keeper.set(limits(u64::MAX), Vec::new());
    settled(&index, &keeper, 4);
    until(|| rows(&index, ONE).iter().all(|row| row.gone_at.is_some()));
    rig.clock.advance(std::time::Duration::from_hours(24 * 3654));
    keeper.set(limits(0), Vec::new());
    until(|| rows(&index, ONE).is_empty() && rows(&index, TWO).is_empty());
}
