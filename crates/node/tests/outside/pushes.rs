//! Whom the node may wake, from the program as it runs: nobody whose session is over.

use crate::{
    http::Browser,
    kit::{Node, until},
};
use serde_json::{Value, json};

/// The keys of a browser, from the example of RFC 8291.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

const PASSWORDS: [&str; 2] = ["mèo nhà tôi ngủ cả ngày", "chó nhà tôi sủa cả đêm"];

fn subscribe(browser: &mut Browser, name: &str) {
    let endpoint = format!("https://push.example/{name}");
    let answer = browser.post(
        "/api/push/subscriptions",
        &json!({ "endpoint": endpoint, "keys": { "p256dh": P256DH, "auth": AUTH } }),
    );
    assert_eq!(answer.status, 204, "{name}: {}", answer.text());
}

/// Waits until so many browsers may be woken.
fn woken(node: &Node, wanted: usize, why: &str) {
    let line = format!("liengia_push_subscriptions {wanted}\n");
    until(why, || node.anyone().get("/metrics").text().contains(&line).then_some(()));
}

fn who(browser: &mut Browser) -> Value {
    browser.get("/api/session").json()
}

fn done(answer: &crate::http::Answer) {
    assert_eq!(answer.status, 204, "{}", answer.text());
}

#[test]
fn a_browser_is_woken_no_more_once_its_session_is_over() {
    let mut node = Node::of_the_sample("pushes");
    node.start();
    let (mut household, mut neighbour) = (node.sign_in("household"), node.sign_in("neighbour"));
    let (mut leader, mut officer) = (node.sign_in("leader"), node.sign_in("officer"));
    let (mut admin, mut clerk) = (node.sign_in("admin"), node.sign_in("clerk"));
    for (browser, name) in
        [(&mut household, "a"), (&mut neighbour, "b"), (&mut leader, "c"), (&mut officer, "d")]
    {
        subscribe(browser, name);
    }
    woken(&node, 4, "all are in the book");

    done(&leader.post("/api/sign-out", &json!({})));
    woken(&node, 3, "signing out");
    let session = who(&mut household)["session"].as_str().unwrap().to_owned();
    done(&admin.write("DELETE", &format!("/api/sessions/{session}"), &Value::Null));
    woken(&node, 2, "a session closed by an administrator");
    let person = who(&mut neighbour)["person"].as_str().unwrap().to_owned();
    done(&clerk.write("DELETE", &format!("/api/people/{person}"), &json!({ "reason": "theo đơn" })));
    woken(&node, 1, "an erased person");

    done(&officer.write("PUT", "/api/password", &json!({ "password": PASSWORDS[0] })));
    let mut elsewhere = node.anyone();
    let signed = elsewhere.post("/api/sign-in", &json!({ "login": "officer", "password": PASSWORDS[0] }));
    assert_eq!(signed.status, 200, "{}", signed.text());
    subscribe(&mut elsewhere, "e");
    woken(&node, 2, "the officer's two desks");
    let other = json!({ "current": PASSWORDS[0], "password": PASSWORDS[1] });
    done(&officer.write("PUT", "/api/password", &other));
    woken(&node, 1, "another password ends the other sessions");

    node.stop();
    node.start();
    woken(&node, 1, "what was forgotten does not come back");
}
