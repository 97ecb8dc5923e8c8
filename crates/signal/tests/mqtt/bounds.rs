//! Floods, silence and greed: each costs only who does it.

use crate::{
    peers::publish,
    raw::{self, Raw},
    support::{Node, Paired, an_alarm},
};
use liengia_signal::mqtt::{Command, Heard, Kind, Limits, Pass, Profile, Served, Siren, Sound};
use std::time::{Duration, Instant};

#[expect(clippy::disallowed_methods, reason = "a test measures with the machine's own clock")]
fn clock() -> Instant {
    Instant::now()
}

async fn press(node: &mut Node, button: &Paired) {
    assert!(publish(node, button, &button.topic("press"), &["-q", "1", "-n"]).await.fine);
    node.until(Heard::is_urgent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_limits_its_own_device_and_not_its_first_press() {
    let mut node = Node::start();
    let (loud, calm) = (node.pair(Kind::Button, Profile::Liengia), node.pair(Kind::Button, Profile::Liengia));
    let mut raw = Raw::connected(&node, &loud, 4).await;
    let mut flood = Vec::new();
    for _ in 0..20_000 {
        flood.extend(raw::publish(4, &loud.topic("heartbeat"), 0, 0, br#"{"battery":50}"#));
    }
    flood.extend(raw::publish(4, &loud.topic("press"), 1, 7, b""));
    let sending = tokio::spawn(async move {
        raw.send(&flood).await;
        raw.packet().await
    });
    node.counted("the flood", |counts| counts.limited > 100).await;
    let before = clock();
    press(&mut node, &calm).await;
    assert!(before.elapsed() < Duration::from_secs(5), "the other is not held up");
    assert_eq!(node.until(Heard::is_urgent).await.device, loud.id, "the loud one's press came through");
    assert_eq!(sending.await.unwrap().unwrap(), [0x40, 2, 0, 7]);
    let counts = node.counts();
    assert!(counts.limited > 19_000 && counts.urgent == 2, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_presses_rings_once_and_holds_nobody_up() {
    let mut node = Node::start();
    let (loud, calm) = (node.pair(Kind::Button, Profile::Liengia), node.pair(Kind::Button, Profile::Liengia));
    let mut raw = Raw::connected(&node, &loud, 4).await;
    for identifier in 1..=200 {
        let payload = format!(r#"{{"alarm":"{}"}}"#, an_alarm());
        raw.send(&raw::publish(4, &loud.topic("press"), 1, identifier, payload.as_bytes())).await;
    }
    for identifier in 1..=200_u16 {
        let [high, low] = identifier.to_be_bytes();
        assert_eq!(raw.packet().await.unwrap(), [0x40, 2, high, low], "each is acknowledged, dropped or not");
    }
    press(&mut node, &calm).await;
    let counts = node.counts();
    assert!(counts.limited_presses >= 180 && counts.urgent >= 9, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_anew_has_no_more_room_for_that() {
    // So slow that nothing comes back while the test runs.
    let hour = Duration::from_hours(1);
    let limits = Limits { press_every: hour, every: hour, burst: 5, ..Limits::default() };
    let mut node = Node::with(limits);
    let loud = node.pair(Kind::Button, Profile::Liengia);
    for _ in 0..20 {
        let mut raw = Raw::connected(&node, &loud, 4).await;
        let payload = format!(r#"{{"alarm":"{}"}}"#, an_alarm());
        raw.send(&raw::publish(4, &loud.topic("press"), 1, 7, payload.as_bytes())).await;
        assert_eq!(raw.packet().await.unwrap(), [0x40, 2, 0, 7]);
        drop(raw);
        node.has_connections(0).await;
    }
    let counts = node.counts();
    assert_eq!((counts.urgent, counts.limited_presses), (8, 12), "{counts:?}");
    assert!(counts.limited > 0, "nor is it told without end that it came: {counts:?}");
    let calm = node.pair(Kind::Button, Profile::Liengia);
    press(&mut node, &calm).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_make_room_for_those_that_speak() {
    let limits = Limits { strangers: 50, grace: Duration::from_millis(20), ..Limits::default() };
    let mut node = Node::with(limits);
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut silent = Vec::new();
    for number in 0..500_u16 {
        let mut raw = Raw::silent(&node).await;
        if number % 2 == 0 {
            raw.send(b"\x10\x20\0").await;
        }
        silent.push(raw);
    }
    press(&mut node, &button).await;
    assert!(node.broker.presence().strangers <= 50);
    assert!(node.counts().silent_evicted >= 400, "{:?}", node.counts());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_holds_a_quarter_of_the_places_of_strangers() {
    let node = Node::with(Limits { strangers: 40, grace: Duration::ZERO, ..Limits::default() });
    let mut silent = Vec::new();
    for _ in 0..30 {
        silent.push(Raw::silent(&node).await);
    }
    node.counted("those beyond a quarter", |counts| counts.silent_evicted == 20).await;
    assert_eq!(node.broker.presence().strangers, 10);
    assert_eq!(silent[0].end().await, Vec::<Vec<u8>>::new(), "the oldest went");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_say_who_it_is_in_time_is_closed() {
    let node = Node::with(Limits { introduction: Duration::from_millis(50), ..Limits::default() });
    let mut silent = Raw::silent(&node).await;
    assert_eq!(silent.end().await, Vec::<Vec<u8>>::new());
    let mut slow = Raw::silent(&node).await;
    slow.send(b"\x10\x20\0\x04MQ").await;
    assert_eq!(slow.end().await, Vec::<Vec<u8>>::new());
    assert_eq!(node.counts().silent_timed_out, 2);
    node.has_connections(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_allowed_are_closed_at_once() {
    let node = Node::with(Limits { connections: 3, ..Limits::default() });
    let bells: Vec<_> = (0..3).map(|_| node.pair(Kind::Bell, Profile::Liengia)).collect();
    let mut inside = Vec::new();
    for bell in &bells {
        inside.push(Raw::connected(&node, bell, 4).await);
    }
    let mut fourth = Raw::silent(&node).await;
    assert_eq!(fourth.end().await, Vec::<Vec<u8>>::new());
    inside.pop();
    node.has_connections(2).await;
    Raw::connected(&node, &bells[2], 4).await;
    assert_eq!(node.counts().refused_full, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_too_many_connections_loses_one_that_listens_to_nothing() {
    let node = Node::with(Limits { per_client: 2, ..Limits::default() });
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let mut connections = Vec::new();
    for name in ["one", "two", "three"] {
        let mut raw = Raw::silent(&node).await;
        raw.send(&raw::connect(5, name, Some(&bell), 60)).await;
        assert_eq!(raw.packet().await.unwrap()[3], 0);
        if name == "one" {
            raw.send(&raw::subscribe(5, 1, &[&bell.topic("ring")])).await;
            raw.packet().await.unwrap();
        }
        connections.push(raw);
    }
    assert_eq!(connections[1].end().await, [vec![0xE0, 2, 0x8E, 0]]);
    connections[0].send(&[0xC0, 0]).await;
    assert_eq!(connections[0].packet().await.unwrap(), [0xD0, 0], "the one that listens stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_quiet_is_missed_after_one_and_a_half_keep_alives() {
    let limits = Limits { shortest_keep_alive: 1, ..Limits::default() };
    let mut node = Node::with(limits);
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let mut raw = Raw::silent(&node).await;
    raw.send(&raw::connect(5, "bell", Some(&bell), 1)).await;
    raw.packet().await.unwrap();
    assert_eq!(raw.end().await, [vec![0xE0, 2, 0x8D, 0]]);
    let left = node.until(|heard| matches!(heard, Heard::Left { .. })).await;
    assert_eq!(left.heard, Heard::Left { cleanly: false });
    assert_eq!(node.counts().keep_alive_lost, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bell_that_acknowledges_nothing_gets_a_bounded_number_of_commands() {
    let node = Node::with(Limits { unacknowledged: 4, waiting: 3, ..Limits::default() });
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let mut raw = Raw::connected(&node, &bell, 4).await;
    raw.send(&raw::subscribe(4, 1, &[&bell.topic("quiet")])).await;
    raw.packet().await.unwrap();
    let quiet: Vec<_> = (0..10).map(|_| Command::Quiet { alarm: an_alarm() }).collect();
    let told: Vec<_> = quiet.iter().map(|command| node.broker.tell(bell.id, command).sent).collect();
    assert_eq!(
        told,
        [1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
        "four sent, three waiting, then the oldest waiting gives way"
    );
    for _ in 0..4 {
        let packet = raw.packet().await.unwrap();
        let topic = usize::from(packet[3]);
        raw.send(&[0x40, 2, packet[4 + topic], packet[5 + topic]]).await;
    }
    let Command::Quiet { alarm } = quiet[7] else { panic!("quiet") };
    let next = String::from_utf8_lossy(&raw.packet().await.unwrap()).into_owned();
    assert!(next.contains(&alarm.to_string()), "the newest three waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bell_that_reads_nothing_is_cut_off_and_nobody_waits_for_it() {
    let limits = Limits { stuck: Duration::from_secs(1), unacknowledged: u16::MAX, ..Limits::default() };
    let node = Node::with(limits);
    let (stuck, calm) = (node.pair(Kind::Bell, Profile::Liengia), node.pair(Kind::Bell, Profile::Liengia));
    let mut both = Vec::new();
    for bell in [&stuck, &calm] {
        let mut raw = Raw::connected(&node, bell, 4).await;
        raw.send(&raw::subscribe(4, 1, &[&bell.topic("#")])).await;
        raw.packet().await.unwrap();
        both.push(raw);
    }
    let quiet = Command::Quiet { alarm: an_alarm() };
    let mut full = 0;
    for _ in 0..60_000 {
        full += node.broker.tell(stuck.id, &quiet).full;
        if full > 0 {
            break;
        }
    }
    assert!(full > 0, "what it does not take in is bounded");
    let ring =
        Command::Ring { alarm: an_alarm(), sound: Sound::Live, lasts: Duration::from_secs(9), origin: None };
    assert_eq!(node.broker.tell(calm.id, &ring).sent, 1);
    both[1].packet().await.unwrap();
    node.counted("the stuck bell", |counts| counts.stuck == 1).await;
    node.has_connections(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_bounded() {
    let node = Node::with(Limits { subscriptions: 2, ..Limits::default() });
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let mut raw = Raw::connected(&node, &bell, 5).await;
    let topics = ["ring", "quiet", "drill", "ring"].map(|word| bell.topic(word));
    let topics: Vec<_> = topics.iter().map(String::as_str).collect();
    raw.send(&raw::subscribe(5, 1, &topics)).await;
    assert_eq!(&raw.packet().await.unwrap()[5..], [1, 1, 0x97, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_may_talk_at_length_about_itself() {
    let mut node = Node::start();
    let smoke = node.pair(Kind::Detector, Profile::Liengia).id;
    let profile = Profile::Zigbee2Mqtt { siren: Siren::Warning };
    let client = node.pair(Kind::Detector, Profile::Liengia).id;
    let devices = vec![Served { device: smoke, kind: Kind::Detector, profile, name: None }];
    let bridge = node.pair_as(Pass { client, devices });
    let mut raw = Raw::connected(&node, &bridge, 4).await;
    let long = vec![b'x'; 300_000];
    let mut bytes = raw::publish(4, &bridge.topic("bridge/devices"), 1, 5, &long);
    bytes.extend(raw::publish(4, &bridge.topic("bridge/info"), 0, 0, &long));
    bytes.extend(raw::publish(4, &bridge.topic(&smoke.to_string()), 1, 6, br#"{"smoke":true}"#));
    raw.send(&bytes).await;
    assert_eq!(raw.packet().await.unwrap(), [0x40, 2, 0, 5]);
    assert_eq!(raw.packet().await.unwrap(), [0x40, 2, 0, 6]);
    assert_eq!(node.until(Heard::is_urgent).await.device, smoke);
    assert_eq!((node.counts().skipped, node.counts().oversized), (2, 0));
}
