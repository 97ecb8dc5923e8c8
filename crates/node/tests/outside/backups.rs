//! `liengia backup` while the node runs, and `liengia restore` into an empty one.

use crate::{
    http::Answer,
    kit::{Node, sample, told, until},
};
use liengia_journal::testing::left_out;
use liengia_kernel::PersonId;
use serde_json::Value;
use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
};

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

#[test]
fn a_backup_of_another_host_is_refused_unless_the_host_is_to_change() {
    let Saved { node: _node, key, file } = saved("host");
    let other = Node::empty("other-host");
    let text = fs::read_to_string(other.config()).unwrap();
    fs::write(other.config(), text.replace("\"localhost\"", "\"xa.example.vn\"")).unwrap();
    let refused = other.command(&["restore", &file, "--key", &key]);
    assert!(
        !refused.status.success() && told(&refused).contains("set up as localhost"),
        "{}",
        told(&refused)
    );
    assert!(!other.data.exists(), "nothing is left behind");
    let done = other.command(&["restore", &file, "--key", &key, "--change-host"]);
    assert!(done.status.success(), "{}", told(&done));
    let identity: Value =
        serde_json::from_slice(&fs::read(other.data.join("identity.json")).unwrap()).unwrap();
    assert_eq!(identity["host"], "xa.example.vn");
}

/// Everything in this folder, and in those inside it.
fn all_in(folder: &Path) -> Vec<std::path::PathBuf> {
    let inside = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { all_in(&path) } else { vec![path] }).collect()
}

#[test]
fn what_root_saves_restores_and_rebuilds_belongs_to_the_owner_of_the_folder() {
    let Saved { node: _node, key, file } = saved("roots");
    let other = Node::empty("given");
    fs::create_dir(&other.data).unwrap();
    if chown(&other.data, Some(4321), Some(4322)).is_err() {
        return left_out("whose what root saves is", "only root gives files away");
    }
    let run = |arguments: &[&str]| {
        let done = other.command(arguments);
        assert!(done.status.success(), "{}", told(&done));
    };
    run(&["restore", &file, "--key", &key]);
    run(&["verify"]);
    run(&["rebuild"]);
    run(&["rebuild", "--check"]);
    let backups = other.data.join("backups");
    fs::create_dir(&backups).unwrap();
    chown(&backups, Some(4321), Some(4322)).unwrap();
    run(&["backup", &backups.join("b.liengia-backup").display().to_string(), "--key", &key]);
    let found = all_in(&other.data);
    assert!(found.len() >= 5, "{found:?}");
    for path in found {
        let whose = fs::metadata(&path).unwrap();
        assert_eq!((whose.uid(), whose.gid()), (4321, 4322), "{}", path.display());
    }
}

#[test]
fn the_desk_sees_a_backup_disk_that_is_pulled_out_until_it_is_there_again() {
    let Saved { mut node, key, .. } = saved("pulled");
    let folder = node.folder.join("backups");
    let mut officer = node.sign_in("officer");
    let mut faults = || {
        let board = officer.get("/api/board").json();
        let faults = board["faults"].as_array().unwrap().clone();
        let codes = faults.iter().map(|fault| fault["code"].as_str().unwrap().to_owned());
        codes.filter(|code| code.starts_with("backups")).collect::<Vec<_>>()
    };
    assert_eq!(faults(), Vec::<String>::new());
    fs::rename(&folder, node.folder.join("pulled-out")).unwrap();
    until("the desk sees it", || (faults() == ["backups_failing"]).then_some(()));
    let refused =
        node.command(&["backup", &folder.join("b.liengia-backup").display().to_string(), "--key", &key]);
    assert!(told(&refused).contains("backups is not there: make it first"), "{}", told(&refused));
    fs::rename(node.folder.join("pulled-out"), &folder).unwrap();
    until("the desk sees that it is back", || faults().is_empty().then_some(()));
    node.stop();
}

#[test]
fn a_command_without_its_file_says_which_and_what_to_do_and_a_log_gets_no_meter() {
    let node = Node::empty("terse");
    let says = |arguments: &[&str], all: &[&str]| {
        let said = told(&node.command(arguments));
        assert!(all.iter().all(|part| said.contains(part)), "{arguments:?}: {said}");
        assert!(!said.contains("os error") && !said.contains('\r'), "{said}");
    };
    let path = |name: &str| node.folder.join(name).display().to_string();
    let never = "is not there: no node was ever started with this configuration";
    says(&["verify"], &["journal.db", never]);
    says(&["rebuild"], &["journal.db", never]);
    says(&["backup", &path("b.liengia-backup"), "--key", &path("key")], &["identity.json", never]);
    says(
        &["restore", &path("b.liengia-backup"), "--key", &path("key")],
        &["the key file", "it is not there"],
    );
    let key = crate::kit::liengia().args(["backup-key", &path("no/key")]).output().unwrap();
    assert!(told(&key).contains("no is not there: make it first"), "{}", told(&key));
    fs::remove_file(node.config()).unwrap();
    says(&["verify"], &["cannot read the configuration", "it is not there", "--config"]);
}
