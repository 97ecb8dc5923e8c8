//! The index and the files: what is lost, torn, gone or none of ours.

use super::*;
use crate::{
    record::{FileName, Witness as _},
    segment::Fragment,
};
use std::fs::OpenOptions;

#[test]
fn an_index_that_was_deleted_is_the_same_again_from_the_files_alone() {
    let rig = Rig::new("deleted");
    let index = rig.index();
    rig.record(5);
    until(|| index.state().settled);
    let before = [ONE, TWO].map(|camera| rows(&index, camera));
    assert_eq!(before.each_ref().map(Vec::len), [5, 5]);
    drop(index);
    for file in ["footage.db", "footage.db-wal", "footage.db-shm"] {
        let _ = fs::remove_file(rig.folder.join(file));
    }
    let index = rig.settled();
    assert_eq!([ONE, TWO].map(|camera| rows(&index, camera)), before);
    let first = &before[0][0];
    assert_eq!((&*first.codec, first.width, first.height), ("avc1.64001f", 640, 360));
    assert_eq!((first.began_us, first.ended_us), (BEGAN, BEGAN + 4 * SECOND));
    assert_eq!((first.fragments(), first.bytes), (2, 4096 + 2 * 8192));
    assert_eq!(first.previous, [0; 32]);
    assert_eq!(before[0][1].previous, first.last_hash);
}

#[test]
fn what_was_recorded_while_no_index_ran_is_found_and_what_is_known_is_not_read() {
    let rig = Rig::new("without");
    rig.record(2);
    rig.forget();
    assert_eq!(rows(&rig.settled(), ONE).len(), 2);
    // A known file that could not be read.
    fs::write(&rig.files(ONE)[0], "").unwrap();
    let index = rig.settled();
    assert_eq!(rows(&index, ONE)[0].fragments(), 2);
    assert_eq!(index.state().unread, 0);
}

#[test]
fn of_a_half_written_file_only_what_is_whole_is_told() {
    let rig = Rig::new("half");
    rig.record(2);
    let cut = |path: &Path, less: u64| {
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.set_len(fs::metadata(path).unwrap().len() - less).unwrap();
    };
    cut(&rig.files(ONE)[1], 10);
    // The newest one's last fragment has its trailer, but not its payload.
    let torn = rig.files(TWO)[1].clone();
    let mut bytes = fs::read(&torn).unwrap();
    let length = bytes.len();
    bytes[length - 4096..length - 4000].fill(0);
    fs::write(&torn, bytes).unwrap();
    fs::write(camera_folder(&rig.disk, TWO).join("000000000009-5.mp4"), "").unwrap();
    rig.forget();
    let index = rig.settled();
    assert_eq!(rows(&index, ONE)[1].fragments(), 1);
    assert_eq!(rows(&index, ONE)[1].bytes, 4096 + 8192);
    // It is not the newest name of its folder, so its hashes were not recomputed.
    assert_eq!(rows(&index, TWO)[1].fragments(), 2);
    assert_eq!(rows(&index, TWO).len(), 2);
}

#[test]
fn the_newest_file_is_checked_by_its_hashes() {
    let rig = Rig::new("torn");
    rig.record(1);
    let torn = rig.files(ONE)[0].clone();
    let mut bytes = fs::read(&torn).unwrap();
    let second = 4096 + 8192;
    bytes[second + 4096..second + 4200].fill(0);
    fs::write(&torn, bytes).unwrap();
    rig.forget();
    assert_eq!(rows(&rig.settled(), ONE)[0].fragments(), 1);
}

#[test]
fn names_that_are_not_ours_are_moved_beside_and_never_written_over() {
    let rig = Rig::new("unknown");
    rig.record(1);
    let folder = camera_folder(&rig.disk, ONE);
    let names = ["holiday.mp4", "000000000000-5.mp4.torn", "notes.txt", "1-5.mp4"];
    let mut index = rig.settled();
    for content in ["first", "second"] {
        for name in names {
            fs::write(folder.join(name), content).unwrap();
        }
        drop(index);
        index = rig.settled();
    }
    let mut beside: Vec<_> = fs::read_dir(rig.disk.join("unknown"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name[33..].to_owned(), fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    beside.sort();
    let expected = [
        ("1-5.mp4", "first"),
        ("1-5.mp4.1", "second"),
        ("holiday.mp4", "first"),
        ("holiday.mp4.1", "second"),
        ("notes.txt", "first"),
        ("notes.txt.1", "second"),
    ];
    assert_eq!(beside, expected.map(|(name, content)| (name.to_owned(), content.to_owned())));
    assert_eq!(rig.files(ONE).len(), 2, "the footage and what was torn of it");
    assert_eq!(rows(&index, ONE).len(), 1);
}

#[test]
fn a_file_that_is_gone_leaves_its_hashes_and_comes_back_with_its_file() {
    let rig = Rig::new("gone");
    rig.record(2);
    let before = rows(&rig.settled(), ONE);
    let (file, kept) = (rig.files(ONE)[0].clone(), rig.folder.join("kept"));
    fs::rename(&file, &kept).unwrap();
    let gone = rows(&rig.settled(), ONE).remove(0);
    assert_eq!(gone.gone_at, Some(BEGAN + HOUR));
    assert_eq!((gone.root, gone.last_hash, gone.lines().count()), (before[0].root, before[0].last_hash, 0));
    fs::rename(&kept, &file).unwrap();
    assert_eq!(rows(&rig.settled(), ONE), before);
    fs::remove_dir_all(parent(&file)).unwrap();
    assert!(rows(&rig.settled(), ONE).iter().all(|row| row.gone_at.is_some()));
    assert!(rows(&rig.settled(), TWO).iter().all(|row| row.gone_at.is_none()));
}

#[test]
fn on_a_disk_that_is_not_mounted_nothing_counts_as_gone() {
    let rig = Rig::new("unmounted");
    rig.record(2);
    let before = rows(&rig.settled(), ONE);
    let elsewhere = rig.folder.join("elsewhere");
    fs::rename(&rig.disk, &elsewhere).unwrap();
    assert_eq!(rows(&rig.settled(), ONE), before);
    fs::create_dir(&rig.disk).unwrap();
    assert_eq!(rows(&rig.settled(), ONE), before);
}

#[test]
fn a_doubtful_file_is_read_and_not_believed() {
    let rig = Rig::new("doubtful");
    let index = rig.settled();
    let recorder = rig.recorder();
    write(&recorder, ONE, &start(), BEGAN, 0..3);
    let path = rig.files(ONE)[0].clone();
    let length = fs::metadata(&path).unwrap().len();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(length - 8192).unwrap();
    rig.ledger.closed(0, ONE, FileName { number: 0, wall_us: BEGAN }, true);
    until(|| index.state().settled);
    assert_eq!(rows(&index, ONE)[0].fragments(), 2);
    drop(recorder);
}

/// A fragment that claims to be the one of this number.
fn claims(fragment: &mut Fragment, number: u64) {
    fragment.header.number = number;
    fragment.header.previous = fragment.hash;
}

#[test]
fn more_than_may_be_held_is_let_go_of_oldest_first_and_read_from_the_file() {
    let ledger = Ledger::default();
    let mut builder = Builder::new(&Buffers::new(1), 0);
    builder.payload(900).extend_from_slice(&[7; 900]);
    builder.sample(Track::Pictures, 0, 900, true).unwrap();
    let (start, per_file) = (start(), 60_000);
    let header = crate::segment::Header {
        camera: ONE,
        number: 0,
        wall_us: BEGAN,
        previous: [0; 32],
        init: start.hash,
        key: true,
        gap: false,
    };
    let mut fragment = builder.close(header, crate::fmp4::Between::default()).unwrap();
    for file in 0..5_u64 {
        let name = FileName { number: file * per_file, wall_us: BEGAN + i64::try_from(file).unwrap() };
        for number in 0..per_file {
            claims(&mut fragment, file * per_file + number);
            ledger.wrote(0, name, start.init.len() as u64 + number * 8192, &fragment, &start);
        }
        ledger.closed(0, ONE, name, false);
    }
    let work = ledger.take(9);
    assert_eq!(work.noted.iter().map(|key| key.file.number).collect::<Vec<_>>(), [0]);
    assert_eq!(work.finished.len(), 4);
    assert!(!work.lost);
    ledger.stored(work.finished.iter().map(|(key, _)| *key));
    assert!(!ledger.is_settled(), "one is still being read");
    assert!(ledger.take(9).noted.is_empty());
    assert!(ledger.is_settled());
}
