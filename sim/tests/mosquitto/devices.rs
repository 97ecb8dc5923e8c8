//! What a neighbourhood's devices do over the wire, as another program's client hears it.

use crate::broker::{Door, LONG, Mosquitto};
use liengia_kernel::PlaceId;
use liengia_sim::{
    Version,
    device::{Neighbourhood, Setup, SimDevice, Sound, Stats},
    sample::{Condition, DeviceKind, Sample},
};
use std::{collections::BTreeSet, time::Duration};

/// A commune's devices, all of them well.
fn well() -> Vec<SimDevice> {
    let mut devices = SimDevice::of(&Sample::commune(7));
    for device in &mut devices {
        device.condition = Condition::Well { battery: 80 };
    }
    devices
}

/// Some of them, without passwords.
fn few(count: usize) -> Vec<SimDevice> {
    let nameless = |device| SimDevice { password: "".into(), ..device };
    well().into_iter().take(count).map(nameless).collect()
}

fn of_kind(devices: &[SimDevice], kind: DeviceKind) -> &SimDevice {
    devices.iter().find(|device| device.kind == kind).expect("the sample has one")
}

fn start(setup: &Setup) -> Neighbourhood {
    let neighbourhood = Neighbourhood::start(setup).expect("a thread starts");
    neighbourhood.wait_until(LONG, all_there).expect("all connect");
    neighbourhood
}

const fn all_there(stats: &Stats) -> bool {
    stats.connected == stats.expected
}

fn topic(device: &SimDevice, word: &str) -> String {
    format!("lg/{}/{word}", device.id)
}

#[test]
fn a_whole_commune_connects_with_its_own_passwords() {
    let devices = well();
    let user = |device: &SimDevice| (device.id.to_string(), device.password.to_string());
    // mosquitto hashes each password slowly, so a part of the commune does.
    let devices: Vec<SimDevice> = devices.into_iter().take(60).collect();
    let broker = Mosquitto::start(Door::Locked, &devices.iter().skip(1).map(user).collect::<Vec<_>>());
    let hood = Neighbourhood::start(&Setup::new(broker.plain(), devices, 1)).unwrap();
    let stats = hood.wait_until(LONG, |stats| stats.connected == 59 && stats.refused > 0).unwrap();
    assert_eq!((stats.expected, stats.subscriptions_refused), (60, 0));
    hood.stop().unwrap();
}

#[test]
fn nine_hundred_devices_are_there_and_the_ill_ones_are_not() {
    let broker = Mosquitto::open();
    let commune = Sample::commune(7);
    let mut devices = SimDevice::of(&commune);
    for device in &mut devices {
        device.password = "".into();
    }
    let never = devices.iter().filter(|device| device.condition == Condition::NeverSeen).count();
    let silent = devices.iter().filter(|device| device.condition == Condition::Silent).count();
    let total = devices.len();
    let hood = Neighbourhood::start(&Setup::new(broker.plain(), devices, 1)).unwrap();
    let fallen_silent = |stats: &Stats| stats.expected == total - never - silent && all_there(stats);
    let stats = hood.wait_until(LONG, fallen_silent).unwrap();
    assert!(stats.heartbeats >= u64::try_from(total - never).unwrap(), "the silent ones were heard once");
}

#[test]
fn a_bell_answers_a_ring_with_its_alarm_and_stops_when_told() {
    for version in [Version::V3, Version::V5] {
        let broker = Mosquitto::open();
        let devices = few(20);
        let bell = of_kind(&devices, DeviceKind::Bell).clone();
        let mut setup = Setup::new(broker.plain(), devices, 1);
        (setup.version, setup.heartbeat) = (version, Duration::from_secs(1));
        let hood = start(&setup);
        let ear = broker.listen();
        let alarm = "0190b5f2-7c1e-7a3b-8d4e-5f60718293a4";
        broker.say(&topic(&bell, "ring"), &format!(r#"{{"alarm":"{alarm}","sound":"live","ttl":300}}"#));
        ear.word(&topic(&bell, "rang"), alarm);
        ear.word(&topic(&bell, "heartbeat"), alarm);
        let ringing = hood.ringing();
        assert_eq!(
            (ringing.len(), ringing[&bell.id].as_slice()),
            (1, &[(alarm.parse().unwrap(), Sound::Live)][..])
        );
        broker.say(&topic(&bell, "quiet"), &format!(r#"{{"alarm":"{alarm}"}}"#));
        hood.wait_until(LONG, |stats| stats.silences == 1 && stats.ringing == 0).unwrap();
        ear.word(&topic(&bell, "heartbeat"), r#""ringing":[]"#);
        assert!(hood.ringing().is_empty());
    }
}

#[test]
fn a_press_is_repeated_with_one_id_until_it_is_recorded() {
    let broker = Mosquitto::open();
    let devices = few(20);
    let button = of_kind(&devices, DeviceKind::Button).clone();
    let hood = start(&Setup::new(broker.plain(), devices, 1));
    let ear = broker.listen();
    let alarm = hood.press(button.id).unwrap().to_string();
    let first = ear.word(&topic(&button, "press"), &alarm);
    assert!(first.contains(r#""held_ms":0"#), "{first}");
    let again = ear.word(&topic(&button, "press"), &alarm);
    assert!(!again.contains(r#""held_ms":0}"#), "{again}");
    let ack = format!(r#"{{"press":"{alarm}","alarm":"{alarm}","outcome":"raised","recorded":true}}"#);
    broker.say(&topic(&button, "ack"), &ack);
    let stats = hood.wait_until(LONG, |stats| stats.recorded == 1).unwrap();
    assert_eq!((stats.answered, stats.given_up), (1, 0));
}

#[test]
fn a_mere_bell_cannot_be_pressed_and_a_home_without_a_button_neither() {
    let broker = Mosquitto::open();
    let devices = few(6);
    let bells: Vec<SimDevice> =
        devices.into_iter().filter(|device| device.kind == DeviceKind::Bell).collect();
    let (bell, home) = (bells[0].id, bells[0].household);
    let hood = start(&Setup::new(broker.plain(), bells, 1));
    assert_eq!((hood.press(bell), hood.press_at(home)), (None, None));
}

#[test]
fn a_press_made_while_the_broker_is_away_arrives_when_it_is_back() {
    let mut broker = Mosquitto::open();
    let devices = few(12);
    let button = of_kind(&devices, DeviceKind::Button).clone();
    let hood = start(&Setup::new(broker.plain(), devices, 1));
    broker.kill();
    hood.wait_until(LONG, |stats| stats.connected == 0).unwrap();
    let alarm = hood.press(button.id).unwrap().to_string();
    broker.restart();
    let ear = broker.listen();
    ear.word(&topic(&button, "press"), &alarm);
    let stats = hood.wait_until(LONG, all_there).unwrap();
    assert!(stats.connections >= 24 && stats.losses >= 12);
}

#[test]
fn a_broken_link_is_told_by_the_last_will_and_mended() {
    let broker = Mosquitto::open();
    let devices = few(12);
    let bell = of_kind(&devices, DeviceKind::Bell).clone();
    let hood = start(&Setup::new(broker.plain(), devices, 1));
    let ear = broker.listen();
    assert!(hood.cut(bell.id));
    ear.word(&topic(&bell, "state"), "offline");
    ear.word(&topic(&bell, "state"), "online");
    hood.wait_until(LONG, |stats| stats.connections == 13 && all_there(stats)).unwrap();
}

#[test]
fn a_power_cut_takes_one_lane_and_nobody_says_goodbye() {
    let broker = Mosquitto::open();
    let devices = few(120);
    let lanes: BTreeSet<PlaceId> = devices.iter().map(|device| device.lane).collect();
    assert!(lanes.len() > 2);
    let lane = devices[0].lane;
    let dark = devices.iter().filter(|device| device.lane == lane).count();
    let bell =
        devices.iter().find(|device| device.lane == lane && device.kind == DeviceKind::Bell).unwrap().clone();
    let hood = start(&Setup::new(broker.plain(), devices, 1));
    let ear = broker.listen();
    assert!(hood.power_off(lane));
    let stats = hood.wait_until(LONG, |stats| stats.expected == 120 - dark && all_there(stats)).unwrap();
    assert_eq!(stats.losses, 0);
    let alarm = "0190b5f2-7c1e-7a3b-8d4e-5f60718293a4";
    broker.say(&topic(&bell, "ring"), &format!(r#"{{"alarm":"{alarm}","ttl":60}}"#));
    assert!(hood.power_on(lane));
    // The next word of the bell is that it is back: it never said that it rang, nor that it left.
    let own = ["rang", "heartbeat", "state"].map(|word| topic(&bell, word));
    let next = ear.until(|line| own.iter().any(|own| line.starts_with(own)) && !line.ends_with("offline"));
    assert_eq!(next, format!("{} online", topic(&bell, "state")));
    hood.wait_until(LONG, |stats| stats.expected == 120 && all_there(stats)).unwrap();
    assert_eq!(hood.stats().rings, 0);
}

#[test]
fn a_device_falls_ill_and_well_again() {
    let broker = Mosquitto::open();
    let devices = few(12);
    let bell = of_kind(&devices, DeviceKind::Bell).clone();
    let mut setup = Setup::new(broker.plain(), devices, 1);
    setup.heartbeat = Duration::from_secs(1);
    let hood = start(&setup);
    let ear = broker.listen();
    hood.set_condition(bell.id, Condition::LowBattery { battery: 7 });
    ear.word(&topic(&bell, "heartbeat"), r#""battery":7,"#);
    hood.set_condition(bell.id, Condition::Tampered);
    ear.word(&topic(&bell, "heartbeat"), r#""tamper":true"#);
    hood.set_condition(bell.id, Condition::Silent);
    hood.wait_until(LONG, |stats| stats.expected == 11 && all_there(stats)).unwrap();
    hood.set_condition(bell.id, Condition::Well { battery: 90 });
    hood.wait_until(LONG, |stats| stats.expected == 12 && all_there(stats)).unwrap();
}

#[test]
fn the_same_words_go_over_tls() {
    let broker = Mosquitto::start(Door::Encrypted, &[]);
    let devices = few(40);
    let hood = start(&Setup::new(broker.encrypted(), devices, 1));
    assert_eq!((hood.stats().connected, hood.stats().losses), (40, 0));
    hood.stop().unwrap();
}
