//! A store that goes away in the middle of a file, and a node that is killed there.

use super::*;
use crate::tier::Trouble;
use std::{env, process::Stdio};

/// A file of four parts.
const FRAGMENTS: i64 = 5;
const BYTES: usize = 5 * 1024 * 1024;
/// More than its first part, less than two.
const MIDDLE: i64 = 12 * 1024 * 1024;

#[test]
fn a_store_that_goes_away_in_the_middle_of_a_file_gets_it_anew_and_recording_goes_on() {
    if no_store("a_store_that_goes_away_in_the_middle_of_a_file") {
        return;
    }
    let store = Store::start(&[]);
    let line = Line::to(&store);
    let settings = TierSettings { endpoint: line.address.clone(), ..store.settings() };
    let tiered = Tiered::start("away", |_| settings);
    tiered.rig.large(ONE, BEGAN, FRAGMENTS, BYTES);
    tiered.settle();
    line.silent_after(MIDDLE);
    tiered.keep(0, &[]);
    until(|| line.is_silent());
    assert_eq!(store.uploads().len(), 1);
    assert_eq!(store.objects(), Vec::<String>::new());
    line.cut();
    until(|| tiered.report().trouble == Some(Trouble::Away));
    assert_eq!((tiered.report().files, tiered.report().waiting_files), (0, 1));
    // Meanwhile the cameras go on, and what was recorded is found.
    tiered.rig.record(1);
    tiered.settle();
    assert_eq!(tiered.placed(TWO).len(), 2);
    line.mend();
    tiered.until_sent(3);
    assert_eq!(store.uploads(), Vec::<String>::new());
    assert_eq!((tiered.report().unwanted, tiered.report().trouble), (0, None));
    let before = fs::read(&tiered.rig.files(ONE)[0]).unwrap();
    tiered.free_the_disk();
    assert!(bytes(&tiered.placed(ONE)[0].source) == before);
}

#[test]
fn a_node_that_is_killed_in_the_middle_of_a_file_leaves_nothing_behind_and_sends_it_anew() {
    if no_store("a_node_that_is_killed_in_the_middle_of_a_file") {
        return;
    }
    let (rig, store) = (Rig::new("tier-killed"), Store::start(&[]));
    let line = Line::to(&store);
    let index = rig.index();
    rig.large(ONE, BEGAN, FRAGMENTS, BYTES);
    until(|| index.state().settled);
    drop(index);
    line.silent_after(MIDDLE);
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "footage::tests::tiered::interrupted::sends_until_it_is_killed", "--ignored"])
        .env("TIER_FOLDER", &rig.folder)
        .env("TIER_STORE", format!("{} {} {}", line.address, store.key.0, store.key.1))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until(|| line.is_silent());
    assert_eq!(store.uploads().len(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    line.mend();
    let index = rig.with_tier(tier(&store.settings()));
    until(|| index.state().settled);
    let keeper = Keeper::start(&index).unwrap();
    let tiered = Tiered { keeper, index, rig, store };
    assert_eq!(tiered.report().files, 0);
    let left = tiering::list_unwanted(&tiered.index.shared, 9).unwrap();
    assert!(left.len() == 1 && left[0].upload.is_some());
    tiered.keep(0, &[]);
    tiered.until_sent(1);
    assert_eq!(tiered.store.uploads(), Vec::<String>::new());
    let path = tiered.rig.files(ONE).remove(0);
    let copy =
        tiering::row(&tiered.index.shared, &Name { camera: ONE, file: tiered.placed(ONE)[0].file }, TIER);
    let source = tiered.index.shared.source_of(&copy.unwrap().unwrap()).unwrap();
    assert!(bytes(&source) == fs::read(path).unwrap());
}

#[test]
#[ignore = "a part of the test above it: a program of its own, to be killed"]
fn sends_until_it_is_killed() {
    let (Some(folder), Ok(store)) = (env::var_os("TIER_FOLDER"), env::var("TIER_STORE")) else { return };
    let words: Vec<&str> = store.split(' ').collect();
    let settings = TierSettings {
        endpoint: words[0].into(),
        bucket: "footage".into(),
        region: "us-east-1".into(),
        prefix: "hoa-an/0190".into(),
        key: crate::tier::AccessKey::parse(&format!("{}\n{}\n", words[1], words[2])).unwrap(),
        seal: crate::tier::SealKey::new([7; 32]),
        authorities: None,
        after: Duration::ZERO,
    };
    let folder = PathBuf::from(folder);
    let clock = Arc::new(SimulatedClock::new(Timestamp::from_micros(BEGAN + HOUR)));
    let disks = vec![("oak".to_owned(), folder.join("disk"))];
    let aside = open(&folder.join("footage.db")).unwrap();
    let index = Index::with_tier(aside, disks, Arc::default(), clock, Some(tier(&settings))).unwrap();
    let keeper = Keeper::start(&index).unwrap();
    keeper.set(Limits { floor: Some(0), ..Limits::default() }, Vec::new());
    loop {
        thread::park();
    }
}
