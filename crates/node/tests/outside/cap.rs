//! The feed for other warning systems, from the program as it runs.

use crate::{
    http::{Browser, new_id},
    kit::{Node, faketime, sample, until},
};
use liengia_journal::testing::not_installed;
use liengia_kernel::{Clock as _, HouseholdId, SystemClock};
use serde_json::json;
use std::time::Duration;

/// The elements of a message, in the order in which CAP 1.2 wants them: alert, then info, then area.
const ALERT: [&str; 9] =
    ["identifier", "sender", "sent", "status", "msgType", "scope", "note", "references", "incidents"];
const INFO: [&str; 13] = [
    "language",
    "category",
    "event",
    "responseType",
    "urgency",
    "severity",
    "certainty",
    "effective",
    "expires",
    "senderName",
    "headline",
    "description",
    "instruction",
];
const AREA: [&str; 2] = ["areaDesc", "circle"];

/// What stands in an element, the first time.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0.to_owned())
}

/// These elements stand in this order, and those that must be there are.
fn in_order(xml: &str, names: &[&str], left_out: &[&str]) {
    let mut last = 0;
    for name in names {
        match xml.find(&format!("<{name}>")) {
            Some(place) => {
                assert!(place > last, "{name} stands too early in {xml}");
                last = place;
            }
            None => assert!(left_out.contains(name), "{name} is missing in {xml}"),
        }
    }
}

/// A message that holds to the standard.
fn checked(xml: &str) {
    assert!(xml.contains("xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\""), "{xml}");
    in_order(xml, &ALERT, &["note", "references"]);
    let infos: Vec<&str> = xml.split("<info>").skip(1).collect();
    assert_eq!(infos.len(), 3, "a part for each language");
    for info in infos {
        in_order(info, &INFO, &[]);
        in_order(info.split_once("<area>").unwrap().1, &AREA, &["circle"]);
    }
    for time in ["sent", "effective", "expires"] {
        let time = element(xml, time).unwrap();
        assert!(time.ends_with("+07:00") && time.len() == 25, "{time}");
    }
}

/// The feed's messages.
fn messages(browser: &mut Browser) -> Vec<String> {
    let feed = browser.get("/cap/feed.atom");
    assert_eq!(feed.status, 200, "{}", feed.text());
    let text = feed.text();
    let addresses = text
        .split("href=\"")
        .filter_map(|part| part.split('"').next())
        .filter(|address| address.contains("/cap/liengia-"));
    let paths = addresses.map(|address| address[address.find("/cap/").unwrap()..].to_owned());
    paths.map(|path| browser.get(&path).text()).collect()
}

/// FIRE at this home, said at the desk; which alarm that is.
fn press(officer: &mut Browser, home: HouseholdId) -> String {
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press =
        json!({ "alarm": alarm, "household": home, "pressed_at": at, "sent_at": at, "source": "desk" });
    assert_eq!(officer.post("/api/alarms", &press).status, 202);
    alarm
}

/// The feed's messages once there are so many, the first one first.
fn once_there_are(count: usize, browser: &mut Browser) -> Vec<String> {
    let mut messages = until(&format!("{count} messages"), || {
        let messages = messages(browser);
        (messages.len() == count).then_some(messages)
    });
    messages.sort_by_key(|xml| element(xml, "identifier"));
    messages
}

/// A message that ends this: of the same status, and naming everything that went before, each as it named itself.
fn ends(last: &str, before: &[String]) {
    let of = |name| element(last, name).unwrap_or_else(|| panic!("{name} is missing in {last}"));
    assert_eq!(of("msgType"), "Cancel");
    assert_eq!((of("urgency").as_str(), of("severity").as_str()), ("Past", "Minor"));
    for earlier in before {
        assert_eq!(element(earlier, "status"), Some(of("status")), "{earlier}");
        assert_eq!(element(earlier, "incidents"), Some(of("incidents")), "{earlier}");
    }
    let named = before.iter().map(|xml| {
        let parts = ["sender", "identifier", "sent"].map(|name| element(xml, name).unwrap());
        parts.join(",")
    });
    assert_eq!(of("references"), named.collect::<Vec<_>>().join(" "));
}

#[test]
fn an_alarm_and_a_test_stand_in_the_feed_as_what_they_are_and_name_nobody() {
    let mut node = Node::of_the_sample("cap");
    node.start();
    let mut anyone = node.anyone();
    assert_eq!(messages(&mut anyone), Vec::<String>::new());
    let mut officer = node.sign_in("officer");
    let home = sample().members(sample().teams[0].id).next().unwrap();
    let alarm = press(&mut officer, home.id);
    assert_eq!(officer.post("/api/cap/tests", &json!({})).status, 201);
    assert_eq!(node.anyone().post("/api/cap/tests", &json!({})).status, 401);

    let both = crate::kit::until("both are in the feed", || {
        let messages = messages(&mut anyone);
        (messages.len() == 2).then_some(messages)
    });
    for xml in &both {
        checked(xml);
    }
    let of =
        |status: &str| both.iter().find(|xml| element(xml, "status").as_deref() == Some(status)).unwrap();
    let (actual, test) = (of("Actual"), of("Test"));
    assert_eq!(element(actual, "msgType").as_deref(), Some("Alert"));
    assert!(element(actual, "areaDesc").unwrap().contains(&sample().teams[0].name), "{actual}");
    assert!(element(test, "note").is_some());
    for xml in &both {
        assert!(!xml.contains(home.label.expose().as_str()), "{xml}");
        assert!(home.people.iter().all(|person| !xml.contains(person.name.expose().as_str())));
    }

    let look = officer.post(&format!("/api/alarms/{alarm}/looked"), &json!({ "saw": "fire" }));
    assert_eq!(look.status, 200, "{}", look.text());
    // What was read for one who asked stands for a second.
    let update = until("the update", || {
        let update = anyone.get(&format!("/cap/liengia-{alarm}-1.xml"));
        (update.status == 200).then_some(update)
    });
    checked(&update.text());
    assert_eq!(element(&update.text(), "certainty").as_deref(), Some("Observed"));
    assert!(element(&update.text(), "references").unwrap().contains(&format!("liengia-{alarm}-0")));
    assert_eq!(anyone.get("/cap/liengia-none-0.xml").status, 404);
}

#[test]
fn the_end_of_an_alarm_cancels_all_that_was_said_of_it() {
    let mut node = Node::of_the_sample("cap-end");
    node.start();
    let (mut officer, mut leader, mut anyone) =
        (node.sign_in("officer"), node.sign_in("leader"), node.anyone());
    let home = sample().members(sample().teams[0].id).next().unwrap();
    let alarm = press(&mut officer, home.id);
    let look = leader.post(&format!("/api/alarms/{alarm}/looked"), &json!({ "saw": "fire" }));
    assert_eq!(look.status, 200, "{}", look.text());
    let open = once_there_are(2, &mut anyone);
    assert_eq!([0, 1].map(|n| element(&open[n], "msgType").unwrap()), ["Alert", "Update"]);
    assert_eq!(element(&open[0], "references"), None, "nothing went before the first");

    let looked_by = leader.get("/api/session").json()["person"].clone();
    let close = json!({ "reason": "fire_out", "looked_by": looked_by });
    let closed = officer.post(&format!("/api/alarms/{alarm}/close"), &close);
    assert_eq!(closed.status, 200, "{}", closed.text());
    let all = once_there_are(3, &mut anyone);
    assert_eq!(all[..2], open[..], "what was said stays as it was said");
    checked(&all[2]);
    ends(&all[2], &open);
    assert_eq!(element(&all[2], "status").as_deref(), Some("Actual"));
    assert_eq!(element(&all[2], "responseType").as_deref(), Some("AllClear"));
}

#[test]
fn a_drill_is_an_exercise_from_its_first_message_to_the_one_that_ends_it() {
    const NOTICE: Duration = Duration::from_mins(24 * 60 + 5);
    let Some(later) = faketime("+1450m") else {
        return not_installed("a drill in the feed", "libfaketime is not on this machine");
    };
    let mut node = Node::of_the_sample("cap-drill");
    let now = SystemClock::new().now();
    // Drills are by day: the place of this node is where it is ten in the morning.
    let hours_ahead = (22 - now.at_offset(0).hour()).rem_euclid(24) - 12;
    node.configure("", &format!("[alarm]\nutc_offset_hours = {hours_ahead}"));
    node.start();
    let mut leader = node.sign_in("leader");
    let team = &sample().teams[0];
    let drill = leader.post("/api/drills", &json!({ "teams": [team.id], "at": now + NOTICE }));
    assert_eq!(drill.status, 201, "{}", drill.text());
    let drill = drill.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let mut anyone = node.anyone();
    assert_eq!(messages(&mut anyone), Vec::<String>::new(), "what is only announced warns nobody");

    node.stop();
    node.start_with(&later.each_ref().map(|(name, value)| (*name, value.as_str())));
    let begun = once_there_are(1, &mut anyone);
    checked(&begun[0]);
    let of = |name: &str| element(&begun[0], name);
    assert_eq!((of("status").as_deref(), of("msgType").as_deref()), (Some("Exercise"), Some("Alert")));
    assert_eq!(of("incidents"), Some(drill.clone()));
    assert!(of("areaDesc").unwrap().contains(&team.name) && of("note").is_some(), "{}", begun[0]);

    let ended = leader.post(&format!("/api/drills/{drill}/end"), &json!({}));
    assert_eq!(ended.status, 200, "{}", ended.text());
    let both = once_there_are(2, &mut anyone);
    checked(&both[1]);
    ends(&both[1], &begun);
    assert!(both.iter().all(|xml| element(xml, "responseType").as_deref() == Some("None")));
}
