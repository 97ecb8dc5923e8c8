//! Telling those concerned: by an order of which a copy is kept, later where two others agreed, and in the end always.

use crate::{
    clock::NodeClock,
    commune::sample,
    http::Browser,
    node::{Node, until},
    scene::{first_team, not_installed},
    watched::{cameras, put_up, records, site},
};
use liengia_kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;

/// A short document, as a copy of an order.
const COPY: &str = "JVBERi0xLjcK";

/// The last minutes of footage.
fn span() -> Value {
    let now = SystemClock::new().now();
    let from: Timestamp = now - Duration::from_mins(5);
    json!({ "from": from, "to": now })
}

/// What the home reads of others who looked: kinds and purposes.
fn read(home: &mut Browser, camera: &str) -> Vec<(String, String)> {
    let looks = home.get(&format!("/api/cameras/{camera}/looks")).done();
    let word = |look: &Value, name: &str| look[name].as_str().unwrap_or_default().to_owned();
    let looks = looks["items"].as_array().unwrap().iter();
    looks.map(|look| (word(look, "kind"), word(look, "purpose"))).collect()
}

/// Everybody who has a say, and a home's camera that it shares for offences.
struct Scene {
    node: Node,
    clock: NodeClock,
    officer: Browser,
    relief: Browser,
    auditor: Browser,
    home: Browser,
    camera: String,
    _cameras: liengia_sim::camera::Cameras,
}

impl Scene {
    fn new(name: &str) -> Option<Self> {
        let mut node = Node::new(name);
        let clock = NodeClock::of(&mut node)?;
        node.start();
        let cameras = cameras(1);
        let [mut officer, relief, auditor, mut home] =
            ["officer", "relief", "auditor", "household"].map(|role| node.sign_in(role));
        let mine = sample().members(first_team().id).next().unwrap().id.to_string();
        let site = site(&mut officer, "home");
        let camera = put_up(&mut officer, &site, &cameras.url(0), Some(&mine));
        let consent = json!({
            "purposes": ["offence"], "recorded": true, "live": false, "only_during_alarms": false, "hours": null,
            "until": null,
        });
        let shared = home.send("PUT", &format!("/api/cameras/{camera}/consent"), Some(&consent)).unwrap();
        assert!(shared.is_done(), "{}", shared.text());
        records(&mut officer, &camera);
        Some(Self { node, clock, officer, relief, auditor, home, camera, _cameras: cameras })
    }

    fn look(&mut self, purpose: &str, order: Option<&str>, delay: Option<&str>) -> crate::http::Answer {
        let case = if purpose == "order" { "" } else { "12/2026" };
        let asked = json!({
            "cameras": [self.camera], "kind": "playback", "purpose": purpose, "span": span(), "case": case,
            "order": order, "delay": delay,
        });
        self.officer.post("/api/looks", &asked)
    }

    fn ask_delay(&mut self) -> String {
        let asked = json!({
            "cameras": [self.camera], "purpose": "offence", "case": "12/2026",
            "reason": "a child in that home could be hurt",
        });
        let asked = self.officer.post("/api/delays", &asked).done();
        assert_eq!(asked["stage"], "waits");
        asked["id"].as_str().unwrap().to_owned()
    }

    fn end(mut self) {
        self.node.stop();
        self.node.verifies();
        self.node.views_agree();
    }
}

#[test]
fn an_order_needs_its_copy_and_its_owner_reads_of_it() {
    let Some(mut scene) = Scene::new("orders") else {
        return not_installed("orders", "faketime is not installed");
    };
    assert_eq!(scene.look("order", None, None).status, 422);
    let nothing = "01978a30-0000-7000-8000-000000000001";
    assert_eq!(scene.look("order", Some(nothing), None).status, 404);
    let page = json!({ "number": "7/QD", "copy": "PGh0bWw+" });
    assert_eq!(scene.officer.post("/api/orders", &page).status, 422, "a page is no copy");
    let kept = json!({ "number": "7/QD", "copy": COPY });
    assert_eq!(scene.home.post("/api/orders", &kept).status, 403);
    let order = scene.officer.post("/api/orders", &kept).done();
    let id = order["id"].as_str().unwrap().to_owned();
    assert_eq!(order["number"], "7/QD");
    let copy = scene.auditor.get(&format!("/api/orders/{id}/copy"));
    assert_eq!((copy.status, copy.text()), (200, "%PDF-1.7\n".into()));
    assert_eq!(scene.home.get(&format!("/api/orders/{id}/copy")).status, 403);
    let opened = scene.look("order", Some(&id), None);
    assert_eq!(opened.status, 201, "{}", opened.text());
    let camera = scene.camera.clone();
    assert_eq!(read(&mut scene.home, &camera), [("playback".to_owned(), "order".to_owned())]);
    // What is asked for to be handed out is read, too, and never under which number.
    let asked = json!({
        "cameras": [camera], "span": span(), "purpose": "order", "order": id, "reason": "for the court",
    });
    scene.officer.post("/api/exports", &asked).done();
    let looks = scene.home.get(&format!("/api/cameras/{camera}/looks"));
    assert!(!looks.text().contains("7/QD") && !looks.text().contains(&id), "{}", looks.text());
    assert_eq!(read(&mut scene.home, &camera)[0], ("export".to_owned(), "order".to_owned()));
    scene.end();
}

#[test]
fn a_second_officer_and_the_auditor_put_notice_off_and_it_always_follows() {
    let Some(mut scene) = Scene::new("told-later") else {
        return not_installed("told later", "faketime is not installed");
    };
    let camera = scene.camera.clone();
    let delay = scene.ask_delay();
    let agree = format!("/api/delays/{delay}/agree");
    assert_eq!(scene.officer.post(&agree, &json!({})).status, 403, "not whoever asked");
    assert_eq!(scene.home.post(&agree, &json!({})).status, 403);
    assert_eq!(scene.look("offence", None, Some(&delay)).status, 403, "nobody agreed yet");
    scene.relief.post(&agree, &json!({})).done();
    assert_eq!(scene.relief.post(&agree, &json!({})).status, 409, "one officer is one");
    assert_eq!(scene.look("offence", None, Some(&delay)).status, 403, "the auditor did not agree yet");
    assert_eq!(scene.auditor.post(&agree, &json!({})).done()["stage"], "holds");
    let opened = scene.look("offence", None, Some(&delay));
    assert_eq!(opened.status, 201, "{}", opened.text());
    // Nobody concerned reads of it; that it happens at all, everyone does.
    assert_eq!(read(&mut scene.home, &camera), []);
    assert_eq!(scene.auditor.get(&format!("/api/cameras/{camera}/looks")).done()["items"], json!([]));
    let counts = scene.node.browser().get("/api/public/delays").done();
    assert_eq!(counts, json!({ "now": 1, "year": 1 }));
    // A look without it is read at once, and so is one of the same officer for something else.
    assert_eq!(scene.look("offence", None, None).status, 201);
    assert_eq!(read(&mut scene.home, &camera).len(), 1);
    // Its time is over: the node tells them by itself, whatever the officers do.
    scene.clock.set("+31d");
    let late = until("those concerned are told", Duration::from_secs(90), || {
        let looks = scene.home.get(&format!("/api/cameras/{camera}/looks")).done();
        let told = looks["items"].as_array().unwrap().iter().find(|look| !look["told_at"].is_null()).cloned();
        told.map(|told| (told, looks["items"].as_array().unwrap().len()))
    });
    assert_eq!((late.0["purpose"].as_str(), late.1), (Some("offence"), 2), "{late:?}");
    scene.end();
}
