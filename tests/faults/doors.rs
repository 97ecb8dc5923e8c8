//! Every address that the program has, and who may ask there: one table for the whole binary.
//!
//! `LIENGIA_WRITE_ROLES=1 cargo test -p liengia-tests --test faults doors` writes what has changed.

use crate::node::{Node, binary};
use liengia_tests::root;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    process::Command,
};

/// Where the table stands.
const TABLE: &str = "tests/faults/doors.txt";

/// The document that the binary prints.
fn document() -> Value {
    let done = Command::new(binary()).arg("openapi").output().unwrap();
    serde_json::from_slice(&done.stdout).unwrap()
}

/// `POST /api/alarms`, all of them.
fn addresses(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap().iter();
    let methods = paths.flat_map(|(path, item)| {
        let methods = item
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()));
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    methods.collect()
}

/// Who may do an action to what, in the sample tree: `action | role | targets`, as `access` keeps it.
fn allowed() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(root().join("crates/access/tests/allowed.txt")).unwrap();
    let mut allowed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (action, rest) = line.split_once(" | ").unwrap();
        allowed.entry(action.to_owned()).or_default().push(rest.to_owned());
    }
    allowed
}

#[test]
fn every_address_of_the_binary_stands_in_one_table_of_roles_actions_and_scopes() {
    let done = Command::new(binary()).arg("routes").output().unwrap();
    assert!(done.status.success());
    let routes = String::from_utf8(done.stdout).unwrap();
    let allowed = allowed();
    let mut table = String::from(
        "# Every address of the program, the action that it asks a permit for, and which role may do that to what in\n\
         # the sample tree of crates/access/src/testing.rs. Written by tests/faults/doors.rs; who does not stand here is\n\
         # turned away.\n",
    );
    let mut listed = BTreeSet::new();
    for line in routes.lines() {
        let (address, guard) = line.split_once(" -> ").unwrap();
        listed.insert(address.to_owned());
        writeln!(table, "\n{line}").unwrap();
        for action in guard.split(", ").filter(|_| !guard.starts_with("anyone: ")) {
            for roles in allowed.get(action).unwrap_or_else(|| panic!("nobody may {action}: {address}")) {
                writeln!(table, "    {action} | {roles}").unwrap();
            }
        }
    }
    assert_eq!(listed, addresses(&document()), "the table and the OpenAPI document name the same addresses");
    let path = root().join(TABLE);
    if std::env::var_os("LIENGIA_WRITE_ROLES").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == table, "{TABLE} is dated: see the head of {}", file!());
}

#[test]
fn without_a_session_every_door_but_the_public_ones_is_shut() {
    let mut node = Node::new("doors");
    node.start();
    let done = Command::new(binary()).arg("routes").output().unwrap();
    let routes = String::from_utf8(done.stdout).unwrap();
    let mut stranger = node.browser();
    for line in routes.lines() {
        let (address, guard) = line.split_once(" -> ").unwrap();
        let (method, path) = address.split_once(' ').unwrap();
        let path = path.replace("{id}", "0190b5f2-7c1e-7a3b-8d4e-5f60718293a4").replace(['{', '}'], "");
        let body = serde_json::json!({});
        let answer = stranger.send(method, &path, (method != "GET").then_some(&body)).unwrap();
        if guard.starts_with("anyone: ") {
            let code =
                serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default()["code"].clone();
            assert!(answer.status < 500 && code != "signed_out", "{address}: {} {code}", answer.status);
        } else {
            assert_eq!(
                (answer.status, answer.json()["code"].as_str()),
                (401, Some("signed_out")),
                "{address}"
            );
        }
    }
    node.stop();
}

#[test]
fn the_document_says_whose_it_is_and_which_writes_ask_for_a_key() {
    let text = fs::read_to_string(root().join("docs/reference/openapi.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let info = &document["info"];
    assert_eq!(
        (info["title"].as_str(), info["version"].as_str()),
        (Some("Liên Gia"), Some(env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(
        (info["license"]["name"].as_str(), &info["contact"]),
        (Some("Apache-2.0"), &serde_json::Value::Null)
    );
    assert_eq!(document["components"]["securitySchemes"]["session"]["in"], "cookie");
    let keyed = |path: &str| document["paths"][path]["post"].to_string().contains("Idempotency-Key");
    for path in ["/api/join", "/api/welcome", "/api/alarms", "/api/households"] {
        assert!(keyed(path), "{path}");
    }
    for path in [
        "/api/sign-in",
        "/api/sign-out",
        "/api/setup",
        "/api/passkeys/sign-in",
        "/api/pair",
        "/api/hook/answers",
    ] {
        assert!(!keyed(path), "{path}");
    }
    let open = |path: &str, method: &str| document["paths"][path][method]["security"].is_null();
    assert!(open("/api/sign-in", "post") && !open("/api/households", "post") && !open("/api/board", "get"));
}

#[test]
fn every_list_comes_in_pages() {
    let document = document();
    let mut lists = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let get = &item["get"];
        let answer = &get["responses"]["200"]["content"]["application/json"]["schema"];
        let named = answer["$ref"].as_str().and_then(|named| named.strip_prefix('#'));
        let schema = named.and_then(|place| document.pointer(place)).unwrap_or(answer);
        if schema["properties"]["items"].is_null() {
            continue;
        }
        lists += 1;
        let asked = get["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        for name in ["after", "limit"] {
            assert!(asked.iter().any(|asked| asked["name"] == name), "{path} has no `{name}`");
        }
        assert!(!schema["properties"]["next"].is_null(), "{path} does not say where its next page begins");
    }
    assert!(lists >= 16, "{lists} lists");
}
