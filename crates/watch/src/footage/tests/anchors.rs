//! Anchors and the proofs under them, over closed files and open ones.

use super::*;
use crate::segment::walk;

const NOW: i64 = BEGAN + HOUR;

/// The hash that a fragment's trailer bears.
fn hash(rig: &Rig, camera: CameraId, number: u64) -> [u8; 32] {
    let files = rig.files(camera).into_iter().map(|path| fs::File::open(path).unwrap());
    let mut all = files.flat_map(|file| walk(file).map(Result::unwrap).collect::<Vec<_>>());
    all.find(|fragment| fragment.header.number == number).unwrap().hash
}

#[test]
fn every_fragment_of_closed_and_open_files_is_proved_under_the_newest_anchor() {
    let rig = Rig::new("anchors");
    let index = rig.settled();
    assert_eq!(index.anchor(NOW).unwrap(), None);
    rig.record(3);
    until(|| index.state().settled);
    let recorder = rig.recorder();
    let open = start();
    write(&recorder, ONE, &open, BEGAN + 3 * HOUR, 0..2);
    assert_eq!(index.proof(ONE, 0).unwrap(), None);
    let first = index.anchor(NOW).unwrap().unwrap();
    assert_eq!((first.leaves, first.cameras, first.more), (7, 2, false));
    write(&recorder, ONE, &open, BEGAN + 3 * HOUR, 2..3);
    for camera in [ONE, TWO] {
        for number in 0..6 {
            let proof = index.proof(camera, number).unwrap().unwrap();
            assert!(proof.holds());
            assert_eq!((proof.root, proof.at_us, proof.count), (first.root, NOW, 7));
            assert_eq!(proof.fragment, hash(&rig, camera, number));
            assert_eq!((proof.fragment_place, proof.fragment_count), (number % 2, 2));
            assert!(proof.content.starts_with(b"segment"));
        }
    }
    let of_open = index.proof(ONE, 7).unwrap().unwrap();
    assert!(of_open.holds() && of_open.content.starts_with(b"open"));
    assert_eq!((of_open.fragment, of_open.root), (hash(&rig, ONE, 7), first.root));
    // It was written after the anchor.
    assert_eq!(index.proof(ONE, 8).unwrap(), None);
    let second = index.anchor(NOW + 1).unwrap().unwrap();
    assert_eq!((second.leaves, second.cameras), (1, 1));
    for number in 6..9 {
        let proof = index.proof(ONE, number).unwrap().unwrap();
        assert_eq!((proof.root, proof.fragment_count, proof.holds()), (second.root, 3, true));
    }
    // It is closed, and under no anchor as a whole yet.
    drop(recorder);
    until(|| index.state().settled);
    assert_eq!(index.proof(ONE, 8).unwrap().unwrap().root, second.root);
    let third = index.anchor(NOW + 2).unwrap().unwrap();
    let proof = index.proof(ONE, 8).unwrap().unwrap();
    assert_eq!((proof.root, proof.holds(), proof.count), (third.root, true, 1));
    assert_eq!(index.proof(ONE, 0).unwrap().unwrap().root, first.root);
    assert_eq!(index.anchor(NOW + 3).unwrap(), None);
}

#[test]
fn a_proof_holds_for_nothing_else() {
    let rig = Rig::new("proof");
    let index = rig.settled();
    rig.record(3);
    until(|| index.state().settled);
    index.anchor(NOW).unwrap();
    let whole = index.proof(ONE, 3).unwrap().unwrap();
    assert!(whole.holds());
    let with = |change: &dyn Fn(&mut Proof)| {
        let mut proof = whole.clone();
        change(&mut proof);
        proof.holds()
    };
    assert!(!with(&|proof| proof.root[0] ^= 1));
    assert!(!with(&|proof| proof.fragment[31] ^= 1));
    assert!(!with(&|proof| proof.fragment_place ^= 1));
    assert!(!with(&|proof| proof.fragment_count += 1));
    assert!(!with(&|proof| proof.place = 0));
    assert!(!with(&|proof| proof.anchor_path.clear()));
    assert!(!with(&|proof| proof.content.clear()));
    for byte in 0..whole.content.len() {
        assert!(!with(&|proof| proof.content[byte] ^= 1), "{byte}");
    }
}

#[test]
fn a_file_that_was_changed_is_told_and_one_that_is_gone_is_proved_no_more() {
    let rig = Rig::new("changed");
    let index = rig.settled();
    rig.record(2);
    until(|| index.state().settled);
    index.anchor(NOW).unwrap();
    let path = rig.files(ONE)[0].clone();
    let mut bytes = fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(matches!(index.proof(ONE, 0), Err(FootageError::Changed(0))));
    assert!(index.proof(ONE, 2).unwrap().is_some());
    fs::remove_file(path).unwrap();
    assert_eq!(index.proof(ONE, 0).unwrap(), None);
}

#[test]
fn an_anchor_is_kept_across_a_restart_and_footage_that_went_unanchored_is_anchored_all_the_same() {
    let rig = Rig::new("kept");
    rig.record(2);
    let index = rig.settled();
    let first = index.anchor(NOW).unwrap().unwrap();
    drop(index);
    let index = rig.settled();
    assert_eq!(index.proof(TWO, 1).unwrap().unwrap().root, first.root);
    write(&rig.recorder(), ONE, &start(), BEGAN + 2 * HOUR, 0..1);
    until(|| index.state().settled);
    fs::remove_file(rig.files(ONE).pop().unwrap()).unwrap();
    drop(index);
    let index = rig.settled();
    assert!(rows(&index, ONE)[2].gone_at.is_some());
    assert_eq!(index.anchor(NOW + 1).unwrap().unwrap().leaves, 1);
}
