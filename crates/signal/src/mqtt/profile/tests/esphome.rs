//! What ESPHome really sends.

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
    assert_eq!(beat(&said(Kind::Bell, "sensor/wifi_signal/state", "61")).signal_percent, Some(61));
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
