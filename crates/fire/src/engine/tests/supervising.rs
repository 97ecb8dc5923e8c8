use super::*;

fn link(alley: &Alley, device: DeviceId) -> Link {
    alley.state.device_health(device, alley.now.wall).expect("a device of the roster").link
}

#[test]
fn a_device_never_seen_is_not_healthy() {
    let alley = Alley::new();
    assert_eq!(link(&alley, bell(1)), Link::NeverSeen);
    assert!(alley.state.is_silent(home(1)));
}

#[test]
fn amber_after_100_seconds_and_fault_after_180() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(1), &[]);
    for (wait, expected) in [(99, Link::Ok), (1, Link::Late), (79, Link::Late), (1, Link::Fault)] {
        alley.pass(secs(wait));
        assert_eq!(link(&alley, bell(1)), expected);
    }
    assert!(alley.state.is_silent(home(1)));
    assert_eq!(alley.count(|event| matches!(event, Event::DeviceFault { .. })), 1);
    alley.heartbeat(bell(1), &[]);
    assert_eq!(link(&alley, bell(1)), Link::Ok);
    assert_eq!(alley.count(|event| matches!(event, Event::DeviceBack { .. })), 1);
}

#[test]
fn a_device_that_beats_every_minute_stays_healthy_and_writes_nothing() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(1), &[]);
    let written = alley.events.len();
    for _ in 0..100 {
        alley.pass(secs(60)).heartbeat(bell(1), &[]);
        assert_eq!(link(&alley, bell(1)), Link::Ok);
    }
    assert_eq!(alley.events.len(), written);
}

#[test]
fn a_broken_connection_is_late_at_once_and_a_fault_in_its_time() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(1), &[]).pass(secs(10)).tell(Input::LinkLost(bell(1)));
    assert_eq!(link(&alley, bell(1)), Link::Late);
    alley.pass(secs(169));
    assert_eq!(link(&alley, bell(1)), Link::Late);
    alley.pass(secs(1));
    assert_eq!(link(&alley, bell(1)), Link::Fault);
}

#[test]
fn supervision_runs_on_the_steady_clock() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(1), &[]);
    alley.now.wall = Timestamp::from_seconds(MORNING + 86_400);
    alley.pass(secs(50));
    assert_eq!(link(&alley, bell(1)), Link::Ok);
    alley.now.wall = Timestamp::from_seconds(MORNING - 86_400);
    alley.pass(secs(130));
    assert_eq!(link(&alley, bell(1)), Link::Fault);
}

#[test]
fn after_a_restart_a_device_heard_shortly_before_has_its_time_again_and_an_old_one_not() {
    let mut one = team_one();
    one.households[0].devices[0].last_heard = Some(Timestamp::from_seconds(MORNING - 60));
    one.households[1].devices[0].last_heard = Some(Timestamp::from_seconds(MORNING - 86_400));
    let mut alley = Alley::with([one]);
    assert_eq!((link(&alley, bell(1)), link(&alley, bell(2))), (Link::Ok, Link::Fault));
    alley.pass(secs(180));
    assert_eq!(link(&alley, bell(1)), Link::Fault);
}

#[test]
fn a_low_battery_and_tampering_are_said_once() {
    let mut alley = Alley::new();
    let beat = |percent, tamper| {
        let (ringing, battery_percent, signal_percent) = (None, Some(percent), None);
        Input::Heartbeat(Heartbeat { device: bell(1), ringing, battery_percent, signal_percent, tamper })
    };
    for percent in [80, 20, 19, 25, 18] {
        alley.tell(beat(percent, Some(true)));
    }
    assert_eq!(alley.count(|event| matches!(event, Event::BatteryLow { percent: 20, .. })), 1);
    assert_eq!(alley.count(|event| matches!(event, Event::DeviceTampered { .. })), 1);
    alley.tell(beat(90, Some(false))).tell(beat(10, Some(false)));
    assert_eq!(alley.count(|event| matches!(event, Event::BatteryLow { .. })), 2);
}

#[test]
fn a_device_that_was_opened_stays_so_until_it_says_otherwise() {
    let mut alley = Alley::new();
    let beat = |tamper| {
        let (ringing, battery_percent, signal_percent) = (None, None, None);
        Input::Heartbeat(Heartbeat { device: bell(1), ringing, battery_percent, signal_percent, tamper })
    };
    let opened =
        |alley: &Alley| alley.state.device_health(bell(1), alley.now.wall).map(|health| health.tamper);
    alley.tell(beat(Some(true))).pass(secs(60)).tell(beat(None));
    assert_eq!(opened(&alley), Some(true), "a bare sign of life does not close it");
    alley.tell(beat(Some(false)));
    assert_eq!(opened(&alley), Some(false));
}

#[test]
fn a_heartbeat_is_not_a_sound() {
    let mut alley = Alley::new();
    let rang =
        |alley: &Alley| alley.state.device_health(bell(1), alley.now.wall).and_then(|health| health.rang);
    alley.heartbeat(bell(1), &[]).press(1, 1);
    alley.tell(Input::BellRang { device: bell(1), alarm: alarm(1), sound: Sound::Live });
    assert_eq!(rang(&alley), Some(Rang::Never));
    alley.tell(Input::Heard { device: bell(1), by: person(1, 0), yes: true });
    assert_eq!(rang(&alley), Some(Rang::Ok));
}

#[test]
fn last_heard_ringing_is_due_after_35_days_and_says_so_by_itself() {
    let mut alley = Alley::new();
    alley.tell(Input::Heard { device: bell(1), by: person(1, 0), yes: true }).pass(secs(35 * 86_400 - 1));
    assert!(alley.out.is_empty());
    alley.pass(secs(1));
    let due = alley
        .out
        .iter()
        .any(|output| matches!(output, Output::Health(health) if health.rang == Some(Rang::Due)));
    assert!(due);
}

#[test]
fn a_bell_that_somebody_listened_to_and_did_not_hear_is_due() {
    let mut alley = Alley::new();
    alley.tell(Input::Heard { device: bell(1), by: person(1, 0), yes: true });
    alley.tell(Input::Heard { device: bell(1), by: person(1, 1), yes: false });
    let health = alley.state.device_health(bell(1), alley.now.wall).expect("known");
    assert_eq!(health.rang, Some(Rang::Due));
}

#[test]
fn a_home_is_silent_when_none_of_its_bells_is_there_whatever_else_is() {
    let mut alley = Alley::new();
    alley.heartbeat(button(1), &[]).heartbeat(detector(1), &[]);
    assert!(alley.state.is_silent(home(1)), "a button does not wake anybody");
    alley.heartbeat(bell(1), &[]);
    assert!(!alley.state.is_silent(home(1)));
}

#[test]
fn a_device_the_roster_does_not_know_is_refused_and_counted() {
    let mut alley = Alley::new();
    alley.heartbeat(bell(50), &[(1, Sound::Live)]);
    assert_eq!(alley.refused(), Some(&Refusal::UnknownDevice { device: bell(50) }));
    assert_eq!(alley.state.counts().refused, 1);
    assert!(alley.state.open().next().is_none());
}
