//! What Tasmota really sends.

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
    assert_eq!(beat(&said(Kind::Bell, "tele/STATE", state)).signal_percent, Some(44));
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
