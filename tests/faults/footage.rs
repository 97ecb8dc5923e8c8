//! What is recorded while disks fill up, fail and come back, while the clock jumps, files are torn, cameras come and go or
//! lie, and a thousand people watch at once.

use crate::{
    clock::NodeClock,
    disks::{Disk, run},
    half_open::{from_elsewhere, memory, others_are_served, room_for_descriptors},
    http::{Browser, read},
    liar::Liar,
    mutate,
    node::{Node, until},
    scene::{left_out, not_installed, seed},
    watched::{
        RECORDS_WITHIN, cameras, can_probe, files, fragments, goes_on, kept, look, misbehaving, probed,
        put_up, records, site, state, whole,
    },
};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::camera::{Cameras, Misbehaviour};
use liengia_watch::segment::{verify, walk};
use serde_json::json;
use std::{
    fs::{self, File},
    io::{BufReader, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    time::Duration,
};

/// How soon recording follows what befell a disk.
const FOLLOWS_WITHIN: Duration = Duration::from_mins(2);

/// People who watch one camera.
const VIEWERS: usize = 1_000;

/// How much a node may grow for them, in kB.
const FOR_VIEWERS_KB: u64 = 200_000;

/// How much a node may grow for cameras that lie, in kB.
const FOR_LIARS_KB: u64 = 100_000;

/// Lies that are told.
const LIES: usize = 24;

/// Cuts that a file suffers.
const CUTS: usize = 12;

/// A node with cameras of its own.
struct Street {
    node: Node,
    officer: Browser,
    site: String,
    ids: Vec<String>,
    cameras: Cameras,
}

impl Street {
    fn of(mut node: Node, cameras: Cameras, count: usize) -> Self {
        node.start();
        let mut officer = node.sign_in("officer");
        let site = site(&mut officer, "traffic");
        let ids = (0..count).map(|place| put_up(&mut officer, &site, &cameras.url(place), None)).collect();
        Self { node, officer, site, ids, cameras }
    }

    /// Files that are written no more: each start begins new ones.
    fn begin_files_anew(&mut self, footage: &Path, times: usize) {
        for _ in 0..times {
            goes_on(footage, 2 * self.ids.len());
            self.node.kill();
            self.node.start();
        }
    }
}

/// A node whose footage lies on these disks.
fn node_on(name: &str, disks: &[PathBuf]) -> Node {
    let node = Node::new(name);
    node.footage_on(disks);
    node
}

/// Every file by itself is one whole chain.
fn whole_by_themselves(footage: &Path) {
    for path in files(footage).into_iter().flatten() {
        assert!(verify(&[File::open(&path).unwrap()], None).is_ok(), "{}", path.display());
    }
}

#[test]
fn a_full_disk_loses_the_oldest_footage_that_nobody_holds_and_recording_goes_on() {
    let disk = match Disk::in_a_file("full-footage", 96) {
        Ok(disk) => disk,
        Err(why) => return left_out("a full disk of footage", why),
    };
    let footage = disk.root();
    let mut street = Street::of(node_on("full-footage", std::slice::from_ref(&footage)), cameras(2), 2);
    street.begin_files_anew(&footage, 4);
    let before = files(&footage);
    let name = before[0][0].file_name().unwrap().to_str().unwrap().to_owned();
    let began = name.trim_end_matches(".mp4").split_once('-').unwrap().1.parse::<i64>().unwrap();
    let moment = |us| liengia_kernel::Timestamp::from_micros(us).to_string();
    let held = json!({
        "cameras": street.ids, "span": { "from": moment(began), "to": moment(began + 1_000_000) }, "case": "7/2026",
        "reason": "Va chạm ở chợ", "until": moment(began + 86_400_000_000),
    });
    street.officer.post("/api/holds", &held).done();
    let ballast = disk.fill();
    until("the oldest that is not held goes", FOLLOWS_WITHIN, || (!before[0][1].exists()).then_some(()));
    goes_on(&footage, 2);
    assert!(before[0][0].exists(), "what is held stays");
    others_are_served(&street.node, &mut street.officer);
    // Nothing is left to be removed but what is held: recording waits for room, and goes on when there is some.
    fs::remove_file(ballast).unwrap();
    goes_on(&footage, 4);
    street.node.stop();
    street.node.verifies();
    whole_by_themselves(&footage);
}

#[test]
fn a_disk_that_fails_hands_its_cameras_to_another_until_it_is_mended() {
    let (mut one, other) = match (Disk::in_a_file("one-footage", 96), Disk::in_a_file("other-footage", 96)) {
        (Ok(one), Ok(other)) => (one, other),
        (Err(why), _) | (_, Err(why)) => return left_out("a disk unplugged", why),
    };
    let roots = [one.root(), other.root()];
    let mut street = Street::of(node_on("two-disks", &roots), cameras(6), 6);
    let recorded = |root: &Path| files(root).into_iter().filter(|files| !files.is_empty()).count();
    let all = || recorded(&roots[0]) + recorded(&roots[1]) >= street.ids.len();
    until("all are recorded", FOLLOWS_WITHIN, || all().then_some(()));
    if recorded(&roots[0]) == 0 {
        // All six ids ended alike, one time in thirty-two.
        return street.node.stop();
    }
    // What ext4 does when the disk beneath it fails: nothing can be written from now on.
    let trigger = one.device().map(|device| format!("/sys/fs/ext4/{device}/trigger_fs_error"));
    if let Err(why) = trigger.and_then(|path| fs::write(path, "1").map_err(|error| error.to_string())) {
        return left_out("a disk unplugged", why);
    }
    let count = street.ids.len();
    until("the other disk has all cameras", FOLLOWS_WITHIN, || (recorded(&roots[1]) == count).then_some(()));
    goes_on(&roots[1], 2 * count);
    let disks = street.officer.get("/api/footage-disks").done();
    assert!(disks["disks"].as_array().unwrap().iter().any(|disk| disk["failing"] == true), "{disks}");
    others_are_served(&street.node, &mut street.officer);
    // Somebody puts the disk right.
    street.node.stop();
    one.unmount();
    // It says by its exit code that it repaired something; a disk beyond repair does not mount below.
    let _ = run("e2fsck", &["-f", "-y", &one.image().display().to_string()]);
    one.mount_image().unwrap();
    street.node.start();
    goes_on(&roots[0], 2);
    street.node.stop();
    street.node.verifies();
    for root in &roots {
        whole_by_themselves(root);
    }
}

#[test]
fn a_clock_that_jumps_ends_no_recording_and_makes_no_footage_old() {
    let mut node = Node::new("footage-clock");
    let Some(clock) = NodeClock::of(&mut node) else {
        return not_installed("footage and the clock", "libfaketime is not on this machine");
    };
    let footage = node.data.join("footage");
    let mut street = Street::of(node, cameras(2), 2);
    street.begin_files_anew(&footage, 2);
    let before: Vec<_> = files(&footage).into_iter().flatten().collect();
    for offset in ["+2d", "+400d", "-2d", "+0"] {
        clock.set(offset);
        goes_on(&footage, 2);
        street.node.kill();
        // What is kept is looked at when it starts.
        street.node.start();
        goes_on(&footage, 2);
        assert!(before.iter().all(|path| path.exists()), "{offset}");
    }
    street.node.stop();
    street.node.verifies();
    whole(&footage);
}

#[test]
fn a_file_cut_at_any_byte_keeps_all_fragments_before_the_cut() {
    if !can_probe("cut footage") {
        return;
    }
    let chance = seed("cut footage");
    let node = Node::new("cut-footage");
    let footage = node.data.join("footage");
    let mut street = Street::of(node, cameras(1), 1);
    goes_on(&footage, 4);
    for cut in 0..CUTS {
        goes_on(&footage, 2);
        street.node.kill();
        let newest = files(&footage)[0].pop().unwrap();
        let count = |path: &Path| walk(File::open(path).unwrap()).flatten().count();
        let length = fs::metadata(&newest).unwrap().len();
        let length_kept = chance.below(length);
        File::options().write(true).open(&newest).unwrap().set_len(length_kept).unwrap();
        let (left, whole) = (count(&newest), kept(&footage));
        street.node.start();
        records(&mut street.officer, &street.ids[0]);
        until("more is recorded", RECORDS_WITHIN, || (fragments(&footage) > whole.len()).then_some(()));
        assert!(
            whole.is_subset(&kept(&footage)),
            "cut {cut}: what was whole before it is there, hash by hash"
        );
        println!("cut {cut} at {length_kept} of {length}: {left} fragments left of this file");
    }
    street.node.stop();
    street.node.verifies();
    whole_by_themselves(&footage);
    probed(&footage);
}

#[test]
fn cameras_that_come_and_go_are_recorded_while_they_are_there_and_hold_up_nobody() {
    let footage = Node::new("flapping");
    let folder = footage.data.join("footage");
    let flapping = Misbehaviour { close_after: Some(Duration::from_secs(2)), ..Misbehaviour::default() };
    let (mut street, steady) = (Street::of(footage, misbehaving(6, &flapping), 6), cameras(1));
    let good = put_up(&mut street.officer, &street.site, &steady.url(0), None);
    records(&mut street.officer, &good);
    goes_on(&folder, 20);
    assert_eq!(state(&mut street.officer, &good), "recording");
    others_are_served(&street.node, &mut street.officer);
    let all: usize = files(&folder).iter().map(Vec::len).sum();
    assert!(all <= 3 * 7, "a camera that comes back writes on in its file: {all} files");
    assert!(street.node.logged().len() < 500_000, "the log is not flooded");
    street.node.stop();
    whole(&folder);
}

#[test]
fn cameras_that_lie_in_every_way_take_no_memory_and_no_time_from_the_others() {
    let chance = seed("lying cameras");
    let node = Node::new("liars");
    let folder = node.data.join("footage");
    let mut street = Street::of(node, cameras(2), 1);
    records(&mut street.officer, &street.ids[0]);
    let before = memory(&street.node);
    let liars: Vec<_> =
        (0..8).map(|_| Liar::before(street.cameras.address(), mutate::below(&chance, usize::MAX))).collect();
    for liar in &liars {
        put_up(&mut street.officer, &street.site, &liar.url("/cam2"), None);
    }
    // Whoever lies is called less and less often.
    until("they have lied a good while", FOLLOWS_WITHIN, || {
        (liars.iter().map(Liar::lies).sum::<usize>() >= LIES).then_some(())
    });
    goes_on(&folder, 2);
    assert_eq!(state(&mut street.officer, &street.ids[0]), "recording");
    let grown = memory(&street.node).saturating_sub(before);
    assert!(grown < FOR_LIARS_KB, "{grown} kB more");
    others_are_served(&street.node, &mut street.officer);
    let lies: Vec<_> = liars.iter().map(Liar::lies).collect();
    println!("lying cameras: {lies:?} lies, {grown} kB more");
    street.node.stop();
    street.node.verifies();
    whole_by_themselves(&folder);
}

/// Asks for a live view from an address of its own; the connection on which it comes.
fn view(node: &Node, officer: &Browser, path: &str, number: usize) -> TcpStream {
    let mut stream = from_elsewhere(u8::try_from(10 + number / 20).unwrap(), node.http).unwrap();
    let ask = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: {}\r\nCookie: {}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        node.http.port(),
        officer.origin().1,
        officer.cookies().join("; ")
    );
    stream.write_all(ask.as_bytes()).unwrap();
    let answer = read(&mut BufReader::new(&stream), "HEAD").unwrap();
    assert_eq!(answer.status, 101, "viewer {number}");
    stream.set_nonblocking(true).unwrap();
    stream
}

/// Reads what has come; how many bytes that were, none if it was closed.
fn drain(mut stream: &TcpStream) -> Option<usize> {
    let (mut room, mut all) = (vec![0; 65_536], 0);
    loop {
        match stream.read(&mut room) {
            Ok(0) => return None,
            Ok(count) => all += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Some(all),
            Err(_) => return None,
        }
    }
}

#[test]
fn a_thousand_people_watch_one_camera_and_an_alarm_rings_all_the_same() {
    let mut street = Street::of(Node::new("viewers"), cameras(1), 1);
    if let Err(why) = room_for_descriptors(&street.node) {
        return left_out("a thousand viewers", why);
    }
    records(&mut street.officer, &street.ids[0]);
    let before = memory(&street.node);
    let opened = look(&mut street.officer, &street.ids[0], "accident").done();
    let id = opened["id"].as_str().unwrap();
    let path = format!("/api/looks/{id}/cameras/{}/live?sub=true", street.ids[0]);
    let streams: Vec<_> =
        (0..VIEWERS).map(|number| view(&street.node, &street.officer, &path, number)).collect();
    let clock = SystemClock::new();
    let mut got = vec![0; VIEWERS];
    until("each of them sees pictures", FOLLOWS_WITHIN, || {
        for (got, stream) in got.iter_mut().zip(&streams) {
            *got += drain(stream).expect("nobody is sent away");
        }
        got.iter().all(|got| *got > 50_000).then_some(())
    });
    let grown = memory(&street.node).saturating_sub(before);
    assert!(grown < FOR_VIEWERS_KB, "{grown} kB more");
    let served = others_are_served(&street.node, &mut street.officer);
    println!(
        "{VIEWERS} viewers: {grown} kB more, all saw pictures after {:?}, others served in {served:?}",
        clock.elapsed()
    );
    street.officer.post(&format!("/api/looks/{id}/end"), &json!({})).done();
    until("their views end with the look", FOLLOWS_WITHIN, || {
        streams.iter().all(|stream| drain(stream).is_none()).then_some(())
    });
    records(&mut street.officer, &street.ids[0]);
    street.node.stop();
    street.node.verifies();
}
