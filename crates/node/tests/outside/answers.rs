//! A gateway on the machine itself: it gets the node's signed texts and brings the answers back, signed by `openssl` and
//! not by our own code.

use crate::{
    http::{Answer, Browser, new_id, read_head},
    kit::{Node, free, sample, until},
};
use liengia_kernel::{Clock as _, PersonId, SystemClock};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

/// 32 bytes, as text and as `openssl` wants them.
const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECRET_HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// The commune's on-call phone.
const ON_CALL: &str = "+84900000001";

/// The signature of this call, by `openssl`.
fn sign(id: &str, timestamp: &str, body: &str) -> String {
    let piped = |arguments: &[&str], input: &[u8]| {
        let mut openssl = Command::new("openssl")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        openssl.stdin.take().unwrap().write_all(input).unwrap();
        openssl.wait_with_output().unwrap().stdout
    };
    let key = format!("hexkey:{SECRET_HEX}");
    let text = format!("{id}.{timestamp}.{body}");
    let mac = piped(&["dgst", "-sha256", "-mac", "HMAC", "-macopt", &key, "-binary"], text.as_bytes());
    let coded = piped(&["base64", "-A"], &mac);
    format!("v1,{}", String::from_utf8(coded).unwrap().trim())
}

/// A gateway: it keeps what it gets, and says this to all of it.
struct Gateway {
    address: SocketAddr,
    got: Arc<Mutex<Vec<Value>>>,
    says: Arc<Mutex<u16>>,
}

impl Gateway {
    fn open() -> Self {
        let listener = TcpListener::bind(free()).unwrap();
        let gateway = Self {
            address: listener.local_addr().unwrap(),
            got: Arc::default(),
            says: Arc::new(Mutex::new(202)),
        };
        let (got, says) = (gateway.got.clone(), gateway.says.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (got, says) = (got.clone(), says.clone());
                std::thread::spawn(move || serve(BufReader::new(stream.unwrap()), &got, &says));
            }
        });
        gateway
    }

    fn configured(&self, node: &Node) {
        let file = node.folder.join("secret");
        std::fs::write(&file, SECRET).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&file, private).unwrap();
        let more = format!(
            "[alarm]\non_call = \"{ON_CALL}\"\nloudspeakers = [\"loa-thon-dong\"]\n[[alarm.gateways]]\nname = \"modem\"\nurl = \"http://{}/send\"\n\
             secret_file = '{}'\nchannels = [\"sms\", \"voice\", \"loudspeaker\"]\n",
            self.address,
            file.display()
        );
        node.configure("", &more);
    }

    /// The text or call to this person.
    fn message_to(&self, person: PersonId) -> Value {
        let phone = phone(person);
        let message = || self.got.lock().unwrap().iter().find(|message| message["to"] == phone).cloned();
        until("the gateway gets the text", message)
    }
}

/// Takes one connection's messages in, and holds each to its signature.
fn serve(mut stream: BufReader<TcpStream>, got: &Mutex<Vec<Value>>, says: &Mutex<u16>) {
    while let Some((_, headers)) = read_head(&mut stream) {
        let header = |name: &str| headers.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let mut body = vec![0; header("content-length").parse().unwrap()];
        stream.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let expected = sign(&header("webhook-id"), &header("webhook-timestamp"), &body);
        let status = if header("webhook-signature") == expected { *says.lock().unwrap() } else { 401 };
        if status != 401 {
            got.lock().unwrap().push(serde_json::from_str(&body).unwrap());
        }
        let answer = format!("HTTP/1.1 {status} said\r\nContent-Length: 0\r\n\r\n");
        stream.get_mut().write_all(answer.as_bytes()).unwrap();
    }
}

/// A person's number, as the register writes it.
fn phone(person: PersonId) -> String {
    let found = sample().people().find(|known| known.id == person).unwrap();
    let phone = found.phone.as_ref().unwrap().expose();
    phone.strip_prefix('0').map_or(phone.clone(), |rest| format!("+84{rest}"))
}

/// Grown-ups of the first team with a phone, but for those of its first home, which burns.
fn neighbours() -> Vec<PersonId> {
    let team = sample().teams[0].id;
    let homes = sample().members(team).skip(1);
    homes
        .filter_map(|home| {
            home.people.iter().find(|person| person.adult && person.can_respond && person.phone.is_some())
        })
        .map(|person| person.id)
        .collect()
}

fn now() -> i64 {
    SystemClock::new().now().as_seconds()
}

/// What a gateway sends when this key was pressed.
fn press_key(browser: &mut Browser, id: &str, message: &Value, digit: u8, at: i64) -> Answer {
    let body = json!({ "message_id": message["id"], "digit": digit }).to_string();
    let timestamp = at.to_string();
    let headers = [
        ("webhook-id", id.to_owned()),
        ("webhook-signature", sign(id, &timestamp, &body)),
        ("webhook-timestamp", timestamp),
        ("content-type", "application/json".to_owned()),
    ];
    browser.send("POST", "/api/hook/answers", &headers, body.as_bytes())
}

/// An alarm of this team's first home, raised at the desk.
fn raise(officer: &mut Browser, team: usize) -> String {
    let home = sample().members(sample().teams[team].id).next().unwrap().id;
    let (alarm, at) = (new_id(), SystemClock::new().now());
    let press =
        json!({ "alarm": alarm, "household": home, "pressed_at": at, "sent_at": at, "source": "desk" });
    let answer = officer.post("/api/alarms", &press);
    assert_eq!(answer.status, 202, "{}", answer.text());
    alarm
}

/// The home of this person on the board.
fn home_of(board: &Value, person: PersonId) -> Value {
    let home = sample().households.iter().find(|home| home.people.iter().any(|known| known.id == person));
    let id = home.unwrap().id.to_string();
    let homes = board["households"].as_array().unwrap();
    homes.iter().find(|known| known["household"] == id).unwrap().clone()
}

/// Every rung is taken at once.
fn hurry(officer: &mut Browser, team: usize) {
    let path = format!("/api/teams/{}/ladder", sample().teams[team].id);
    let mut ladder = officer.get(&path).json();
    ladder.as_object_mut().unwrap().remove("set_at");
    for rung in ["hook_seconds", "leaders_seconds", "wider_seconds"] {
        ladder[rung] = json!(0);
    }
    let set = officer.write("PUT", &path, &ladder);
    assert_eq!(set.status, 200, "{}", set.text());
}

#[test]
fn a_key_pressed_on_a_telephone_stands_on_the_board_once_and_only_if_it_is_signed_now() {
    let gateway = Gateway::open();
    let mut node = Node::of_the_sample("answers");
    gateway.configured(&node);
    node.start();
    let mut officer = node.sign_in("officer");
    hurry(&mut officer, 0);
    let alarm = raise(&mut officer, 0);
    let people = neighbours();
    let (coming, cannot, out) = (people[0], people[1], people[2]);
    let text = gateway.message_to(coming);
    assert_eq!(text["answer_digits"]["1"], "coming");
    assert!(text["text"].as_str().unwrap().contains("Bấm 1"), "{text}");

    let mut caller = node.anyone();
    let press = |caller: &mut Browser, id: &str, person, digit, at| {
        press_key(caller, id, &gateway.message_to(person), digit, at)
    };
    assert_eq!(press(&mut caller, "call-1", coming, 1, now()).status, 204);
    assert_eq!(press(&mut caller, "call-1", coming, 1, now()).status, 204, "a repeat is content");
    assert_eq!(press(&mut caller, "call-2", cannot, 2, now()).status, 204);
    assert_eq!(press(&mut caller, "call-3", out, 3, now()).status, 204);

    let mut board = || officer.get(&format!("/api/alarms/{alarm}")).json();
    let now_there = board();
    assert_eq!(home_of(&now_there, coming)["answer"], json!("coming"));
    assert_eq!(home_of(&now_there, cannot)["answer"], json!("cannot"));
    assert_eq!(home_of(&now_there, out)["clear"], json!(true));

    let old = press(&mut caller, "call-4", cannot, 1, now() - 600);
    assert_eq!((old.status, old.json()["code"].as_str()), (409, Some("not_now")));
    let other = press(&mut caller, "call-2", cannot, 1, now());
    assert_eq!((other.status, other.json()["code"].as_str()), (409, Some("other_content")));
    let body = json!({ "message_id": text["id"], "digit": 2 }).to_string();
    let unsigned = caller.send(
        "POST",
        "/api/hook/answers",
        &[
            ("webhook-id", "call-5".to_owned()),
            ("webhook-timestamp", now().to_string()),
            ("webhook-signature", sign("call-5", &now().to_string(), "another body")),
            ("content-type", "application/json".to_owned()),
        ],
        body.as_bytes(),
    );
    assert_eq!((unsigned.status, unsigned.json()["code"].as_str()), (401, Some("not_signed")));
    let nothing = press_key(&mut caller, "call-6", &json!({ "id": "no-such-message" }), 1, now());
    assert_eq!((nothing.status, nothing.json()["code"].as_str()), (404, Some("no_message")));
    assert_eq!(home_of(&board(), cannot)["answer"], json!("cannot"), "nothing of that counts");

    // A node that was started anew does not remember its texts, and finds out for whom they were.
    node.stop();
    node.start();
    let changed = press_key(&mut node.anyone(), "call-7", &gateway.message_to(coming), 2, now());
    assert_eq!(changed.status, 204, "{}", changed.text());
    assert_eq!(home_of(&board(), coming)["answer"], json!("cannot"));

    let spoken = || {
        let got = gateway.got.lock().unwrap();
        got.iter().find(|message| message["channel"] == "loudspeaker").cloned()
    };
    let spoken = until("the loudspeaker speaks", spoken);
    let label = sample().members(sample().teams[0].id).next().unwrap().label.expose().clone();
    assert!(!spoken["text"].as_str().unwrap().contains(&label), "{spoken}");
}

#[test]
fn where_nobody_can_be_called_the_desk_sees_it_and_the_report_says_so() {
    let faults = |officer: &mut Browser| {
        let faults = officer.get("/api/board").json()["faults"].as_array().unwrap().clone();
        faults.iter().map(|fault| fault["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let missed = |officer: &mut Browser, team| {
        hurry(officer, team);
        let path = format!("/api/alarms/{}/report", raise(officer, team));
        until("the record says who could not be called", || {
            let report = officer.get(&path).json();
            let gaps = report["gaps"].as_array()?.clone();
            let mut codes = gaps.iter().filter_map(|gap| gap["code"].as_str()).map(str::to_owned);
            codes.find(|code| code.starts_with("nobody_called") || code.starts_with("nobody_on_call"))
        })
    };
    let mut node = Node::of_the_sample("calls-nobody");
    node.start();
    let mut officer = node.sign_in("officer");
    assert_eq!(faults(&mut officer), ["no_gateway"]);
    assert_eq!(missed(&mut officer, 0), "nobody_called_no_gateway");
    node.stop();

    let gateway = Gateway::open();
    gateway.configured(&node);
    let text = std::fs::read_to_string(node.config()).unwrap();
    std::fs::write(node.config(), text.replace(&format!("on_call = \"{ON_CALL}\""), "")).unwrap();
    node.start();
    assert_eq!(faults(&mut officer), ["no_on_call"]);
    assert_eq!(missed(&mut officer, 1), "nobody_on_call");
    node.stop();
    gateway.configured(&node);
    node.start();
    assert_eq!(faults(&mut officer), Vec::<String>::new());
}

#[test]
fn whoever_asks_for_more_has_everybody_told_again_by_text_and_by_call_and_children_of_the_home_too() {
    let gateway = Gateway::open();
    let mut node = Node::of_the_sample("more");
    gateway.configured(&node);
    node.start();
    let mut officer = node.sign_in("officer");
    let burning = sample().members(sample().teams[0].id).next().unwrap();
    let child = "+84900000777";
    let person = json!({ "name": "Bé Na", "phone": child, "adult": false });
    let added = node.sign_in("clerk").post(&format!("/api/households/{}/people", burning.id), &person);
    assert_eq!(added.status, 200, "{}", added.text());
    hurry(&mut officer, 0);
    let alarm = raise(&mut officer, 0);
    let ids = |to: &str, channel: &str| {
        let got = gateway.got.lock().unwrap();
        let theirs = got.iter().filter(|got| got["to"] == *to && got["channel"] == *channel);
        theirs.map(|got| got["id"].to_string()).collect::<BTreeSet<_>>()
    };
    let neighbour = phone(neighbours()[0]);
    let leader = phone(sample().teams[0].leader);
    for round in 0..3 {
        let said = || {
            let residents = [&*neighbour, child]
                .iter()
                .all(|to| ["sms", "voice"].iter().all(|channel| ids(to, channel).len() > round));
            // The leader is called like everybody, and as the leader.
            (residents && ids(&leader, "voice").len() > round).then_some(())
        };
        until("everybody is told, each time under new ids", said);
        let more = officer.post(&format!("/api/alarms/{alarm}/escalate"), &json!({}));
        assert_eq!(more.status, 200, "{}", more.text());
    }
}

#[test]
fn what_no_gateway_took_is_listed_without_a_number_and_sent_again_while_it_burns() {
    let gateway = Gateway::open();
    *gateway.says.lock().unwrap() = 422;
    let mut node = Node::of_the_sample("dead-letters");
    gateway.configured(&node);
    node.start();
    let mut officer = node.sign_in("officer");
    hurry(&mut officer, 0);
    let alarm = raise(&mut officer, 0);
    let mut list = || officer.get("/api/hook/dead-letters").json();
    let letters = until("the dead letters are listed", || {
        let list = list();
        (list["total"].as_u64() >= Some(3)).then_some(list)
    });
    let text = letters.to_string();
    let mut with_phones = sample().people().filter(|person| person.phone.is_some());
    assert!(with_phones.all(|person| !text.contains(&phone(person.id))), "{text}");
    let letter = &letters["items"][0];
    assert_eq!(letter["alarm"], json!(alarm));
    assert_eq!(letter["why"], json!({ "code": "refused", "status": 422 }), "{letter}");

    *gateway.says.lock().unwrap() = 202;
    let before = gateway.got.lock().unwrap().len();
    let path = format!("/api/hook/dead-letters/{}/send", letter["id"].as_str().unwrap());
    assert_eq!(officer.post(&path, &json!({})).status, 204);
    let got =
        || gateway.got.lock().unwrap().iter().skip(before).find(|got| got["id"] == letter["id"]).cloned();
    until("it is sent again", got);
    assert_eq!(officer.post(&path, &json!({})).status, 404, "it left the list");
    let other = format!("/api/hook/dead-letters/{}", letters["items"][1]["id"].as_str().unwrap());
    assert_eq!(officer.write("DELETE", &other, &json!({})).status, 204);
    assert_eq!(officer.write("DELETE", &other, &json!({})).status, 404, "it is taken off once");
    let mut member = node.sign_in("household");
    assert_eq!(member.get("/api/hook/dead-letters").status, 403);
    let mut auditor = node.sign_in("auditor");
    assert_eq!(auditor.get("/api/hook/dead-letters").status, 200);
    assert_eq!(auditor.post(&path, &json!({})).status, 403);

    // The node starts anew in the middle of it, and still knows what did not go out.
    node.stop();
    *gateway.says.lock().unwrap() = 500;
    node.start();
    let again = officer.get("/api/hook/dead-letters").json();
    let known = |letter: &Value| {
        again["items"].as_array().unwrap().iter().find(|known| known["id"] == letter["id"]).cloned()
    };
    let kept = known(&letters["items"][2]).unwrap();
    assert_eq!((&kept["since"], &kept["alarm"]), (&letters["items"][2]["since"], &json!(alarm)));
    assert_eq!(kept["open"], json!(true), "{again}");
    assert_eq!(known(&letters["items"][1]), None, "what was taken off stays off");
}

#[test]
fn the_on_call_phone_rings_while_nobody_sits_at_the_desk_and_not_while_somebody_does() {
    let gateway = Gateway::open();
    let mut node = Node::of_the_sample("on-call");
    gateway.configured(&node);
    node.start();
    let mut officer = node.sign_in("officer");
    // The last team is far from the first.
    let last = sample().teams.len() - 1;
    for team in [0, last] {
        hurry(&mut officer, team);
    }
    // A call whose answer was lost on the way comes again, under the same id.
    let calls_to = |number: &str| {
        let got = gateway.got.lock().unwrap();
        let calls = got.iter().filter(|got| got["to"] == *number && got["channel"] == "voice");
        calls.map(|got| got["id"].to_string()).collect::<BTreeSet<_>>().len()
    };
    raise(&mut officer, 0);
    until("the on-call phone rings: the officer has begun no shift", || {
        (calls_to(ON_CALL) > 0).then_some(())
    });

    let shift = officer.post("/api/shifts", &json!({}));
    assert_eq!(shift.status, 201, "{}", shift.text());
    let screen = officer.follow();
    let attended = || node.anyone().get("/metrics").text().contains("liengia_desk_attended 1").then_some(());
    until("the node knows that somebody is there", attended);
    let before = calls_to(ON_CALL);
    raise(&mut officer, last);
    let leader = phone(sample().teams[last].leader);
    until("that team's leader is called", || (calls_to(&leader) > 0).then_some(()));
    assert_eq!(calls_to(ON_CALL), before, "somebody sits at the desk");
    drop(screen);
}
