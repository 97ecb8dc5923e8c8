//! Footage that is in the tier alone plays, and proves itself, as it did from the disk.

use super::*;
use crate::{
    evidence::{
        self, ExportKey, Who,
        export::{Order, Piece},
        verify::check,
    },
    running::{NoFootage, Running, RunningConfig},
    tier::TierError,
};
use futures_util::TryStreamExt as _;
use liengia_http::Explain as _;
use liengia_kernel::{SeededEntropy, SystemEntropy};
use std::io;

#[test]
fn what_is_in_the_tier_alone_is_found_and_is_the_same_byte_for_byte() {
    if no_store("what_is_in_the_tier_alone_is_found") {
        return;
    }
    let tiered = Tiered::filled("plays", 2);
    // Some blocks long.
    tiered.rig.large(TWO, BEGAN + 2 * HOUR, 3, 300_000);
    tiered.settle();
    let before = [ONE, TWO].map(|camera| {
        let placed = tiered.placed(camera);
        let files: Vec<_> = placed.iter().map(|one| fs::read(one.source.path().unwrap()).unwrap()).collect();
        (placed, files, tiered.index.spans(camera, 0, i64::MAX).unwrap())
    });
    tiered.keep(0, &[]);
    tiered.until_sent(5);
    tiered.free_the_disk();
    for (camera, (placed, files, spans)) in [ONE, TWO].into_iter().zip(before) {
        let now = tiered.placed(camera);
        assert_eq!(tiered.index.spans(camera, 0, i64::MAX).unwrap(), spans);
        assert_eq!(now.len(), placed.len());
        for ((now, before), file) in now.iter().zip(&placed).zip(files) {
            assert_eq!((&*now.disk, now.source.path()), (TIER, None));
            let known = |one: &Placed| (one.number, one.offset, one.length, one.wall_us, one.init_length);
            assert_eq!(known(now), known(before));
            assert_eq!(bytes(&now.source), file);
            // Any part of it, wherever it begins.
            let opened = now.source.open().unwrap();
            let mut part = vec![0; usize::try_from(now.length).unwrap() - 7];
            assert_eq!(opened.read_at(&mut part, now.offset + 5).unwrap(), part.len());
            let at = usize::try_from(now.offset + 5).unwrap();
            assert_eq!(part, file[at..at + part.len()]);
        }
        let at = tiered.index.at(camera, BEGAN + HOUR + SECOND).unwrap().unwrap();
        assert_eq!((&*at.disk, at.wall_us), (TIER, BEGAN + HOUR));
    }
}

#[test]
fn an_export_from_the_tier_is_the_one_from_the_disk_and_its_proofs_hold() {
    if no_store("an_export_from_the_tier") {
        return;
    }
    let tiered = Tiered::filled("export", 2);
    tiered.index.anchor(BEGAN + HOUR).unwrap().unwrap();
    let from_disk = export(&tiered);
    tiered.keep(0, &[]);
    tiered.until_sent(4);
    tiered.free_the_disk();
    // A copy is no second leaf of the next anchor.
    assert_eq!(tiered.index.anchor(BEGAN + 2 * HOUR).unwrap(), None);
    assert_eq!(export(&tiered), from_disk);
    let proof = tiered.index.proof(ONE, 3).unwrap().unwrap();
    assert!(proof.holds());
    assert_eq!((proof.fragment_place, proof.fragment_count), (1, 2));
}

/// All footage of a camera as an archive, which must be as it was exported.
fn export(tiered: &Tiered) -> Vec<u8> {
    let who = |id: &str| Who { unit: "Công an xã".into(), id: id.into() };
    let at = Timestamp::from_micros(BEGAN + 5 * HOUR);
    let order = Order {
        export: "0190-export".into(),
        node: "a.vn".into(),
        commune: "Xã Thử".into(),
        asked_by: who("one"),
        approved_by: who("another"),
        purpose: "theft".into(),
        case_number: None,
        asked_at: at,
        approved_at: at,
        made_at: at,
    };
    let placed = tiered.placed(ONE);
    let pieces = placed.chunk_by(|one, next| one.file == next.file).map(|of_file| Piece {
        camera: ONE,
        camera_name: "Cổng A".into(),
        source: of_file[0].source.clone(),
        init_bytes: of_file[0].init_length,
        fragments: of_file.iter().map(|one| (one.offset, one.length)).collect(),
        first_fragment: of_file[0].number,
        from: Timestamp::from_micros(of_file[0].wall_us),
        until: Timestamp::from_micros(of_file[0].wall_us + 4 * SECOND),
        gaps: Vec::new(),
        proofs: Vec::new(),
    });
    let key = ExportKey::load(&ExportKey::generate(&SeededEntropy::new(3))).unwrap();
    let path = tiered.rig.folder.join("export.zip");
    let mut file = fs::File::options();
    let file = file.read(true).write(true).create(true).truncate(true).open(&path).unwrap();
    evidence::export::write(&file, &order, pieces, &key, &mut |_| ()).unwrap();
    assert!(check(&file).unwrap().is_as_exported());
    fs::read(path).unwrap()
}

#[test]
fn a_store_that_says_nothing_is_told_within_its_deadline_and_then_at_once() {
    if no_store("a_store_that_says_nothing") {
        return;
    }
    let store = Store::start(&[]);
    let line = Line::to(&store);
    let settings = TierSettings { endpoint: line.address.clone(), ..store.settings() };
    let tiered = Tiered::start("silent", |_| settings);
    tiered.rig.record(1);
    tiered.settle();
    tiered.keep(0, &[]);
    tiered.until_sent(2);
    tiered.free_the_disk();
    let source = tiered.placed(ONE)[0].source.clone();
    line.silent_after(0);
    let trouble = |error: &io::Error| TierError::of(error).cloned();
    assert_eq!(source.open().err().as_ref().and_then(trouble), Some(TierError::TimedOut));
    // Nobody waits for it again in the next moments.
    line.cut();
    assert_eq!(source.open().err().as_ref().and_then(trouble), Some(TierError::TimedOut));
    line.mend();
    until(|| source.open().is_ok());
}

/// Its disks are called by their folders.
fn index_of_the_node(rig: &Rig, settings: &TierSettings) -> Index {
    let aside = open(&rig.database()).unwrap();
    let disks = vec![(rig.disk.display().to_string(), rig.disk.clone())];
    Index::with_tier(aside, disks, rig.ledger.clone(), rig.clock.clone(), Some(tier(settings))).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_node_serves_from_the_tier_is_what_it_served_from_the_disk() {
    if no_store("what_the_node_serves_from_the_tier") {
        return;
    }
    let rig = Rig::new("tier-serves");
    let store = Store::start(&[]);
    let line = Line::to(&store);
    let settings = TierSettings { endpoint: line.address.clone(), ..store.settings() };
    let index = index_of_the_node(&rig, &settings);
    rig.large(ONE, BEGAN, 3, 1_000_000);
    until(|| index.state().settled);
    let path = rig.files(ONE).remove(0);
    let file = fs::read(&path).unwrap();
    let placed = index.fragments(ONE, 0, i64::MAX, 99).unwrap();
    let keeper = Keeper::start(&index).unwrap();
    let all = |floor| keeper.set(Limits { floor: Some(floor), ..Limits::default() }, Vec::new());
    all(0);
    until(|| keeper.report().unwrap().tier.unwrap().files == 1);
    let running = Running::start(RunningConfig {
        disks: vec![rig.disk.clone()],
        data: rig.folder.clone(),
        free_bytes: None,
        camera_bytes: None,
        tier: Some(settings),
        node: "a.vn".into(),
        key: None,
        clock: rig.clock.clone(),
        entropy: Arc::new(SystemEntropy),
    })
    .unwrap();
    let camera = liengia_kernel::CameraId::from_bytes(ONE);
    let span = (0, i64::MAX);
    let found = running.in_file(camera, placed[0].file, span).await.unwrap();
    let still = running.still(found[1].clone()).await.unwrap().unwrap();
    assert!(found[0].source.path().is_some());
    all(u64::MAX);
    until(|| !path.exists());
    all(0);
    let found = running.in_file(camera, placed[0].file, span).await.unwrap();
    assert!(found.len() == 3 && found[0].source.path().is_none());
    assert_eq!(running.still(found[1].clone()).await.unwrap().unwrap(), still);
    let init = running.start_of(&found[0]).await.unwrap().init_length;
    for (from, length) in [(0, init), (init, file.len() as u64 - init), (5000, 70_000)] {
        let part = running.part(&found[0].source, from, length).await.unwrap().unwrap();
        let part: Vec<u8> = part.map_ok(|bytes| bytes.to_vec()).try_concat().await.unwrap();
        let from = usize::try_from(from).unwrap();
        assert!(part == file[from..from + usize::try_from(length).unwrap()]);
    }
    // The store is away: a problem that people can read, before anything is answered.
    line.cut();
    let away = |answer: Result<_, NoFootage>| answer.err().map(|error| error.kind());
    assert_eq!(away(running.part(&found[0].source, 0, 9).await.map(drop)), Some(crate::problems::STORE_AWAY));
    assert_eq!(away(running.still(found[1].clone()).await.map(drop)), Some(crate::problems::STORE_AWAY));
    tokio::task::spawn_blocking(move || {
        running.stop();
        drop(keeper);
        drop(index);
    })
    .await
    .unwrap();
}
