//! This program's own words.

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
    let payload =
        format!(r#"{{"alarm":"{id}","cause":"detector","held_ms":1500,"at":"2026-08-19T08:01:22+07:00"}}"#);
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
        r#"{{"ringing":[{{"alarm":"{id}","sound":"drill"}},"{id}"],"battery":87.4,"signal":64,"tamper":true}}"#
    );
    let said = heard(Profile::Liengia, Kind::Bell, "heartbeat", &payload);
    let list = vec![Ringing { alarm: id, sound: Sound::Drill }, Ringing { alarm: id, sound: Sound::Live }];
    let wanted = Heartbeat {
        ringing: Some(list),
        battery_percent: Some(87),
        signal_percent: Some(64),
        tamper: Some(true),
    };
    assert_eq!(beat(&said), &wanted);
    let again = heard(Profile::Liengia, Kind::Bell, "heartbeat", &wanted.to_payload());
    assert_eq!(beat(&again), &wanted, "what we write reads back");
    assert_eq!(beat(&heard(Profile::Liengia, Kind::Bell, "heartbeat", "")), &Heartbeat::default());
}

#[test]
fn a_heartbeat_that_cannot_be_read_is_still_a_sign_of_life() {
    let id = alarm();
    let too_many = format!(r#"{{"ringing":[{}]}}"#, vec![format!("\"{id}\""); 9].join(","));
    for payload in ["{\"battery\":\"full\"}", "{\"battery\":101}", "{\"ringing\":1}", "[]", "x", &too_many] {
        let words = read(&served(Profile::Liengia, Kind::Bell), "heartbeat", payload.as_bytes());
        assert_eq!(beat(&words.said), &Heartbeat::default(), "{payload}");
        assert!(words.flaw.is_some(), "{payload}");
    }
}

#[test]
fn a_bell_says_that_it_rings_and_a_home_that_nothing_burns() {
    let id = alarm();
    let rang = heard(Profile::Liengia, Kind::Bell, "rang", &format!(r#"{{"alarm":"{id}","sound":"test"}}"#));
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
    let set = Command::Set { heartbeat: Duration::from_mins(1) };
    assert_eq!(told(&set), ("lg/DEVICE/set".into(), r#"{"heartbeat_s":60}"#.into()));
}
