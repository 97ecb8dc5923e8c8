//! Cameras that forget what they are to blacken.

use crate::node::{MASK, blackens, until};
use liengia_access::Scope;
use liengia_kernel::{Clock as _, PlaceId, SystemClock, SystemEntropy, Timestamp};
use liengia_sim::camera::{
    self,
    onvif::{Device, Devices, Setup, Stream},
};
use liengia_watch::{
    event::{LookPurpose, Masking, Span},
    rules::{LookAsked, Shut, may_see},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_forgets_its_masks_is_withheld_at_once_and_shown_again_once_it_blackens() {
    let clock = Arc::new(SystemClock::new());
    let (_simulated, devices, node, person) = blackens(&clock).await;
    node.running.align(&node.cameras).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let tending = tokio::spawn(node.running.clone().tend(node.cameras.clone(), stopping));
    let records = async || {
        let health = node.running.health(node.camera);
        health.last_picture_at.map(|_| ())
    };
    until("it is recorded", records).await;
    let before = clock.now();
    devices.masks(0).unwrap().lock().unwrap().clear();
    until("it was noticed", async || (node.happened("masks_lost").await > 0).then_some(())).await;
    until("it blackens again", async || (node.happened("masks_back").await > 0).then_some(())).await;
    assert_eq!(devices.masks(0).unwrap().lock().unwrap().len(), 1);
    let known = node.known().await;
    assert_eq!((known.masking, &known.masks[..]), (Masking::ByCamera, &[MASK][..]));
    let bare = known.bare.unwrap();
    assert!(bare.from <= before && bare.to.unwrap() > before, "{bare:?}");
    // What it recorded meanwhile nobody sees; what came before and comes after, as ever.
    let unit = Scope::Place(PlaceId::new(before, &SystemEntropy));
    let sees = |from: Timestamp, to: Timestamp| {
        let asked = LookAsked::handed_out(person, unit, LookPurpose::Offence, Span { from, to });
        may_see(&known, &asked, clock.now(), 0, &[])
    };
    let minute = Duration::from_mins(1);
    assert_eq!(sees(before - minute, before + minute), Err(Shut::NotMasked));
    assert_eq!(sees(bare.from - minute, bare.from), Ok(()));
    assert_eq!(sees(bare.to.unwrap(), bare.to.unwrap() + minute), Ok(()));
    stop.send(true).unwrap();
    tending.await.unwrap();
    node.running.stop();
    drop(node.fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_does_not_blacken_again_stays_withheld_and_is_not_recorded() {
    let clock = Arc::new(SystemClock::new());
    let (_simulated, devices, node, _) = blackens(&clock).await;
    // Another device answers at its address now: one that was set back, and knows no masks.
    let address = devices.address();
    drop(devices);
    let stream = Stream { url: node.door.url.clone(), width: 640, height: 360, rate: 15 };
    let forgot = Device {
        masking: camera::onvif::Masking::Ignores,
        ..Device::new("HOME 1", 1, stream.clone(), stream)
    };
    let setup = Setup { listen: address, devices: vec![forgot], found_on: None };
    let _devices = Devices::start(setup, Arc::new(SystemClock::new())).unwrap();
    node.running.align(&node.cameras).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let tending = tokio::spawn(node.running.clone().tend(node.cameras.clone(), stopping));
    until("it was noticed", async || node.known().await.masks_lost_at()).await;
    let known = node.known().await;
    assert!(known.masking == Masking::Withheld && !known.is_recorded(clock.now()), "{known:?}");
    let seen = async || node.running.camera(node.camera).filter(|one| one.masking == Masking::Withheld);
    until("whoever looks is told", seen).await;
    stop.send(true).unwrap();
    tending.await.unwrap();
    assert_eq!((node.happened("masks_lost").await, node.happened("masks_back").await), (1, 0));
    node.running.stop();
}
