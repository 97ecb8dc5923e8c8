//! The clock jumps: somebody sets it, a time server corrects it, a battery is dead. Timers do not run on it.

use crate::{
    commune::sample,
    http::new_id,
    journal,
    mqtt::Device,
    node::{Node, until},
    scene::{bells_of, buttons_of, not_installed},
};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::{
    Broker,
    device::{Neighbourhood, Setup},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Debian's `faketime`: a library that stands between a program and the system's clock.
const LIBRARIES: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
];

/// How soon bells ring.
const RINGS_WITHIN: Duration = Duration::from_secs(5);

/// A bell that rings is told again within this, however the clock stands: every 60 s, and a little for the machine.
const RENEWED_WITHIN: Duration = Duration::from_secs(75);

/// The node's own clock, which the test sets.
pub struct NodeClock(PathBuf);

impl NodeClock {
    /// Stands between this node and the system's clock; none where the library is missing.
    pub fn of(node: &mut Node) -> Option<Self> {
        let library = LIBRARIES.into_iter().find(|path| Path::new(path).exists())?;
        let file = node.folder.path().join("clock");
        let clock = Self(file.clone());
        clock.set("+0");
        node.run_as(move |binary| {
            let mut command = Command::new(binary);
            command
                .env("LD_PRELOAD", library)
                .env("FAKETIME_TIMESTAMP_FILE", &file)
                .env("FAKETIME_NO_CACHE", "1")
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            command
        });
        Some(clock)
    }

    /// Sets it so far off, like `+2d` or `-30m`.
    pub fn set(&self, offset: &str) {
        let beside = self.0.with_extension("new");
        fs::write(&beside, format!("{offset}\n")).unwrap();
        fs::rename(beside, &self.0).unwrap();
    }
}

/// How many entries there are of each kind.
fn kinds(data: &Path) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for entry in journal::entries(data, 0) {
        *counts.entry(entry.kind).or_default() += 1;
    }
    counts
}

#[test]
fn a_clock_that_jumps_stops_no_bell_rings_nothing_old_and_faults_no_device() {
    let mut node = Node::new("clock");
    let Some(clock) = NodeClock::of(&mut node) else {
        return not_installed("clock", "libfaketime is not on this machine");
    };
    node.start();
    let [team, other] = [0, 5].map(|team: usize| sample().teams[team].id);
    let mut setup = Setup::new(Broker::plain(node.mqtt), bells_of(team), 1);
    setup.heartbeat = Duration::from_secs(5);
    let neighbours = Neighbourhood::start(&setup).unwrap();
    neighbours.wait_until(RINGS_WITHIN * 4, |stats| stats.connected == stats.expected).unwrap();
    let mut button = Device::connect(node.mqtt, &buttons_of(team)[0]).unwrap();
    let before = new_id();
    button.press(&before).unwrap();
    let all = neighbours.stats().expected;
    neighbours.wait_until(RINGS_WITHIN * 4, |stats| stats.ringing == all).unwrap();
    assert!(button.recorded(&before, RINGS_WITHIN));
    // The ladder takes its first rungs before it is looked at.
    let faults_before = kinds(&node.data).get("device_fault").copied().unwrap_or_default();

    for offset in ["+2d", "-2d", "+400d", "-30m", "+0"] {
        clock.set(offset);
        let mut elsewhere = Device::connect(node.mqtt, &buttons_of(other)[0]).unwrap();
        let press = new_id();
        elsewhere.press(&press).unwrap();
        assert!(elsewhere.recorded(&press, RINGS_WITHIN), "{offset}: a press is recorded");
        let board = node.browser().get("/metrics").text();
        assert!(board.contains("liengia_journal_writing 1"), "{offset}");
        assert_eq!(neighbours.stats().ringing, all, "{offset}: no bell stops");
    }
    let (rings, steady) = (neighbours.stats().rings, SystemClock::new());
    let renewed = u64::try_from(all).unwrap();
    neighbours.wait_until(RENEWED_WITHIN, |stats| stats.rings >= rings + renewed).unwrap();
    let (waited, stats) = (steady.elapsed(), neighbours.stats());
    assert_eq!((stats.ringing, stats.silences), (all, 0), "every bell rings on, none ever stopped");
    assert!(stats.rings < rings + 6 * renewed, "bells are not told all the time: {stats:?}");
    node.stop();
    node.verifies();
    node.views_agree();
    let counts = kinds(&node.data);
    assert_eq!(counts.get("device_fault").copied().unwrap_or_default(), faults_before, "{counts:?}");
    assert!(counts["rung_taken"] <= 12, "each rung of two alarms is told once: {counts:?}");
    println!("clock: five jumps, {all} bells renewed after {waited:?}, {counts:?}");
}

#[test]
fn a_node_that_starts_with_a_wrong_clock_rings_on_and_asks_about_what_is_old() {
    let mut node = Node::new("wrong-clock");
    let Some(clock) = NodeClock::of(&mut node) else {
        return not_installed("wrong clock", "libfaketime is not on this machine");
    };
    node.start();
    let team = sample().teams[0].id;
    let mut member = node.sign_in("household");
    let mut button = Device::connect(node.mqtt, &buttons_of(team)[0]).unwrap();
    let press = new_id();
    button.press(&press).unwrap();
    assert!(button.recorded(&press, RINGS_WITHIN));
    for offset in ["-3d", "+3d"] {
        node.kill();
        clock.set(offset);
        node.start();
        let mut bell =
            until("a bell comes back", RINGS_WITHIN, || Device::connect(node.mqtt, &bells_of(team)[0]).ok());
        assert_eq!(bell.rings(RINGS_WITHIN).as_deref(), Some(press.as_str()), "{offset}");
        // By the phone's own clock, which alone says how long it held the press.
        let fresh = json!({
            "alarm": new_id(), "pressed_at": "2026-08-19T08:00:00Z", "sent_at": "2026-08-19T08:00:01Z",
            "source": "phone",
        });
        let rang = member.post("/api/alarms", &fresh);
        assert_eq!((rang.status, rang.json()["state"].as_str()), (202, Some("ringing")), "{offset}");
        let late = json!({
            "alarm": new_id(), "pressed_at": "2026-08-19T08:00:00Z", "sent_at": "2026-08-19T08:06:00Z",
            "source": "phone",
        });
        let asked = member.post("/api/alarms", &late);
        assert_eq!(asked.json()["state"], json!("ask_still_burning"), "{offset}");
    }
    node.stop();
    node.verifies();
}
