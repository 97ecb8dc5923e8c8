//! The load tool measures a broker, and does not hide what is lost.

use crate::broker::{Door, LONG, Mosquitto};
use liengia_sim::{
    Version,
    load::{BareFanOut, Clients, LoadError, Options, TEAM},
};
use std::time::Duration;

const GAP: Duration = Duration::from_millis(2);
const FIVE: Duration = Duration::from_secs(5);

#[test]
fn every_press_reaches_all_twelve_in_both_versions() {
    for version in [Version::V3, Version::V5] {
        let broker = Mosquitto::open();
        let options = Options { version, ..Options::default() };
        let clients = Clients::start(&broker.plain(), BareFanOut { clients: 20 * TEAM }, options).unwrap();
        clients.connected(LONG).unwrap();
        let measured = clients.one_by_one(50, GAP, FIVE).unwrap();
        assert_eq!(
            (measured.presses, measured.rings.count(), measured.lost, measured.repeated),
            (50, 50, 0, 0)
        );
        assert!(measured.rings.p50() > Duration::ZERO && measured.rings.p50() <= measured.rings.max());
        assert_eq!((measured.recorded.count(), measured.unrecorded), (0, 0), "a bare broker records nothing");
    }
}

#[test]
fn all_teams_press_within_a_span() {
    let broker = Mosquitto::open();
    let options = Options { heartbeats_per_second: 2_000, ..Options::default() };
    let clients = Clients::start(&broker.plain(), BareFanOut { clients: 20 * TEAM }, options).unwrap();
    clients.connected(LONG).unwrap();
    let storm = clients.storm(20, Duration::from_millis(100), FIVE).unwrap();
    assert_eq!((storm.rings.count(), storm.lost), (20, 0));
    assert!(clients.wait_until(LONG, |counts| counts.heartbeats > 100).is_ok());
    clients.stop().unwrap();
}

#[test]
fn rings_of_a_dead_broker_are_lost_and_its_return_is_timed() {
    let mut broker = Mosquitto::open();
    let clients =
        Clients::start(&broker.plain(), BareFanOut { clients: 5 * TEAM }, Options::default()).unwrap();
    clients.connected(LONG).unwrap();
    broker.kill();
    clients.wait_until(LONG, |counts| counts.subscribed == 0).unwrap();
    let measured = clients.one_by_one(2, GAP, Duration::from_millis(50)).unwrap();
    assert_eq!((measured.rings.count(), measured.lost), (0, 2 * TEAM));
    // A press of an earlier round whose time is over later does not end one of the next.
    let later = clients.one_by_one(1, GAP, Duration::from_millis(400)).unwrap();
    assert!(later.lost == TEAM && later.presses == 1);
    broker.restart();
    let counts = clients.wait_until(LONG, |counts| counts.all_back.is_some()).unwrap();
    let (since_loss, since_first) = counts.all_back.unwrap();
    assert!(since_first <= since_loss && counts.subscribed == 5 * TEAM);
}

#[test]
fn tls_is_measured_too() {
    let broker = Mosquitto::start(Door::Encrypted, &[]);
    let clients =
        Clients::start(&broker.encrypted(), BareFanOut { clients: 4 * TEAM }, Options::default()).unwrap();
    clients.connected(LONG).unwrap();
    let measured = clients.one_by_one(20, GAP, FIVE).unwrap();
    assert_eq!((measured.rings.count(), measured.lost), (20, 0));
}

#[test]
fn a_broker_that_is_not_there_is_told_in_words() {
    let mut broker = Mosquitto::open();
    broker.kill();
    let clients = Clients::start(&broker.plain(), BareFanOut { clients: TEAM }, Options::default()).unwrap();
    let told = clients.connected(Duration::from_millis(200)).unwrap_err();
    assert!(matches!(told, LoadError::TooLong { .. }) && told.to_string().contains("0 of 12"), "{told}");
}
