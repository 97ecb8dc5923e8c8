//! Cameras near an alarm: what is kept by itself, what the desk is brought, and whose camera opens for whom.
//!
//! The cameras are simulated, and spoken to by real RTSP over TCP.

use crate::{
    clock::NodeClock,
    commune::sample,
    http::{Answer, Browser, new_id},
    journal::{self, Entry},
    node::{Node, until},
    scene::{first_team, not_installed},
    watched::{cameras, put_up_in, records, share, site},
};
use liengia_kernel::{Clock as _, Position, SystemClock, Timestamp};
use liengia_sim::{camera::Cameras, sample::Household};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

/// How soon what an alarm does to cameras shows.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(30);

/// What is kept of an alarm before its beginning and after its end.
const BEFORE: Duration = Duration::from_mins(5);
const AFTER: Duration = Duration::from_mins(10);

/// How late the end of an alarm may be seen.
const LATE: Duration = Duration::from_secs(10);

/// So many metres north of a home.
fn north_of(home: &Household, metres: f64) -> Position {
    Position::new(home.position.lat() + metres / 111_195.0, home.position.lon()).unwrap()
}

/// The home of the first team whose people sign in; its neighbours do, too.
fn first_home() -> &'static Household {
    sample().members(first_team().id).next().unwrap()
}

/// A node of this name that serves.
fn started(name: &str) -> Node {
    let mut node = Node::new(name);
    node.start();
    node
}

/// A node with cameras around the first home.
struct Lane {
    node: Node,
    officer: Browser,
    home: Browser,
    site: String,
    /// The home's own, shared for alarms alone.
    own: String,
    /// Public ones, the nearest first.
    public: Vec<String>,
    _cameras: Cameras,
}

impl Lane {
    /// Four other homes that share nothing have the nearest cameras; of the public ones, one is too far away to be of use.
    fn of(node: Node) -> Self {
        let home = node.sign_in("household");
        Self::with(node, home)
    }

    /// The same with this browser of the home.
    fn with(node: Node, mut home: Browser) -> Self {
        let cameras = cameras(4);
        let mut officer = node.sign_in("officer");
        let (mine, homes) = (site(&mut officer, "home"), sample().members(first_team().id).skip(1).take(4));
        for other in homes {
            let door = json!({ "url": cameras.url(3) });
            put_up_in(&mut officer, &mine, (&door, north_of(first_home(), 5.0)), Some(&other.id.to_string()));
        }
        let place = |metres| north_of(first_home(), metres);
        let door = json!({ "url": cameras.url(0) });
        let own = put_up_in(&mut officer, &mine, (&door, place(40.0)), Some(&first_home().id.to_string()));
        share(&mut home, &own, &["alarm"]);
        let site = site(&mut officer, "traffic");
        let public = [(1, 60.0), (2, 200.0), (3, 900.0)].map(|(camera, metres)| {
            put_up_in(&mut officer, &site, (&json!({ "url": cameras.url(camera) }), place(metres)), None)
        });
        for camera in public.iter().chain([&own]) {
            records(&mut officer, camera);
        }
        Self { node, officer, home, site, own, public: public.to_vec(), _cameras: cameras }
    }

    /// Asks to look live for this purpose.
    fn look(&mut self, camera: &str, purpose: &str, alarm: Option<&str>) -> Answer {
        let look =
            json!({ "cameras": [camera], "kind": "live", "purpose": purpose, "case": "", "alarm": alarm });
        self.officer.post("/api/looks", &look)
    }

    /// The home's camera stays shut, for want of an alarm that a resident raised or confirmed.
    fn is_shut(&mut self, alarm: &str) {
        let own = self.own.clone();
        let refused = self.look(&own, "alarm", Some(alarm));
        let text = refused.text();
        assert!(refused.status == 403 && text.contains("camera_shut") && text.contains("no_alarm"), "{text}");
    }

    /// The cameras that the desk is brought, with their metres.
    fn near(&mut self, alarm: &str) -> Vec<(String, u64)> {
        let near = self.officer.get(&format!("/api/alarms/{alarm}/cameras")).done();
        let shown = |near: &Value| {
            (near["camera"]["id"].as_str().unwrap().to_owned(), near["metres"].as_u64().unwrap())
        };
        near["cameras"].as_array().unwrap().iter().map(shown).collect()
    }

    /// What an alarm keeps.
    fn hold(&mut self, alarm: &str) -> Option<Value> {
        let holds = self.officer.get("/api/holds").done();
        holds["items"].as_array().unwrap().iter().find(|hold| hold["alarm"] == alarm).cloned()
    }

    fn entries(&self, kind: &str) -> Vec<Entry> {
        journal::entries(&self.node.data, 0).into_iter().filter(|entry| entry.kind == kind).collect()
    }

    fn end(mut self) {
        self.node.stop();
        self.node.verifies();
        self.node.views_agree();
    }
}

/// Presses on a phone, or at the desk, for this home.
fn press(browser: &mut Browser, source: &str, home: &Household) -> String {
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press = json!({
        "alarm": alarm, "pressed_at": at, "sent_at": at, "source": source, "household": home.id,
    });
    let receipt = browser.post("/api/alarms", &press).done();
    receipt["joined"].as_str().map_or(alarm, str::to_owned)
}

fn moment(value: &Value) -> Timestamp {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn a_press_keeps_the_nearest_footage_until_ten_minutes_after_it_is_over_and_anchors_it() {
    let mut lane = Lane::of(started("alarm-keeps"));
    let before = lane.entries("footage_anchored").len();
    let mut leader = lane.node.sign_in("leader");
    let alarm = press(&mut lane.home, "phone", first_home());
    let raised_at = moment(&lane.officer.get(&format!("/api/alarms/{alarm}")).done()["raised_at"]);
    let hold = until("its footage is kept", FOLLOWS_WITHIN, || lane.hold(&alarm));
    let kept: BTreeSet<_> =
        hold["cameras"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(
        kept,
        BTreeSet::from([lane.own.as_str(), &lane.public[0], &lane.public[1]]),
        "and of no home that shares nothing"
    );
    let placed_at = moment(&hold["placed_at"]);
    assert_eq!(moment(&hold["span"]["from"]), raised_at - BEFORE);
    assert_eq!(moment(&hold["span"]["to"]), placed_at + AFTER);
    until("what was recorded is anchored", FOLLOWS_WITHIN, || {
        (lane.entries("footage_anchored").len() > before).then_some(())
    });
    let (anchored, raised) =
        (lane.entries("footage_anchored").pop().unwrap(), lane.entries("raised").pop().unwrap());
    assert!(anchored.seq > raised.seq && anchored.body.contains("root"), "{anchored:?}");
    let near = [(lane.own.clone(), 40), (lane.public[0].clone(), 60), (lane.public[1].clone(), 200)];
    assert_eq!(lane.near(&alarm), near);
    let own = lane.own.clone();
    assert_eq!(lane.look(&own, "alarm", Some(&alarm)).status, 201, "a resident pressed");
    let by = lane.home.get("/api/session").done()["person"].clone();
    lane.home.post(&format!("/api/alarms/{alarm}/looked"), &json!({ "saw": "no_fire" })).done();
    let close = json!({ "reason": "no_fire", "looked_by": by, "words": "" });
    let closed = leader.post(&format!("/api/alarms/{alarm}/close"), &close).done();
    let closed_at = moment(&closed["closed"]["at"]);
    let to = until("the end of the alarm is the end of what is kept", FOLLOWS_WITHIN, || {
        let to = moment(&lane.hold(&alarm)?["span"]["to"]);
        (to >= closed_at + AFTER).then_some(to)
    });
    assert!(to <= closed_at + AFTER + LATE, "{closed_at} {to}");
    until("it is anchored once more", FOLLOWS_WITHIN, || {
        (lane.entries("footage_anchored").len() > before + 1).then_some(())
    });
    assert_eq!(moment(&lane.hold(&alarm).unwrap()["span"]["from"]), raised_at - BEFORE);
    assert_eq!(lane.near(&alarm), [], "nothing burns any more");
    lane.is_shut(&alarm);
    lane.end();
}

#[test]
fn what_the_desk_raises_opens_no_home_until_a_resident_says_that_it_burns() {
    let mut lane = Lane::of(started("desk-alarm"));
    let mut neighbour = lane.node.sign_in("neighbour");
    let alarm = press(&mut lane.officer, "desk", first_home());
    lane.is_shut(&alarm);
    let public = lane.public[0].clone();
    assert_eq!(lane.look(&public, "alarm", Some(&alarm)).status, 201);
    // Whatever the officer does by themselves, no resident has spoken.
    assert_eq!(press(&mut lane.officer, "phone", first_home()), alarm, "it joins");
    lane.is_shut(&alarm);
    let looked = format!("/api/alarms/{alarm}/looked");
    lane.officer.post(&looked, &json!({ "saw": "fire" }));
    lane.is_shut(&alarm);
    let resident = neighbour.get("/api/session").done()["person"].clone();
    lane.officer.post(&looked, &json!({ "saw": "fire", "by": resident })).done();
    lane.is_shut(&alarm);
    assert_eq!(lane.near(&alarm)[0].0, lane.own, "it waits for the word of a resident");
    neighbour.post(&looked, &json!({ "saw": "fire" })).done();
    let own = lane.own.clone();
    let opened = lane.look(&own, "alarm", Some(&alarm));
    assert_eq!(opened.status, 201, "{}", opened.text());
    // For alarms alone, as the home said, and for no other one.
    let refused = lane.look(&own, "accident", None).text();
    assert!(refused.contains("not_for_this"), "{refused}");
    lane.is_shut(&new_id());
    lane.end();
}

/// The next nine in the morning where the commune is.
fn morning() -> Timestamp {
    let (day, nine) = (86_400, 2 * 3_600);
    let now = SystemClock::new().now().as_seconds();
    Timestamp::from_seconds((now - nine).div_euclid(day) * day + day + nine)
}

#[test]
fn a_drill_opens_no_home_and_keeps_nothing() {
    let mut node = Node::new("drill-cameras");
    let Some(clock) = NodeClock::of(&mut node) else {
        return not_installed("cameras and drills", "libfaketime is not on this machine");
    };
    // It is announced more than a day before, and takes place this morning.
    let (at, now) = (morning(), SystemClock::new().now());
    let begins = i64::try_from(at.since(now).as_secs()).unwrap();
    clock.set(&format!("{:+}", begins - 25 * 3_600));
    node.start();
    let (mut leader, home) = (node.sign_in("leader"), node.sign_in("household"));
    let drill = json!({ "teams": [first_team().id], "at": at, "text": "", "by_itself": false });
    let announced = leader.post("/api/drills", &drill).done();
    let drill = announced["items"][0]["id"].as_str().unwrap().to_owned();
    clock.set(&format!("{:+}", begins + 60));
    let mut lane = Lane::with(node, home);
    leader.post(&format!("/api/drills/{drill}/start"), &json!({})).done();
    lane.is_shut(&drill);
    assert_eq!(lane.near(&drill), []);
    // Another team's alarm is looked at after the drill: when its footage is kept, the drill was passed over.
    let last = sample()
        .households
        .iter()
        .rfind(|home| home.team.is_some_and(|team| team != first_team().id))
        .unwrap();
    let (site, door) = (lane.site.clone(), json!({ "url": "rtsp://127.0.0.1:9/nobody" }));
    put_up_in(&mut lane.officer, &site, (&door, north_of(last, 30.0)), None);
    let alarm = press(&mut lane.officer, "desk", last);
    until("its footage is kept", FOLLOWS_WITHIN, || lane.hold(&alarm));
    assert_eq!(lane.hold(&drill), None);
    lane.is_shut(&drill);
    leader.post(&format!("/api/drills/{drill}/end"), &json!({})).done();
    lane.end();
}

#[test]
fn the_duty_watch_needs_a_shift_and_each_look_of_it_names_that_shift() {
    let mut lane = Lane::of(started("duty-watch"));
    let mut relief = lane.node.sign_in("relief");
    let public = lane.public.clone();
    let refused = lane.look(&public[0], "duty_watch", None);
    assert!(refused.status == 422 && refused.text().contains("wrong_purpose"), "{}", refused.text());
    let shift = lane.officer.post("/api/shifts", &json!({})).done()["id"].as_str().unwrap().to_owned();
    for camera in &public[..2] {
        lane.look(camera, "duty_watch", None).done();
    }
    let own = lane.own.clone();
    let refused = lane.look(&own, "duty_watch", None).text();
    assert!(refused.contains("not_for_this"), "a home did not share for it: {refused}");
    let look = json!({ "cameras": [public[0]], "kind": "live", "purpose": "duty_watch", "case": "" });
    assert_eq!(relief.post("/api/looks", &look).status, 422, "whoever is not on duty");
    let opened = lane.entries("look_opened");
    let shifts: Vec<Value> = opened
        .iter()
        .map(|entry| serde_json::from_str::<Value>(&entry.body).unwrap()["shift"].clone())
        .collect();
    assert_eq!(shifts, [json!(shift), json!(shift)]);
    let watch = lane.look(&public[0], "duty_watch", None).done()["id"].as_str().unwrap().to_owned();
    let still = format!("/api/looks/{watch}/cameras/{}/still", public[0]);
    assert!(!lane.officer.get(&still).text().contains("no_look"), "it is open");
    lane.officer.post(&format!("/api/shifts/{shift}/handover"), &json!({ "note": "" })).done();
    until("the watch ends with its shift", FOLLOWS_WITHIN, || {
        lane.officer.get(&still).text().contains("no_look").then_some(())
    });
    assert_eq!(lane.look(&public[0], "duty_watch", None).status, 422, "the shift is over");
    lane.end();
}
