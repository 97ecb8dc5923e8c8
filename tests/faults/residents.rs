//! Residents look live at a public camera that they paid for, until a home in its picture objects: then the view closes.
//!
//! The camera is simulated, and spoken to by real RTSP over TCP.

use crate::{
    commune::sample,
    http::Browser,
    node::Node,
    scene::first_team,
    watched::{View, cameras, look, put_up, records, site_at},
};
use liengia_kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

/// How soon a view is closed that may not be looked at any more.
const CLOSED_WITHIN: Duration = Duration::from_secs(3);

const DAY: Duration = Duration::from_hours(24);

fn sent(browser: &mut Browser, method: &str, path: &str) {
    let answer = browser.send(method, path, Some(&json!({}))).unwrap();
    assert!(answer.is_done(), "{}", answer.text());
}

fn vote(camera: &str, now: Timestamp) -> Value {
    json!({
        "vote": { "held_on": now - DAY, "homes": 90, "present": 70, "in_favour": 60, "against": 5 },
        "cameras": [{ "camera": camera, "nothing_to_mask": true }],
        "until": now + DAY * 100, "minutes": "7/BB-KP",
    })
}

#[test]
fn residents_look_after_a_vote_and_a_home_in_the_picture_closes_the_view() {
    let mut node = Node::new("residents");
    node.start();
    let cameras = cameras(1);
    let (mut officer, mut admin) = (node.sign_in("officer"), node.sign_in("admin"));
    let mut home = node.sign_in("household");
    let mine = sample().members(first_team().id).next().unwrap();
    let (mine, place) = (mine.id.to_string(), json!(mine.place));
    let site = site_at(&mut officer, "public_safety", &place);
    let camera = put_up(&mut officer, &site, &cameras.url(0), None);
    records(&mut officer, &camera);
    assert_eq!(look(&mut home, &camera, "residents").status, 403);
    let clock = SystemClock::new();
    let path = format!("/api/sites/{site}/residents");
    officer.post(&path, &vote(&camera, clock.now())).done();
    assert_eq!(officer.post(&format!("{path}/agree"), &json!({})).status, 403, "not by whoever entered it");
    admin.post(&format!("{path}/agree"), &json!({})).done();
    let opened = look(&mut home, &camera, "residents").done();
    let mut view = View::open(&home, &node, &opened, &camera);
    assert_eq!(view.next().0, 1, "it begins with words");
    let link = format!("/api/looks/{}/cameras/{camera}/link", opened["id"].as_str().unwrap());
    assert_eq!(home.post(&link, &json!({})).status, 403, "no other player sees it");
    let objection = format!("/api/cameras/{camera}/objection");
    let began = clock.elapsed();
    sent(&mut home, "PUT", &objection);
    let code = view.closed();
    assert_eq!(code, 4403);
    let took = clock.elapsed().saturating_sub(began);
    assert!(took < CLOSED_WITHIN, "{took:?}");
    assert_eq!(look(&mut home, &camera, "residents").status, 403);
    let public = officer.get(&format!("/api/public/sites/{site}")).done();
    assert_eq!(public["cameras"][0]["residents_shut"], "objected", "{public}");
    assert!(!public.to_string().contains(&mine), "it names no home: {public}");
    sent(&mut home, "DELETE", &objection);
    let opened = look(&mut home, &camera, "residents").done();
    let mut view = View::open(&home, &node, &opened, &camera);
    view.next();
    // Whoever ends it ends every open view, too.
    let ended = admin.send("DELETE", &path, Some(&json!({ "reason": "Khu phố đề nghị dừng" }))).unwrap();
    assert!(ended.is_done(), "{}", ended.text());
    assert_eq!(view.closed(), 4403);
    node.stop();
    node.verifies();
    node.views_agree();
}
