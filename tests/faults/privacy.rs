//! An hour of the sample commune, everything logged that can be: no name, phone, address or note reaches the log or an
//! entry of the journal.

use crate::{
    commune::sample,
    http::{Browser, new_id},
    journal,
    mqtt::Device,
    node::Node,
    scene::{bells_of, buttons_of, first_team},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

/// How soon what is done shows.
const SOON: Duration = Duration::from_secs(20);

/// What people type in this test: each word stands nowhere else.
const TYPED: [&str; 12] = [
    "Quách Thị Thử Nghiệm",
    "Lò Văn Kiểm Chứng",
    "0987 654 321",
    "Nhà bí mật số 977",
    "Đi qua cầu khỉ thứ ba",
    "Bình ga sau tủ đỏ",
    "Bà cụ nằm liệt giường",
    "Lý do sửa: chép nhầm tên",
    "Lý do xoá: người ta xin",
    "Khói bếp than của nhà họ",
    "Người gọi khóc, nói giọng Huế",
    "Điện thoại của cô Thử",
];

/// Everything of the sample that is about somebody, and everything that was typed. Names of places and teams are public.
fn personal() -> BTreeSet<String> {
    let mut all: BTreeSet<String> = TYPED.iter().map(|text| (*text).to_owned()).collect();
    let commune = sample();
    for home in &commune.households {
        all.insert(home.label.expose().clone());
        all.extend(
            [&home.how_to_find, &home.floor_notes].into_iter().flatten().map(|text| text.expose().clone()),
        );
        for person in &home.people {
            all.insert(person.name.expose().clone());
            all.extend(person.phone.as_ref().map(|phone| phone.expose().clone()));
            all.extend(person.help.as_ref().map(|help| help.note.expose().clone()));
        }
    }
    all.extend(commune.officials.iter().map(|official| official.name.expose().clone()));
    let public: Vec<&str> = commune
        .places
        .iter()
        .map(|place| place.name.as_str())
        .chain(commune.teams.iter().map(|team| team.name.as_str()))
        .chain(commune.points.iter().flat_map(|point| [point.name.as_str(), point.access.as_str()]))
        .collect();
    // What a public name contains, like a shop's sign that a point is named after, is public.
    all.retain(|text| text.chars().count() >= 4 && !public.iter().any(|name| name.contains(text.as_str())));
    all
}

/// Alarms: pressed on a button, by phone and at the desk; answered, looked at, noted, closed.
fn alarms(node: &Node, member: &mut Browser, leader: &mut Browser, officer: &mut Browser) {
    let team = first_team().id;
    let mut bell = Device::connect(node.mqtt, &bells_of(team)[0]).unwrap();
    let mut button = Device::connect(node.mqtt, &buttons_of(team)[0]).unwrap();
    let alarm = new_id();
    button.press(&alarm).unwrap();
    assert!(bell.rings(SOON).is_some() && button.recorded(&alarm, SOON));
    let act = |browser: &mut Browser, what: &str, body: &Value| {
        browser.post(&format!("/api/alarms/{alarm}/{what}"), body).done()
    };
    for answer in ["delivered", "seen", "coming", "arrived"] {
        act(member, "answers", &json!({ "answer": answer }));
    }
    act(officer, "called-114", &json!({}));
    act(officer, "note", &json!({ "text": TYPED[9] }));
    act(member, "looked", &json!({ "saw": "no_fire" }));
    act(member, "false-alarm", &json!({}));
    let by = member.get("/api/session").done()["person"].clone();
    act(leader, "close", &json!({ "reason": TYPED[9], "looked_by": by, "words": TYPED[10] }));
    for source in ["phone", "desk"] {
        let press = json!({
            "alarm": new_id(), "pressed_at": "2026-08-19T08:00:00Z", "sent_at": "2026-08-19T08:00:00Z",
            "source": source, "caller_note": TYPED[10], "household": sample().households[0].id,
        });
        let who = if source == "phone" { &mut *member } else { &mut *officer };
        assert!(who.post("/api/alarms", &press).is_done());
    }
    for page in ["/api/board", "/api/alarms?open=true", "/api/map", "/api/devices", "/api/shifts"] {
        officer.get(page).done();
    }
    leader.get(&format!("/api/alarms/{alarm}/report")).done();
}

/// The register: added, corrected, noted, read, moved, erased; a device paired and a phone invited.
fn register(clerk: &mut Browser, member: &mut Browser, leader: &mut Browser) {
    let team = first_team();
    let home = clerk.post(
        "/api/households",
        &json!({
            "kind": "home", "label": TYPED[3], "place": team.place, "team": team.id, "how_to_find": TYPED[4],
            "floor_notes": TYPED[5],
        }),
    );
    let home = home.done();
    let id = home["id"].as_str().unwrap();
    let person = json!({ "name": TYPED[0], "phone": TYPED[2], "adult": true });
    let person = clerk.post(&format!("/api/households/{id}/people"), &person).done();
    assert_eq!(person["name"], TYPED[0], "names are shown to whom they concern");
    let new = person["id"].as_str().unwrap();
    let correction = json!({ "version": person["version"], "reason": TYPED[7], "name": TYPED[1] });
    clerk.send("PATCH", &format!("/api/people/{new}"), Some(&correction)).unwrap().done();
    let correction = json!({ "version": home["version"], "reason": TYPED[7], "floor_notes": TYPED[5] });
    clerk.send("PATCH", &format!("/api/households/{id}"), Some(&correction)).unwrap().done();
    for page in [format!("/api/history?household={id}"), "/api/households?search=qu%C3%A1ch".to_owned()] {
        clerk.get(&page).done();
    }
    let erasure = json!({ "reason": TYPED[8] });
    clerk.send("DELETE", &format!("/api/people/{new}"), Some(&erasure)).unwrap().done();

    let own = member.get("/api/session").done()["person"].as_str().unwrap().to_owned();
    let note = json!({ "note": TYPED[6] });
    member.send("PUT", &format!("/api/people/{own}/help"), Some(&note)).unwrap().done();
    member.get(&format!("/api/people/{own}/help/reads")).done();
    let first = sample().members(team.id).next().unwrap().id;
    let pairing = json!({ "household": first, "kind": "bell", "profile": "liengia", "spot": "kitchen" });
    let code = leader.post("/api/pairings", &pairing).done();
    let words: Vec<&str> =
        code["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    leader.post("/api/pair", &json!({ "words": words.join(" ") })).done();
    leader.post("/api/invitations", &json!({ "household": first })).done();
}

/// What goes wrong is logged too: bad codes, bad bodies, doors that stay shut.
fn mistakes(node: &Node, clerk: &mut Browser) {
    let mut stranger = node.browser();
    stranger.post("/api/sign-in", &json!({ "login": TYPED[0], "password": TYPED[1] }));
    stranger.post("/api/join", &json!({ "code": TYPED[1], "device_label": TYPED[11] }));
    stranger.post("/api/pair", &json!({ "words": TYPED[0] }));
    clerk.post("/api/households", &json!({ "label": TYPED[3], TYPED[0]: TYPED[2] }));
    clerk.post("/api/teams", &json!({ "name": { "a": TYPED[0] } }));
    clerk.get("/api/households?search=Nh%C3%A0%20b%C3%AD%20m%E1%BA%ADt&nonsense=Qu%C3%A1ch%20Th%E1%BB%8B%20Th%E1%BB%AD%20Nghi%E1%BB%87m");
}

#[test]
fn no_name_phone_address_or_note_reaches_the_log_or_an_entry() {
    let mut node = Node::new("privacy");
    node.configure(&node.data, "debug");
    node.start();
    let mut roles = ["household", "leader", "officer", "clerk"].map(|role| node.sign_in(role));
    let [member, leader, officer, clerk] = &mut roles;
    officer.post("/api/shifts", &json!({})).done();
    register(clerk, member, leader);
    alarms(&node, member, leader, officer);
    mistakes(&node, clerk);
    // Killed and started again in between: what is logged then counts as well.
    node.kill();
    node.start();
    officer.get("/api/board").done();
    node.stop();
    node.verifies();

    let personal = personal();
    let log = node.logged();
    let mut entries = String::new();
    for entry in journal::entries(&node.data, 0) {
        writeln!(entries, "{} {} {} {}", entry.kind, entry.actor, entry.subject, entry.body).unwrap();
    }
    for (place, text) in [("the log", &log), ("the entries", &entries)] {
        // JSON may write a letter as an escape: those texts are looked for as they would stand there.
        let found: Vec<&String> = personal.iter().filter(|word| text.contains(word.as_str())).collect();
        assert!(found.is_empty(), "{place} holds {found:?}");
        assert!(!text.contains("\\u"), "{place} is written in plain letters, so that this test can read it");
    }
    assert!(log.contains("answered"), "the log was written");
    println!(
        "privacy: {} texts of people looked for in {} bytes of log and {} bytes of entries, none found",
        personal.len(),
        log.len(),
        entries.len()
    );
}
