//! Footage that is handed out: the link that a second person's word opens gives it whole, once, also where the way breaks off.

use crate::{
    http::{Browser, new_id},
    node::{Node, told, until},
    watched::{RECORDS_WITHIN, put_up, records, site, street},
};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::camera::{Camera, Size};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    time::Duration,
};

/// More than lies in the buffers of a connection that nobody reads.
const LARGE: u64 = 16 * 1024 * 1024;
/// Cameras that send so much soon.
const CAMERAS: usize = 8;
/// How long that may take.
const MADE_WITHIN: Duration = Duration::from_mins(3);

/// The first bytes of what a link gives, by somebody who hangs up then.
struct Beginning(BufReader<crate::door::Line>);

impl Beginning {
    fn of(browser: &Browser, path: &str) -> Self {
        let mut line = browser.door().connect(RECORDS_WITHIN).unwrap();
        write!(line, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        line.flush().unwrap();
        let mut reader = BufReader::new(line);
        let mut first = String::new();
        reader.read_line(&mut first).unwrap();
        assert!(first.contains("200"), "{first}");
        reader.read_exact(&mut [0; 4096]).unwrap();
        Self(reader)
    }
}

/// A link for what was put together, asked for twice with the same key, as by a page that did not hear the first answer.
fn link(officer: &mut Browser, export: &str) -> String {
    let key = ("Idempotency-Key".to_owned(), new_id());
    let headers = [officer.origin(), key];
    let path = format!("/api/exports/{export}/link");
    let answers = [(); 2].map(|()| officer.send_bytes("POST", &path, &headers, &[]).unwrap());
    assert_eq!(answers.each_ref().map(|answer| answer.status), [201, 201], "{}", answers[0].text());
    let paths = answers.map(|answer| answer.json()["path"].as_str().unwrap().to_owned());
    assert_eq!(paths[0], paths[1]);
    paths[0].clone()
}

/// Asked for by one, agreed to by another, and put together; what is told of it then.
fn made(officer: &mut Browser, other: &mut Browser, asked: &Value) -> Value {
    let id = officer.post("/api/exports", asked).done()["id"].clone();
    let path = format!("/api/exports/{}", id.as_str().unwrap());
    assert_eq!(officer.post(&format!("{path}/link"), &json!({})).status, 409, "nobody agreed yet");
    assert_eq!(officer.post(&format!("{path}/approve"), &json!({})).status, 403, "not whoever asked");
    other.post(&format!("{path}/approve"), &json!({})).done();
    until("it is put together", MADE_WITHIN, || {
        let all = officer.get("/api/exports").done();
        let mut all = all["items"].as_array().unwrap().clone().into_iter();
        all.find(|one| one["id"] == id && !one["made_at"].is_null())
    })
}

#[test]
fn what_is_handed_out_is_given_whole_once_and_again_where_the_way_broke_off() {
    let mut node = Node::new("handed-out");
    node.start();
    let camera = |number| Camera { size: Size::Large, ..Camera::new(format!("CAM {number}"), number) };
    let cameras = street((1..=CAMERAS as u64).map(camera).collect());
    let (mut officer, mut other) = (node.sign_in("officer"), node.sign_in("admin"));
    let site = site(&mut officer, "traffic");
    let began = SystemClock::new().now();
    let ids: Vec<_> =
        (0..CAMERAS).map(|number| put_up(&mut officer, &site, &cameras.url(number), None)).collect();
    for id in &ids {
        records(&mut officer, id);
    }
    let footage = node.data.join("footage");
    until("there is enough to hand out", MADE_WITHIN, || (bytes_in(&footage) > 2 * LARGE).then_some(()));
    let span = json!({ "from": began, "to": SystemClock::new().now() });
    let asked = json!({ "cameras": ids, "span": span, "purpose": "accident", "case": "", "reason": "for the report" });
    let export = made(&mut officer, &mut other, &asked);
    assert!(export["bytes"].as_u64() > Some(LARGE), "{export}");
    let id = export["id"].as_str().unwrap();
    let path = link(&mut officer, id);

    // Whoever has the link needs no session. One at a time; where the way breaks off it is there again.
    let mut stranger = node.browser();
    let beginning = Beginning::of(&stranger, &path);
    assert_eq!(stranger.get(&path).status, 410, "it is on its way");
    drop(beginning.0);
    let whole = until("the broken one is noticed", RECORDS_WITHIN, || {
        let answer = stranger.get(&path);
        answer.is_done().then_some(answer)
    });
    assert_eq!(Some(whole.body.len() as u64), export["bytes"].as_u64());
    assert_eq!(stranger.get(&path).status, 410, "once");
    assert_eq!(officer.post(&format!("/api/exports/{id}/link"), &json!({})).status, 410, "and never again");
    let left = fs::read_dir(node.data.join("exports")).unwrap().count();
    assert_eq!(left, 0, "nothing of it stays here");
    let file = node.data.join("given.zip");
    fs::write(&file, &whole.body).unwrap();
    let said = node.command(&["verify", file.to_str().unwrap()]);
    assert!(said.status.success(), "{}", told(&said));

    // Another one: of what is not there nothing is handed out, and its link ends with the session that asked for it.
    let export = made(&mut officer, &mut other, &asked);
    let id = export["id"].as_str().unwrap();
    let (there, away) = (node.data.join("exports").join(format!("{id}.zip")), node.data.join("away.zip"));
    fs::rename(&there, &away).unwrap();
    assert_eq!(officer.post(&format!("/api/exports/{id}/link"), &json!({})).status, 409);
    fs::rename(&away, &there).unwrap();
    let path = link(&mut officer, id);
    fs::rename(&there, &away).unwrap();
    assert_eq!(stranger.get(&path).status, 410);
    fs::rename(&away, &there).unwrap();
    assert!(officer.post("/api/sign-out", &json!({})).is_done());
    assert_eq!(stranger.get(&path).status, 410);
    node.stop();
    node.verifies();
    node.views_agree();
}

fn bytes_in(folder: &std::path::Path) -> u64 {
    let sizes = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { bytes_in(&path) } else { path.metadata().map_or(0, |about| about.len()) }
    });
    sizes.sum()
}
