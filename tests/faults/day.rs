//! A day of the sample commune as people live it: they sign in, join, write down, press, answer, practise, close, erase,
//! and make mistakes. Each word that they type stands nowhere else, and what is secret is remembered.

use crate::{
    commune::{Template, sample},
    http::{Answer, Browser, new_id},
    mqtt::{self, Device, publish},
    node::{Node, until},
    scene::{bells_of, buttons_of, first_team},
    typed::{
        AUTH, BEARER, CLOSED, CORRECTED, DRILL, ENDPOINT, ERASED, FLOORS, GUARD, HANDED_OVER, HELP,
        KEYHOLDER, LABEL, LOGIN, NAME, NEXT_PASSWORD, NOTE, OFFICIAL, ON_CALL, OTHER_NAME, OWN_PHONE, P256DH,
        PASSWORD, PHONE, SECRET, WAY, WRONG_PASSWORD,
    },
};
use liengia_kernel::{Clock as _, SystemClock, Timestamp};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

/// How soon what is done shows.
const SOON: Duration = Duration::from_secs(20);

/// A gateway that takes no message, and is told each. Of the first it says that it cannot now.
fn gateway() -> SocketAddr {
    static FIRST: AtomicBool = AtomicBool::new(true);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let refuse = |stream: TcpStream| {
        let mut stream = BufReader::new(stream);
        loop {
            let (mut line, mut length) = (String::new(), 0);
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                let told = line.to_ascii_lowercase();
                let told = told.strip_prefix("content-length:").and_then(|told| told.trim().parse().ok());
                length = told.unwrap_or(length);
                line.clear();
            }
            if line.is_empty() || stream.read_exact(&mut vec![0; length]).is_err() {
                return;
            }
            let status = if FIRST.swap(false, Ordering::Relaxed) { "503 later" } else { "422 no" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            if stream.get_mut().write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
    };
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || refuse(stream));
        }
    });
    address
}

/// Everybody of this day.
pub struct Day {
    member: Browser,
    neighbour: Browser,
    leader: Browser,
    officer: Browser,
    clerk: Browser,
    admin: Browser,
    gateway: SocketAddr,
    /// What opens something: cookies, codes, the passwords of devices.
    pub secrets: Vec<String>,
}

/// Asks for something that is to be done.
#[track_caller]
fn ask(browser: &mut Browser, method: &str, path: &str, body: &Value) -> Value {
    browser.send(method, path, Some(body)).unwrap().done()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// The node's configuration: as talkative as it can be, in this format, with a gateway and phones.
pub fn configure(node: &Node, format: &str, gateway: SocketAddr) {
    node.configure(&node.data, "debug");
    let secret = |name: &str, text: &str| {
        let file = node.folder.path().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        file.display().to_string()
    };
    let (key, bearer) = (secret("gateway-secret", SECRET), secret("gateway-bearer", BEARER));
    let mut config = fs::File::options().append(true).open(node.folder.path().join("liengia.toml")).unwrap();
    writeln!(
        config,
        "format = \"{format}\"\n[alarm]\non_call = \"{ON_CALL}\"\nvillage_security = \"{GUARD}\"\n\
         [[alarm.gateways]]\nname = \"modem\"\nurl = \"http://{gateway}/send\"\nsecret_file = '{key}'\n\
         bearer_file = '{bearer}'\nchannels = [\"sms\", \"voice\"]"
    )
    .unwrap();
}

impl Day {
    /// The node starts, and everybody signs in.
    pub fn begin(node: &mut Node) -> Self {
        let gateway = gateway();
        configure(node, "json", gateway);
        node.start();
        let sign_in = |role: &str| node.sign_in(role);
        let roles = ["household", "neighbour", "leader", "officer", "clerk", "admin"];
        let [member, neighbour, leader, officer, clerk, admin] = roles.map(sign_in);
        let mut secrets: Vec<String> =
            roles.iter().map(|role| Template::get().code(role).1.to_owned()).collect();
        let devices = sample().households.iter().flat_map(|home| &home.devices);
        secrets.extend(devices.map(liengia_sim::sample::Device::password));
        let mut day = Self { member, neighbour, leader, officer, clerk, admin, gateway, secrets };
        for browser in [&day.member, &day.neighbour, &day.leader, &day.officer, &day.clerk, &day.admin] {
            day.secrets.extend(tokens(browser));
        }
        day.secrets.retain(|secret| !secret.is_empty());
        day
    }

    /// The node starts again, and writes its log in the other format.
    pub fn go_on(&self, node: &mut Node) {
        configure(node, "text", self.gateway);
        node.start();
    }

    /// An official gets an account, a password, another one; a phone joins by its code, and is woken.
    pub fn ways_in(&mut self, node: &Node) {
        let places = self.admin.get("/api/places").done();
        let scope = json!({ "kind": "commune", "id": root_of(&places) });
        let account = json!({
            "login": LOGIN, "name": OFFICIAL, "roles": [{ "role": "duty_officer", "scope": scope }],
        });
        let added = ask(&mut self.admin, "POST", "/api/accounts", &account);
        let code = added["link"]["code"].as_str().unwrap().to_owned();
        let mut new = node.browser();
        let answer = new.post("/api/welcome", &json!({ "code": code, "password": PASSWORD }));
        self.came_in(&mut new, &answer, code);
        ask(&mut new, "PUT", "/api/password", &json!({ "current": PASSWORD, "password": NEXT_PASSWORD }));
        new.post("/api/sign-out", &json!({}));
        let answer = new.post("/api/sign-in", &json!({ "login": LOGIN, "password": NEXT_PASSWORD }));
        self.came_in(&mut new, &answer, NEXT_PASSWORD.to_owned());
        let wrong = new.post("/api/sign-in", &json!({ "login": LOGIN, "password": WRONG_PASSWORD }));
        assert_eq!(wrong.status, 401, "{}", wrong.text());

        let home = sample().members(first_team().id).next().unwrap().id;
        let invited = ask(&mut self.leader, "POST", "/api/invitations", &json!({ "household": home }));
        let code = invited["code"].as_str().unwrap().to_owned();
        let mut phone = node.browser();
        let answer = phone.post("/api/join", &json!({ "code": code, "device_label": OWN_PHONE }));
        self.came_in(&mut phone, &answer, code);
        let subscription = json!({ "endpoint": ENDPOINT, "keys": { "p256dh": P256DH, "auth": AUTH } });
        ask(&mut self.member, "POST", "/api/push/subscriptions", &subscription);
        self.admin.get("/api/accounts").done();
        self.member.get("/api/sessions").done();
    }

    fn came_in(&mut self, browser: &mut Browser, answer: &Answer, by: String) {
        assert!(answer.is_done(), "{}", answer.text());
        browser.keep_cookies(answer);
        self.secrets.extend(tokens(browser));
        self.secrets.push(by);
    }

    /// A home is added, corrected, found, and somebody in it erased; a help note is written and read; a device is paired.
    pub fn register(&mut self) {
        let team = first_team();
        let home = json!({
            "kind": "home", "label": LABEL, "place": team.place, "team": team.id, "how_to_find": WAY,
            "floor_notes": FLOORS,
        });
        let home = ask(&mut self.clerk, "POST", "/api/households", &home);
        let people = format!("/api/households/{}/people", id(&home));
        let person = json!({ "name": NAME, "phone": PHONE, "adult": true });
        let person = ask(&mut self.clerk, "POST", &people, &person);
        assert_eq!(person["name"], NAME, "names are shown to whom they concern");
        let new = format!("/api/people/{}", id(&person));
        let correction = json!({ "version": person["version"], "reason": CORRECTED, "name": OTHER_NAME });
        ask(&mut self.clerk, "PATCH", &new, &correction);
        let correction = json!({ "version": home["version"], "reason": CORRECTED, "floor_notes": FLOORS });
        ask(&mut self.clerk, "PATCH", &format!("/api/households/{}", id(&home)), &correction);
        for page in [&format!("/api/history?household={}", id(&home)), "/api/households?search=qu%C3%A1ch"] {
            self.clerk.get(page).done();
        }
        ask(&mut self.clerk, "DELETE", &new, &json!({ "reason": ERASED }));
        let village = json!({
            "place": sample().points[0].place, "name": "Điểm thử", "position": { "lat": 20.91, "lon": 106.84 },
            "contents": [], "keyholder": KEYHOLDER,
        });
        ask(&mut self.clerk, "POST", "/api/points", &village);

        let own = self.member.get("/api/session").done()["person"].as_str().unwrap().to_owned();
        ask(&mut self.member, "PUT", &format!("/api/people/{own}/help"), &json!({ "note": HELP }));
        let read = ask(&mut self.member, "POST", &format!("/api/people/{own}/help/read"), &json!({}));
        assert_eq!(read["note"], HELP);
        self.member.get(&format!("/api/people/{own}/help/reads")).done();
        let first = sample().members(team.id).next().unwrap().id;
        let pairing = json!({ "household": first, "kind": "bell", "profile": "liengia", "spot": "kitchen" });
        let code = ask(&mut self.leader, "POST", "/api/pairings", &pairing);
        let words = code["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap());
        let words = words.collect::<Vec<_>>().join(" ");
        let paired = ask(&mut self.leader, "POST", "/api/pair", &json!({ "words": words }));
        self.secrets.extend([words, paired["mqtt"]["password"].as_str().unwrap().to_owned()]);
    }

    /// Pressed on a button, answered, looked at, noted, closed; then pressed on a phone, with everybody called at once.
    pub fn alarms(&mut self, node: &Node) {
        let shift = ask(&mut self.officer, "POST", "/api/shifts", &json!({}));
        let team = first_team().id;
        let ladder = format!("/api/teams/{team}/ladder");
        let mut times = self.officer.get(&ladder).done();
        times.as_object_mut().unwrap().remove("set_at");
        for rung in ["hook_seconds", "leaders_seconds", "wider_seconds"] {
            times[rung] = json!(0);
        }
        ask(&mut self.officer, "PUT", &ladder, &times);
        let mut bell = Device::connect(node.mqtt, &bells_of(team)[0]).unwrap();
        let mut button = Device::connect(node.mqtt, &buttons_of(team)[0]).unwrap();
        let alarm = new_id();
        button.press(&alarm).unwrap();
        assert!(bell.rings(SOON).is_some() && button.recorded(&alarm, SOON));
        self.see_through(&alarm);
        let (second, at) = (new_id(), SystemClock::new().now());
        let press = json!({
            "alarm": second, "pressed_at": at, "sent_at": at, "source": "phone", "caller_note": NOTE,
        });
        ask(&mut self.member, "POST", "/api/alarms", &press);
        let answers = format!("/api/alarms/{second}/answers");
        ask(&mut self.neighbour, "POST", &answers, &json!({ "answer": "coming" }));
        until("the leader is shown who needs help", SOON, || {
            let shown = self.leader.get(&format!("/api/alarms/{second}")).done();
            shown["help"].to_string().contains(HELP).then_some(())
        });
        self.see_through(&second);
        let late = new_id();
        let old = json!({
            "alarm": late, "pressed_at": "2026-08-19T08:00:00Z", "sent_at": "2026-08-19T08:00:00Z",
            "source": "desk", "caller_note": NOTE, "household": sample().households[0].id,
        });
        ask(&mut self.officer, "POST", "/api/alarms", &old);
        let burns_no_more = format!("/api/alarms/{late}/still-burning");
        ask(&mut self.officer, "POST", &burns_no_more, &json!({ "yes": false }));
        for page in ["/api/board", "/api/alarms?open=true", "/api/map", "/api/devices", "/api/shifts"] {
            self.officer.get(page).done();
        }
        let letters = until("what no gateway took is listed", SOON, || {
            let list = self.officer.get("/api/hook/dead-letters").done();
            (list["total"].as_u64() > Some(1)).then_some(list)
        });
        let letter = |number: usize| format!("/api/hook/dead-letters/{}", id(&letters["items"][number]));
        self.officer.post(&format!("{}/send", letter(0)), &json!({}));
        self.officer.send("DELETE", &letter(1), None).unwrap();
        let handover = format!("/api/shifts/{}/handover", id(&shift));
        ask(&mut self.officer, "POST", &handover, &json!({ "note": HANDED_OVER }));
    }

    /// Everything that is done about an alarm, to its end and its report.
    fn see_through(&mut self, alarm: &str) {
        let act = |browser: &mut Browser, what: &str, body: &Value| {
            ask(browser, "POST", &format!("/api/alarms/{alarm}/{what}"), body)
        };
        for answer in ["delivered", "seen", "coming", "arrived"] {
            act(&mut self.member, "answers", &json!({ "answer": answer }));
        }
        act(&mut self.officer, "called-114", &json!({}));
        act(&mut self.officer, "note", &json!({ "text": NOTE }));
        act(&mut self.member, "looked", &json!({ "saw": "no_fire" }));
        act(&mut self.member, "false-alarm", &json!({}));
        let by = self.member.get("/api/session").done()["person"].clone();
        act(&mut self.leader, "close", &json!({ "reason": CLOSED, "looked_by": by, "words": NOTE }));
        self.leader.get(&format!("/api/alarms/{alarm}/report")).done();
    }

    /// A drill is announced for the day after tomorrow.
    pub fn announce(&mut self) {
        // Nine in the morning, where the commune is.
        let day = SystemClock::new().now().as_seconds() / 86_400 + 2;
        let at = Timestamp::from_seconds(day * 86_400 + 2 * 3_600);
        let drill = json!({ "teams": [first_team().id], "at": at, "text": DRILL, "by_itself": false });
        ask(&mut self.leader, "POST", "/api/drills", &drill);
    }

    /// What goes wrong is logged too: bad codes, bad bodies, doors that stay shut, devices that talk nonsense.
    pub fn mistakes(&mut self, node: &Node) {
        let mut stranger = node.browser();
        stranger.post("/api/sign-in", &json!({ "login": NAME, "password": WRONG_PASSWORD }));
        stranger.post("/api/join", &json!({ "code": OTHER_NAME, "device_label": OWN_PHONE }));
        stranger.post("/api/pair", &json!({ "words": NAME }));
        let mut clerk = self.clerk.another();
        clerk.post("/api/households", &json!({ "label": LABEL, NAME: PHONE }));
        clerk.post("/api/teams", &json!({ "name": { "a": NAME } }));
        clerk.post("/api/points", &json!({ "place": NAME, "contents": PHONE }));
        let (label, name) = (in_address(LABEL), in_address(NAME));
        clerk.get(&format!("/api/households?search={label}&nonsense={name}"));
        clerk.get(&format!("/api/households/{name}"));
        clerk.get(&format!("/{name}/{label}"));
        let json = ("Content-Type".to_owned(), "application/json".to_owned());
        let key = ("Idempotency-Key".to_owned(), format!("key of {PHONE}"));
        let whole =
            format!("{{\"label\": \"{LABEL}\", \"how_to_find\": \"{WAY}\", \"floor_notes\": \"{FLOORS}");
        let large = [whole.as_bytes(), &"x".repeat(70_000).into_bytes()].concat();
        for body in [whole.as_bytes(), &large, NAME.as_bytes(), &whole.as_bytes()[..12], b"\xff"] {
            for headers in [vec![&json, &key], vec![&json], vec![]] {
                let headers: Vec<_> = headers.into_iter().cloned().chain([clerk.origin()]).collect();
                // It may close the door in the middle of what is too large.
                drop(clerk.send_bytes("POST", "/api/households", &headers, body));
            }
        }
        let talks = |device: &mut Device, word: &str| {
            device.say(word, &format!("{{\"{NAME}\": \"{PHONE}\"")).unwrap();
            device.say(word, LABEL).unwrap();
        };
        // Far from where a drill is to be.
        let bell = &bells_of(sample().teams.last().unwrap().id)[0];
        let mut nonsense = Device::connect(node.mqtt, bell).unwrap();
        for word in ["heartbeat", "rang", "state", "press", NAME] {
            talks(&mut nonsense, word);
        }
        let mut foreign = TcpStream::connect(node.mqtt).unwrap();
        foreign.write_all(&mqtt::connect(5, NAME, LABEL, WRONG_PASSWORD)).unwrap();
        let mut foreign = TcpStream::connect(node.mqtt).unwrap();
        foreign.write_all(&publish(5, NAME, Some(1), PHONE.as_bytes())).unwrap();
    }
}

/// The values of the cookies that somebody holds.
fn tokens(browser: &Browser) -> impl Iterator<Item = String> {
    browser.cookies().iter().filter_map(|cookie| Some(cookie.split_once('=')?.1.to_owned()))
}

/// The commune among its places.
fn root_of(places: &Value) -> Value {
    let items = places["items"].as_array().unwrap();
    items.iter().find(|place| place["kind"] == "commune").unwrap()["id"].clone()
}

/// As it stands in an address.
pub fn in_address(text: &str) -> String {
    text.bytes().fold(String::new(), |address, byte| {
        if byte.is_ascii_alphanumeric() {
            address + char::from(byte).encode_utf8(&mut [0; 4])
        } else {
            address + &format!("%{byte:02X}")
        }
    })
}
