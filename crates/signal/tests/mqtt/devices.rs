//! Buttons, detectors and bells at work.

use crate::{
    peers::{listen, publish},
    support::{Node, an_alarm, rang},
};
use liengia_signal::mqtt::{
    Cause, Command, Heard, Kind, Outcome, Pass, Press, Profile, Ringing, Served, Siren, Sound, Told,
};
use std::time::Duration;

const FIVE_MINUTES: Duration = Duration::from_mins(5);

fn ring(alarm: liengia_kernel::AlarmId, sound: Sound) -> Command {
    Command::Ring { alarm, sound, lasts: FIVE_MINUTES, origin: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_at_every_level_and_in_both_versions_is_heard_at_once() {
    let mut node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    for version in ["mqttv311", "mqttv5"] {
        for level in ["0", "1", "2"] {
            let said =
                publish(&node, &button, &button.topic("press"), &["-V", version, "-q", level, "-n"]).await;
            assert!(said.fine, "{version} {level}: {}", said.text);
            let inbound = node.heard().await;
            assert_eq!(
                (inbound.device, inbound.heard),
                (button.id, Heard::Press(Press::plain(Cause::Button)))
            );
        }
    }
    assert_eq!((node.counts().urgent, node.counts().malformed), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bell_rings_says_so_and_falls_silent() {
    let mut node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    for version in ["mqttv311", "mqttv5"] {
        let alarm = an_alarm();
        let mut listener = listen(&node, &bell, &["-V", version, "-q", "1", "-t", &bell.topic("#")]).await;
        assert_eq!(node.broker.tell(bell.id, &ring(alarm, Sound::Live)), Told { sent: 1, ..Told::default() });
        let line = listener.line("/ring {").await;
        assert_eq!(line, format!(r#"lg/{}/ring {{"alarm":"{alarm}","sound":"live","ttl":300}}"#, bell.id));
        let payload = format!(r#"{{"alarm":"{alarm}","sound":"live"}}"#);
        publish(&node, &bell, &bell.topic("rang"), &["-m", &payload]).await;
        let heard = node.until(|heard| rang(heard).is_some()).await;
        assert_eq!(rang(&heard.heard), Some(Ringing { alarm, sound: Sound::Live }));
        node.broker.tell(bell.id, &Command::Quiet { alarm });
        listener.line(&format!(r#"quiet {{"alarm":"{alarm}"}}"#)).await;
        listener.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_is_told_that_its_press_is_on_the_disk() {
    let node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut listener = listen(&node, &button, &["-q", "1", "-t", &button.topic("ack")]).await;
    let press = an_alarm();
    let ack = Command::Ack { press, alarm: press, outcome: Outcome::Raised, recorded: true };
    assert_eq!(node.broker.tell(button.id, &ack).sent, 1);
    listener.line(r#""recorded":true"#).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bell_that_comes_back_is_told_what_still_holds_and_nothing_old() {
    let node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let (open, old, closed) = (an_alarm(), an_alarm(), an_alarm());
    assert_eq!(node.broker.tell(bell.id, &ring(open, Sound::Live)).absent, 1);
    node.broker.tell(
        bell.id,
        &Command::Ring { alarm: old, sound: Sound::Live, lasts: Duration::ZERO, origin: None },
    );
    node.broker.tell(bell.id, &ring(closed, Sound::Live));
    node.broker.tell(bell.id, &Command::Quiet { alarm: closed });
    let mut listener = listen(&node, &bell, &["-q", "1", "-t", &bell.topic("ring")]).await;
    let line = listener.line("/ring {").await;
    assert!(line.contains(&open.to_string()), "{line}");
    // The bell may hear it a moment before the broker has counted it.
    while node.counts().sent == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(node.counts().sent, 1, "the others are not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_goes_only_to_bells_that_listen_to_drills() {
    let node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let mut one_sound = listen(&node, &bell, &["-t", &bell.topic("ring"), "-t", &bell.topic("quiet")]).await;
    assert_eq!(node.broker.tell(bell.id, &ring(an_alarm(), Sound::Drill)).absent, 1);
    let live = an_alarm();
    node.broker.tell(bell.id, &ring(live, Sound::Live));
    assert!(one_sound.line("{").await.contains(&live.to_string()), "the first thing it hears is the fire");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tasmota_siren_rings_and_its_relay_tells_for_what() {
    let mut node = Node::start();
    let siren = node.pair(Kind::Bell, Profile::Tasmota);
    let mut listener = listen(&node, &siren, &["-t", &siren.topic("cmnd/#")]).await;
    let (first, second) = (an_alarm(), an_alarm());
    node.broker.tell(siren.id, &ring(first, Sound::Live));
    listener.line("cmnd/Backlog0 PulseTime1 400;Power1 ON").await;
    publish(&node, &siren, &siren.topic("stat/RESULT"), &["-m", r#"{"POWER":"ON"}"#]).await;
    let beat = node.until(|heard| matches!(heard, Heard::Heartbeat(_))).await;
    let Heard::Heartbeat(beat) = beat.heard else { panic!("a sign of life") };
    assert_eq!(beat.ringing, Some(vec![Ringing { alarm: first, sound: Sound::Live }]));
    assert_eq!(rang(&node.heard().await.heard).map(|ringing| ringing.alarm), Some(first));
    node.broker.tell(siren.id, &ring(second, Sound::Live));
    let told = node.broker.tell(siren.id, &Command::Quiet { alarm: first });
    assert_eq!(told.silent, 1, "the second alarm still rings, and it has one sound for both");
    node.broker.tell(siren.id, &Command::Quiet { alarm: second });
    listener.line("cmnd/Power1 OFF").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_speaks_for_its_devices() {
    let mut node = Node::start();
    let base = node.pair(Kind::Detector, Profile::Liengia).id;
    let smoke = node.pair(Kind::Detector, Profile::Liengia).id;
    let siren = node.pair(Kind::Bell, Profile::Liengia).id;
    let profile = Profile::Zigbee2Mqtt { siren: Siren::Warning };
    let served =
        |device, kind, name: Option<&str>| Served { device, kind, profile, name: name.map(Into::into) };
    let devices = vec![served(smoke, Kind::Detector, Some("kitchen/smoke")), served(siren, Kind::Bell, None)];
    let bridge = node.pair_as(Pass { client: base, devices });
    let mut listener = listen(&node, &bridge, &["-i", "z2m", "-t", &bridge.topic("#")]).await;

    publish(&node, &bridge, &bridge.topic("kitchen/smoke"), &["-m", r#"{"smoke":true,"battery":78}"#]).await;
    let inbound = node.heard().await;
    assert_eq!((inbound.device, inbound.heard), (smoke, Heard::Press(Press::plain(Cause::Detector))));

    let alarm = an_alarm();
    assert_eq!(node.broker.tell(siren, &ring(alarm, Sound::Live)).sent, 1);
    let line = listener.line("warning").await;
    assert!(line.starts_with(&format!("lg/{base}/{siren}/set {{\"warning\":")), "{line}");

    publish(
        &node,
        &bridge,
        &bridge.topic(&format!("{siren}/availability")),
        &["-m", r#"{"state":"online"}"#],
    )
    .await;
    node.until(|heard| matches!(heard, Heard::Heartbeat(_))).await;
    listener.kill();
    let left = node.until(|heard| matches!(heard, Heard::Left { .. })).await;
    assert_eq!(left.heard, Heard::Left { cleanly: false });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_team_is_told_with_one_call() {
    let node = Node::start();
    let bells: Vec<_> = (0..12).map(|_| node.pair(Kind::Bell, Profile::Liengia)).collect();
    let mut listeners = Vec::new();
    for bell in &bells {
        listeners.push(listen(&node, bell, &["-q", "1", "-t", &bell.topic("ring")]).await);
    }
    let alarm = an_alarm();
    let told = node.broker.tell_all(bells.iter().map(|bell| bell.id), &ring(alarm, Sound::Live));
    assert_eq!(told, Told { sent: 12, ..Told::default() });
    for listener in &mut listeners {
        listener.line(&alarm.to_string()).await;
    }
}
