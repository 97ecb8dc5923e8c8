//! Cameras that are turned by whoever watches them.

use crate::node::{Node, device, node, until};
use liengia_kernel::{Clock as _, SimulatedClock, Timestamp};
use liengia_sim::camera::{self, onvif::Devices};
use liengia_watch::{
    event::Owner,
    onvif::Speed,
    running::{NoTurn, Way},
};
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Waits until a camera that turns does so no more; where it looks then.
async fn stands(devices: &Devices) -> camera::onvif::Position {
    until("it stands", async || {
        let before = devices.position(0).unwrap();
        // Long enough for a camera that turns to be elsewhere.
        sleep(Duration::from_millis(300)).await;
        (devices.position(0).unwrap() == before).then_some(before)
    })
    .await
}

async fn turns(devices: &Devices, from: f64) {
    until("it turns", async || (devices.position(0).unwrap().pan > from + 0.01).then_some(())).await;
}

const RIGHT: Way = Way::Speed(Speed { pan: 0.1, tilt: 0.0, zoom: 0.0 });
const STOP: Way = Way::Speed(Speed { pan: 0.0, tilt: 0.0, zoom: 0.0 });

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_turns_while_it_is_told_and_seen_and_goes_home_when_nobody_tells_it_anything() {
    let devices = device("rtsp://127.0.0.1:9/cam1", camera::Masks::default());
    let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(1_800_000_000)));
    let node: Node =
        node(clock.clone(), "rtsp://127.0.0.1:9/cam1", &devices.url(0), Owner::Public, false).await;
    let (look, other) = (node.look(clock.now()), node.look(clock.now()));
    let (home, presets) = node.running.turns(node.door.clone()).await.unwrap();
    assert!(home && presets.len() == 2);
    // Let go: it stops.
    let view = node.view(look);
    node.turn(look, RIGHT).await.unwrap();
    turns(&devices, 0.0).await;
    let _other = node.view(other);
    assert_eq!(node.turn(other, RIGHT).await, Err(NoTurn::Busy));
    node.turn(look, STOP).await.unwrap();
    let at = stands(&devices).await;
    assert!(at.pan > 0.0 && at.pan < 1.0, "{at:?}");
    // The view closes while the button is held: it stops.
    node.turn(look, RIGHT).await.unwrap();
    turns(&devices, at.pan).await;
    drop(view);
    let at = stands(&devices).await;
    assert!(at.pan < 1.0);
    // Nothing is said any more: it stops, and others may turn it.
    let _view = node.view(look);
    node.turn(look, RIGHT).await.unwrap();
    turns(&devices, at.pan).await;
    clock.advance(Duration::from_secs(5));
    let at = stands(&devices).await;
    assert!(at.pan < 1.0);
    node.turn(other, Way::Preset(presets[0].token.clone())).await.unwrap();
    assert_eq!(devices.position(0).unwrap().pan.to_string(), "0.5");
    // A minute later it is home.
    clock.advance(Duration::from_secs(59));
    assert_eq!(stands(&devices).await.pan.to_string(), "0.5");
    clock.advance(Duration::from_secs(1));
    let is_home = async || (devices.position(0).unwrap() == camera::onvif::Position::default()).then_some(());
    until("it is home", is_home).await;
    // And turns again for whoever comes then.
    node.turn(look, RIGHT).await.unwrap();
    turns(&devices, 0.0).await;
    node.turn(look, Way::Home).await.unwrap();
    until("it is home", is_home).await;
    node.running.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_cannot_turn_says_so() {
    let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(1_800_000_000)));
    let node =
        node(clock.clone(), "rtsp://127.0.0.1:9/cam1", "http://127.0.0.1:9/", Owner::Public, false).await;
    let look = node.look(clock.now());
    let _view = node.view(look);
    assert!(matches!(node.turn(look, RIGHT).await, Err(NoTurn::Flaw(_))));
    assert!(matches!(node.turn(look, RIGHT).await, Err(NoTurn::Flaw(_))));
    assert!(node.running.turns(node.door.clone()).await.is_err());
}
