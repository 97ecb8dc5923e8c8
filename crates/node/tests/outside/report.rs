//! A saved report is checked by the program on any machine, from the file alone.

use crate::{
    http::{Browser, new_id},
    kit::{Node, liengia, sample, told},
};
use liengia_kernel::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::path::Path;

/// Checks this report, with more words on the command line.
fn check(file: &Path, report: &Value, more: &[&str]) -> (bool, String) {
    std::fs::write(file, serde_json::to_vec_pretty(report).unwrap()).unwrap();
    let done = liengia().args(["report", "check"]).arg(file).args(more).output().unwrap();
    (done.status.success(), told(&done))
}

fn key(anybody: &mut Browser) -> String {
    anybody.get("/api/report-key").json()["public_key"].as_str().unwrap().to_owned()
}

#[test]
fn a_saved_report_is_checked_without_the_node_and_a_changed_minute_is_found() {
    let mut node = Node::of_the_sample("report");
    node.start();
    let mut officer = node.sign_in("officer");
    let home = sample().members(sample().teams[0].id).next().unwrap().id;
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press =
        json!({ "alarm": alarm, "household": home, "pressed_at": at, "sent_at": at, "source": "desk" });
    assert_eq!(officer.post("/api/alarms", &press).status, 202);
    let report = officer.get(&format!("/api/alarms/{alarm}/report")).json();
    let mut anybody = node.anyone();
    let public = key(&mut anybody);
    node.stop();
    node.start();
    assert_eq!(key(&mut node.anyone()), public, "the key is kept");
    node.stop();

    let file = node.folder.join("report.json");
    let (whole, said) = check(&file, &report, &["--key", &public]);
    assert!(whole && !said.contains("NOT WHOLE"), "{said}");
    assert!(said.contains(&alarm) && said.contains("the key is the one you named"), "{said}");
    let (whole, said) = check(&file, &report, &[]);
    assert!(whole && said.contains("/api/report-key") && said.contains(&public), "{said}");
    let (whole, said) = check(&file, &report, &["--key", &"0".repeat(64)]);
    assert!(!whole && said.contains("another key"), "{said}");

    let mut changed = report.clone();
    changed["timeline"][0]["at"] = json!("2026-08-19T01:02:00.000000Z");
    let (whole, said) = check(&file, &changed, &[]);
    assert!(
        !whole && said.contains("NOT WHOLE: what happened") && said.contains("Whole: the seal"),
        "{said}"
    );
    changed["seal"]["timeline_digest"] = json!("0".repeat(64));
    let (whole, said) = check(&file, &changed, &[]);
    assert!(!whole && said.contains("NOT WHOLE: the seal"), "{said}");
    let (whole, said) = check(&file, &json!({ "alarm": alarm }), &[]);
    assert!(!whole && said.contains("no report"), "{said}");
}
