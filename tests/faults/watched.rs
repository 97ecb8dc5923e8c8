//! What tests with cameras share: simulated ones that are spoken to by real RTSP over TCP, a site to put them up at, looks,
//! live views as bytes of a WebSocket, and the files that were recorded.

use crate::{
    commune::sample,
    door::Line,
    http::{Answer, Browser, read},
    node::{Node, told, until},
    scene::not_installed,
};
use liengia_kernel::{Position, SystemClock, Timestamp};
use liengia_sim::camera::{Camera, Cameras, Misbehaviour, Setup};
use liengia_watch::segment::{Hash, verify, walk};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File},
    io::{BufReader, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

/// How long a camera may take until it is recorded.
pub const RECORDS_WITHIN: Duration = Duration::from_secs(30);

/// Cameras that do nothing wrong.
pub fn cameras(count: u64) -> Cameras {
    misbehaving(count, &Misbehaviour::default())
}

/// Cameras that all do this wrong.
pub fn misbehaving(count: u64, misbehaviour: &Misbehaviour) -> Cameras {
    let camera = |number| Camera {
        misbehaviour: misbehaviour.clone(),
        ..Camera::new(format!("CAM {number}"), number)
    };
    street((1..=count).map(camera).collect())
}

/// These cameras.
pub fn street(cameras: Vec<Camera>) -> Cameras {
    let setup = Setup { listen: ([127, 0, 0, 1], 0).into(), cameras, user: None, utc_offset: 7 };
    Cameras::start(setup, Arc::new(SystemClock::new())).unwrap()
}

/// A site of the commune, for its cameras or a home's.
pub fn site(officer: &mut Browser, purpose: &str) -> String {
    site_at(officer, purpose, &json!(sample().points[0].place))
}

/// The same in this place.
pub fn site_at(officer: &mut Browser, purpose: &str, place: &Value) -> String {
    let site = json!({
        "place": place, "name": "Ngã tư chợ", "position": sample().points[0].position, "purpose": purpose,
        "contact": "Công an xã", "paid_by": "both",
    });
    officer.post("/api/sites", &site).done()["id"].as_str().unwrap().to_owned()
}

pub fn put_up(officer: &mut Browser, site: &str, url: &str, household: Option<&str>) -> String {
    put_up_at(officer, site, &json!({ "url": url }), household)
}

/// The same with all that is known of where it is reached.
pub fn put_up_at(officer: &mut Browser, site: &str, door: &Value, household: Option<&str>) -> String {
    put_up_in(officer, site, (door, sample().points[0].position), household)
}

/// The same in this position.
pub fn put_up_in(
    officer: &mut Browser,
    site: &str,
    (door, position): (&Value, Position),
    household: Option<&str>,
) -> String {
    let camera = json!({
        "household": household, "door": door,
        "facts": {
            "site": site, "name": "Cổng", "position": position, "direction": 0, "angle": 80, "reach_m": 40,
        },
    });
    officer.post("/api/cameras", &camera).done()["id"].as_str().unwrap().to_owned()
}

pub fn state(browser: &mut Browser, camera: &str) -> String {
    let camera = browser.get(&format!("/api/cameras/{camera}")).done();
    camera["health"]["state"].as_str().unwrap_or_default().to_owned()
}

/// Its home shares a camera, live and recorded.
pub fn share(home: &mut Browser, camera: &str, purposes: &[&str]) {
    let consent = json!({
        "purposes": purposes, "recorded": true, "live": true, "only_during_alarms": false, "hours": null, "until": null,
    });
    let shared = home.send("PUT", &format!("/api/cameras/{camera}/consent"), Some(&consent)).unwrap();
    assert!(shared.is_done(), "{}", shared.text());
}

pub fn records(browser: &mut Browser, camera: &str) {
    until("the camera is recorded", RECORDS_WITHIN, || (state(browser, camera) == "recording").then_some(()));
}

pub fn look(browser: &mut Browser, camera: &str, purpose: &str) -> Answer {
    let look = json!({ "cameras": [camera], "kind": "live", "purpose": purpose, "case": "12/2026" });
    browser.post("/api/looks", &look)
}

/// A look back at these cameras.
pub fn look_back(officer: &mut Browser, cameras: &[String], (from, to): (Timestamp, Timestamp)) -> String {
    let past = json!({
        "cameras": cameras, "kind": "playback", "purpose": "accident", "case": "", "span": { "from": from, "to": to },
    });
    officer.post("/api/looks", &past).done()["id"].as_str().unwrap().to_owned()
}

/// The `timeline` or the `fragments` of a camera, as this look shows them.
pub fn shown(
    officer: &mut Browser,
    look: &str,
    (camera, what): (&str, &str),
    (from, to): (Timestamp, Timestamp),
) -> Value {
    officer.get(&format!("/api/looks/{look}/cameras/{camera}/{what}?from={from}&to={to}")).done()
}

/// A live view, as bytes of a WebSocket.
pub struct View(BufReader<Line>);

impl View {
    /// Asks for it from a page of this origin.
    pub fn ask(browser: &Browser, node: &Node, path: &str, origin: &str) -> (Answer, Self) {
        Self::over(browser.door().connect(RECORDS_WITHIN).unwrap(), browser, node, (path, origin))
    }

    /// The same over this connection.
    pub fn over(
        mut line: Line,
        browser: &Browser,
        node: &Node,
        (path, origin): (&str, &str),
    ) -> (Answer, Self) {
        let ask = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: {origin}\r\nCookie: {}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            node.http.port(),
            browser.cookies().join("; ")
        );
        line.write_all(ask.as_bytes()).unwrap();
        let mut stream = BufReader::new(line);
        // An upgrade has no body: it is read as an answer to HEAD.
        let answer = read(&mut stream, "HEAD").unwrap();
        (answer, Self(stream))
    }

    pub fn open(browser: &Browser, node: &Node, look: &Value, camera: &str) -> Self {
        let path = format!("/api/looks/{}/cameras/{camera}/live", look["id"].as_str().unwrap());
        let (answer, view) = Self::ask(browser, node, &path, &browser.origin().1);
        assert_eq!(answer.status, 101, "{:?}", answer.headers);
        view
    }

    /// The next message: what kind it is, and its bytes.
    pub fn next(&mut self) -> (u8, Vec<u8>) {
        let mut head = [0; 2];
        self.0.read_exact(&mut head).unwrap();
        let length = match head[1] & 0x7F {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length).unwrap();
                u64::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.0.read_exact(&mut length).unwrap();
                u64::from_be_bytes(length)
            }
            short => u64::from(short),
        };
        let mut bytes = vec![0; usize::try_from(length).unwrap()];
        self.0.read_exact(&mut bytes).unwrap();
        (head[0] & 0x0F, bytes)
    }

    /// What it runs over.
    pub fn socket(&self) -> &TcpStream {
        self.0.get_ref().socket()
    }

    /// Reads on until nothing more can come.
    pub fn ends(mut self) {
        let mut room = vec![0; 65_536];
        // The node may cut it off.
        while self.0.read(&mut room).is_ok_and(|count| count > 0) {}
        let why = self.0.read(&mut room).err().map(|error| error.kind());
        assert!(
            !matches!(why, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut)),
            "{why:?}: it is still open"
        );
    }

    /// Reads on until it is closed; with which code.
    pub fn closed(&mut self) -> u16 {
        loop {
            let (kind, bytes) = self.next();
            if kind == 8 {
                return u16::from_be_bytes([bytes[0], bytes[1]]);
            }
        }
    }
}

/// The files of all cameras, by camera, in the order of their numbers.
pub fn files(footage: &Path) -> Vec<Vec<PathBuf>> {
    let folders = fs::read_dir(footage).unwrap().map(|entry| entry.unwrap().path());
    let of = |folder: PathBuf| {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "mp4"));
        files.sort();
        files
    };
    folders.filter(|folder| folder.is_dir()).map(of).collect()
}

pub fn fragments(footage: &Path) -> usize {
    let open = |path: PathBuf| walk(File::open(path).unwrap()).flatten().count();
    files(footage).into_iter().flatten().map(open).sum()
}

/// What is whole on the disk: of each camera's folder the numbers and hashes of its fragments.
pub fn kept(footage: &Path) -> BTreeSet<(OsString, u64, Hash)> {
    let of = |path: PathBuf| {
        let folder = path.parent().and_then(Path::file_name).unwrap().to_owned();
        let whole = walk(File::open(path).unwrap()).flatten();
        whole.map(|one| (folder.clone(), one.header.number, one.hash)).collect::<Vec<_>>()
    };
    files(footage).into_iter().flatten().flat_map(of).collect()
}

/// ffprobe reads every file to its end and says nothing.
pub fn probed(footage: &Path) {
    // Of one that was cut before its first fragment there are no pictures to be read.
    let has_pictures = |path: &PathBuf| walk(File::open(path).unwrap()).flatten().next().is_some();
    files(footage).into_iter().flatten().filter(has_pictures).for_each(|path| drop(probe(&path)));
}

/// The same of one file; what each of its streams is: width, height and pictures.
pub fn probe(path: &Path) -> String {
    let asks = ["-v", "warning", "-count_packets", "-of", "csv=p=0", "-show_entries"];
    let mut command = Command::new("ffprobe");
    let done = command.args(asks).arg("stream=width,height,nb_read_packets").arg(path).output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}: {}", path.display(), told(&done));
    String::from_utf8(done.stdout).unwrap()
}

/// Whether ffprobe is here; if not, that is said.
pub fn can_probe(test: &str) -> bool {
    let there = Command::new("ffprobe").arg("-version").output().is_ok();
    if !there {
        not_installed(test, "ffprobe is not on this machine");
    }
    there
}

/// Every camera's files are one whole chain from its first fragment on.
pub fn whole(footage: &Path) {
    for of_camera in files(footage).into_iter().filter(|files| !files.is_empty()) {
        let open: Vec<_> = of_camera.iter().map(|path| File::open(path).unwrap()).collect();
        assert!(verify(&open, Some([0; 32])).unwrap().fragments > 0);
    }
}

/// Waits until more is recorded than now.
pub fn goes_on(footage: &Path, by: usize) {
    let more = fragments(footage) + by;
    until("recording goes on", RECORDS_WITHIN, || (fragments(footage) >= more).then_some(()));
}
