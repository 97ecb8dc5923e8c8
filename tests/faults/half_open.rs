//! Ten thousand connections that say nothing, or half of something: others are served, memory is bounded, and whoever
//! says nothing is sent away.

use crate::{
    commune::sample,
    disks::run,
    http::{self, Browser, new_id},
    mqtt::Device,
    node::{Node, until},
    scene::{bells_of, buttons_of, left_out},
};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::device::SimDevice;
use serde_json::json;
use socket2::{Domain, Socket, Type};
use std::{
    fs,
    io::{BufReader, ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Mutex,
    thread,
    time::Duration,
};

/// How many there are.
pub const MANY: usize = 10_000;

/// Descriptors that a test of that many needs on each side.
const DESCRIPTORS: u64 = 16_384;

/// The node's patience with whoever does not say who they are, or does not finish a request's head: 10 seconds each,
/// one after another at worst.
pub const SENT_AWAY_WITHIN: Duration = Duration::from_secs(30);

/// How soon others are served meanwhile.
pub const SERVED_WITHIN: Duration = Duration::from_secs(10);

/// What ten thousand strangers may cost, in kB. Measured: see docs/reference/faults.md.
pub const MEMORY_KB: u64 = 256 * 1024;

/// Where they come from.
const BESIEGERS: u8 = 6;

/// Threads that connect at once.
pub const AT_ONCE: usize = 32;

/// How long a connection may take: the broker lets strangers wait in the system's queue.
const CONNECTS_WITHIN: Duration = Duration::from_secs(20);

/// Lets this process and the node have as many descriptors as the test needs, or says why not.
pub fn room_for_descriptors(node: &Node) -> Result<(), String> {
    for pid in [std::process::id(), node.pid()] {
        run("prlimit", &["--pid", &pid.to_string(), &format!("--nofile={DESCRIPTORS}:")])?;
    }
    Ok(())
}

/// A connection from the address of those who besiege that ends so: the node counts them by address.
pub fn from_elsewhere(last: u8, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 66, 6, last], 0)).into())?;
    socket.connect_timeout(&to.into(), CONNECTS_WITHIN)?;
    Ok(socket.into())
}

/// So many connections, each of which sent one of these beginnings and nothing more.
fn besiege(address: SocketAddr, beginnings: &[&[u8]], many: usize) -> Vec<TcpStream> {
    let all = Mutex::new(Vec::with_capacity(many));
    thread::scope(|scope| {
        for part in 0..AT_ONCE {
            let all = &all;
            scope.spawn(move || {
                for number in (part..many).step_by(AT_ONCE) {
                    // The node may have sent the oldest away already, or not accept this one: both are its right.
                    if let Ok(mut stream) = from_elsewhere(BESIEGERS, address) {
                        let _ = stream.write_all(beginnings[number / AT_ONCE % beginnings.len()]);
                        all.lock().unwrap().push(stream);
                    }
                }
            });
        }
    });
    all.into_inner().unwrap()
}

/// How many of these the node has not closed.
pub fn open(streams: &[TcpStream]) -> usize {
    let is_open = |mut stream: &TcpStream| {
        stream.set_nonblocking(true).unwrap();
        let mut room = [0; 1024];
        loop {
            match stream.read(&mut room) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return error.kind() == ErrorKind::WouldBlock,
            }
        }
    };
    streams.iter().filter(|stream| is_open(stream)).count()
}

/// What the node holds in memory, in kB.
pub fn memory(node: &Node) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", node.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Another team's button, bell, phone and desk are served.
pub fn others_are_served(node: &Node, officer: &mut Browser) -> Duration {
    let (clock, team) = (SystemClock::new(), sample().teams[4].id);
    let connect = |device: &SimDevice| {
        until("a device gets in", SERVED_WITHIN, || Device::connect(node.devices(), device).ok())
    };
    let mut bell = connect(&bells_of(team)[0]);
    let mut button = connect(&buttons_of(team)[0]);
    let press = new_id();
    button.press(&press).unwrap();
    assert!(bell.rings(SERVED_WITHIN).is_some());
    assert!(button.recorded(&press, SERVED_WITHIN));
    assert!(officer.get("/api/board").done()["alarms"].is_array());
    assert_eq!(node.browser().get("/healthz").status, 200);
    clock.elapsed()
}

/// Besieges a door: most say nothing, the others one of these beginnings.
fn siege(door: &str, beginnings: &[&[u8]]) {
    let mut node = Node::new(door);
    node.start();
    if let Err(why) = room_for_descriptors(&node) {
        return left_out(&format!("ten thousand half-open connections ({door})"), why);
    }
    let mut officer = node.sign_in("officer");
    let before = memory(&node);
    let address = if door == "mqtt" { node.mqtt } else { node.http };
    let clock = SystemClock::new();
    let streams = besiege(address, beginnings, MANY);
    let (took, held) = (clock.elapsed(), open(&streams));
    let served = others_are_served(&node, &mut officer);
    let grown = memory(&node).saturating_sub(before);
    assert!(grown < MEMORY_KB, "{door}: {grown} kB more");
    let clock = SystemClock::new();
    until("all are sent away", SENT_AWAY_WITHIN, || (open(&streams) == 0).then_some(()));
    println!(
        "half-open, {door}: {} connected in {took:?}, {held} held at once, {grown} kB more, others served in {served:?}, \
         all sent away {:?} later",
        streams.len(),
        clock.elapsed()
    );
    others_are_served(&node, &mut officer);
    node.stop();
    node.verifies();
}

#[test]
fn ten_thousand_silent_connections_at_the_devices_door_keep_nobody_out() {
    siege("mqtt", &[b"", b"\x10\x2a\0\x04MQ", b"", b"\x10\xff"]);
}

#[test]
fn ten_thousand_silent_connections_at_the_browsers_door_keep_nobody_out() {
    let half_head = b"GET /api/board HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n";
    siege("http", &[b"", half_head, b"", b"PRI * HT"]);
}

#[test]
fn bodies_that_never_end_take_no_place_from_others_and_are_told_so() {
    let mut node = Node::new("slow");
    node.start();
    let mut officer = node.sign_in("officer");
    let body: &[u8] =
        b"POST /api/hook/answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Content-Length: 1000\r\n\r\n{";
    let streams = besiege(node.http, &[body], 1_000);
    // Those who have more than their share are told at once that the node is busy; nobody else is.
    officer.get("/api/board").done();
    let team = sample().teams[7].id;
    let fresh = json!({
        "alarm": new_id(), "pressed_at": "2026-08-19T08:00:00Z", "source": "desk", "team": team,
    });
    assert!(officer.post("/api/alarms", &fresh).is_done(), "a press has its place");
    let mut bell = Device::connect(node.mqtt, &bells_of(team)[0]).unwrap();
    let mut button = Device::connect(node.mqtt, &buttons_of(team)[0]).unwrap();
    button.press(&new_id()).unwrap();
    assert!(bell.rings(SERVED_WITHIN).is_some());
    // Each is answered in the end: most that the node is busy, the others that it took too long.
    let mut answers = std::collections::BTreeMap::new();
    for stream in streams {
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(SENT_AWAY_WITHIN)).unwrap();
        let answer = http::read(&mut BufReader::new(stream), "POST").unwrap();
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        *answers.entry(answer.json()["code"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    println!("slow bodies: {answers:?}");
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["busy", "too_slow"]);
    node.stop();
}
