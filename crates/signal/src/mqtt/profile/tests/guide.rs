//! What docs/guide/devices.md tells people to set on their devices, read by the very profiles: where either changes alone,
//! this fails.

use super::*;
use crate::mqtt::topic::{device as device_of, down, owner, up};
use std::collections::{BTreeMap, BTreeSet};

const GUIDE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/devices.md"));

/// How long a device may be silent before the desk says so is more than this.
const A_MINUTE: u64 = 60;

/// The part of the guide below this heading.
fn part(heading: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("\n## {heading}\n")).expect("the guide has this part");
    rest.split("\n## ").next().expect("a split has a first piece")
}

/// The blocks of a part that are in this language; those that name none are in "".
fn blocks(part: &'static str, language: &str) -> Vec<&'static str> {
    let inside = part.split("```").skip(1).step_by(2);
    inside.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n')).collect()
}

/// The block that says this.
fn block(part: &'static str, language: &str, says: &str) -> &'static str {
    let found = blocks(part, language).into_iter().find(|block| block.contains(says));
    found.unwrap_or_else(|| panic!("no block of the guide says {says}"))
}

/// What follows this in the guide, up to one of these signs.
fn after<'a>(text: &'a str, says: &str, until: &[char]) -> &'a str {
    let (_, rest) = text.split_once(says).unwrap_or_else(|| panic!("the guide does not say {says}"));
    rest.split(until).next().expect("a split has a first piece")
}

/// The words that stand between backticks.
fn words(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The value of a key, as it stands in a block of YAML.
fn value<'a>(block: &'a str, key: &str) -> &'a str {
    after(block, &format!(" {key}: "), &['\n', '#']).trim()
}

/// As somebody types it whose device is [`device`] 1.
fn typed(text: &str) -> String {
    text.replace("USER", &device(1).to_string())
}

/// What stands below the device's own part of a topic that the guide names.
fn below(topic: &str) -> String {
    let (whose, below) = owner(topic).unwrap_or_else(|| panic!("{topic} is nobody's topic"));
    assert_eq!(whose, device(1), "{topic}");
    below.to_owned()
}

/// The make that people are told to pair with.
fn make(part: &str) -> Profile {
    let name = after(part, "make `", &['`']);
    Profile::from_name(name).unwrap_or_else(|| panic!("there is no make {name}"))
}

#[test]
fn every_make_of_the_guide_is_one_and_there_is_no_other() {
    let named = GUIDE.split("make `").chain(GUIDE.split("make: `")).filter(|rest| !rest.starts_with('#'));
    let named: BTreeSet<&str> = named.filter_map(|rest| rest.split('`').next()).collect();
    assert_eq!(named, BTreeSet::from(PROFILES.map(Profile::name)));
    assert_eq!(make(part("ESPHome")), Profile::EspHome);
    assert_eq!(make(part("Tasmota")), Profile::Tasmota);
    assert_eq!(make(part("Zigbee2MQTT")), ZIGBEE);
}

#[test]
fn every_topic_of_the_guide_is_a_word_of_ours() {
    let named = ["lg/USER/", "lg/$ID/"].map(|own| GUIDE.split(own).skip(1));
    let mut seen = BTreeSet::new();
    for rest in named.into_iter().flatten() {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && !"#.".contains(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        let known = up::ALL.contains(&word) || down::ALL.contains(&word);
        assert!(known || matches!(word, "" | "#" | "..."), "lg/USER/{word} is no topic");
        seen.insert(word);
    }
    for word in [up::PRESS, up::HEARTBEAT, up::RANG, down::RING, down::TEST, down::QUIET] {
        assert!(seen.contains(word), "the guide does not show {word}");
    }
}

/// The components of a block of ESPHome that have a name: what they are, and the name.
fn components(block: &'static str) -> Vec<(&'static str, &'static str)> {
    let (mut component, mut found) = ("", Vec::new());
    for line in block.lines() {
        if let Some(key) = line.strip_suffix(':').filter(|key| !key.starts_with([' ', '#'])) {
            component = key;
        }
        if let Some(name) = line.trim_start_matches([' ', '-']).strip_prefix("name: ") {
            found.push((component, name));
        }
    }
    found.retain(|(component, _)| *component != "esphome");
    found
}

#[test]
fn an_esphome_set_up_by_the_guide_is_a_button_a_detector_and_a_bell() {
    let part = part("ESPHome");
    let prefix = typed(value(block(part, "yaml", "topic_prefix"), "topic_prefix"));
    let update = value(block(part, "yaml", "platform: uptime"), "update_interval");
    assert!(update.trim_end_matches('s').parse::<u64>().expect("seconds") <= A_MINUTE, "{update}");
    let named: Vec<(&str, &str)> = blocks(part, "yaml").into_iter().flat_map(components).collect();
    let (mut causes, mut signal) = (BTreeSet::new(), None);
    for (component, name) in &named {
        let state = below(&format!("{prefix}/{component}/{name}/state"));
        let said = |kind, payload| heard(make(part), kind, &state, payload);
        match *component {
            "sensor" => signal = signal.or(beat(&said(Kind::Bell, "61")).signal_percent),
            "binary_sensor" => {
                for (kind, cause) in [(Kind::Button, Cause::Button), (Kind::Detector, Cause::Detector)] {
                    causes.extend(
                        said(kind, "ON").contains(&press(cause)).then_some((*name, cause == Cause::Button)),
                    );
                }
            }
            "switch" => assert!(said(Kind::Bell, "ON").contains(&Said::Sounding(true)), "{name}"),
            "number" => {
                let (topic, seconds) =
                    told(make(part), Kind::Bell, &ring(Sound::Live, 300)).expect("it rings");
                assert_eq!(topic, format!("lg/DEVICE/number/{name}/command"));
                let most = value(block(part, "yaml", "name: ring"), "max_value");
                assert!(seconds.parse::<u64>().expect("seconds") <= most.parse::<u64>().expect("seconds"));
            }
            other => panic!("no profile reads a {other}"),
        }
    }
    assert_eq!(causes, BTreeSet::from([("button", true), ("smoke", false)]));
    assert_eq!(signal, Some(61), "the signal is on the board");
    let kept: BTreeSet<&str> = words(after(part, "The names ", &['.'])).into_iter().collect();
    let others = named.iter().filter(|(component, _)| *component != "sensor");
    let recognised: BTreeSet<&str> = others.map(|(_, name)| *name).collect();
    assert_eq!(kept, recognised, "the names that are to be kept");

    let beside = |name: &str, component: &str, payload| {
        let state = format!("{component}/{}/state", after(part, name, &['`']));
        beat(&heard(make(part), Kind::Bell, &state, payload)).clone()
    };
    assert_eq!(beside("gauge named `", "sensor", "87").battery_percent, Some(87));
    assert_eq!(beside("switch named `", "binary_sensor", "ON").tamper, Some(true));
}

/// What a line of Tasmota's console sets.
fn settings(backlog: &str) -> BTreeMap<&str, &str> {
    let orders = backlog.trim().strip_prefix("Backlog ").expect("one line").split("; ");
    orders.map(|order| order.split_once(' ').expect("a setting and its value")).collect()
}

#[test]
fn a_tasmota_set_up_by_the_guide_is_heard_and_rings() {
    let part = part("Tasmota");
    let set = settings(block(part, "", "FullTopic"));
    assert!(set["TelePeriod"].parse::<u64>().expect("seconds") <= A_MINUTE, "{set:?}");
    let topic = |prefix: &str, word: &str| {
        let full = set["FullTopic"].replace("%topic%", set["Topic"]).replace("%prefix%", prefix);
        typed(&full) + word
    };
    let said = |kind, topic: &str, payload: &str| heard(make(part), kind, &below(topic), payload);
    let beat_of = said(Kind::Button, &topic("tele", "STATE"), r#"{"Wifi":{"RSSI":44}}"#);
    assert_eq!(beat(&beat_of).signal_percent, Some(44));
    assert_eq!(said(Kind::Bell, &topic("tele", "LWT"), "Offline"), [Said::Gone]);

    let shown = |word: &str| after(part, &format!("`{word} = "), &['`']);
    let pressed = said(Kind::Button, &topic("stat", "RESULT"), shown("RESULT"));
    assert!(pressed.contains(&press(Cause::Button)), "{pressed:?}");
    let sounds = said(Kind::Bell, &topic("stat", "POWER"), shown("POWER"));
    assert!(sounds.contains(&Said::Sounding(true)), "{sounds:?}");

    let rule: Vec<&str> = after(part, "Publish2 ", &['\n']).split(' ').collect();
    assert_eq!(said(Kind::Button, &typed(rule[0]), rule[1]), [press(Cause::Button)]);

    let (told_at, order) = told(make(part), Kind::Bell, &ring(Sound::Live, 300)).expect("it rings");
    assert_eq!(told_at, topic("cmnd", "Backlog0").replace(&device(1).to_string(), "DEVICE"));
    let bell = settings(block(part, "", "PowerOnState"));
    assert!(order.starts_with(&format!("PulseTime1 {};", bell["PulseTime1"])), "{order}, {bell:?}");
}

#[test]
fn a_zigbee2mqtt_set_up_by_the_guide_speaks_for_all_of_its_devices() {
    let part = part("Zigbee2MQTT");
    let bridge_set = block(part, "yaml", "base_topic");
    let base = value(bridge_set, "base_topic");
    assert_eq!(value(bridge_set, "interval"), "1", "its health, in minutes");
    let health = below(&format!("{}/bridge/health", typed(base)));
    assert_eq!(bridge(&health, b"{}"), BridgeWord::Pulse);

    let devices: Vec<&str> = block(part, "yaml", "devices:")
        .split("friendly_name: ")
        .skip(1)
        .filter_map(|rest| rest.lines().next())
        .collect();
    assert_eq!(devices.len(), 3, "a button, a detector and a siren");
    for name in devices {
        assert!(device_of(name).is_some(), "{name} is not a device's id as this program writes it");
        assert_eq!(below(&format!("{}/{name}", typed(base))), name);
    }

    let heard = |kind, payload: &str| heard(make(part), kind, "", payload);
    let actions = words(after(part, "**A button**: any press counts (", &[')']));
    assert!(actions.len() >= 4, "{actions:?}");
    for action in actions {
        assert!(pressed(&heard(Kind::Button, &format!("{{\"action\":\"{action}\"}}"))), "{action}");
    }
    assert!(!pressed(&heard(Kind::Button, r#"{"action":"release"}"#)), "letting go does not");
    let (field, counts) =
        after(part, "**A smoke detector**: `", &['`']).split_once(": ").expect("a field and its value");
    assert!(pressed(&heard(Kind::Detector, &format!("{{\"{field}\":{counts}}}"))), "{field}");

    for (siren, says) in [
        (Siren::Warning, "A certified siren has `"),
        (Siren::Alarm, "named `"),
        (Siren::Switch, "a plug with a siren on it one named `"),
    ] {
        let order = told(Profile::Zigbee2Mqtt { siren }, Kind::Bell, &ring(Sound::Live, 300));
        let (topic, payload) = order.expect("it rings");
        assert_eq!(topic, format!("{}/DEVICE/set", base.replace("USER", "BRIDGE")));
        let payload: serde_json::Value = serde_json::from_str(&payload).expect("JSON");
        let field = after(part, says, &['`']);
        assert!(payload.get(field).is_some(), "{siren:?} is told {payload}, not {field}");
    }
}
