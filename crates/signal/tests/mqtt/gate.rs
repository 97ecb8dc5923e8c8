//! Who comes in, and what they may touch.

use crate::{
    peers::{listen, publish, publish_at},
    raw::{self, Raw},
    support::{Node, Paired, an_alarm},
};
use liengia_signal::mqtt::{Command, Heard, Kind, Profile, Sound};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_the_right_secret_and_is_told_so() {
    let node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let topic = button.topic("press");
    let wrong = Paired { secret: "wrong".into(), ..button.clone() };
    let unknown = Paired { id: Node::start().pair(Kind::Button, Profile::Liengia).id, ..button.clone() };
    for version in ["mqttv311", "mqttv5"] {
        for who in [Some(&wrong), Some(&unknown), None] {
            let said = publish_at(node.address(), who, &topic, &["-V", version, "-m", "1"]).await;
            let told = said.text.to_lowercase().contains("bad user name or password");
            assert!(!said.fine && told, "{version}: {}", said.text);
        }
    }
    assert_eq!((node.counts().refused_credentials, node.counts().admitted), (6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_topic_takes_nothing() {
    let mut node = Node::start();
    let (button, other) =
        (node.pair(Kind::Button, Profile::Liengia), node.pair(Kind::Button, Profile::Liengia));
    let said = publish(&node, &button, &other.topic("press"), &["-V", "mqttv5", "-q", "1", "-m", "1"]).await;
    assert!(said.text.contains("Not authorized"), "{}", said.text);
    for topic in [other.topic("press"), button.topic("ring"), "lg/press".into(), "zigbee2mqtt/x".into()] {
        for level in ["0", "1", "2"] {
            assert!(
                publish(&node, &button, &topic, &["-q", level, "-m", "1"]).await.fine,
                "3.1.1 has no word for no"
            );
        }
    }
    assert_eq!((node.counts().publish_denied, node.counts().urgent), (13, 0));
    publish(&node, &button, &button.topic("press"), &["-n"]).await;
    assert_eq!(node.until(Heard::is_urgent).await.device, button.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_what_is_not_theirs() {
    let node = Node::start();
    let (bell, other) = (node.pair(Kind::Bell, Profile::Liengia), node.pair(Kind::Bell, Profile::Liengia));
    let mut thief = Raw::connected(&node, &other, 4).await;
    let foreign = [
        "#",
        "+/#",
        "lg/#",
        "lg/+/ring",
        "$SYS/#",
        "$share/g/#",
        &bell.topic("ring"),
        &bell.topic("#"),
        "lg/#/x",
    ];
    thief.send(&raw::subscribe(4, 1, &foreign)).await;
    let answer = thief.packet().await.unwrap();
    assert_eq!(&answer[4..], [0x80; 9], "each is refused on its own");
    let mut thief5 = Raw::connected(&node, &other, 5).await;
    thief5.send(&raw::subscribe(5, 1, &foreign)).await;
    assert_eq!(&thief5.packet().await.unwrap()[5..], [0x87, 0x87, 0x87, 0x87, 0x87, 0x9E, 0x87, 0x87, 0x8F]);
    let mut listener = listen(&node, &bell, &["-t", &bell.topic("ring")]).await;
    let alarm = an_alarm();
    let ring = Command::Ring { alarm, sound: Sound::Live, lasts: Duration::from_mins(1), origin: None };
    assert_eq!(node.broker.tell(bell.id, &ring).sent, 1);
    listener.line(&alarm.to_string()).await;
    assert_eq!(node.counts().sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_will_speaks_only_for_its_own_device_and_never_raises_an_alarm() {
    let mut node = Node::start();
    let (bell, other) = (node.pair(Kind::Bell, Profile::Liengia), node.pair(Kind::Bell, Profile::Liengia));
    let will = |topic: &str| ["--will-topic", topic, "--will-payload", "offline"].map(ToOwned::to_owned);
    let foreign = will(&other.topic("state"));
    let mut args: Vec<&str> = foreign.iter().map(String::as_str).collect();
    args.push("-n");
    let said = publish(&node, &bell, &bell.topic("state"), &args).await;
    assert!(!said.fine && said.text.contains("not authori"), "{}", said.text);

    for (word, heard) in [("state", 0), ("press", 0)] {
        let own = will(&bell.topic(word));
        let mut args: Vec<&str> = own.iter().map(String::as_str).collect();
        let ring = bell.topic("ring");
        args.extend(["-t", &ring]);
        let listener = listen(&node, &bell, &args).await;
        node.until(|heard| *heard == Heard::Arrived).await;
        listener.kill();
        let left = node.until(|heard| matches!(heard, Heard::Left { .. })).await;
        assert_eq!((left.device, left.heard), (bell.id, Heard::Left { cleanly: false }));
        assert_eq!(node.counts().urgent, heard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_says_goodbye_leaves_cleanly() {
    let mut node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    publish(&node, &bell, &bell.topic("heartbeat"), &["-n"]).await;
    let left = node.until(|heard| matches!(heard, Heard::Left { .. })).await;
    assert_eq!(left.heard, Heard::Left { cleanly: true });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_client_again_takes_the_place_of_the_first_and_of_nobody_else() {
    let node = Node::start();
    let (bell, other) = (node.pair(Kind::Bell, Profile::Liengia), node.pair(Kind::Bell, Profile::Liengia));
    let mut first = Raw::connected(&node, &bell, 5).await;
    let mut second = Raw::connected(&node, &bell, 5).await;
    assert_eq!(first.end().await, [vec![0xE0, 2, 0x8E, 0]], "the first is told that it was replaced");
    let _third = Raw::connected(&node, &other, 5).await;
    second.send(&[0xC0, 0]).await;
    assert_eq!(
        second.packet().await.unwrap(),
        [0xD0, 0],
        "a name is taken only among a client's own connections"
    );
    assert_eq!(node.counts().taken_over, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_taken_off_the_roster_is_out_at_once() {
    let node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let mut connected = Raw::connected(&node, &bell, 5).await;
    node.roster.remove(bell.id);
    node.broker.disconnect(bell.id);
    assert_eq!(connected.end().await, [vec![0xE0, 2, 0x98, 0]]);
    let said = publish(&node, &bell, &bell.topic("press"), &["-n"]).await;
    assert!(!said.fine);
}
