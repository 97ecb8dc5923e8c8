//! A node whose records are in PostgreSQL: served, checked, saved, and restored into another schema.

use crate::{
    http::Browser,
    kit::{Node, liengia, told, until},
};
use liengia_journal::{
    Database,
    testing::{Engine, Fresh},
};
use serde_json::{Value, json};
use std::fs;

const PASSWORD: &str = "mèo nhà tôi ngủ cả ngày";

/// A schema of its own, and where it is.
fn schema() -> (Fresh, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let fresh = runtime.block_on(Fresh::new(Engine::Postgres));
    let Database::Postgres(url) = fresh.database() else { panic!("it is PostgreSQL") };
    (fresh, url)
}

fn configure(node: &Node, url: &str) {
    let folder = node.folder.join("backups");
    fs::create_dir_all(&folder).unwrap();
    node.configure(
        "",
        &format!("[database]\npostgres = '{url}'\n[backup]\nfolders = ['{}']", folder.display()),
    );
}

fn run(node: &Node, arguments: &[&str]) {
    let done = node.command(arguments);
    assert!(done.status.success(), "{arguments:?}: {}", told(&done));
}

fn signed_in(node: &Node) -> Browser {
    let mut browser = node.anyone();
    let answer = browser.post("/api/sign-in", &json!({ "login": "thu", "password": PASSWORD }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    browser
}

fn names_of_places(browser: &mut Browser) -> Vec<String> {
    let places = browser.get("/api/places").json();
    let items = places["items"].as_array().unwrap_or_else(|| panic!("{places}"));
    items.iter().map(|place| place["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_node_on_postgresql_is_set_up_checked_saved_and_restored_into_another_schema() {
    let ((_one, url), (_other, elsewhere)) = (schema(), schema());
    let mut node = Node::empty("postgres");
    configure(&node, &url);
    run(&node, &["check"]);
    node.start();
    let token = until("the link is printed", || {
        let said = node.logged();
        Some(said.split_once("/setup#")?.1.split_whitespace().next()?.to_owned())
    });
    let setup = json!({
        "token": token, "commune_name": "Xã Thử", "name": "Phạm Thu", "login": "thu", "password": PASSWORD,
    });
    let answer = node.anyone().post("/api/setup", &setup);
    assert!(answer.status < 300, "{} {}", answer.status, answer.text());
    let mut browser = signed_in(&node);
    let root: Value = browser.get("/api/places").json()["items"][0]["id"].clone();
    let village =
        browser.post("/api/places", &json!({ "parent": root, "kind": "village", "name": "Thôn Đông" }));
    assert_eq!(village.status, 200, "{}", village.text());
    let before = names_of_places(&mut browser);
    assert!(before.contains(&"Thôn Đông".to_owned()), "{before:?}");
    node.stop();
    run(&node, &["verify"]);
    run(&node, &["rebuild", "--check"]);

    let path = |name: &str| node.folder.join(name).display().to_string();
    let (key, file) = (path("backup.key"), path("backups/one.liengia-backup"));
    let made = liengia().args(["backup-key", &key]).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    run(&node, &["backup", &file, "--key", &key]);

    let mut restored = Node::empty("postgres-restored");
    configure(&restored, &elsewhere);
    run(&restored, &["restore", &file, "--key", &key]);
    run(&restored, &["verify"]);
    run(&restored, &["rebuild", "--check"]);
    restored.start();
    assert_eq!(names_of_places(&mut signed_in(&restored)), before);
    restored.stop();
    // The first one goes on as it was.
    node.start();
    assert_eq!(names_of_places(&mut signed_in(&node)), before);
    node.stop();
}
