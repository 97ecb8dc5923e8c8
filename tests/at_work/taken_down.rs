//! What a camera recorded is there after it was taken down, and goes out by an order.

use crate::node::{context, node, until};
use liengia_access::Scope;
use liengia_kernel::{
    Clock as _, ExportId, HoldId, OrderId, PersonId, Pii, PlaceId, SystemClock, SystemEntropy,
};
use liengia_sim::camera::{Camera, Cameras as Simulated, Setup};
use liengia_watch::{
    acts::{ExportRequest, OrderGiven},
    event::{LookPurpose, Owner, Span},
    evidence::verify::check,
    views::Export,
};
use std::{fs::File, sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_camera_recorded_is_held_and_handed_out_by_an_order_after_it_was_taken_down() {
    let clock = Arc::new(SystemClock::new());
    let one = Camera::new("GATE 1", 1);
    let setup = Setup { listen: ([127, 0, 0, 1], 0).into(), cameras: vec![one], user: None, utc_offset: 7 };
    let simulated = Simulated::start(setup, clock.clone()).unwrap();
    let node = node(clock.clone(), &simulated.url(0), "", Owner::Public, true).await;
    let (running, cameras, camera) = (&node.running, &node.cameras, node.camera);
    running.align(cameras).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let tending = tokio::spawn(running.clone().tend(cameras.clone(), stopping));
    until("it is recorded", async || running.health(camera).last_picture_at).await;
    let from = clock.now();
    // So much time is to be handed out: time itself is waited for.
    sleep(Duration::from_secs(3)).await;
    let to = clock.now();
    let removed = cameras.remove_camera(&context(to), camera, &Pii::new("Hỏng".into())).await.unwrap();
    cameras.journal.commit(removed).await.unwrap();
    running.align(cameras).await.unwrap();
    assert!(running.camera(camera).is_none() && running.camera_ever(camera).is_some());
    let left = async || running.cameras_left().await.unwrap().pop();
    assert_eq!(until("its footage is left", left).await.removed_at, Some(to));
    let (hold, case, why) =
        (HoldId::new(to, &SystemEntropy), Pii::new("12/2027".into()), Pii::new("Vụ án".into()));
    let kept = (vec![camera], Span { from, to }, to + Duration::from_hours(48));
    let held = cameras.place_hold(&context(to), hold, kept, &case, &why).await.unwrap();
    cameras.journal.commit(held).await.unwrap();
    let person = PersonId::new(to, &SystemEntropy);
    let unit = Scope::Place(PlaceId::new(to, &SystemEntropy));
    let order = OrderId::new(to, &SystemEntropy);
    let given = OrderGiven { person, unit, number: Pii::new("7/QĐ".into()), copy: b"%PDF-1.7\n".to_vec() };
    cameras.journal.commit(cameras.keep_order(&context(to), order, &given).unwrap()).await.unwrap();
    let id = ExportId::new(to, &SystemEntropy);
    let asked = ExportRequest {
        person,
        unit,
        cameras: vec![camera],
        span: Span { from, to },
        purpose: LookPurpose::Order,
        case: Pii::default(),
        order: Some(order),
        delay: None,
        reason: Pii::new("Toà án".into()),
        copy: None,
    };
    cameras.journal.commit(cameras.ask_export(&context(to), id, &asked).await.unwrap()).await.unwrap();
    let by = (PersonId::new(to, &SystemEntropy), unit);
    cameras.journal.commit(cameras.approve_export(&context(to), id, by).await.unwrap()).await.unwrap();
    running.exports().notify_one();
    let find = async || Export::find(&cameras.journal, id).await.unwrap().unwrap().made_at;
    until("it is put together", find).await;
    let path = node.fresh.folder().join("exports").join(format!("{id}.zip"));
    let report = check(&File::open(path).unwrap()).unwrap();
    assert!(report.is_as_exported() && !report.manifest.files.is_empty(), "{:?}", report.findings);
    assert!(report.manifest.files.iter().all(|file| file.camera_name == "Cổng"), "by the name it had");
    stop.send(true).unwrap();
    tending.await.unwrap();
    running.stop();
    drop(node.fresh);
}
