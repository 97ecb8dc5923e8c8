//! `kill -9` at random moments, a hundred times, and after every tenth a stop in the middle of the work: what was acknowledged is there, what burned rings on.

use crate::{
    commune::sample,
    http::new_id,
    mqtt::Device,
    node::{Node, until},
    scene::{bells_of, buttons_of, seed},
    town::{Town, Written},
};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::device::SimDevice;
use serde_json::json;
use std::time::Duration;

/// How often it is killed; `LIENGIA_FAULT_KILLS` changes it.
const KILLS: usize = 100;

/// Every so many kills all views are compared with the entries.
const COMPARE_EVERY: usize = 10;

/// Every so many kills it is asked to stop as well.
const STOP_EVERY: usize = 10;

/// How soon a bell that comes back is told again to ring.
const RINGS_AGAIN: Duration = Duration::from_secs(10);

/// Each of these bells, coming back, is told to ring. How long the slowest took.
pub fn ring_on(node: &Node, bells: &[SimDevice], when: &str) -> Duration {
    let clock = SystemClock::new();
    for bell in bells {
        let mut device = until("a bell comes back", RINGS_AGAIN, || Device::connect(node.mqtt, bell).ok());
        let rings = device.rings(RINGS_AGAIN);
        assert!(
            rings.is_some(),
            "{when} bell {} is silent\n{}",
            bell.id,
            node.browser().get("/metrics").text()
        );
    }
    clock.elapsed()
}

#[test]
fn a_hundred_kills_lose_nothing_that_was_acknowledged_and_silence_no_bell() {
    let (chance, clock) = (seed("kill"), SystemClock::new());
    let kills = std::env::var("LIENGIA_FAULT_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let teams = [0, 1, 2].map(|team: usize| sample().teams[team].id);
    let watched = teams.map(|team| bells_of(team).remove(0));
    let mut node = Node::new("kill");
    node.start();
    let town = Town::of(&node, &teams, &watched, &chance);
    let (mut written, mut acts, mut slowest) = (Written::default(), 0, Duration::ZERO);
    // Asked to, it stops in the middle of all that as it dies.
    let ends = (1..=kills).flat_map(|kill| {
        let stop = (kill % STOP_EVERY == 0).then_some((kill, true));
        [(kill, false)].into_iter().chain(stop)
    });
    for (kill, stops) in ends {
        town.load(|| {
            town.for_a_while();
            if stops { node.stop() } else { node.kill() }
        });
        node.verifies();
        if kill % COMPARE_EVERY == 0 || kill == kills {
            node.views_agree();
        }
        written.read_on(&node.data);
        let all = town.all();
        let lost = written.lost(&all);
        assert!(lost.is_empty(), "kill {kill} lost {} of {}: {lost:?}", lost.len(), all.len());
        acts = all.len();
        node.start();
        slowest = slowest.max(ring_on(&node, &watched, &format!("after kill {kill}")));
    }
    println!(
        "kill: {kills} kills in {:.0} s, {acts} acknowledged acts and {} entries, none lost; {} rings, the \
         watched bells again within {slowest:?} of each start",
        clock.elapsed().as_secs_f64(),
        written.until,
        town.neighbours.stats().rings
    );
    node.stop();
    node.verifies();
}

/// More homes than the register should ever let into one team, and than the engine once took in.
const FAR_TOO_MANY: usize = 220;

#[test]
fn a_team_that_grew_far_too_large_rings_on_after_a_kill() {
    let team = &sample().teams[0];
    let mut node = Node::new("large");
    node.start();
    let mut clerk = node.sign_in("clerk");
    let home = json!({ "kind": "home", "label": "Nhà thử", "place": team.place, "team": team.id });
    for _ in 0..FAR_TOO_MANY {
        clerk.post("/api/households", &home).done();
    }
    let mut button = Device::connect(node.mqtt, &buttons_of(team.id)[0]).unwrap();
    let press = new_id();
    button.press(&press).unwrap();
    assert!(button.recorded(&press, RINGS_AGAIN));
    node.kill();
    node.start();
    ring_on(&node, &bells_of(team.id)[..3], "in a large team");
    node.stop();
}
