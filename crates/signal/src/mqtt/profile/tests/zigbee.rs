//! What Zigbee2MQTT really sends.

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
    for action in ["", "release", "1_hold_release", "brightness_stop", "disarm", "arm_all_zones", "wakeup"] {
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
    let burning =
        r#"{"battery":78.43,"battery_low":false,"linkquality":55,"smoke":true,"tamper":false,"test":false}"#;
    let said = heard(ZIGBEE, Kind::Detector, "", burning);
    assert_eq!(said[0], press(Cause::Detector));
    assert_eq!(
        beat(&said),
        &Heartbeat {
            ringing: None,
            battery_percent: Some(78),
            signal_percent: Some(22),
            tamper: Some(false),
        }
    );
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
    assert_eq!(siren(Siren::Alarm, &ring(Sound::Live, 300)).unwrap().1, r#"{"alarm":true,"duration":300}"#);
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
    assert!(heard(switch, Kind::Bell, "", r#"{"state":"OFF","power":0}"#).contains(&Said::Sounding(false)));
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
