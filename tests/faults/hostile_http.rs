//! Every address of the API, spoken to in bad faith: never a 500, never a panic, always a problem that a program can read.

use crate::{
    commune::sample,
    http::{Answer, Browser, new_id},
    mutate,
    node::Node,
    scene::seed,
};
use liengia_kernel::SeededEntropy;
use liengia_tests::root;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// These end the session that speaks, or close the door for later rounds by being tried too often.
const LEFT_ALONE: [&str; 3] = ["/api/sign-out", "/api/events", "/api/sessions/{id}"];

/// Methods that are tried everywhere.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE"];

struct Api {
    document: Value,
    /// Path, method, the schema of its body.
    routes: Vec<(String, String, Option<Value>)>,
    ids: Vec<String>,
}

impl Api {
    fn read() -> Self {
        let text = fs::read_to_string(root().join("docs/reference/openapi.json")).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        let mut routes = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in
                ["get", "post", "put", "patch", "delete"].into_iter().filter(|key| item[*key].is_object())
            {
                let body = item[method].pointer("/requestBody/content/application~1json/schema");
                routes.push((path.clone(), method.to_uppercase(), body.cloned()));
            }
        }
        routes.retain(|(path, ..)| !LEFT_ALONE.contains(&path.as_str()));
        let commune = sample();
        let ids = vec![
            commune.households[0].id.to_string(),
            commune.households[0].people[0].id.to_string(),
            commune.teams[0].id.to_string(),
            commune.places[1].id.to_string(),
            commune.points[0].id.to_string(),
            commune.households[0].devices[0].id.to_string(),
        ];
        Self { document, routes, ids }
    }

    fn id(&self, chance: &SeededEntropy) -> String {
        match mutate::below(chance, 4) {
            0 => new_id(),
            1 => ["0", "..", "%2e%2e%2f", "null", "%00", "%ff", "💥", "a%20b"][mutate::below(chance, 8)]
                .to_owned(),
            _ => self.ids[mutate::below(chance, self.ids.len())].clone(),
        }
    }

    /// The path with something in its braces, and something behind a question mark now and then.
    fn path(&self, chance: &SeededEntropy, path: &str) -> String {
        let mut filled = String::new();
        for part in path.split_inclusive('}') {
            match part.split_once('{') {
                Some((before, _)) => filled.extend([before, &self.id(chance)]),
                None => filled.push_str(part),
            }
        }
        let id = self.id(chance);
        match mutate::below(chance, 6) {
            0 => filled.extend(["?team=", &id, "&household=", &id, "&open=maybe&limit=-1&after=", &id]),
            1 => filled
                .push_str("?search=%F0%9F%94%A5%00&place=&open=true&state=%FF&limit=99999999999999999999"),
            _ => {}
        }
        filled.replace('💥', "%F0%9F%92%A5")
    }

    /// A body as the document describes it.
    fn body(&self, chance: &SeededEntropy, schema: &Value, depth: usize) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let schema = self.document.pointer(name.trim_start_matches('#')).unwrap();
            return self.body(chance, schema, depth + 1);
        }
        for choices in ["oneOf", "anyOf"] {
            if let Some(choices) = schema[choices].as_array() {
                return self.body(chance, &choices[mutate::below(chance, choices.len())], depth + 1);
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            return words[mutate::below(chance, words.len())].clone();
        }
        let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("string");
        match kind {
            "object" => {
                let fields = schema["properties"].as_object().into_iter().flatten();
                let fields =
                    fields.map(|(name, schema)| (name.clone(), self.body(chance, schema, depth + 1)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            "array" if depth < 8 => {
                json!(
                    (0..mutate::below(chance, 4))
                        .map(|_| self.body(chance, &schema["items"], depth + 1))
                        .collect::<Vec<_>>()
                )
            }
            "array" => json!([]),
            "integer" => json!(chance.below(9)),
            "number" => json!(10.5),
            "boolean" => json!(chance.below(2) == 0),
            "null" => Value::Null,
            _ => match schema["format"].as_str() {
                Some("uuid") => json!(self.id(chance)),
                Some("date-time") => json!("2026-08-19T08:00:00Z"),
                _ => json!(["Nhà thử", "khói", "0912 345 678", ""][mutate::below(chance, 4)]),
            },
        }
    }
}

impl Api {
    /// The answer is one that the document gives for this operation.
    fn holds(&self, method: &str, path: &str, what: &str, answer: &Answer) {
        judge(what, answer);
        let operation = &self.document["paths"][path][method.to_lowercase()];
        // A method that does not stand there has an answer of its own.
        if answer.status < 400 || !operation.is_object() {
            return;
        }
        let problem: Value = serde_json::from_slice(&answer.body).unwrap();
        let (status, code) = (answer.status.to_string(), problem["code"].as_str().unwrap());
        let told = operation["responses"][&status]["description"].as_str().unwrap_or_default();
        assert!(
            told.split(", ").any(|one| one == format!("`{code}`")),
            "{method} {path} answers {status} {code}, and its document says: {told}\n{what}"
        );
    }
}

/// What every refusal must look like.
fn judge(what: &str, answer: &Answer) {
    let status = answer.status;
    assert!((200..600).contains(&status) && status != 500, "{what}: {status} {}", answer.text());
    if status < 400 {
        return;
    }
    let text = answer.text();
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}: {status} {text}");
    let problem: Value = serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{what}: {text}"));
    assert_eq!(problem["status"], json!(status), "{what}");
    let code = problem["code"].as_str().unwrap_or_else(|| panic!("{what}: {text}"));
    assert_eq!(problem["type"], json!(format!("/problems/{code}")), "{what}");
    assert!(
        !problem["title"].as_str().unwrap().is_empty() && problem["detail"].is_string(),
        "{what}: {text}"
    );
}

fn headers(chance: &SeededEntropy, node: &Node) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    let mut add = |name: &str, value: String| headers.push((name.to_owned(), value));
    add("Origin", format!("http://localhost:{}", node.http.port()));
    match mutate::below(chance, 8) {
        0 => {}
        1 => add("Idempotency-Key", "no key".to_owned()),
        _ => add("Idempotency-Key", new_id()),
    }
    match mutate::below(chance, 8) {
        0 => {}
        1 => add("Content-Type", "text/plain".to_owned()),
        2 => add("Content-Type", "application/json; charset=\u{1}".replace('\u{1}', "utf-16")),
        _ => add("Content-Type", "application/json".to_owned()),
    }
    match mutate::below(chance, 10) {
        0 => add("Accept-Language", "id;q=9,*;q=-,,vi-VN-x-".to_owned()),
        1 => add("Sec-Fetch-Site", "cross-site".to_owned()),
        2 => add("Cookie", "liengia_session=; liengia_session=a; liengia_device==".to_owned()),
        3 => add("X-Filler", "a".repeat(8_000)),
        4 => add("Expect", "200-maybe".to_owned()),
        5 => add("Last-Event-ID", "-1".to_owned()),
        6 => add("If-None-Match", "\"".repeat(99)),
        _ => {}
    }
    headers
}

#[test]
fn whatever_is_sent_to_any_address_the_answer_is_a_problem_and_never_a_failure() {
    let chance = seed("hostile HTTP");
    let api = Api::read();
    let mut node = Node::new("hostile-http");
    node.start();
    let mut browsers: Vec<Browser> =
        ["household", "leader", "officer", "clerk", "admin", "analyst"].map(|role| node.sign_in(role)).into();
    browsers.push(node.browser());
    let mut seen: BTreeMap<u16, u64> = BTreeMap::new();
    // Each address once as it should be, then all of them as they should not be.
    for (path, method, schema) in &api.routes {
        for browser in &mut browsers {
            let body = schema.as_ref().map(|schema| api.body(&chance, schema, 0));
            let filled = api.path(&chance, path);
            let answer = browser.send(method, &filled, body.as_ref()).unwrap();
            api.holds(method, path, &format!("{method} {filled} {body:?}"), &answer);
        }
    }
    mutate::run("HTTP", &chance, |chance| {
        let (stands, method, schema) = &api.routes[mutate::below(chance, api.routes.len())];
        let path = api.path(chance, stands);
        let mut body = schema.as_ref().map_or(json!({}), |schema| api.body(chance, schema, 0));
        for _ in 0..mutate::below(chance, 3) {
            mutate::value(chance, &mut body);
        }
        let mut bytes = serde_json::to_vec(&body).unwrap();
        if mutate::below(chance, 5) == 0 {
            bytes = mutate::bytes(chance, &bytes, b"{\"version\":1,\"reason\":\"\"}");
        }
        let wrong = METHODS[mutate::below(chance, METHODS.len())];
        let method = if mutate::below(chance, 10) == 0 { wrong } else { method };
        let index = mutate::below(chance, browsers.len());
        let answer = browsers[index].send_bytes(method, &path, &headers(chance, &node), &bytes);
        let what = format!("{method} {path} {}", String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]));
        let answer = answer.unwrap_or_else(|error| panic!("{what}: {error}"));
        if method != "HEAD" {
            api.holds(method, stands, &what, &answer);
        }
        *seen.entry(answer.status).or_default() += 1;
    });
    println!("hostile HTTP: {} addresses, answers {seen:?}", api.routes.len());
    too_large(&api, &mut browsers[2]);
    broken_heads(&chance, &node);
    assert_eq!(node.browser().get("/healthz").status, 200);
    node.stop();
    node.verifies();
    node.views_agree();
    let log = node.logged();
    assert!(!log.contains("panicked") && !log.contains("an answer failed"), "{log}");
}

/// Bodies that are announced as huge, or are: refused before they are taken in.
fn too_large(api: &Api, browser: &mut Browser) {
    let big = json!({ "label": "a".repeat(200 << 10) });
    for path in ["/api/alarms", "/api/households", "/api/sign-in", "/api/pair"] {
        let answer = browser.post(path, &big);
        api.holds("POST", path, path, &answer);
        assert_eq!(answer.status, 413, "{path}");
    }
}

/// What is no HTTP never gets as far as an address: the connection ends, and the node goes on.
fn broken_heads(chance: &SeededEntropy, node: &Node) {
    let corpus: [&[u8]; 6] = [
        b"GET /api/board HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n",
        b"POST /api/alarms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
        b"POST /api/alarms HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"POST /api/pair HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64\0\0\x04\x01\x05\0\0\0\x01\x82\x84\x86\x41",
        b"GET /api/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ];
    mutate::run("HTTP heads", chance, |chance| {
        let (from, other) = (mutate::pick(chance, &corpus), mutate::pick(chance, &corpus));
        let mut stream = TcpStream::connect(node.http).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        // The node may cut it off in the middle; nothing is promised to who speaks so.
        let _ = stream.write_all(&mutate::bytes(chance, from, other));
        let _ = stream.read(&mut [0; 512]);
    });
}
