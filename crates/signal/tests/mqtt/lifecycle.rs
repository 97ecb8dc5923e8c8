//! Starting, stopping, and coming back on the same port.

use crate::{
    peers::{listen, publish},
    raw::{self, Raw},
    support::{Node, PATIENCE},
};
use liengia_signal::mqtt::{BrokerConfig, Heard, Kind, Limits, Profile, StartError};
use std::sync::Arc;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread")]
async fn stopping_says_goodbye_and_loses_nothing_that_was_heard() {
    let mut node = Node::start();
    let button = node.pair(Kind::Button, Profile::Liengia);
    let mut raw = Raw::connected(&node, &button, 5).await;
    raw.send(&raw::publish(5, &button.topic("press"), 1, 7, b"")).await;
    assert_eq!(raw.packet().await.unwrap(), [0x40, 2, 0, 7]);
    let mut stranger = Raw::silent(&node).await;
    timeout(PATIENCE, node.broker.stop()).await.expect("it stops");
    assert_eq!(raw.end().await, [vec![0xE0, 2, 0x8B, 0]]);
    stranger.end().await;
    assert!(node.until(Heard::is_urgent).await.device == button.id);
    let mut left = Vec::new();
    while let Some(inbound) = timeout(PATIENCE, node.inbox.next()).await.expect("an end") {
        left.push(inbound.heard);
    }
    assert!(!left.iter().any(|heard| matches!(heard, Heard::Left { .. })), "nobody left: the node did");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_port_is_back_at_once_and_devices_return_by_themselves() {
    let mut node = Node::start();
    let bell = node.pair(Kind::Bell, Profile::Liengia);
    let address = node.address();
    let _listener = listen(&node, &bell, &["-t", &bell.topic("ring")]).await;
    node.until(|heard| *heard == Heard::Arrived).await;
    for _ in 0..3 {
        node.broker.stop().await;
        let again = Node::at(address, Limits::default());
        let secret = liengia_signal::mqtt::SecretHash::of(bell.secret.as_bytes());
        again
            .roster
            .put(secret, liengia_signal::mqtt::Pass::for_device(bell.id, Kind::Bell, Profile::Liengia));
        node = again;
        assert_eq!(node.address(), address);
        assert!(publish(&node, &bell, &bell.topic("heartbeat"), &["-n"]).await.fine);
    }
    node.until(|heard| *heard == Heard::Arrived).await;
    assert!(node.broker.is_connected(bell.id) || node.counts().admitted > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_in_use_is_named() {
    let node = Node::start();
    let config = BrokerConfig { plain: vec![node.address()], ..BrokerConfig::default() };
    let gate = Arc::new(liengia_signal::mqtt::Credentials::new());
    let clock = Arc::new(liengia_kernel::SystemClock::new());
    let entropy = Arc::new(liengia_kernel::SystemEntropy);
    let Err(error) = liengia_signal::mqtt::Broker::start(&config, gate, clock, entropy) else {
        panic!("two on one port")
    };
    assert!(matches!(error, StartError::Listen { .. }));
    assert!(error.to_string().contains(&node.address().to_string()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_handle_that_goes_closes_the_door() {
    let node = Node::start();
    let address = node.address();
    drop(node);
    let closed = async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, closed).await.expect("nobody listens any more");
}
