//! Each make of device with the payloads that it really sends, and with what strangers might send instead.

mod esphome;
mod guide;
mod own;
mod tasmota;
mod zigbee;

use super::*;
use crate::mqtt::message::{Cause, Outcome, Sound};
use liengia_kernel::{SeededEntropy, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

const ZIGBEE: Profile = Profile::Zigbee2Mqtt { siren: Siren::Warning };
const PROFILES: [Profile; 6] = [
    Profile::Liengia,
    ZIGBEE,
    Profile::Zigbee2Mqtt { siren: Siren::Alarm },
    Profile::Zigbee2Mqtt { siren: Siren::Switch },
    Profile::Tasmota,
    Profile::EspHome,
];
const KINDS: [Kind; 4] = [Kind::Bell, Kind::Button, Kind::Detector, Kind::Combined];

fn device(seed: u64) -> DeviceId {
    DeviceId::new(Timestamp::from_seconds(1), &SeededEntropy::new(seed))
}

fn alarm() -> AlarmId {
    AlarmId::new(Timestamp::from_seconds(1), &SeededEntropy::new(9))
}

fn served(profile: Profile, kind: Kind) -> Served {
    Served { device: device(1), kind, profile, name: None }
}

fn heard(profile: Profile, kind: Kind, below: &str, payload: &str) -> Vec<Said> {
    let words = read(&served(profile, kind), below, payload.as_bytes());
    assert_eq!(words.flaw, None, "{below} {payload}");
    words.said
}

fn press(cause: Cause) -> Said {
    Said::Press(Press::plain(cause))
}

fn pressed(said: &[Said]) -> bool {
    said.iter().any(|one| matches!(one, Said::Press(_)))
}

fn beat(said: &[Said]) -> &Heartbeat {
    said.iter()
        .find_map(|one| match one {
            Said::Alive(beat) => Some(beat),
            _ => None,
        })
        .expect("a sign of life")
}

fn told(profile: Profile, kind: Kind, command: &Command) -> Option<(String, String)> {
    let bridge = device(2);
    let letter = Writer::new(command).letter(&served(profile, kind), bridge)?;
    let topic = letter
        .place
        .to_string()
        .replace(&device(1).to_string(), "DEVICE")
        .replace(&bridge.to_string(), "BRIDGE");
    Some((topic, String::from_utf8(letter.payload.to_vec()).expect("text")))
}

fn ring(sound: Sound, seconds: u64) -> Command {
    Command::Ring { alarm: alarm(), sound, lasts: Duration::from_secs(seconds), origin: None }
}

#[test]
fn a_drill_never_sounds_where_there_is_only_one_sound() {
    for profile in PROFILES.into_iter().filter(|profile| *profile != Profile::Liengia) {
        assert_eq!(told(profile, Kind::Bell, &ring(Sound::Drill, 300)), None, "{profile:?}");
    }
    assert_eq!(told(Profile::Liengia, Kind::Bell, &ring(Sound::Drill, 300)).unwrap().0, "lg/DEVICE/drill");
}

#[test]
fn a_button_is_never_told_to_ring() {
    for profile in PROFILES.into_iter().filter(|profile| *profile != Profile::Liengia) {
        assert_eq!(told(profile, Kind::Button, &ring(Sound::Live, 300)), None, "{profile:?}");
    }
}

#[test]
fn a_device_of_another_make_may_use_our_words_as_well() {
    let id = alarm();
    let payload = format!(r#"{{"alarm":"{id}"}}"#);
    for profile in [Profile::Tasmota, Profile::EspHome] {
        let wanted = Press { alarm: Some(id), ..Press::plain(Cause::Button) };
        assert_eq!(heard(profile, Kind::Button, "press", &payload), [Said::Press(wanted)]);
    }
    assert_eq!(
        heard(ZIGBEE, Kind::Button, "press", &payload),
        [],
        "behind a bridge it would be the bridge's word"
    );
}

#[test]
fn profiles_are_found_by_name() {
    for name in ["liengia", "zigbee2mqtt", "tasmota", "esphome"] {
        assert_eq!(Profile::from_name(name).map(Profile::name), Some(name));
    }
    assert_eq!(Profile::from_name("guess"), None);
}

#[test]
fn hostile_payloads_are_named_and_never_worse() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = "{\"a\":".repeat(5_000);
    let huge = r#"{"battery":1e999,"held_ms":99999999999999999999999999,"ringing":[1e400]}"#.to_owned();
    let long = format!("{{\"x\":\"{}\"}}", "y".repeat(70_000));
    let hostile = [deep, deep_object, huge, long, "\u{0}".repeat(10), "{\"battery\":{}}".to_owned()];
    let topics =
        ["press", "heartbeat", "state", "rang", "cancel", "", "availability", "stat/RESULT", "tele/SENSOR"];
    for profile in PROFILES {
        for below in topics.into_iter().chain([
            "binary_sensor/smoke/state",
            "event/button/state",
            "sensor/battery/state",
        ]) {
            for payload in &hostile {
                let words = read(&served(profile, Kind::Combined), below, payload.as_bytes());
                let press = below == "press" && !profile.is_bridged();
                assert_eq!(pressed(&words.said), press, "{profile:?} {below}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_payload_whatsoever_makes_a_profile_panic(
        payload in proptest::collection::vec(any::<u8>(), 0..300),
        below in "[a-z_/A-Z0-9]{0,40}",
    ) {
        for profile in PROFILES {
            for kind in KINDS {
                let _ = read(&served(profile, kind), &below, &payload);
            }
        }
    }

    #[test]
    fn json_of_any_shape_makes_no_profile_panic(
        key in "(battery|battery_low|tamper|action|smoke|alarm|state|ringing|Button1|Switch1|POWER|cause|held_ms|at|sound|event_type)",
        value in "(null|true|1|-7|3.5|\"ON\"|\"x\"|\\[\\]|\\[1,2\\]|\\{\\}|\\{\"Action\":1\\}|\\{\"Action\":\"ON\"\\})",
    ) {
        let payload = format!("{{\"{key}\":{value}}}");
        for profile in PROFILES {
            for kind in KINDS {
                for below in ["press", "heartbeat", "state", "rang", "cancel", "", "availability", "stat/RESULT", "tele/STATE", "event/button/state"] {
                    let _ = read(&served(profile, kind), below, payload.as_bytes());
                }
            }
        }
    }
}
