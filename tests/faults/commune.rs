//! The sample commune as the binary itself pours it in, made once for all tests, and who can sign in to it.
//!
//! `liengia demo` fills a folder and prints one-time links for each role; a copy of that folder is a node's data like any
//! other, whose links have not been used. So there is no door into the program that only tests have.

use crate::{
    http::Browser,
    node::{Folder, Node, binary, until},
};
use liengia_sim::sample::{Commune, Sample};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

/// The demo's own seed.
const SEED: u64 = 19_082_005;

/// How long the demo may take to pour it in.
const POURED_WITHIN: Duration = Duration::from_mins(2);

/// A folder filled by the demo, and its links.
pub struct Template {
    folder: PathBuf,
    codes: BTreeMap<String, String>,
}

/// The sample that the demo pours in.
pub fn sample() -> &'static Commune {
    static SAMPLE: OnceLock<Commune> = OnceLock::new();
    SAMPLE.get_or_init(|| Sample::commune(SEED))
}

impl Template {
    /// The template of this binary: what another test has made in the last half hour, or a new one.
    pub fn get() -> &'static Self {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let lock = File::create(place.join("faults-template.lock")).unwrap();
            lock.lock().unwrap();
            let folder = place.join("faults-template");
            let stamp = stamp();
            let fresh = fs::read_to_string(folder.join("stamp")).is_ok_and(|text| text == stamp)
                && fs::metadata(folder.join("stamp"))
                    .and_then(|stamp| stamp.modified())
                    .is_ok_and(|made| made.elapsed().is_ok_and(|age| age < Duration::from_mins(30)));
            if !fresh {
                if folder.exists() {
                    fs::remove_dir_all(&folder).unwrap();
                }
                fs::create_dir_all(&folder).unwrap();
                pour(&folder);
                fs::write(folder.join("stamp"), stamp).unwrap();
            }
            let codes = codes(&fs::read_to_string(folder.join("links")).unwrap());
            Self { folder, codes }
        })
    }

    /// Makes `data` a node's folder like the template's.
    pub fn copy_to(&self, data: &Path) {
        // Another process may make a newer one just now.
        let lock = File::open(self.folder.with_extension("lock")).unwrap();
        lock.lock_shared().unwrap();
        copy(&self.folder.join("data"), data);
        // What was poured in long ago is on the disk, as it would be: tests that cut the power rest on it.
        for name in ["journal.db", "identity.json", "keys/push.key", "keys/report.key"] {
            File::open(data.join(name)).and_then(|file| file.sync_all()).unwrap();
        }
        File::open(data).and_then(|folder| folder.sync_all()).unwrap();
    }

    /// The link of this role.
    pub fn code(&self, role: &str) -> (&str, &str) {
        let code = self.codes.get(role).unwrap_or_else(|| panic!("the demo prints no link for {role}"));
        code.split_once(':').unwrap()
    }
}

/// Which binary, and when it was built.
fn stamp() -> String {
    let path = binary();
    let about = fs::metadata(&path).unwrap();
    let built = about.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("{} {} {built:?}", path.display(), about.len())
}

fn pour(folder: &Path) {
    let links = folder.join("links");
    let mut demo = Command::new(binary())
        .args(["demo", "--without-cameras", "--port", "0", "--mqtt-port", "0", "--data"])
        .arg(folder.join("data"))
        .stdin(Stdio::null())
        .stdout(File::create(&links).unwrap())
        .stderr(File::create(folder.join("log")).unwrap())
        .spawn()
        .unwrap();
    let told = || fs::read_to_string(&links).unwrap();
    until("the demo prints its links", POURED_WITHIN, || {
        let ended = demo.try_wait().unwrap();
        assert!(ended.is_none(), "{}", fs::read_to_string(folder.join("log")).unwrap());
        told().contains("Stop with Ctrl-C").then_some(())
    });
    let asked = Command::new("kill").arg("-TERM").arg(demo.id().to_string()).status().unwrap();
    assert!(asked.success() && demo.wait().unwrap().success(), "the demo stops");
}

/// `officer    http://officer.localhost:0/demo#welcome:CODE   ...`
fn codes(links: &str) -> BTreeMap<String, String> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let (role, link) = (words.next()?, words.next()?);
        Some((role.to_owned(), link.split_once('#')?.1.to_owned()))
    };
    links.lines().filter_map(line).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

impl Node {
    /// Signs a role of the demo in: its link works once in each copy.
    pub fn sign_in(&self, role: &str) -> Browser {
        let (way, code) = Template::get().code(role);
        let mut browser = self.browser();
        let answer = match way {
            "join" => browser.post("/api/join", &json!({ "code": code, "device_label": "a phone" })),
            _ => browser.post("/api/welcome", &json!({ "code": code })),
        };
        assert_eq!(answer.status, 200, "{role}: {}", answer.text());
        browser.keep_cookies(&answer);
        browser
    }
}

#[test]
fn a_copy_of_the_demo_is_a_node_that_each_role_can_sign_in_to_once() {
    let mut node = Node::new("template");
    node.start();
    for role in ["household", "neighbour", "leader", "officer", "clerk", "analyst", "admin", "auditor"] {
        let mut browser = node.sign_in(role);
        assert_eq!(browser.get("/api/session").status, 200, "{role}");
    }
    let (_, code) = Template::get().code("officer");
    let again = node.browser().post("/api/welcome", &json!({ "code": code }));
    assert_eq!(again.status, 410, "{}", again.text());
    node.stop();
    node.verifies();
    node.views_agree();
    drop(Folder::new("empty"));
}
