//! Footage of a home whose marks are not on the picture goes out as a covered copy, and not otherwise.

use crate::node::{MASK, blackens, context, until};
use liengia_access::Scope;
use liengia_journal::testing::not_installed;
use liengia_kernel::{Clock as _, ExportId, PersonId, Pii, PlaceId, SystemClock, SystemEntropy};
use liengia_watch::{
    acts::ExportRequest,
    event::{CopyWanted, LookPurpose, Span},
    evidence::verify::check,
    running::Ffmpeg,
    views::Export,
};
use std::{fs::File, sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_home_marked_is_covered_in_the_copy_and_nothing_else_is_put_together() {
    if Ffmpeg::find().await.is_none() {
        return not_installed("what_a_home_marked_is_covered_in_the_copy", "there is no ffmpeg");
    }
    let clock = Arc::new(SystemClock::new());
    let (_simulated, _devices, node, person) = blackens(&clock).await;
    let (running, cameras, camera) = (&node.running, &node.cameras, node.camera);
    running.align(cameras).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let tending = tokio::spawn(running.clone().tend(cameras.clone(), stopping));
    until("it is recorded", async || running.health(camera).last_picture_at).await;
    let from = clock.now();
    // So much time is to be handed out: time itself is waited for.
    sleep(Duration::from_secs(4)).await;
    let to = clock.now();
    // The home draws it anew, and this time nothing blackens it.
    let drawn = cameras.draw_masks(&context(to), camera, person, vec![MASK], (false, false)).await.unwrap();
    cameras.journal.commit(drawn).await.unwrap();
    running.align(cameras).await.unwrap();
    let ask = async |copy: Option<CopyWanted>| {
        let id = ExportId::new(to, &SystemEntropy);
        let asked = ExportRequest {
            person,
            unit: Scope::Place(PlaceId::new(to, &SystemEntropy)),
            cameras: vec![camera],
            span: Span { from, to },
            purpose: LookPurpose::Offence,
            case: Pii::new("12/2027".into()),
            order: None,
            delay: None,
            reason: Pii::new("Công an tỉnh".into()),
            copy,
        };
        let commit = cameras.ask_export(&context(to), id, &asked).await.unwrap();
        cameras.journal.commit(commit).await.unwrap();
        let by = (PersonId::new(to, &SystemEntropy), asked.unit);
        let commit = cameras.approve_export(&context(to), id, by).await.unwrap();
        cameras.journal.commit(commit).await.unwrap();
        id
    };
    let as_recorded = ask(None).await;
    let beside = ask(Some(CopyWanted { masks: Vec::new(), only_copy: false })).await;
    let copy = ask(Some(CopyWanted { masks: Vec::new(), only_copy: true })).await;
    running.exports().notify_one();
    let find = async |id| Export::find(&cameras.journal, id).await.unwrap().unwrap();
    until("the copy is made", async || find(copy).await.made_at).await;
    let path = |id: ExportId| node.fresh.folder().join("exports").join(format!("{id}.zip"));
    for other in [as_recorded, beside] {
        assert_eq!(find(other).await.made_at, None);
        assert!(!path(other).exists());
    }
    let report = check(&File::open(path(copy)).unwrap()).unwrap();
    assert!(report.is_as_exported() && report.manifest.files.is_empty(), "{:?}", report.findings);
    assert!(!report.manifest.copies.is_empty() && report.proofs > 0, "{report:?}");
    assert!(report.manifest.copies.iter().all(|copied| copied.masks == [MASK]
        && copied.from >= from
        && copied.until <= to
        && copied.original.chain.is_some()));
    stop.send(true).unwrap();
    tending.await.unwrap();
    running.stop();
    assert_eq!(std::fs::read_dir(node.fresh.folder().join("exports")).unwrap().count(), 1);
}
