//! The feed for other warning systems, from the program as it runs.

use crate::{
    http::{Browser, new_id},
    kit::{Node, sample, until},
};
use liengia_kernel::{Clock as _, SystemClock};
use serde_json::json;

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

#[test]
fn an_alarm_and_a_test_stand_in_the_feed_as_what_they_are_and_name_nobody() {
    let mut node = Node::of_the_sample("cap");
    node.start();
    let mut anyone = node.anyone();
    assert_eq!(messages(&mut anyone), Vec::<String>::new());
    let mut officer = node.sign_in("officer");
    let home = sample().members(sample().teams[0].id).next().unwrap();
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press =
        json!({ "alarm": alarm, "household": home.id, "pressed_at": at, "sent_at": at, "source": "desk" });
    assert_eq!(officer.post("/api/alarms", &press).status, 202);
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
