//! The disk full, read-only, or failing while somebody presses: it rings, the desk sees the fault, the record follows.

use crate::{
    commune::sample,
    disks::{Disk, run},
    http::{Browser, new_id},
    journal,
    mqtt::Device,
    node::{Folder, Node, until},
    scene::{bells_of, buttons_of, first_team, left_out},
};
use serde_json::{Value, json};
use std::{fs, path::Path, process::Command, time::Duration};

/// How soon a bell rings that is connected, disk or no disk.
const RINGS_WITHIN: Duration = Duration::from_secs(5);

/// How soon the record follows once the disk takes it.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(30);

/// Bells of a team, a button of it, and who looks on: all there before the disk fails.
struct Watch {
    bells: Vec<Device>,
    button: Device,
    officer: Browser,
    clerk: Browser,
    member: Browser,
}

impl Watch {
    fn over(node: &Node) -> Self {
        let team = first_team().id;
        let connect = |device| Device::connect(node.mqtt, device).unwrap();
        Self {
            bells: bells_of(team).iter().take(3).map(connect).collect(),
            button: connect(&buttons_of(team)[0]),
            officer: node.sign_in("officer"),
            clerk: node.sign_in("clerk"),
            member: node.sign_in("household"),
        }
    }

    /// Writes until the journal cannot any more: what is left in files that are there already is used up. The ids that
    /// were acknowledged.
    fn write_until_it_fails(&mut self) -> Vec<String> {
        let home = json!({ "kind": "home", "label": "Nhà đầy", "place": sample().teams[0].place });
        let mut added = Vec::new();
        loop {
            let answer = self.clerk.post("/api/households", &home);
            if answer.is_done() {
                added.push(answer.json()["id"].as_str().unwrap().to_owned());
                continue;
            }
            assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("not_saved")));
            return added;
        }
    }

    /// A press while the journal fails: bells ring, nobody is told that it is recorded, the desk sees why.
    fn press_unrecorded(&mut self) -> String {
        let press = new_id();
        self.button.press(&press).unwrap();
        for bell in &mut self.bells {
            assert_eq!(bell.rings(RINGS_WITHIN).as_deref(), Some(press.as_str()), "bell {}", bell.id);
        }
        let told = self.button.hears(RINGS_WITHIN, |message| message.word == "ack").unwrap();
        assert_eq!((told.text("press"), &told.payload["recorded"]), (press.as_str(), &json!(false)));
        let board = self.board();
        assert_eq!(fault_codes(&board), ["journal_failing"], "the desk sees the fault, once");
        assert_eq!(board["alarms"][0]["alarm"], json!(press));
        assert_eq!(board["alarms"][0]["recorded"], json!(false));
        assert!(board["unrecorded"].as_u64().unwrap() > 0);
        let phone = self.member.get(&format!("/api/alarms/{press}")).done();
        assert_eq!(phone["recorded"], json!(false), "the phone says NOT YET RECORDED");
        let answered =
            self.member.post(&format!("/api/alarms/{press}/answers"), &json!({ "answer": "coming" }));
        assert_eq!(
            answered.clone().done()["recorded"],
            json!(false),
            "an answer is heard and not recorded either"
        );
        press
    }

    fn board(&mut self) -> Value {
        self.officer.get("/api/board").done()
    }

    /// The record follows: the button, the desk and the phone are told, and the fault goes.
    fn recorded(&mut self, press: &str) {
        assert!(self.button.recorded(press, FOLLOWS_WITHIN), "the button is told that it is recorded");
        until("the desk sees that all is well", FOLLOWS_WITHIN, || {
            let board = self.board();
            (fault_codes(&board).is_empty() && board["unrecorded"] == 0).then_some(())
        });
        assert_eq!(self.member.get(&format!("/api/alarms/{press}")).done()["recorded"], json!(true));
    }
}

/// The faults on the board, but for what this node was never given.
fn fault_codes(board: &Value) -> Vec<&str> {
    let codes = board["faults"].as_array().unwrap().iter().map(|fault| fault["code"].as_str().unwrap());
    codes.filter(|code| *code != "no_gateway").collect()
}

/// These ids stand in the journal of a node that does not run, and that journal is whole.
fn stands_in(node: &Node, acts: &[String]) {
    node.verifies();
    node.views_agree();
    let written = journal::ids(&journal::entries(&node.data, 0));
    let lost: Vec<_> = acts.iter().filter(|act| !written.contains(*act)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn a_full_disk_rings_and_the_record_follows_when_there_is_room() {
    let disk = match Disk::in_memory("full", 24 << 10) {
        Ok(disk) => disk,
        Err(why) => return left_out("disk full", why),
    };
    let mut node = Node::at(Folder::new("full"), disk.root().join("data"));
    // The log cannot be written either, as where everything is on one disk.
    node.log_to(disk.root().join("log"));
    node.start();
    let mut watch = Watch::over(&node);
    let ballast = disk.fill();
    let mut acts = watch.write_until_it_fails();
    let press = watch.press_unrecorded();
    assert_eq!(node.browser().get("/readyz").status, 503);
    fs::remove_file(ballast).unwrap();
    watch.recorded(&press);
    assert_eq!(node.browser().get("/readyz").status, 200);
    println!("disk full: {} homes were added before it was; the press rang and followed", acts.len());
    acts.push(press);
    node.stop();
    stands_in(&node, &acts);
}

#[test]
fn writes_that_fail_ring_and_the_record_follows_when_they_succeed_again() {
    let limit = |node: &Node, bytes: &str| {
        run("prlimit", &["--pid", &node.pid().to_string(), &format!("--fsize={bytes}:")]).map(drop)
    };
    let mut node = Node::new("failing");
    // A write past the limit fails as on a broken disk, once the signal that would end the program is ignored.
    node.run_as(|binary: &Path| {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(binary);
        shell
    });
    node.start();
    let mut watch = Watch::over(&node);
    if let Err(why) = limit(&node, "1") {
        return left_out("failing writes", why);
    }
    let mut acts = watch.write_until_it_fails();
    let press = watch.press_unrecorded();
    limit(&node, "unlimited").unwrap();
    watch.recorded(&press);
    acts.push(press);
    node.stop();
    stands_in(&node, &acts);
}

#[test]
fn a_disk_that_turns_read_only_rings_and_its_successor_gets_the_record_from_buttons_and_bells() {
    let mut disk = match Disk::in_a_file("read-only", 48) {
        Ok(disk) => disk,
        Err(why) => return left_out("disk read-only", why),
    };
    let mut node = Node::at(Folder::new("read-only"), disk.root().join("data"));
    node.start();
    let mut watch = Watch::over(&node);
    // What ext4 does when the disk beneath it fails: nothing can be written from now on.
    let trigger = disk.device().map(|device| format!("/sys/fs/ext4/{device}/trigger_fs_error"));
    if let Err(why) = trigger.and_then(|path| fs::write(path, "1").map_err(|error| error.to_string())) {
        return left_out("disk read-only", why);
    }
    let mut acts = watch.write_until_it_fails();
    let press = watch.press_unrecorded();
    // Somebody puts the disk right; the node, which never had the press on it, starts again.
    node.kill();
    drop(watch);
    disk.unmount();
    // It says by its exit code that it repaired something; a disk beyond repair does not mount below.
    let _ = run("e2fsck", &["-f", "-y", &disk.image().display().to_string()]);
    disk.mount_image().unwrap();
    node.start();
    let team = first_team().id;
    let mut button = Device::connect(node.mqtt, &buttons_of(team)[0]).unwrap();
    let mut bell = Device::connect(node.mqtt, &bells_of(team)[0]).unwrap();
    bell.say("heartbeat", &format!("{{\"ringing\":[{{\"alarm\":\"{press}\",\"sound\":\"live\"}}]}}"))
        .unwrap();
    button.press(&press).unwrap();
    assert!(button.recorded(&press, FOLLOWS_WITHIN), "the button repeats its press until it is recorded");
    assert_eq!(bell.rings(RINGS_WITHIN).as_deref(), Some(press.as_str()), "the bell rings on");
    acts.push(press);
    node.stop();
    stands_in(&node, &acts);
    drop(node);
}
