//! One device floods: it is limited, its own first press rings, and nobody else notices.

use crate::{
    commune::sample,
    http::new_id,
    mqtt::{Device, publish},
    node::Node,
    scene::{bells_of, buttons_of, seed},
};
use liengia_kernel::{Clock as _, SystemClock};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Duration,
};

/// The flood goes on for at least this many messages.
const MESSAGES: u64 = 20_000;

/// How soon a bell rings while another device floods.
const RINGS_WITHIN: Duration = Duration::from_secs(5);

/// How many presses of others are made meanwhile.
const OTHERS: usize = 8;

/// One after another: heartbeats, nonsense, presses without an id and with one, each too often.
fn flood(device: &mut Device, over: &AtomicBool, sent: &AtomicU64) {
    let topic = |word: &str| format!("lg/{}/{word}", device.id);
    let plain = [
        publish(4, &topic("heartbeat"), None, b"{\"battery\":50}"),
        publish(4, &topic("state"), None, b"online"),
        publish(4, &topic("rang"), None, &[0xff; 200]),
        publish(4, &topic("press"), None, b""),
    ];
    let press = topic("press");
    for round in 0_u64.. {
        if over.load(Ordering::Relaxed) && sent.load(Ordering::Relaxed) >= MESSAGES {
            return;
        }
        let mut many = plain.concat();
        if round % 8 == 0 {
            let alarm = format!("{{\"alarm\":\"{}\"}}", new_id());
            many.extend(publish(4, &press, None, alarm.as_bytes()));
        }
        // The node may read it as slowly as it likes; cut off, it has been limited enough.
        if device.send(&many).is_err() {
            return;
        }
        sent.fetch_add(4, Ordering::Relaxed);
    }
}

#[test]
fn a_flood_from_one_device_drowns_nobodys_press() {
    seed("flood");
    let mut node = Node::new("flood");
    node.start();
    let teams: Vec<_> = sample().teams.iter().map(|team| team.id).collect();
    let (loud, others) = (teams[0], &teams[10..10 + OTHERS]);
    let mut flooding = Device::connect(node.mqtt, &buttons_of(loud)[0]).unwrap();
    let mut its_bell = Device::connect(node.mqtt, &bells_of(loud)[0]).unwrap();
    let (over, sent, clock) = (AtomicBool::new(false), AtomicU64::new(0), SystemClock::new());
    let (mut slowest, mut last) = (Duration::ZERO, Duration::ZERO);
    thread::scope(|scope| {
        let (over, sent) = (&over, &sent);
        scope.spawn(move || flood(&mut flooding, over, sent));
        assert!(its_bell.rings(RINGS_WITHIN).is_some(), "the first press of the one that floods rings");
        for team in others {
            let mut bell = Device::connect(node.mqtt, &bells_of(*team)[0]).unwrap();
            let mut button = Device::connect(node.mqtt, &buttons_of(*team)[0]).unwrap();
            let (press, pressed) = (new_id(), clock.elapsed());
            button.press(&press).unwrap();
            let rang = bell.hears(RINGS_WITHIN, |message| message.text("alarm") == press);
            assert!(rang.is_some(), "another team's press rings");
            slowest = slowest.max(clock.elapsed().saturating_sub(pressed));
            assert!(button.recorded(&press, RINGS_WITHIN), "and is recorded");
            last = clock.elapsed();
        }
        over.store(true, Ordering::Relaxed);
    });
    let (dropped, presses) = (node.metric("mqtt_limited_total"), node.metric("mqtt_limited_presses_total"));
    println!(
        "flood: {} messages in {:.1} s, {dropped} messages and {presses} presses of it limited; \
         slowest ring of {OTHERS} others {slowest:?}",
        sent.load(Ordering::Relaxed),
        last.as_secs_f64()
    );
    assert!(dropped > 0, "the one that floods is limited");
    node.stop();
    node.verifies();
}
