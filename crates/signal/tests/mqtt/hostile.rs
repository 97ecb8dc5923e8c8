//! Bytes that no honest client sends. Each costs its sender the connection and nobody else anything.

use crate::{
    peers::publish,
    raw::{self, Raw},
    support::Node,
};
use liengia_kernel::{Entropy, SeededEntropy};
use liengia_signal::mqtt::{Heard, Kind, Limits, Profile};

async fn still_serves(node: &mut Node) {
    let button = node.pair(Kind::Button, Profile::Liengia);
    assert!(publish(node, &button, &button.topic("press"), &["-q", "1", "-n"]).await.fine);
    assert_eq!(node.until(Heard::is_urgent).await.device, button.id);
}

/// The name that the broker gave: property 18 of the answer, with its length.
fn assigned(answer: &[u8]) -> String {
    let at =
        answer.windows(10).position(|bytes| bytes[0] == 0x12 && &bytes[3..] == b"unnamed").expect("a name");
    let length = usize::from(answer[at + 2]);
    String::from_utf8_lossy(&answer[at + 3..at + 3 + length]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_the_broker_gives_is_chance_and_tells_nothing_of_its_memory() {
    let node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..8 {
        let mut raw = Raw::silent(&node).await;
        raw.send(&raw::connect(5, "", Some(&button), 60)).await;
        let name = assigned(&raw.packet().await.expect("an answer"));
        let digits = name.strip_prefix("unnamed-").expect("its beginning");
        assert!(digits.len() == 32 && digits.chars().all(|digit| digit.is_ascii_hexdigit()), "{name}");
        // An address in memory begins with zeros and shares most of its digits with its neighbours.
        names.insert(digits[..12].to_owned());
    }
    assert_eq!(names.len(), 8, "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_mqtt_is_cut_off() {
    let mut node = Node::start();
    let beginnings: [&[u8]; 9] = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03",
        b"\x00\x00\x00\x00\x00\x00",
        b"\xFF\xFF\xFF\xFF\xFF\xFF",
        b"\x10\xFF\xFF\xFF\xFF",
        b"\x30\x05\0\x01t12",
        b"\xC0\x00",
        b"\x10\x04\0\x04MQ",
        b"\x10\x0C\0\x04MQTT\x04\x03\0\x3C\0\0",
    ];
    for bytes in beginnings {
        let mut raw = Raw::silent(&node).await;
        raw.send(bytes).await;
        assert_eq!(raw.end().await, Vec::<Vec<u8>>::new(), "{bytes:?}");
    }
    let mut old = Raw::silent(&node).await;
    old.send(b"\x10\x0E\0\x06MQIsdp\x03\x02\0\x3C\0\0").await;
    assert_eq!(old.end().await, [vec![0x20, 2, 0, 1]], "an older protocol is told");
    still_serves(&mut node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_breaks_the_protocol_is_cut_off_and_told() {
    let mut node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let broken: [(&[u8], u8); 9] = [
        (b"\x36\x05\0\x01t\0\x07", 0x81),
        (b"\x38\x03\0\x01t", 0x81),
        (b"\x30\x03\0\x01#", 0x81),
        (b"\x30\x03\0\x01\xFF", 0x81),
        (b"\x82\x02\0\x01", 0x81),
        (b"\x80\x07\0\x01\0\0\x01a\0", 0x81),
        (b"\xF0\x02\0\0", 0x82),
        (b"\x10\x0C\0\x04MQTT\x05\x02\0\x3C\0\0", 0x82),
        (b"\x30\x07\0\x01t\x03\x23\0\x01", 0x94),
    ];
    for (bytes, why) in broken {
        let mut raw = Raw::connected(&node, &button, 5).await;
        raw.send(bytes).await;
        assert_eq!(raw.end().await, [vec![0xE0, 2, why, 0]], "{bytes:?}");
    }
    let mut older = Raw::connected(&node, &button, 4).await;
    older.send(b"\x36\x05\0\x01t\0\x07").await;
    assert_eq!(older.end().await, Vec::<Vec<u8>>::new(), "3.1.1 has no word for why");
    assert_eq!(node.counts().malformed, 10);
    still_serves(&mut node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_do_no_harm() {
    let mut node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let entropy = SeededEntropy::new(20_260_819);
    for round in 0..300 {
        let mut bytes = vec![0; usize::try_from(entropy.below(200)).unwrap() + 1];
        entropy.fill(&mut bytes);
        let mut raw = match round % 3 {
            0 => Raw::silent(&node).await,
            1 => Raw::connected(&node, &button, 4).await,
            _ => Raw::connected(&node, &button, 5).await,
        };
        raw.send(&bytes).await;
    }
    still_serves(&mut node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_in_single_bytes_is_a_packet() {
    let mut node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut raw = Raw::silent(&node).await;
    let mut bytes = raw::connect(5, "slow", Some(&button), 60);
    bytes.extend(raw::publish(5, &button.topic("press"), 1, 7, b""));
    for byte in bytes {
        raw.send(&[byte]).await;
    }
    assert_eq!(raw.packet().await.unwrap()[0], 0x20);
    assert_eq!(raw.packet().await.unwrap(), [0x40, 2, 0, 7]);
    assert_eq!(node.until(Heard::is_urgent).await.device, button.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_oversized_packet_is_cut_off_before_it_is_there() {
    let mut node = Node::with(Limits { packet: 4096, ..Limits::default() });
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut raw = Raw::connected(&node, &button, 5).await;
    raw.send(b"\x30\x81\x20").await; // 4097 bytes are announced, none is sent.
    assert_eq!(raw.end().await, [vec![0xE0, 2, 0x95, 0]]);
    let mut stranger = Raw::silent(&node).await;
    stranger.send(b"\x10\xFF\xFF\xFF\x7F").await;
    assert_eq!(stranger.end().await, Vec::<Vec<u8>>::new());
    assert_eq!((node.counts().oversized, node.counts().malformed), (1, 1));
    still_serves(&mut node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_at_level_two_that_comes_again_counts_once() {
    let mut node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut raw = Raw::connected(&node, &button, 4).await;
    let mut press = raw::publish(4, &button.topic("press"), 2, 9, b"");
    raw.send(&press).await;
    assert_eq!(raw.packet().await.unwrap(), [0x50, 2, 0, 9]);
    press[0] |= 0x08;
    raw.send(&press).await;
    assert_eq!(raw.packet().await.unwrap(), [0x50, 2, 0, 9]);
    raw.send(b"\x62\x02\0\x09").await;
    assert_eq!(raw.packet().await.unwrap(), [0x70, 2, 0, 9]);
    raw.send(&press).await;
    raw.packet().await.unwrap();
    node.until(Heard::is_urgent).await;
    node.until(Heard::is_urgent).await;
    assert_eq!(node.counts().urgent, 2, "once before it was released, once as a new one");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_half_done_messages_end_the_connection() {
    let node = Node::with(Limits { half_done: 3, ..Limits::default() });
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut raw = Raw::connected(&node, &button, 5).await;
    for identifier in 1..=4 {
        raw.send(&raw::publish(5, &button.topic("heartbeat"), 2, identifier, b"")).await;
    }
    assert_eq!(raw.end().await.last().unwrap(), &[0xE0, 2, 0x93, 0]);
}
