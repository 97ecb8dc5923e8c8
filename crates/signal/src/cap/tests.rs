//! CAP messages and the feed, read back by another parser and held against the standard's order of elements.

use super::*;
use liengia_kernel::{AlarmId, Position};
use quick_xml::{Reader, events::Event};
use std::time::Duration;

const SENT: Timestamp = Timestamp::from_seconds(1_787_101_282);
const HOUR: Duration = Duration::from_hours(1);

fn info(language: &str) -> Info {
    let text = |text: &str| text.to_owned();
    Info {
        language: text(language),
        event: text("Cháy nhà"),
        sender_name: text("Công an xã Hòa Bình"),
        headline: text("Cháy ở tổ liên gia 7, thôn Đông"),
        description: text("Có tin báo cháy <tại> \"tổ 7\" & khu vực lân cận."),
        instruction: text("Không đến gần. Nhường đường cho xe chữa cháy. Gọi 114."),
        place: text("Tổ liên gia 7, thôn Đông"),
    }
}

fn alert() -> Alert {
    Alert {
        sender: Sender::of_node("node.example.vn").unwrap(),
        alarm: AlarmId::from_bytes([7; 16]),
        revision: 0,
        sent: SENT,
        expires: SENT + HOUR,
        status: Status::Actual,
        stage: Stage::Alert,
        certainty: Certainty::Likely,
        note: None,
        earlier: vec![],
        infos: vec![info("vi"), info("en"), info("id")],
        area: Area::circle(Position::new(16.047_1, 108.206_2).unwrap(), 300.0),
    }
}

fn cancel() -> Alert {
    let earlier = vec![alert().reference(), Alert { revision: 1, ..alert() }.reference()];
    Alert {
        revision: 2,
        stage: Stage::Cancel,
        earlier,
        sent: SENT + HOUR,
        expires: SENT + 2 * HOUR,
        ..alert()
    }
}

fn drill() -> Alert {
    let outline = [(16.0, 108.0), (16.02, 108.0), (16.02, 108.02)];
    let corners: Vec<_> = outline.iter().map(|(lat, lon)| Position::new(*lat, *lon).unwrap()).collect();
    let note = Some("DIỄN TẬP, KHÔNG CÓ CHÁY".to_owned());
    Alert { status: Status::Exercise, note, area: Area::outline(&corners).unwrap(), ..alert() }
}

/// `path` (without namespaces) and text of every element that holds text, in order.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(xml);
    let (mut path, mut text, mut found) = (Vec::new(), String::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                text.clear();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) => match part.resolve_char_ref().unwrap() {
                Some(c) => text.push(c),
                None => text.push_str(quick_xml::escape::resolve_predefined_entity(&part).unwrap()),
            },
            Event::End(_) => {
                if !text.trim().is_empty() {
                    found.push((path.join("/"), std::mem::take(&mut text)));
                }
                path.pop();
                text.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(path.is_empty(), "every element ends");
    found
}

fn texts<'a>(elements: &'a [(String, String)], path: &str) -> Vec<&'a str> {
    elements.iter().filter(|(at, _)| at == path).map(|(_, text)| text.as_str()).collect()
}

/// CAP 1.2, section 3.2: the order of the elements that we write, and which of them must be there.
const ALERT: [(&str, bool); 9] = [
    ("identifier", true),
    ("sender", true),
    ("sent", true),
    ("status", true),
    ("msgType", true),
    ("scope", true),
    ("note", false),
    ("references", false),
    ("incidents", false),
];
const INFO: [(&str, bool); 15] = [
    ("language", false),
    ("category", true),
    ("event", true),
    ("responseType", false),
    ("urgency", true),
    ("severity", true),
    ("certainty", true),
    ("effective", false),
    ("expires", false),
    ("senderName", false),
    ("headline", false),
    ("description", false),
    ("instruction", false),
    ("area/areaDesc", true),
    ("area/polygon|area/circle", false),
];

/// Takes the elements of `order` off the front of `found`.
fn in_order<'a>(
    mut found: &'a [(String, String)],
    parent: &str,
    order: &[(&str, bool)],
) -> &'a [(String, String)] {
    for (names, required) in order {
        let is_this = |path: &str| names.split('|').any(|name| path == format!("{parent}/{name}"));
        match found.split_first().filter(|((path, _), _)| is_this(path)) {
            Some((_, rest)) => found = rest,
            None => assert!(!required, "{parent}/{names} is missing before {:?}", found.first()),
        }
    }
    found
}

#[test]
fn every_message_follows_the_order_of_the_standard() {
    for alert in [alert(), cancel(), drill()] {
        let written = xml(&alert).unwrap();
        let found = elements(&written);
        let mut rest = in_order(&found, "alert", &ALERT);
        for _ in &alert.infos {
            rest = in_order(rest, "alert/info", &INFO);
        }
        assert_eq!(rest, &[], "{written}");
        assert!(written.contains("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">"));
    }
}

#[test]
fn an_alarm_is_actual_public_and_says_where_when_and_what_to_do() {
    let found = elements(&xml(&alert()).unwrap());
    let one = |path| texts(&found, path)[0];
    assert_eq!(one("alert/identifier"), format!("liengia-{}-0", AlarmId::from_bytes([7; 16])));
    assert_eq!(one("alert/sender"), "alarm@node.example.vn");
    assert_eq!(one("alert/sent"), "2026-08-19T08:01:22+07:00");
    assert_eq!((one("alert/status"), one("alert/msgType")), ("Actual", "Alert"));
    assert_eq!(texts(&found, "alert/info/language"), ["vi", "en", "id"]);
    assert_eq!(one("alert/info/description"), info("vi").description);
    assert_eq!(one("alert/info/area/circle"), "16.047,108.206 0.3");
    assert_eq!((one("alert/info/urgency"), one("alert/info/responseType")), ("Immediate", "Avoid"));
}

#[test]
fn a_cancel_names_what_went_before_and_gives_the_all_clear() {
    let found = elements(&xml(&cancel()).unwrap());
    let id = AlarmId::from_bytes([7; 16]);
    let before = format!(
        "alarm@node.example.vn,liengia-{id}-0,2026-08-19T08:01:22+07:00 \
         alarm@node.example.vn,liengia-{id}-1,2026-08-19T08:01:22+07:00"
    );
    assert_eq!(texts(&found, "alert/references"), [before]);
    assert_eq!(texts(&found, "alert/info/responseType"), ["AllClear"; 3]);
    assert_eq!(texts(&found, "alert/info/urgency"), ["Past"; 3]);
}

#[test]
fn a_drill_cannot_pass_for_an_alarm() {
    let found = elements(&xml(&drill()).unwrap());
    assert_eq!(texts(&found, "alert/status"), ["Exercise"]);
    assert_eq!(texts(&found, "alert/note"), ["DIỄN TẬP, KHÔNG CÓ CHÁY"]);
    assert_eq!(texts(&found, "alert/info/responseType"), ["None"; 3]);
    for status in [Status::Exercise, Status::Test] {
        assert_eq!(xml(&Alert { status, ..alert() }), Err(BadAlert::NoNote));
    }
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "]]></headline><status>Actual</status>&amp;<!--\u{0}\u{8}\u{ffff}\r\n\"'";
    let mut alert = drill();
    alert.infos[0].headline = hostile.to_owned();
    alert.note = Some(hostile.to_owned());
    let written = xml(&alert).unwrap();
    let found = elements(&written);
    let plain = hostile.replace(['\u{0}', '\u{8}', '\u{ffff}'], "");
    assert_eq!(texts(&found, "alert/info/headline")[0], plain);
    assert_eq!(texts(&found, "alert/status"), ["Exercise"]);
}

#[test]
fn what_the_standard_does_not_allow_is_refused() {
    let no_text = BadAlert::Text { language: "en".to_owned(), field: "headline", most: 160 };
    for headline in [String::new(), "a".repeat(161)] {
        let infos = vec![info("vi"), Info { headline, ..info("en") }];
        assert_eq!(xml(&Alert { infos, ..alert() }), Err(no_text.clone()));
    }
    assert_eq!(xml(&Alert { infos: vec![], ..alert() }), Err(BadAlert::NoText));
    let twice = vec![info("vi"), info("vi")];
    assert_eq!(xml(&Alert { infos: twice, ..alert() }), Err(BadAlert::Language("vi".to_owned())));
    assert_eq!(xml(&Alert { stage: Stage::Update, ..alert() }), Err(BadAlert::NothingEarlier));
    assert_eq!(xml(&Alert { stage: Stage::Alert, ..cancel() }), Err(BadAlert::NotFirst));
    assert_eq!(xml(&Alert { expires: SENT, ..alert() }), Err(BadAlert::Expired));
    for host in ["", "a b", "a,b", "nút.vn"] {
        assert_eq!(Sender::of_node(host), Err(BadAlert::Sender), "{host}");
    }
}

#[test]
fn the_feed_lists_the_newest_first_under_names_that_never_change() {
    let alerts = [alert(), cancel(), Alert { revision: 1, sent: SENT + HOUR / 2, ..drill() }];
    let written = |alerts: &[Alert]| {
        let base = "https://node.example.vn";
        feed(&Feed { base, title: "Báo cháy", author: "Xã Hòa Bình", updated: SENT, alerts }).unwrap()
    };
    let page = written(&alerts);
    let found = elements(&page);
    let times = ["2026-08-19T09:01:22+07:00", "2026-08-19T08:31:22+07:00", "2026-08-19T08:01:22+07:00"];
    assert_eq!(texts(&found, "feed/updated"), times[..1]);
    assert_eq!(texts(&found, "feed/entry/updated"), times);
    let mut ids = texts(&found, "feed/entry/id");
    assert!(ids.iter().all(|id| id.starts_with("urn:uuid:")));
    let (alone, first) = (written(&alerts[..1]), ids[2]);
    assert_eq!(texts(&elements(&alone), "feed/entry/id"), [first]);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(page.contains(&format!("href=\"https://node.example.vn/cap/{}.xml\"", alerts[0].identifier())));
    assert!(page.contains("<category term=\"Exercise\"/>"));
}

#[test]
fn an_empty_feed_is_a_feed_and_a_long_one_ends() {
    let feed_of = |alerts: &[Alert]| {
        feed(&Feed { base: "https://node.example.vn", title: "t", author: "a", updated: SENT, alerts })
            .unwrap()
    };
    assert_eq!(texts(&elements(&feed_of(&[])), "feed/updated"), ["2026-08-19T08:01:22+07:00"]);
    let many: Vec<_> = (0..150).map(|revision| Alert { revision, ..alert() }).collect();
    assert_eq!(texts(&elements(&feed_of(&many)), "feed/entry/id").len(), MOST_ENTRIES);
}
