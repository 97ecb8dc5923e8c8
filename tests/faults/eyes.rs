//! Cameras while everything goes wrong: killed while they record, the index gone, a home that pauses while somebody looks,
//! a browser that never reads, a stranger's page, a player that has only a link, masks that a
//! camera blackens or ignores.
//!
//! The cameras are simulated, and spoken to by real RTSP over TCP.

use crate::{
    commune::sample,
    http::Browser,
    node::{Node, told, until},
    scene::{first_team, not_installed},
    watched::{
        RECORDS_WITHIN, View, cameras, can_probe, fragments, goes_on, kept, look, look_back, probe, probed,
        put_up, put_up_at, records, share, shown, site, whole,
    },
};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::camera::onvif::{self, Device, Devices, Masking, Stream};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, process::Command, sync::Arc, time::Duration};

/// How often it is killed; `LIENGIA_FAULT_KILLS` changes it.
const KILLS: usize = 50;

/// Cameras that record meanwhile.
const CAMERAS: usize = 3;

/// How soon a view is closed that may not be looked at any more.
const CLOSED_WITHIN: Duration = Duration::from_secs(3);

#[test]
fn a_home_shares_its_camera_reads_who_looked_and_its_pause_closes_the_view() {
    let mut node = Node::new("home-camera");
    node.start();
    let cameras = cameras(1);
    let (mut officer, mut home) = (node.sign_in("officer"), node.sign_in("household"));
    let mine = sample().members(first_team().id).next().unwrap().id.to_string();
    let site = site(&mut officer, "home");
    let camera = put_up(&mut officer, &site, &cameras.url(0), Some(&mine));
    // Nothing is shared by itself.
    assert_eq!(look(&mut officer, &camera, "offence").status, 403);
    let own = look(&mut home, &camera, "owner").done();
    View::open(&home, &node, &own, &camera).next();
    share(&mut home, &camera, &["offence"]);
    records(&mut officer, &camera);
    assert_eq!(look(&mut officer, &camera, "accident").status, 403);
    let opened = look(&mut officer, &camera, "offence").done();
    let mut view = View::open(&officer, &node, &opened, &camera);
    assert_eq!(view.next().0, 1, "it begins with words");
    let told = until("the home reads of it", Duration::from_mins(1), || {
        let looks = home.get(&format!("/api/cameras/{camera}/looks")).done();
        looks["items"].as_array().unwrap().iter().find(|look| look["purpose"] == "offence").cloned()
    });
    assert!(!told["unit"].as_str().unwrap().is_empty() && !told.to_string().contains("12/2026"), "{told}");
    let clock = SystemClock::new();
    home.post(&format!("/api/cameras/{camera}/pause"), &json!({})).done();
    let code = view.closed();
    assert!(
        (code, clock.elapsed() < CLOSED_WITHIN) == (4403, true) || code == 4410,
        "{code} {:?}",
        clock.elapsed()
    );
    assert!(clock.elapsed() < CLOSED_WITHIN, "{:?}", clock.elapsed());
    assert_eq!(look(&mut officer, &camera, "offence").status, 403);
    let withdrawn = home.send("DELETE", &format!("/api/cameras/{camera}/consent"), None).unwrap();
    assert!(withdrawn.is_done() && withdrawn.json()["recorded"] == false, "{}", withdrawn.text());
    node.stop();
    node.verifies();
    node.views_agree();
}

#[test]
fn another_sites_page_and_another_browser_get_no_picture_and_one_that_never_reads_holds_up_nobody() {
    let mut node = Node::new("views");
    node.start();
    let cameras = cameras(1);
    let (mut officer, mut admin) = (node.sign_in("officer"), node.sign_in("admin"));
    let site = site(&mut officer, "traffic");
    let camera = put_up(&mut officer, &site, &cameras.url(0), None);
    records(&mut officer, &camera);
    let opened = look(&mut officer, &camera, "accident").done();
    let path = format!("/api/looks/{}/cameras/{camera}/live", opened["id"].as_str().unwrap());
    assert_eq!(View::ask(&officer, &node, &path, "http://evil.example").0.status, 403);
    let own = admin.origin().1;
    assert!([403, 404].contains(&View::ask(&admin, &node, &path, &own).0.status));
    assert_eq!(
        admin
            .get(&format!("/api/looks/{}/cameras/{camera}/footage.m3u8", opened["id"].as_str().unwrap()))
            .status
            / 100,
        4
    );
    let _deaf = View::open(&officer, &node, &opened, &camera);
    let mut view = View::open(&officer, &node, &opened, &camera);
    for _ in 0..60 {
        view.next();
    }
    node.stop();
}

/// A camera of the first home that can be asked to blacken; what it blackens.
fn masked(masking: Masking) {
    let does = matches!(masking, Masking::Can { .. });
    let mut node = Node::new("masks");
    node.start();
    let cameras = cameras(1);
    let stream = |url: String| Stream { url, width: 640, height: 360, rate: 15 };
    let (main, sub) = (stream(cameras.url(0)), stream(cameras.url(0) + "/sub"));
    let device = Device { masking, user: None, ..Device::new("HOME 1", 1, main, sub) };
    let setup = onvif::Setup { listen: ([127, 0, 0, 1], 0).into(), devices: vec![device], found_on: None };
    let devices = Devices::start(setup, Arc::new(SystemClock::new())).unwrap();
    let (mut officer, mut home) = (node.sign_in("officer"), node.sign_in("household"));
    let mine = sample().members(first_team().id).next().unwrap().id.to_string();
    let site = site(&mut officer, "home");
    let door = json!({ "url": cameras.url(0), "onvif": devices.url(0) });
    let camera = put_up_at(&mut officer, &site, &door, Some(&mine));
    share(&mut home, &camera, &["offence"]);
    let mut draw = |masks: Value| {
        let asked = json!({ "masks": masks });
        let drawn = home.send("PUT", &format!("/api/cameras/{camera}/masks"), Some(&asked)).unwrap();
        assert!(drawn.is_done(), "{}", drawn.text());
        drawn.json()["masking"].as_str().unwrap().to_owned()
    };
    let drawn = draw(json!([{ "x": 100, "y": 200, "width": 300, "height": 400 }]));
    assert_eq!(drawn, if does { "by_camera" } else { "withheld" });
    let there = || devices.masks(0).unwrap().lock().unwrap().len();
    assert_eq!(there(), usize::from(does));
    // What nobody blackens, nobody but the home sees.
    assert_eq!(look(&mut officer, &camera, "offence").status, if does { 201 } else { 403 });
    assert_eq!(draw(json!([])), "none");
    assert_eq!(there(), 0);
    assert_eq!(look(&mut officer, &camera, "offence").status, 201);
    node.stop();
    node.verifies();
    node.views_agree();
}

#[test]
fn what_a_home_draws_is_blackened_by_the_camera_or_seen_by_nobody_else() {
    masked(Masking::Can { most: 8 });
    masked(Masking::Ignores);
    masked(Masking::Cannot);
}

/// What a player says of it: ffmpeg, for at most so many seconds of it. It must say nothing.
fn plays(node: &Node, path: &str, seconds: u32) {
    let url = format!("http://localhost:{}{path}", node.http.port());
    let url = url.replace("localhost", &node.http.ip().to_string());
    let mut command = Command::new("timeout");
    command.args(["60", "ffmpeg", "-v", "warning", "-nostdin", "-i", &url, "-t", &seconds.to_string()]);
    let done = command.args(["-f", "null", "-"]).output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{path}: {}", told(&done));
}

/// Fetched into a file by curl, it plays as well.
fn fetched_plays(node: &Node, path: &str) {
    let file = node.folder.path().join("clip.mp4");
    let mut curl = Command::new("curl");
    let curl = curl.args(["--silent", "--show-error", "--fail", "--max-time", "60", "--output"]).arg(&file);
    let done = curl.arg(format!("http://{}{path}", node.http)).output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{path}: {}", told(&done));
    let seen = probe(&file);
    let pictures = seen.trim().strip_prefix("640,360,").and_then(|count| count.parse().ok());
    assert!(pictures.is_some_and(|pictures: u32| pictures >= 30), "{seen}");
}

#[test]
fn a_link_plays_elsewhere_until_its_look_ends() {
    for program in ["ffmpeg", "curl"] {
        if Command::new(program).arg("--help").output().is_err() {
            return not_installed("a link for other players", format!("{program} is not on this machine"));
        }
    }
    let mut node = Node::new("links");
    node.start();
    let cameras = cameras(1);
    let mut officer = node.sign_in("officer");
    let site = site(&mut officer, "traffic");
    let camera = put_up(&mut officer, &site, &cameras.url(0), None);
    records(&mut officer, &camera);
    goes_on(&node.data.join("footage"), 3);
    let link = |officer: &mut Browser, look: &Value| {
        let id = look["id"].as_str().unwrap();
        let made = officer.post(&format!("/api/looks/{id}/cameras/{camera}/link"), &json!({})).done();
        made["path"].as_str().unwrap().to_owned()
    };
    let live = look(&mut officer, &camera, "accident").done();
    let playing = link(&mut officer, &live);
    plays(&node, &playing, 4);
    // Where nobody is signed in, the playlist tells the pieces and their file, which is one by itself, too.
    let mut stranger = node.browser();
    let list = stranger.get(&playing);
    assert_eq!(list.status, 200);
    let file = list.text().lines().find(|line| line.starts_with("files/")).unwrap().to_owned();
    let clip = playing.replace("index.m3u8", &file);
    plays(&node, &clip, 60);
    fetched_plays(&node, &clip);
    let now = list
        .text()
        .lines()
        .find_map(|line| line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:"))
        .unwrap()
        .to_owned();
    let past = json!({
        "cameras": [camera], "kind": "playback", "purpose": "accident", "case": "",
        "span": { "from": now, "to": SystemClock::new().now().to_string() },
    });
    let past = officer.post("/api/looks", &past).done();
    let recorded = link(&mut officer, &past);
    plays(&node, &recorded, 60);
    assert!(stranger.get(&recorded).text().ends_with("#EXT-X-ENDLIST\n"));
    officer.post(&format!("/api/looks/{}/end", live["id"].as_str().unwrap()), &json!({})).done();
    assert_eq!((stranger.get(&playing).status, stranger.get(&clip).status), (404, 404));
    assert_eq!(stranger.get(&recorded).status, 200);
    officer.post("/api/sign-out", &json!({}));
    assert_eq!(stranger.get(&recorded).status, 404);
    node.stop();
}

#[test]
fn fifty_kills_while_cameras_record_lose_no_more_than_what_was_open_and_a_lost_index_comes_back() {
    if !can_probe("killed cameras") {
        return;
    }
    let kills = std::env::var("LIENGIA_FAULT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let mut node = Node::new("killed-cameras");
    node.start();
    let began = SystemClock::new().now();
    let cameras = cameras(u64::try_from(CAMERAS).unwrap());
    let mut officer = node.sign_in("officer");
    let site = site(&mut officer, "traffic");
    let ids: Vec<_> =
        (0..CAMERAS).map(|place| put_up(&mut officer, &site, &cameras.url(place), None)).collect();
    let footage = node.data.join("footage");
    records(&mut officer, &ids[0]);
    let mut before = BTreeSet::new();
    for kill in 0..kills {
        let more = before.len() + CAMERAS;
        until("something more is recorded", RECORDS_WITHIN, || (fragments(&footage) >= more).then_some(()));
        node.kill();
        // What was whole on the disk is there after the kill and after the next start, each fragment with its hash.
        let (least, left) = (before, kept(&footage));
        assert!(least.is_subset(&left) && left.len() >= more, "kill {kill}");
        node.start();
        assert!(left.is_subset(&kept(&footage)), "start {kill}");
        before = left;
    }
    for id in &ids {
        records(&mut officer, id);
    }
    // Nothing more comes, and all that came is on the disk: what is shown then can be compared.
    drop(cameras);
    node.stop();
    let span = (began, SystemClock::new().now());
    node.start();
    let look = look_back(&mut officer, &ids, span);
    let all = |officer: &mut Browser, look: &str| {
        let of = |camera| ["timeline", "fragments"].map(|what| (what, camera));
        let each = ids.iter().flat_map(of).map(|(what, camera)| shown(officer, look, (camera, what), span));
        each.collect::<Vec<_>>()
    };
    let known = all(&mut officer, &look);
    assert!(known.iter().all(|known| known.to_string().contains("\"gap\":")), "{known:?}");
    node.stop();
    assert!(before.is_subset(&kept(&footage)));
    whole(&footage);
    probed(&footage);
    node.verifies();
    for name in ["footage.db", "footage.db-wal", "footage.db-shm"] {
        // A node that stopped well leaves one file.
        let _ = fs::remove_file(node.data.join(name));
    }
    node.start();
    let look = look_back(&mut officer, &ids, span);
    until("the index is made anew as it was", RECORDS_WITHIN, || {
        (all(&mut officer, &look) == known).then_some(())
    });
    node.stop();
}
