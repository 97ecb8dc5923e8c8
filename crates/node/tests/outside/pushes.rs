//! Whom the node wakes, from the program as it runs: everybody of a home, and nobody whose session is over or whose push
//! service knows them no more.

use crate::{
    http::{Browser, new_id, read_head},
    kit::{Node, free, sample, until},
};
use liengia_journal::{Database, statement, testing::raw};
use liengia_kernel::{AlarmId, Clock as _, HouseholdId, SystemClock};
use liengia_signal::push::Topic;
use liengia_sim::{
    Broker,
    device::{Neighbourhood, Setup, SimDevice},
};
use serde_json::{Value, json};
use std::{
    io::{BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// The keys of a browser, from the example of RFC 8291.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

const PASSWORDS: [&str; 2] = ["mèo nhà tôi ngủ cả ngày", "chó nhà tôi sủa cả đêm"];

fn subscribe(browser: &mut Browser, name: &str) {
    subscribe_at(browser, &format!("https://push.example/{name}"));
}

fn subscribe_at(browser: &mut Browser, endpoint: &str) {
    let answer = browser.post(
        "/api/push/subscriptions",
        &json!({ "endpoint": endpoint, "keys": { "p256dh": P256DH, "auth": AUTH } }),
    );
    assert_eq!(answer.status, 204, "{endpoint}: {}", answer.text());
}

/// Waits until so many browsers may be woken.
fn woken(node: &Node, wanted: usize, why: &str) {
    let line = format!("liengia_push_subscriptions {wanted}\n");
    until(why, || node.anyone().get("/metrics").text().contains(&line).then_some(()));
}

fn who(browser: &mut Browser) -> Value {
    browser.get("/api/session").json()
}

fn done(answer: &crate::http::Answer) {
    assert_eq!(answer.status, 204, "{}", answer.text());
}

#[test]
fn a_browser_is_woken_no_more_once_its_session_is_over() {
    let mut node = Node::of_the_sample("pushes");
    node.start();
    let (mut household, mut neighbour) = (node.sign_in("household"), node.sign_in("neighbour"));
    let (mut leader, mut officer) = (node.sign_in("leader"), node.sign_in("officer"));
    let (mut admin, mut clerk) = (node.sign_in("admin"), node.sign_in("clerk"));
    for (browser, name) in
        [(&mut household, "a"), (&mut neighbour, "b"), (&mut leader, "c"), (&mut officer, "d")]
    {
        subscribe(browser, name);
    }
    woken(&node, 4, "all are in the book");

    done(&leader.post("/api/sign-out", &json!({})));
    woken(&node, 3, "signing out");
    let session = who(&mut household)["session"].as_str().unwrap().to_owned();
    done(&admin.write("DELETE", &format!("/api/sessions/{session}"), &Value::Null));
    woken(&node, 2, "a session closed by an administrator");
    let person = who(&mut neighbour)["person"].as_str().unwrap().to_owned();
    done(&clerk.write("DELETE", &format!("/api/people/{person}"), &json!({ "reason": "theo đơn" })));
    woken(&node, 1, "an erased person");

    done(&officer.write("PUT", "/api/password", &json!({ "password": PASSWORDS[0] })));
    let mut elsewhere = node.anyone();
    let signed = elsewhere.post("/api/sign-in", &json!({ "login": "officer", "password": PASSWORDS[0] }));
    assert_eq!(signed.status, 200, "{}", signed.text());
    subscribe(&mut elsewhere, "e");
    woken(&node, 2, "the officer's two desks");
    let other = json!({ "current": PASSWORDS[0], "password": PASSWORDS[1] });
    done(&officer.write("PUT", "/api/password", &other));
    woken(&node, 1, "another password ends the other sessions");

    node.stop();
    node.start();
    woken(&node, 1, "what was forgotten does not come back");
}

/// What a push service answers to those whom it does not take a push for: the name of each, and the status.
type Answers = &'static [(&'static str, &'static str)];

/// A push service on this machine: it keeps for whom and of what everything was that it was handed.
struct PushService {
    address: SocketAddr,
    took: Arc<Mutex<Vec<(String, String)>>>,
}

impl PushService {
    /// One that takes everything.
    fn open() -> Self {
        Self::answering(&[])
    }

    /// One that takes everything but what is for these.
    fn answering(answers: Answers) -> Self {
        let listener = TcpListener::bind(free()).unwrap();
        let service = Self { address: listener.local_addr().unwrap(), took: Arc::default() };
        let took = service.took.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let took = took.clone();
                std::thread::spawn(move || take(BufReader::new(stream.unwrap()), &took, answers));
            }
        });
        service
    }

    fn subscribe(&self, browser: &mut Browser, name: &str) {
        subscribe_at(browser, &format!("http://{}/{name}", self.address));
    }

    fn wakes(&self, name: &str, topic: &Topic) {
        self.wakes_times(1, name, topic);
    }

    fn wakes_times(&self, times: usize, name: &str, topic: &Topic) {
        let wanted = (format!("/{name}"), format!("{topic:?}"));
        until(&format!("{times} pushes of {topic:?} to {name}"), || {
            let took = self.took.lock().unwrap();
            (took.iter().filter(|one| **one == wanted).count() >= times).then_some(())
        });
    }
}

fn take(mut stream: BufReader<TcpStream>, took: &Mutex<Vec<(String, String)>>, answers: Answers) {
    while let Some((first, headers)) = read_head(&mut stream) {
        let header = |name: &str| headers.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let mut body = vec![0; header("content-length").parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        let path = first.split(' ').nth(1).unwrap().to_owned();
        let said = answers.iter().find(|(name, _)| path.strip_prefix('/') == Some(*name));
        let said = said.map_or("201 Created", |(_, said)| *said);
        took.lock().unwrap().push((path, header("topic")));
        let answer = format!("HTTP/1.1 {said}\r\nContent-Length: 0\r\n\r\n");
        stream.get_mut().write_all(answer.as_bytes()).unwrap();
    }
}

/// A phone that joins a home with a code for whoever holds it.
fn join_without_a_name(node: &Node, clerk: &mut Browser, home: HouseholdId) -> Browser {
    let invited = clerk.post("/api/invitations", &json!({ "household": home }));
    assert_eq!(invited.status, 201, "{}", invited.text());
    let mut phone = node.anyone();
    let code = &invited.json()["code"];
    let joined = phone.post("/api/join", &json!({ "code": code, "device_label": "a phone" }));
    assert_eq!(joined.status, 200, "{}", joined.text());
    phone
}

#[test]
fn a_button_wakes_phones_that_joined_without_a_name_and_asks_those_at_home_to_call_114() {
    let service = PushService::open();
    let node = Node::as_a_demo("unnamed");
    let (mut clerk, mut resident) = (node.sign_in("clerk"), node.sign_in("household"));
    let mut homes = sample().members(sample().teams[0].id);
    let (burning, neighbour) = (homes.next().unwrap(), homes.next().unwrap());
    let mut guest = join_without_a_name(&node, &mut clerk, burning.id);
    let mut lodger = join_without_a_name(&node, &mut clerk, neighbour.id);
    for (browser, name) in [(&mut resident, "resident"), (&mut guest, "guest"), (&mut lodger, "lodger")] {
        service.subscribe(browser, name);
    }

    let devices: Vec<_> = burning.devices.iter().map(|device| SimDevice::new(burning, device)).collect();
    let devices = Neighbourhood::start(&Setup::new(Broker::plain(node.mqtt), devices, 7)).unwrap();
    let alarm = devices.press_at(burning.id).expect("the home has a button");
    let (ring, card) = (Topic::of(alarm.as_bytes()), Topic::beside(alarm.as_bytes(), "card"));
    service.wakes("lodger", &ring);
    for name in ["resident", "guest"] {
        service.wakes(name, &ring);
        service.wakes(name, &card);
    }
}

/// Whether this phone is woken, as its own first screen says.
fn readiness(phone: &mut Browser) -> Value {
    phone.get("/api/home").json()["connection"]["push"].clone()
}

/// How many browsers the database of a node that is stopped keeps.
fn kept(node: &Node) -> i64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = Database::Sqlite(node.data.join("journal.db"));
    let count = statement!("SELECT COUNT(*) FROM push_subscriptions");
    runtime.block_on(raw(&database, &count)).unwrap()[0].int(0).unwrap()
}

#[test]
fn a_browser_that_its_push_service_knows_no_more_is_forgotten_and_one_whose_service_is_in_trouble_is_not() {
    let service = PushService::answering(&[
        ("over", "410 Gone"),
        ("unknown", "404 Not Found"),
        ("troubled", "500 Internal Server Error"),
    ]);
    let mut node = Node::as_a_demo("forgotten");
    let (mut clerk, mut officer) = (node.sign_in("clerk"), node.sign_in("officer"));
    let mut homes = sample().members(sample().teams[0].id);
    let (burning, neighbour) = (homes.next().unwrap(), homes.next().unwrap());
    let mut phones = ["over", "unknown", "troubled", "well"].map(|name| {
        let mut phone = join_without_a_name(&node, &mut clerk, neighbour.id);
        service.subscribe(&mut phone, name);
        assert_eq!(readiness(&mut phone), "ok", "{name}");
        (name, phone)
    });
    woken(&node, 4, "all are in the book");

    let (alarm, at): (AlarmId, _) = (new_id().parse().unwrap(), SystemClock::new().now());
    let press =
        json!({ "alarm": alarm, "household": burning.id, "pressed_at": at, "sent_at": at, "source": "desk" });
    assert_eq!(officer.post("/api/alarms", &press).status, 202);
    let ring = Topic::of(alarm.as_bytes());
    for (name, _) in &phones {
        service.wakes(name, &ring);
    }
    woken(&node, 2, "who is over or unknown is out of the book");
    service.wakes_times(2, "troubled", &ring);
    for (name, phone) in &mut phones {
        let wanted = if matches!(*name, "over" | "unknown") { "none" } else { "ok" };
        assert_eq!(readiness(phone), wanted, "{name}");
    }
    woken(&node, 2, "and nobody else");
    node.stop();
    assert_eq!(kept(&node), 2, "nor is there a row of them");
}
