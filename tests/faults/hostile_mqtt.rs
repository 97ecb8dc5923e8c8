//! Hostile MQTT: bytes at the decoder, payloads at the profiles, and whole conversations at the running node's door.

use crate::{
    commune::sample,
    http::new_id,
    mqtt::{self, Device, connect, packet, publish, text},
    mutate,
    node::{Node, until},
    scene::{bells_of, buttons_of, seed},
};
use liengia_kernel::{DeviceId, SeededEntropy};
use liengia_signal::mqtt::{
    Kind, Profile, Served, Siren,
    profile::{bridge, read},
    wire::{self, Version},
};
use liengia_sim::device::SimDevice;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// How soon others are served in between.
const SERVED_WITHIN: Duration = Duration::from_secs(10);

/// Conversations as they should be, in both versions.
fn corpus(device: &SimDevice) -> Vec<Vec<u8>> {
    let id = device.id.to_string();
    let topic = |word: &str| format!("lg/{id}/{word}");
    let mut corpus = Vec::new();
    for level in [4, 5] {
        let hello = connect(level, "a", &id, &device.password);
        let mut subscribe = vec![0, 1];
        subscribe.extend((level == 5).then_some(0));
        text(&mut subscribe, topic("#").as_bytes());
        subscribe.push(1);
        let mut with_properties = Vec::new();
        text(&mut with_properties, topic("heartbeat").as_bytes());
        with_properties.extend(b"\x10\x01\x01\x02\0\0\0\x09\x26\0\x01a\0\x01b\x23\0\x01{}");
        corpus.extend([
            hello.clone(),
            [hello.clone(), packet(0x82, &subscribe)].concat(),
            [hello.clone(), publish(level, &topic("heartbeat"), None, b"{\"ringing\":[],\"battery\":9}")]
                .concat(),
            [hello.clone(), publish(level, &topic("state"), Some(7), b"online"), b"\xc0\0\xe0\0".to_vec()]
                .concat(),
            [hello.clone(), b"\x34\x05\0\x01a\0\x09\x62\x02\0\x09\xa2\x05\0\x03\0\x01a".to_vec()].concat(),
            [hello, packet(0x30, &with_properties)].concat(),
        ]);
    }
    // With a last will.
    corpus.push(b"\x10\x1b\0\x04MQTT\x04\x06\0\x3c\0\x01a\0\x03lg/\0\x05ready".to_vec());
    corpus
}

#[test]
fn no_bytes_whatever_break_the_decoder() {
    let chance = seed("hostile wire");
    let device = &buttons_of(sample().teams[0].id)[0];
    let corpus = corpus(device);
    let corpus: Vec<&[u8]> = corpus.iter().map(Vec::as_slice).collect();
    let rounds = mutate::run("MQTT wire", &chance, |chance| {
        let bytes = mutate::bytes(chance, mutate::pick(chance, &corpus), mutate::pick(chance, &corpus));
        let mut rest = bytes.as_slice();
        while let Ok(Some(head)) = wire::head(rest) {
            for version in [Version::V3, Version::V5] {
                let _ = wire::beginning(head, rest);
                if let Ok(Some(frame)) = wire::split(rest) {
                    let _ = (wire::packet(frame, version), wire::connect(frame));
                }
            }
            let Some(next) = rest.get(head.whole()..) else { break };
            rest = next;
        }
        let topic = String::from_utf8_lossy(&bytes);
        let _ = (wire::name_is_valid(&topic), wire::filter_is_valid(&topic), wire::matches(&topic, &topic));
    });
    assert!(rounds > 1_000, "{rounds}");
}

#[test]
fn no_payload_whatever_breaks_a_profile_and_none_silences_a_press() {
    let chance = seed("hostile payloads");
    let payloads: [(&str, &[u8]); 12] = [
        ("press", b"{\"alarm\":\"0190b5f2-7c1e-7a3b-8d4e-5f60718293a4\",\"held_ms\":1500,\"at\":\"2026-08-19T08:01:22+07:00\"}"),
        ("heartbeat", b"{\"ringing\":[{\"alarm\":\"0190b5f2-7c1e-7a3b-8d4e-5f60718293a4\",\"sound\":\"live\"}],\"battery\":87}"),
        ("rang", b"{\"alarm\":\"0190b5f2-7c1e-7a3b-8d4e-5f60718293a4\",\"sound\":\"live\"}"),
        ("cancel", b"{}"),
        ("state", b"online"),
        ("", b"{\"action\":\"single\",\"battery\":97,\"smoke\":true,\"tamper\":false,\"state\":\"ON\",\"alarm\":true}"),
        ("availability", b"{\"state\":\"offline\"}"),
        ("stat/RESULT", b"{\"Button1\":{\"Action\":\"SINGLE\"}}"),
        ("tele/SENSOR", b"{\"Time\":\"2026-08-19T08:01:22\",\"Switch1\":\"ON\"}"),
        ("stat/POWER", b"ON"),
        ("binary_sensor/smoke/state", b"ON"),
        ("sensor/battery/state", b"87.5"),
    ];
    let profiles = [
        Profile::Liengia,
        Profile::Tasmota,
        Profile::EspHome,
        Profile::Zigbee2Mqtt { siren: Siren::Warning },
        Profile::Zigbee2Mqtt { siren: Siren::Alarm },
    ];
    let rounds = mutate::run("payloads", &chance, |chance| {
        let (below, payload) = payloads[mutate::below(chance, payloads.len())];
        let other = payloads[mutate::below(chance, payloads.len())].1;
        let wrong = mutate::bytes(chance, payload, other);
        let topic = mutate::bytes(chance, below.as_bytes(), b"stat/RESULT");
        let topic = String::from_utf8_lossy(&topic);
        for profile in profiles {
            for kind in [Kind::Bell, Kind::Button, Kind::Detector, Kind::Combined] {
                let served = served(profile, kind);
                let _ = (read(&served, below, &wrong), read(&served, &topic, &wrong));
                if below == "press" && !profile.is_bridged() {
                    let words = read(&served, below, &wrong);
                    assert!(!words.said.is_empty(), "a press whose payload cannot be read is still a press");
                }
            }
        }
        let _ = bridge(&topic, &wrong);
    });
    assert!(rounds > 500, "{rounds}");
}

fn served(profile: Profile, kind: Kind) -> Served {
    let device = DeviceId::from_bytes([7; 16]);
    Served { device, kind, profile, name: None }
}

#[test]
fn a_node_that_is_told_nonsense_by_strangers_and_by_its_own_devices_serves_the_others() {
    let chance = seed("hostile MQTT");
    let mut node = Node::new("hostile-mqtt");
    node.start();
    let hostile = &buttons_of(sample().teams[2].id)[0];
    let corpus = corpus(hostile);
    let corpus: Vec<&[u8]> = corpus.iter().map(Vec::as_slice).collect();
    mutate::run("MQTT conversations", &chance, |chance| converse(chance, &node, &corpus));
    let team = sample().teams[8].id;
    let devices = [&bells_of(team)[0], &buttons_of(team)[0]];
    let [mut bell, mut button] = devices
        .map(|device| until("a device gets in", SERVED_WITHIN, || Device::connect(node.mqtt, device).ok()));
    let press = new_id();
    button.press(&press).unwrap();
    assert_eq!(bell.rings(SERVED_WITHIN).as_deref(), Some(press.as_str()));
    assert!(button.recorded(&press, SERVED_WITHIN));
    let refused = ["malformed", "oversized", "refused_credentials", "refused_other", "publish_denied"];
    let counts = refused.map(|name| (name, node.metric(&format!("mqtt_{name}_total"))));
    assert!(counts[0].1 > 0, "{counts:?}");
    println!("hostile MQTT: {counts:?}");
    node.stop();
    node.verifies();
    let log = node.logged();
    assert!(!log.contains("panicked"), "{log}");
}

/// Some conversation, wrong somewhere, in one piece or in two.
fn converse(chance: &SeededEntropy, node: &Node, corpus: &[&[u8]]) {
    let from = mutate::pick(chance, corpus);
    // Half of them get past the first packet, as a device that has gone mad would.
    let kept = if chance.below(2) == 0 { first_packet(from) } else { 0 };
    let wrong = mutate::bytes(chance, &from[kept..], mutate::pick(chance, corpus));
    let bytes = [&from[..kept], &wrong].concat();
    let (one, two) = bytes.split_at(mutate::below(chance, bytes.len() + 1));
    let Ok(mut stream) = TcpStream::connect(node.mqtt) else { return };
    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    for part in [one, two] {
        // The node may cut it off at any moment.
        let _ = stream.write_all(part);
    }
    let _ = stream.read(&mut [0; 64]);
}

fn first_packet(bytes: &[u8]) -> usize {
    mqtt::split(bytes).map_or(0, |(_, _, whole)| whole)
}
