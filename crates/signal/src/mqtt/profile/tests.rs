//! Each make of device with the payloads that it really sends, and with what strangers might send instead.

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
    let topic = letter.topic.replace(&device(1).to_string(), "DEVICE").replace(&bridge.to_string(), "BRIDGE");
    Some((topic, String::from_utf8(letter.payload.to_vec()).expect("text")))
}

fn ring(sound: Sound, seconds: u64) -> Command {
    Command::Ring { alarm: alarm(), sound, lasts: Duration::from_secs(seconds), origin: None }
}

mod own {
    use super::*;

    #[test]
    fn a_press_is_a_press_whatever_stands_in_it() {
        for payload in ["", "1", "ON", "pressed", "{}", "{\"alarm\":null}", "[1]"] {
            assert_eq!(heard(Profile::Liengia, Kind::Button, "press", payload), [press(Cause::Button)]);
        }
        for payload in ["{", "{\"alarm\":5}", "{\"alarm\":\"x\"}", "{\"held_ms\":-1}", "{\"at\":\"noon\"}"] {
            let words = read(&served(Profile::Liengia, Kind::Button), "press", payload.as_bytes());
            assert_eq!(words.said, [press(Cause::Button)], "{payload}");
            assert!(words.flaw.is_some(), "{payload}");
        }
        let words = read(&served(Profile::Liengia, Kind::Button), "press", &[0xFF, 0xFE]);
        assert_eq!((words.said, words.flaw), (vec![press(Cause::Button)], Some(Flaw::NotText)));
    }

    #[test]
    fn a_press_tells_its_id_and_how_long_it_was_held() {
        let id = alarm();
        let payload = format!(
            r#"{{"alarm":"{id}","cause":"detector","held_ms":1500,"at":"2026-08-19T08:01:22+07:00"}}"#
        );
        let wanted = Press {
            alarm: Some(id),
            cause: Cause::Detector,
            held: Some(Duration::from_millis(1500)),
            pressed_at: Some(Timestamp::from_seconds(1_787_101_282)),
        };
        assert_eq!(heard(Profile::Liengia, Kind::Button, "press", &payload), [Said::Press(wanted)]);
        assert_eq!(heard(Profile::Liengia, Kind::Detector, "press", ""), [press(Cause::Detector)]);
    }

    #[test]
    fn a_heartbeat_tells_what_the_bell_rings_for() {
        let id = alarm();
        let payload = format!(
            r#"{{"ringing":[{{"alarm":"{id}","sound":"drill"}},"{id}"],"battery":87.4,"tamper":true}}"#
        );
        let said = heard(Profile::Liengia, Kind::Bell, "heartbeat", &payload);
        let list =
            vec![Ringing { alarm: id, sound: Sound::Drill }, Ringing { alarm: id, sound: Sound::Live }];
        let wanted = Heartbeat { ringing: Some(list), battery_percent: Some(87), tamper: Some(true) };
        assert_eq!(beat(&said), &wanted);
        let again = heard(Profile::Liengia, Kind::Bell, "heartbeat", &wanted.to_payload());
        assert_eq!(beat(&again), &wanted, "what we write reads back");
        assert_eq!(beat(&heard(Profile::Liengia, Kind::Bell, "heartbeat", "")), &Heartbeat::default());
    }

    #[test]
    fn a_heartbeat_that_cannot_be_read_is_still_a_sign_of_life() {
        let id = alarm();
        let too_many = format!(r#"{{"ringing":[{}]}}"#, vec![format!("\"{id}\""); 9].join(","));
        for payload in
            ["{\"battery\":\"full\"}", "{\"battery\":101}", "{\"ringing\":1}", "[]", "x", &too_many]
        {
            let words = read(&served(Profile::Liengia, Kind::Bell), "heartbeat", payload.as_bytes());
            assert_eq!(beat(&words.said), &Heartbeat::default(), "{payload}");
            assert!(words.flaw.is_some(), "{payload}");
        }
    }

    #[test]
    fn a_bell_says_that_it_rings_and_a_home_that_nothing_burns() {
        let id = alarm();
        let rang =
            heard(Profile::Liengia, Kind::Bell, "rang", &format!(r#"{{"alarm":"{id}","sound":"test"}}"#));
        assert_eq!(rang, [Said::Rang(Ringing { alarm: id, sound: Sound::Test })]);
        let cancel = format!(r#"{{"alarm":"{id}"}}"#);
        assert_eq!(heard(Profile::Liengia, Kind::Button, "cancel", &cancel), [Said::Cancel(Some(id))]);
        assert_eq!(heard(Profile::Liengia, Kind::Button, "cancel", ""), [Said::Cancel(None)]);
        assert_eq!(heard(Profile::Liengia, Kind::Bell, "state", "offline"), [Said::Gone]);
        assert_eq!(heard(Profile::Liengia, Kind::Bell, "state", r#"{"state":"offline"}"#), [Said::Gone]);
    }

    #[test]
    fn each_command_goes_on_its_own_topic() {
        let id = alarm();
        let told =
            |command: &Command| told(Profile::Liengia, Kind::Bell, command).expect("a word for everything");
        let fields = |sound: &str, ttl: u32| format!(r#"{{"alarm":"{id}","sound":"{sound}","ttl":{ttl}}}"#);
        assert_eq!(told(&ring(Sound::Live, 300)), ("lg/DEVICE/ring".into(), fields("live", 300)));
        assert_eq!(told(&ring(Sound::OwnHome, 30)), ("lg/DEVICE/ring".into(), fields("own_home", 30)));
        assert_eq!(told(&ring(Sound::Drill, 300)), ("lg/DEVICE/drill".into(), fields("drill", 300)));
        assert_eq!(told(&ring(Sound::Test, 3)), ("lg/DEVICE/test".into(), fields("test", 3)));
        assert_eq!(
            told(&Command::Quiet { alarm: id }),
            ("lg/DEVICE/quiet".into(), format!(r#"{{"alarm":"{id}"}}"#))
        );
        let ack = Command::Ack { press: id, alarm: id, outcome: Outcome::Raised, recorded: true };
        assert_eq!(
            told(&ack),
            (
                "lg/DEVICE/ack".into(),
                format!(r#"{{"alarm":"{id}","outcome":"raised","press":"{id}","recorded":true}}"#)
            )
        );
        let set = Command::Set { heartbeat: Duration::from_secs(60) };
        assert_eq!(told(&set), ("lg/DEVICE/set".into(), r#"{"heartbeat_s":60}"#.into()));
    }
}

mod zigbee {
    use super::*;

    #[test]
    fn a_button_sends_an_action() {
        let said = heard(
            ZIGBEE,
            Kind::Button,
            "",
            r#"{"action":"single","battery":100,"linkquality":134,"voltage":3042}"#,
        );
        assert_eq!(said[0], press(Cause::Button));
        assert_eq!(beat(&said).battery_percent, Some(100));
        for action in ["double", "hold", "long", "emergency", "1_single", "on", "press", "panic"] {
            assert!(
                pressed(&heard(ZIGBEE, Kind::Button, "", &format!(r#"{{"action":"{action}"}}"#))),
                "{action}"
            );
        }
        for action in
            ["", "release", "1_hold_release", "brightness_stop", "disarm", "arm_all_zones", "wakeup"]
        {
            assert!(
                !pressed(&heard(ZIGBEE, Kind::Button, "", &format!(r#"{{"action":"{action}"}}"#))),
                "{action}"
            );
        }
        assert!(!pressed(&heard(ZIGBEE, Kind::Button, "", r#"{"action":null,"battery":78}"#)));
        assert!(!pressed(&heard(ZIGBEE, Kind::Bell, "", r#"{"action":"single"}"#)), "a bell is no button");
    }

    #[test]
    fn a_smoke_detector_sends_smoke() {
        let burning = r#"{"battery":78.43,"battery_low":false,"linkquality":55,"smoke":true,"tamper":false,"test":false}"#;
        let said = heard(ZIGBEE, Kind::Detector, "", burning);
        assert_eq!(said[0], press(Cause::Detector));
        assert_eq!(beat(&said), &Heartbeat { ringing: None, battery_percent: Some(78), tamper: Some(false) });
        assert!(!pressed(&heard(
            ZIGBEE,
            Kind::Detector,
            "",
            &burning.replace("\"smoke\":true", "\"smoke\":false")
        )));
        let low = heard(ZIGBEE, Kind::Detector, "", r#"{"enrolled":true,"smoke":false,"battery_low":true}"#);
        assert_eq!(beat(&low).battery_percent, Some(crate::mqtt::message::LOW_PERCENT));
        let words = read(&served(ZIGBEE, Kind::Detector), "", br#"{"smoke":"maybe"}"#);
        assert_eq!(words.flaw, Some(Flaw::Field("smoke")));
    }

    #[test]
    fn a_siren_is_told_in_its_own_way() {
        let siren = |siren, command: &Command| told(Profile::Zigbee2Mqtt { siren }, Kind::Bell, command);
        let (topic, payload) = siren(Siren::Warning, &ring(Sound::Live, 300)).unwrap();
        assert_eq!(topic, "lg/BRIDGE/DEVICE/set");
        let value: serde_json::Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(
            (&value["warning"]["mode"], &value["warning"]["duration"]),
            (&"emergency".into(), &300.into())
        );
        let quiet = Command::Quiet { alarm: alarm() };
        assert!(siren(Siren::Warning, &quiet).unwrap().1.contains(r#""mode":"stop""#));
        assert_eq!(
            siren(Siren::Alarm, &ring(Sound::Live, 300)).unwrap().1,
            r#"{"alarm":true,"duration":300}"#
        );
        assert_eq!(siren(Siren::Alarm, &quiet).unwrap().1, r#"{"alarm":false}"#);
        assert_eq!(siren(Siren::Switch, &ring(Sound::Test, 3)).unwrap().1, r#"{"on_time":3,"state":"ON"}"#);
        assert_eq!(siren(Siren::Switch, &quiet).unwrap().1, r#"{"state":"OFF"}"#);
    }

    #[test]
    fn a_siren_that_tells_is_heard() {
        let alarm = Profile::Zigbee2Mqtt { siren: Siren::Alarm };
        let state = r#"{"alarm":true,"battery_low":false,"melody":5,"duration":300,"volume":"high"}"#;
        assert!(heard(alarm, Kind::Bell, "", state).contains(&Said::Sounding(true)));
        let switch = Profile::Zigbee2Mqtt { siren: Siren::Switch };
        assert!(
            heard(switch, Kind::Bell, "", r#"{"state":"OFF","power":0}"#).contains(&Said::Sounding(false))
        );
    }

    #[test]
    fn availability_and_the_bridge_are_understood_in_both_spellings() {
        for (payload, gone) in [("online", false), ("offline", true)] {
            for payload in [payload.to_owned(), format!(r#"{{"state":"{payload}"}}"#)] {
                let said = heard(ZIGBEE, Kind::Detector, "availability", &payload);
                assert_eq!(said.contains(&Said::Gone), gone, "{payload}");
                let word = if gone { BridgeWord::Gone } else { BridgeWord::Pulse };
                assert_eq!(bridge("bridge/state", payload.as_bytes()), word);
            }
        }
        assert_eq!(bridge("bridge/health", b"{}"), BridgeWord::Pulse);
        assert_eq!(bridge("bridge/devices", b"[]"), BridgeWord::Other);
        assert_eq!(bridge("bridge/state", b"?"), BridgeWord::Other);
    }
}

mod tasmota {
    use super::*;

    fn said(kind: Kind, below: &str, payload: &str) -> Vec<Said> {
        heard(Profile::Tasmota, kind, below, payload)
    }

    #[test]
    fn a_button_is_heard_in_new_and_old_spelling() {
        for (below, payload) in [
            ("stat/RESULT", r#"{"Button1":{"Action":"SINGLE"}}"#),
            ("stat/RESULT", r#"{"Button2":{"Action":"HOLD"}}"#),
            ("stat/BUTTON1", r#"{"ACTION":"DOUBLE"}"#),
            ("stat/BUTTON1", r#"{"Button1":{"Action":"SINGLE"}}"#),
            ("stat/RESULT", r#"{"Switch1":{"Action":"ON"}}"#),
        ] {
            assert_eq!(said(Kind::Button, below, payload)[0], press(Cause::Button), "{payload}");
        }
        for payload in
            [r#"{"POWER":"ON"}"#, r#"{"Button1":{"Action":"CLEAR"}}"#, r#"{"Buttons":{"Action":"SINGLE"}}"#]
        {
            assert!(!pressed(&said(Kind::Button, "stat/RESULT", payload)), "{payload}");
        }
        assert!(!pressed(&said(Kind::Bell, "stat/RESULT", r#"{"Button1":{"Action":"SINGLE"}}"#)));
    }

    #[test]
    fn a_detector_is_a_switch_that_closes() {
        let sensor = r#"{"Time":"2026-08-19T08:01:22","Switch1":"ON"}"#;
        assert_eq!(said(Kind::Detector, "tele/SENSOR", sensor)[0], press(Cause::Detector));
        assert_eq!(
            said(Kind::Detector, "stat/RESULT", r#"{"Switch1":{"Action":"ON"}}"#)[0],
            press(Cause::Detector)
        );
        assert!(!pressed(&said(Kind::Detector, "tele/SENSOR", &sensor.replace("ON", "OFF"))));
        assert!(!pressed(&said(Kind::Detector, "stat/RESULT", r#"{"Switch1":{"Action":"TOGGLE"}}"#)));
        assert_eq!(said(Kind::Combined, "tele/SENSOR", sensor)[..1], [press(Cause::Detector)]);
    }

    #[test]
    fn a_bell_tells_that_its_relay_is_on() {
        let state = r#"{"Time":"2024-02-24T22:20:38","Uptime":"0T00:10:11","UptimeSec":611,"Heap":24,"POWER":"ON","Wifi":{"AP":1,"RSSI":44}}"#;
        assert!(said(Kind::Bell, "tele/STATE", state).contains(&Said::Sounding(true)));
        assert!(said(Kind::Bell, "stat/RESULT", r#"{"POWER1":"OFF"}"#).contains(&Said::Sounding(false)));
        assert!(said(Kind::Bell, "stat/POWER", "ON").contains(&Said::Sounding(true)));
        assert_eq!(said(Kind::Bell, "tele/LWT", "Offline"), [Said::Gone]);
        assert_eq!(beat(&said(Kind::Bell, "tele/LWT", "Online")), &Heartbeat::default());
        assert_eq!(beat(&said(Kind::Bell, "tele/INFO1", "{}")), &Heartbeat::default());
    }

    #[test]
    fn a_bell_gets_its_time_out_with_every_ring() {
        let told = |command: &Command| told(Profile::Tasmota, Kind::Bell, command);
        let backlog = |payload: &str| Some(("lg/DEVICE/cmnd/Backlog0".to_owned(), payload.to_owned()));
        assert_eq!(told(&ring(Sound::Live, 300)), backlog("PulseTime1 400;Power1 ON"));
        assert_eq!(told(&ring(Sound::Test, 3)), backlog("PulseTime1 30;Power1 ON"));
        assert_eq!(told(&ring(Sound::OwnHome, 0)), backlog("PulseTime1 1;Power1 ON"));
        assert_eq!(
            told(&Command::Quiet { alarm: alarm() }),
            Some(("lg/DEVICE/cmnd/Power1".into(), "OFF".into()))
        );
    }
}

mod esphome {
    use super::*;

    fn said(kind: Kind, below: &str, payload: &str) -> Vec<Said> {
        heard(Profile::EspHome, kind, below, payload)
    }

    #[test]
    fn binary_sensors_are_buttons_detectors_and_lids_by_name() {
        assert_eq!(said(Kind::Button, "binary_sensor/fire_button/state", "ON")[0], press(Cause::Button));
        assert!(!pressed(&said(Kind::Button, "binary_sensor/fire_button/state", "OFF")));
        assert_eq!(said(Kind::Detector, "binary_sensor/smoke/state", "ON")[0], press(Cause::Detector));
        assert_eq!(said(Kind::Detector, "binary_sensor/kitchen_heat/state", "ON")[0], press(Cause::Detector));
        assert!(!pressed(&said(Kind::Detector, "binary_sensor/motion/state", "ON")));
        assert!(!pressed(&said(Kind::Bell, "binary_sensor/button/state", "ON")));
        assert_eq!(beat(&said(Kind::Bell, "binary_sensor/tamper/state", "ON")).tamper, Some(true));
        assert_eq!(beat(&said(Kind::Bell, "sensor/battery/state", "87.5")).battery_percent, Some(88));
        assert_eq!(
            said(Kind::Button, "event/button/state", r#"{"event_type":"press"}"#)[0],
            press(Cause::Button)
        );
        assert!(!pressed(&said(Kind::Button, "event/button/state", r#"{"event_type":"release"}"#)));
    }

    #[test]
    fn a_siren_tells_and_is_told() {
        assert!(said(Kind::Bell, "switch/siren/state", "ON").contains(&Said::Sounding(true)));
        assert_eq!(said(Kind::Bell, "status", "offline"), [Said::Gone]);
        assert_eq!(beat(&said(Kind::Bell, "sensor/uptime/state", "61")), &Heartbeat::default());
        let told = |command: &Command| told(Profile::EspHome, Kind::Bell, command);
        let ring_for = |seconds: &str| Some(("lg/DEVICE/number/ring/command".to_owned(), seconds.to_owned()));
        assert_eq!(told(&ring(Sound::Live, 300)), ring_for("300"));
        assert_eq!(told(&Command::Quiet { alarm: alarm() }), ring_for("0"));
    }
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
                let press = below == "press" && profile == Profile::Liengia;
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
