//! A device by itself, moved through time by hand.

use super::*;
use liengia_kernel::{SeededEntropy, Timestamp};

const SECOND: Duration = Duration::from_secs(1);

fn alarms() -> [AlarmId; 2] {
    let entropy = SeededEntropy::new(1);
    [1, 2].map(|at| AlarmId::new(Timestamp::from_seconds(at), &entropy))
}

fn machine(kind: DeviceKind) -> Machine {
    Machine::new(kind, false, Qos::AtLeastOnce, 60 * SECOND)
}

fn step(machine: &mut Machine, input: Input<'_>, now: Duration) -> Vec<Output> {
    let mut out = Vec::new();
    machine.step(input, now, &mut out);
    out
}

fn tell(machine: &mut Machine, word: &str, payload: &str, now: Duration) -> Vec<Output> {
    step(machine, Input::Told { word, payload: payload.as_bytes() }, now)
}

fn said(out: &[Output], wanted: &str) -> Option<String> {
    out.iter().find_map(|output| match output {
        Output::Say { word, payload, .. } if *word == wanted => Some(payload.clone()),
        _ => None,
    })
}

#[test]
fn a_bell_answers_with_the_alarm_and_rings_until_its_time_is_over() {
    let [alarm, _] = alarms();
    let mut bell = machine(DeviceKind::Bell);
    let out = tell(&mut bell, "ring", &format!(r#"{{"alarm":"{alarm}","sound":"live","ttl":30}}"#), SECOND);
    assert!(out.contains(&Output::Rings(alarm)));
    assert!(said(&out, "rang").unwrap().contains(&alarm.to_string()));
    assert_eq!(bell.next(), 31 * SECOND);
    assert_eq!(step(&mut bell, Input::Tick, 31 * SECOND), [Output::Silent(alarm)]);
    assert!(bell.ringing.is_empty());
}

#[test]
fn a_renewed_ring_is_answered_again_and_lasts_longer() {
    let [alarm, _] = alarms();
    let mut bell = machine(DeviceKind::Bell);
    let ring = format!(r#"{{"alarm":"{alarm}","ttl":300}}"#);
    tell(&mut bell, "ring", &ring, SECOND);
    assert!(said(&tell(&mut bell, "ring", &ring, 61 * SECOND), "rang").is_some());
    assert_eq!((bell.ringing.len(), bell.next()), (1, 361 * SECOND));
}

#[test]
fn quiet_silences_one_alarm_and_leaves_the_other() {
    let [one, other] = alarms();
    let mut bell = machine(DeviceKind::Bell);
    for alarm in [one, other] {
        tell(&mut bell, "ring", &format!(r#"{{"alarm":"{alarm}"}}"#), SECOND);
    }
    let out = tell(&mut bell, "quiet", &format!(r#"{{"alarm":"{one}"}}"#), SECOND);
    assert_eq!(out, [Output::Silent(one)]);
    let beat = step(&mut bell, Input::Connected, 2 * SECOND);
    let beat = said(&beat, "heartbeat").unwrap();
    assert!(beat.contains(&other.to_string()) && !beat.contains(&one.to_string()));
}

#[test]
fn a_bell_with_one_sound_is_silent_in_a_drill() {
    let [alarm, _] = alarms();
    let drill = format!(r#"{{"alarm":"{alarm}","sound":"drill","ttl":60}}"#);
    let mut bell = machine(DeviceKind::Bell);
    assert_eq!(tell(&mut bell, "drill", &drill, SECOND), []);
    let mut bell = Machine::new(DeviceKind::Bell, true, Qos::AtLeastOnce, 60 * SECOND);
    assert!(said(&tell(&mut bell, "drill", &drill, SECOND), "rang").unwrap().contains("drill"));
}

#[test]
fn a_press_is_repeated_with_the_same_id_until_it_is_recorded() {
    let [alarm, other] = alarms();
    let mut button = machine(DeviceKind::Button);
    let out = step(&mut button, Input::Pressed { alarm, cause: Cause::Button }, SECOND);
    assert!(said(&out, "press").unwrap().contains(&alarm.to_string()));
    assert_eq!(step(&mut button, Input::Pressed { alarm: other, cause: Cause::Button }, SECOND), []);
    let again = step(&mut button, Input::Tick, 3 * SECOND);
    assert!(said(&again, "press").unwrap().contains(r#""held_ms":2000"#));
    let ringing = format!(r#"{{"press":"{alarm}","alarm":"{alarm}","outcome":"raised","recorded":false}}"#);
    let out = tell(&mut button, "ack", &ringing, 4 * SECOND);
    assert_eq!(out, [Output::Answered { alarm, recorded: false }]);
    assert!(said(&step(&mut button, Input::Tick, 7 * SECOND), "press").is_some());
    let recorded = ringing.replace("false", "true");
    let out = tell(&mut button, "ack", &recorded, 8 * SECOND);
    assert_eq!(out, [Output::Answered { alarm, recorded: true }]);
    assert_eq!(button.next(), Duration::MAX);
}

#[test]
fn a_press_made_without_a_link_is_sent_when_it_is_back() {
    let [alarm, _] = alarms();
    let mut button = machine(DeviceKind::Button);
    step(&mut button, Input::Pressed { alarm, cause: Cause::Button }, SECOND);
    let out = step(&mut button, Input::Connected, 90 * SECOND);
    assert!(said(&out, "press").unwrap().contains(r#""held_ms":89000"#));
}

#[test]
fn a_press_that_nobody_hears_is_given_up() {
    let [alarm, _] = alarms();
    let mut button = machine(DeviceKind::Button);
    step(&mut button, Input::Pressed { alarm, cause: Cause::Button }, SECOND);
    let mut heard = Vec::new();
    while button.next() < Duration::MAX {
        let at = button.next();
        heard.extend(step(&mut button, Input::Tick, at));
    }
    assert_eq!(heard.last(), Some(&Output::GaveUp(alarm)));
    assert!((20..40).contains(&heard.len()), "{}", heard.len());
}

#[test]
fn a_heartbeat_tells_charge_and_lid() {
    let mut button = machine(DeviceKind::Button);
    (button.battery, button.tampered) = (9, true);
    let out = step(&mut button, Input::Connected, SECOND);
    assert_eq!(said(&out, "heartbeat").unwrap(), r#"{"battery":9,"tamper":true}"#);
    assert_eq!(said(&out, "state").unwrap(), "online");
}

#[test]
fn nonsense_is_ignored() {
    let mut bell = machine(DeviceKind::Combined);
    for payload in ["", "{", "[]", r#"{"alarm":7}"#, r#"{"alarm":"x"}"#, "\u{0}"] {
        for word in ["ring", "drill", "test", "quiet", "ack", "set", "other"] {
            assert_eq!(tell(&mut bell, word, payload, SECOND), []);
        }
    }
}
