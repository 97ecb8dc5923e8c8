//! The same ten thousand at the doors with TLS: they say nothing, half of a hello, or nothing once keys are agreed on. Others
//! are served meanwhile, memory is bounded, and in the end everything is given back.

use crate::{
    door::Trust,
    half_open::{
        AT_ONCE, MANY, MEMORY_KB, SENT_AWAY_WITHIN, SERVED_WITHIN, from_elsewhere, memory, open,
        others_are_served, room_for_descriptors,
    },
    http::{Browser, new_id},
    node::{Node, until},
    scene::left_out,
};
use liengia_kernel::{Clock as _, SystemClock};
use serde_json::json;
use std::{
    fs,
    io::Write as _,
    net::{SocketAddr, TcpStream},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Addresses that they come from: more than those that one address is bounded to.
const ADDRESSES: u8 = 8;

/// How long one waits for the node while keys are agreed on.
const SHAKES_WITHIN: Duration = Duration::from_secs(20);

/// How long all of them may take to come, on a machine that works out both sides of their handshakes.
const COMES_WITHIN: Duration = Duration::from_mins(2);

/// Descriptors that a node opens and closes by itself meanwhile: connections that served others, files of the database.
const OWN: usize = 32;

/// Those who besiege a door.
struct Siege<'a> {
    address: SocketAddr,
    trust: &'a Trust,
    hello: Vec<u8>,
    streams: Mutex<Vec<TcpStream>>,
    came: AtomicUsize,
    shook: AtomicUsize,
}

impl<'a> Siege<'a> {
    fn of(address: SocketAddr, trust: &'a Trust) -> Self {
        let hello = trust.half_a_hello();
        Self { address, trust, hello, streams: Mutex::default(), came: 0.into(), shook: 0.into() }
    }

    /// All of them come, some at a time.
    fn come(&self) {
        thread::scope(|scope| {
            for part in 0..AT_ONCE {
                scope.spawn(move || (part..MANY).step_by(AT_ONCE).for_each(|number| self.one(number)));
            }
        });
    }

    /// One comes. The node may send it away already, or not accept it: both are its right.
    fn one(&self, number: usize) {
        let of_turn = number / AT_ONCE;
        let last = 1 + u8::try_from(of_turn % usize::from(ADDRESSES)).unwrap();
        if let Ok(mut stream) = from_elsewhere(last, self.address) {
            match of_turn % 3 {
                0 => {}
                1 => drop(stream.write_all(&self.hello)),
                _ => {
                    stream.set_read_timeout(Some(SHAKES_WITHIN)).unwrap();
                    let shaken = self.trust.shake_hands(&mut stream).is_ok();
                    self.shook.fetch_add(usize::from(shaken), Ordering::Relaxed);
                }
            }
            self.streams.lock().unwrap().push(stream);
        }
        self.came.fetch_add(1, Ordering::Relaxed);
    }
}

/// How many files and connections the node has open.
fn descriptors(node: &Node) -> usize {
    fs::read_dir(format!("/proc/{}/fd", node.pid())).unwrap().count()
}

/// A phone of another team opens a connection of its own, and is shown its home; the press on it is taken.
fn a_phone_is_served(phone: &Browser) {
    assert!(phone.another().get("/api/home").done().is_object());
    let at = SystemClock::new().now();
    let press = json!({ "alarm": new_id(), "pressed_at": at, "sent_at": at, "source": "phone" });
    assert!(phone.another().post("/api/alarms", &press).is_done());
}

fn siege(door: &str, address: fn(&Node) -> SocketAddr) {
    let mut node = Node::new(door);
    node.secure();
    node.start();
    if let Err(why) = room_for_descriptors(&node) {
        return left_out(&format!("ten thousand half-open connections ({door})"), why);
    }
    let (mut officer, phone) = (node.sign_in("officer"), node.sign_in("household"));
    others_are_served(&node, &mut officer);
    let (memory_before, before) = (memory(&node), descriptors(&node));
    let trust = node.devices().trust.unwrap();
    let siege = Siege::of(address(&node), &trust);
    let (clock, mut meanwhile) = (SystemClock::new(), Duration::ZERO);
    thread::scope(|scope| {
        scope.spawn(|| siege.come());
        until("half of them came", COMES_WITHIN, || {
            (siege.came.load(Ordering::Relaxed) > MANY / 2).then_some(())
        });
        meanwhile = others_are_served(&node, &mut officer);
        a_phone_is_served(&phone);
    });
    let took = clock.elapsed();
    let (streams, shook) = (siege.streams.into_inner().unwrap(), siege.shook.into_inner());
    let held = open(&streams);
    let grown = memory(&node).saturating_sub(memory_before);
    let served = others_are_served(&node, &mut officer);
    a_phone_is_served(&phone);
    assert!(grown < MEMORY_KB, "{door}: {grown} kB more");
    assert!(meanwhile.max(served) < 3 * SERVED_WITHIN, "{door}: served in {meanwhile:?} and {served:?}");
    let clock = SystemClock::new();
    until("all are sent away", SENT_AWAY_WITHIN, || (open(&streams) == 0).then_some(()));
    until("all is given back", SENT_AWAY_WITHIN, || (descriptors(&node) <= before + OWN).then_some(()));
    until("no device's place is taken", SENT_AWAY_WITHIN, || {
        (node.metric("mqtt_strangers") == 0).then_some(())
    });
    println!(
        "half-open, {door}: {} connected in {took:?}, {shook} of them agreed on keys, {held} held at once, {grown} kB \
         more, others served in {meanwhile:?} and {served:?}, all sent away {:?} later",
        streams.len(),
        clock.elapsed()
    );
    others_are_served(&node, &mut officer);
    node.stop();
    node.verifies();
}

#[test]
fn ten_thousand_that_say_nothing_over_tls_at_the_devices_door_keep_nobody_out() {
    siege("mqtts", |node| node.devices().address);
}

#[test]
fn ten_thousand_that_say_nothing_over_tls_at_the_browsers_door_keep_nobody_out() {
    siege("https", |node| node.http);
}
