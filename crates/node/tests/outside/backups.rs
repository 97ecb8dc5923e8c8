//! `liengia backup` while the node runs, and `liengia restore` into an empty one.

use crate::{
    http::Answer,
    kit::{Node, sample, told},
};
use liengia_kernel::PersonId;
use std::{fs, path::Path};

/// A node that runs, its key, and a backup of it.
struct Saved {
    node: Node,
    key: String,
    file: String,
}

fn saved(name: &str) -> Saved {
    let mut node = Node::of_the_sample(name);
    let folder = node.folder.join("backups");
    fs::create_dir(&folder).unwrap();
    node.configure("", &format!("[backup]\nfolders = ['{}']", folder.display()));
    node.start();
    let path = |name: &str| node.folder.join(name).display().to_string();
    let (key, file) = (path("backup.key"), path("backups/one.liengia-backup"));
    let made = crate::kit::liengia().args(["backup-key", &key]).output().unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let again = crate::kit::liengia().args(["backup-key", &key]).output().unwrap();
    assert!(!again.status.success(), "a key is never written over");
    let done = node.command(&["backup", &file, "--key", &key]);
    assert!(done.status.success(), "{}", told(&done));
    Saved { node, key, file }
}

fn names_of(
    node: &Node,
    household: &str,
    person: PersonId,
    browser: &mut crate::http::Browser,
) -> Option<String> {
    let answer: Answer = browser.get(&format!("/api/households/{household}"));
    assert_eq!(answer.status, 200, "{} {}", answer.text(), node.logged());
    let people = answer.json()["people"].as_array().unwrap().clone();
    let found = people.into_iter().find(|known| known["id"] == person.to_string());
    found.map(|known| known["name"].as_str().unwrap().to_owned())
}

#[test]
fn a_restored_node_has_everything_but_whoever_was_erased_since() {
    let Saved { mut node, key, file } = saved("restore");
    let home = &sample().households[0];
    let (erased, kept) = (home.people[0].id, home.people[1].id);
    let household = home.id.to_string();
    let mut clerk = node.sign_in("clerk");
    let name = names_of(&node, &household, erased, &mut clerk);
    // As an erasure after the backup writes it beside the backups.
    let list = node.folder.join("backups/erased-ids.txt");
    fs::write(&list, format!("2026-11-24T00:00:00.000000Z {erased}\n")).unwrap();
    node.stop();

    let refused = node.command(&["restore", &file, "--key", &key]);
    assert!(told(&refused).contains("fills an empty node"), "{}", told(&refused));

    let mut other = Node::empty("restored");
    let done = other.command(&["restore", &file, "--key", &key]);
    assert!(done.status.success(), "{}", told(&done));
    assert!(other.command(&["verify"]).status.success());
    let agree = other.command(&["rebuild", "--check"]);
    assert!(agree.status.success(), "{}", told(&agree));
    other.start();
    other.knows_links_of(&node);
    let mut clerk = other.sign_in("clerk");
    assert!(name.is_some() && names_of(&other, &household, erased, &mut clerk) != name);
    assert!(names_of(&other, &household, kept, &mut clerk).is_some());
    let identity = |data: &Path| fs::read_to_string(data.join("identity.json")).unwrap();
    assert_eq!(identity(&node.data), identity(&other.data));
}

#[test]
fn nothing_of_anybody_stands_in_a_backup_and_another_key_opens_nothing() {
    let Saved { node, file, .. } = saved("sealed");
    let bytes = fs::read(&file).unwrap();
    let name = sample().households[0].people[0].name.expose().as_bytes();
    assert!(!bytes.windows(name.len()).any(|window| window == name));
    let other_key = node.folder.join("other.key").display().to_string();
    crate::kit::liengia().args(["backup-key", &other_key]).output().unwrap();
    let empty = Node::empty("locked");
    let refused = empty.command(&["restore", &file, "--key", &other_key]);
    assert!(!refused.status.success() && told(&refused).contains("another key"), "{}", told(&refused));
    assert!(!empty.data.join("restoring").exists(), "nothing is left behind");
}

#[test]
fn a_restore_that_broke_off_is_run_again_before_the_node_starts() {
    let Saved { node: _node, key, file } = saved("broken-off");
    let other = Node::empty("half");
    fs::create_dir_all(&other.data).unwrap();
    fs::write(other.data.join("restoring"), "").unwrap();
    let refused = other.command(&["serve"]);
    assert!(told(&refused).contains("broke off"), "{}", told(&refused));
    let done = other.command(&["restore", &file, "--key", &key]);
    assert!(done.status.success(), "{}", told(&done));
    assert!(!other.data.join("restoring").exists());
}
