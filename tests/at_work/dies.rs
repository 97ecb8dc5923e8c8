//! A camera that is dead for an hour is somebody's task until it lives again.

use crate::node::{context, node, until};
use liengia_kernel::{Clock, PersonId, SimulatedClock, SystemClock, SystemEntropy, Timestamp};
use liengia_sim::camera::{Camera, Cameras as Simulated, Setup};
use liengia_watch::{acts::WatchActError, event::Owner, rules::WatchError};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};

fn simulated(listen: SocketAddr) -> Simulated {
    let setup = Setup { listen, cameras: vec![Camera::new("GATE 1", 1)], user: None, utc_offset: 7 };
    Simulated::start(setup, Arc::new(SystemClock::new())).unwrap()
}

/// An address at which nothing answers.
fn nothing() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_dead_for_an_hour_is_taken_by_somebody_and_is_forgotten_once_it_lives() {
    let clock = Arc::new(SimulatedClock::new(Timestamp::from_seconds(1_800_000_000)));
    let address = nothing();
    let node = node(clock.clone(), &format!("rtsp://{address}/cam1"), "", Owner::Public, true).await;
    let (running, cameras, camera) = (&node.running, &node.cameras, node.camera);
    running.align(cameras).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let tending = tokio::spawn(running.clone().tend(cameras.clone(), stopping));
    let person = PersonId::new(clock.now(), &SystemEntropy);
    let takes = async |until: Timestamp| {
        let taken = cameras.take_repair(&context(clock.now()), camera, person, until).await?;
        cameras.journal.commit(taken).await?;
        Ok::<_, WatchActError>(())
    };
    let in_a_week = clock.now() + Duration::from_hours(7 * 24);
    let early = takes(in_a_week).await;
    assert!(matches!(early, Err(WatchActError::Refused(WatchError::NotAtThisStage))), "{early:?}");
    // The node looks every five seconds of its own: these are waited for, the hour is not.
    let looked = async || sleep(Duration::from_secs(7)).await;
    // The recorder finds that nobody answers.
    clock.advance(Duration::from_secs(1));
    let silent_from = clock.now();
    looked().await;
    clock.advance(Duration::from_mins(59));
    looked().await;
    assert_eq!(node.known().await.died_at, None, "less than an hour of silence is nobody's task");
    clock.advance(Duration::from_mins(1));
    let since = until("it died", async || node.known().await.died_at).await;
    assert_eq!(since, silent_from, "since it fell silent, not since that was seen");
    assert_eq!((node.happened("camera_died").await, node.known().await.repair), (1, None));
    let past = takes(clock.now()).await;
    assert!(matches!(past, Err(WatchActError::Refused(WatchError::BadSpan))), "{past:?}");
    let week = clock.now() + Duration::from_hours(7 * 24);
    takes(week).await.unwrap();
    assert_eq!(node.known().await.repair, Some((person, week)));
    // It answers again, and is called again after a while.
    let _simulated = simulated(address);
    clock.advance(Duration::from_mins(5));
    let lives = async || {
        clock.advance(Duration::from_millis(100));
        node.known().await.died_at.is_none().then_some(())
    };
    until("it lives", lives).await;
    assert_eq!((node.happened("camera_lives").await, node.known().await.repair), (1, None));
    assert_eq!(node.happened("camera_died").await, 1, "once, however long it lasted");
    stop.send(true).unwrap();
    tending.await.unwrap();
    running.stop();
    drop(node.fresh);
}
