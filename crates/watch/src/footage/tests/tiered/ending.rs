//! Nothing stays in the store beyond its hours or its hold, and what is lost of the index comes back from the store.

use super::*;
use crate::tier::Trouble;

#[test]
fn at_the_end_of_its_hours_both_copies_go_and_what_is_held_goes_with_its_hold() {
    if no_store("at_the_end_of_its_hours_both_copies_go") {
        return;
    }
    let tiered = Tiered::filled("hours", 3);
    let hold = Hold { camera: ONE, from_us: BEGAN, to_us: BEGAN + 1, until_us: Some(BEGAN + 100 * HOUR) };
    tiered.keep(0, &[hold]);
    tiered.until_sent(6);
    // The first of each camera is 72 hours old.
    tiered.rig.clock.advance(Duration::from_hours(62) + Duration::from_mins(30));
    tiered.keep(0, &[hold]);
    until(|| tiered.store.objects().len() == 5);
    let held = object(ONE, &tiered.rig.files(ONE)[0]);
    assert!(tiered.store.objects().contains(&held));
    assert_eq!((tiered.rig.files(ONE).len(), tiered.rig.files(TWO).len()), (3, 2));
    tiered.rig.clock.advance(Duration::from_hours(3));
    tiered.keep(0, &[hold]);
    until(|| tiered.store.objects() == [held.clone()]);
    assert_eq!(tiered.report().files, 1);
    assert_eq!(tiered.placed(TWO), []);
    // The hold is over.
    tiered.rig.clock.advance(Duration::from_hours(30));
    tiered.keep(0, &[hold]);
    until(|| tiered.store.objects().is_empty() && tiered.rig.files(ONE).is_empty());
    until(|| tiered.report().unwanted == 0);
    // The hashes outlive the footage, once each.
    assert!([ONE, TWO].iter().all(|camera| rows(&tiered.index, *camera).len() == 3));
    assert!(rows(&tiered.index, ONE).iter().all(|row| row.gone_at.is_some()));
}

#[test]
fn what_cannot_be_deleted_is_seen_no_more_and_tried_until_the_store_confirms() {
    if no_store("what_cannot_be_deleted_is_seen_no_more") {
        return;
    }
    let store = Store::start(&[]);
    let line = Line::to(&store);
    let settings = TierSettings { endpoint: line.address.clone(), ..store.settings() };
    let tiered = Tiered::start("deleted", |_| settings);
    tiered.rig.record(2);
    tiered.settle();
    tiered.keep(0, &[]);
    tiered.until_sent(4);
    tiered.free_the_disk();
    line.cut();
    tiered.rig.clock.advance(Duration::from_hours(80));
    tiered.keep(0, &[]);
    until(|| tiered.report().unwanted == 4 && tiered.report().trouble == Some(Trouble::Away));
    assert_eq!((tiered.placed(ONE), tiered.report().files), (Vec::new(), 0));
    assert_eq!(store.objects().len(), 4);
    // The list outlives the node.
    let Tiered { keeper, index, rig, store: other } = tiered;
    drop(keeper);
    drop(index);
    line.mend();
    let index = rig.with_tier(tier(&TierSettings { endpoint: line.address.clone(), ..store.settings() }));
    let keeper = Keeper::start(&index).unwrap();
    let tiered = Tiered { keeper, index, rig, store: other };
    assert_eq!(tiered.report().unwanted, 4);
    tiered.keep(0, &[]);
    until(|| store.objects().is_empty() && tiered.report().unwanted == 0);
}

#[test]
fn an_index_that_was_lost_comes_back_from_the_store_and_what_is_not_ours_is_left_alone() {
    if no_store("an_index_that_was_lost_comes_back_from_the_store") {
        return;
    }
    let tiered = Tiered::filled("lost", 2);
    tiered.rig.large(ONE, BEGAN + 2 * HOUR, 3, 300_000);
    tiered.settle();
    tiered.keep(0, &[]);
    tiered.until_sent(5);
    tiered.free_the_disk();
    // One is on the disk, too.
    tiered.rig.large(TWO, BEGAN + 3 * HOUR, 2, 100_000);
    tiered.settle();
    tiered.keep(0, &[]);
    tiered.until_sent(6);
    let alive = |index: &Index, camera| -> Vec<Segment> {
        rows(index, camera).into_iter().filter(|row| row.gone_at.is_none()).collect()
    };
    let before = [ONE, TWO].map(|camera| alive(&tiered.index, camera));
    let folder = camera_folder(Path::new(""), ONE);
    let strange = [
        "hoa-an/0190/notes.txt".to_owned(),
        format!("hoa-an/0190/{}/holiday.mp4", folder.display()),
        format!("hoa-an/0190/{}/000000000099-{}.mp4.sealed", folder.display(), BEGAN + HOUR),
        format!("elsewhere/{}/000000000099-5.mp4.sealed", folder.display()),
    ];
    for name in &strange {
        tiered.store.put(name);
    }
    let Tiered { keeper, index, rig, store } = tiered;
    drop(keeper);
    drop(index);
    for file in ["footage.db", "footage.db-wal", "footage.db-shm"] {
        let _ = fs::remove_file(rig.folder.join(file));
    }
    let index = rig.with_tier(tier(&store.settings()));
    until(|| index.state().settled);
    let keeper = Keeper::start(&index).unwrap();
    let tiered = Tiered { keeper, index, rig, store };
    tiered.keep(0, &[]);
    tiered.until_sent(6);
    assert_eq!(tiered.report().sent, 0, "what is there is not sent again");
    assert_eq!([ONE, TWO].map(|camera| alive(&tiered.index, camera)), before);
    assert_eq!(tiered.placed(ONE).len(), 7);
    assert!(strange.iter().all(|name| tiered.store.objects().contains(name)));
    // One that bears our name and that nobody can open goes once its time is over.
    tiered.rig.clock.advance(Duration::from_hours(100));
    tiered.keep(0, &[]);
    until(|| tiered.store.objects().len() == 3);
    assert!(!tiered.store.objects().contains(&strange[2]));
}

#[test]
fn an_object_that_somebody_deleted_is_sent_again() {
    if no_store("an_object_that_somebody_deleted_is_sent_again") {
        return;
    }
    let tiered = Tiered::filled("again", 1);
    tiered.keep(0, &[]);
    tiered.until_sent(2);
    tiered.store.drop(&object(ONE, &tiered.rig.files(ONE)[0]));
    // The store is asked once a day what it has.
    tiered.rig.clock.advance(Duration::from_hours(25));
    tiered.keep(0, &[]);
    until(|| tiered.store.objects().len() == 2 && tiered.report().sent == 3);
}
