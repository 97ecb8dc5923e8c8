//! Browsers that watch a camera and never read what comes: let go after a while, and at once when the camera may not be
//! seen any more.
//!
//! Whether the node closed a connection on which nobody reads, the system says that both run on.

use crate::{
    commune::sample,
    door::Line,
    http::Browser,
    node::{Node, until},
    scene::first_team,
    watched::{View, cameras, look, put_up, records, share, site, state},
};
use liengia_kernel::{Clock as _, SystemClock};
use serde_json::json;
use socket2::{Domain, Socket, Type};
use std::{
    fs,
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How soon a view is closed that may not be looked at any more.
const CLOSED_WITHIN: Duration = Duration::from_secs(3);

/// How soon a connection on which nobody reads takes nothing more, and how long it does so until it is called full.
const FULL_WITHIN: Duration = Duration::from_secs(30);
const FULL_FOR: Duration = Duration::from_secs(1);

/// Bytes that the browser's system takes at a time, and keeps: the node's keeps little more of a connection so narrow.
const SEGMENT: u32 = 536;
const ROOM: usize = 4096;

/// How soon whoever reads nothing is let go: ten seconds after nothing more could be sent, and a little for the machine.
const LET_GO_WITHIN: Duration = Duration::from_secs(25);

/// A connection's state in the system's table (`TCP_ESTABLISHED`).
const OPEN: &str = "01";

/// The node's end of this connection: its state, and the bytes that it could not send yet; none when it is gone.
fn at_the_node(view: &TcpStream) -> Option<(String, String)> {
    let shown = |address: SocketAddr| {
        let SocketAddr::V4(address) = address else { panic!("{address} is not of IPv4") };
        format!("{:08X}:{:04X}", u32::from_ne_bytes(address.ip().octets()), address.port())
    };
    let (node, own) = (shown(view.peer_addr().unwrap()), shown(view.local_addr().unwrap()));
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let row = rows.into_iter().find(|row| (row[1], row[2]) == (&node, &own))?;
    Some((row[3].to_owned(), row[4].split(':').next().unwrap().to_owned()))
}

/// A live view over a connection on which little waits.
fn open(officer: &mut Browser, node: &Node, camera: &str) -> View {
    let opened = look(officer, camera, "accident").done();
    let path = format!("/api/looks/{}/cameras/{camera}/live", opened["id"].as_str().unwrap());
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(ROOM).unwrap();
    socket.set_tcp_mss(SEGMENT).unwrap();
    socket.set_read_timeout(Some(FULL_WITHIN)).unwrap();
    socket.connect(&node.http.into()).unwrap();
    let (answer, view) = View::over(Line::Plain(socket.into()), officer, node, (&path, &officer.origin().1));
    assert_eq!(answer.status, 101, "{:?}", answer.headers);
    view
}

fn is_closed(view: &View) -> bool {
    at_the_node(view.socket()).is_none_or(|(state, _)| state != OPEN)
}

/// Waits until the node can send nothing more on it.
fn fills(view: &View) {
    let clock = SystemClock::new();
    let mut last = (String::new(), Duration::ZERO);
    until("the connection is full", FULL_WITHIN, || {
        let (state, unsent) = at_the_node(view.socket()).expect("it is open");
        assert_eq!(state, OPEN, "nobody is let go before");
        if unsent != last.0 {
            last = (unsent, clock.elapsed());
        }
        let full = last.0.bytes().any(|digit| digit != b'0');
        (full && clock.elapsed().saturating_sub(last.1) >= FULL_FOR).then_some(())
    });
}

#[test]
fn whoever_never_reads_is_let_go_and_a_pause_closes_even_their_view() {
    let mut node = Node::new("deaf");
    node.start();
    let cameras = cameras(2);
    let (mut officer, mut home) = (node.sign_in("officer"), node.sign_in("household"));
    let mine = sample().members(first_team().id).next().unwrap().id.to_string();
    let [public, of_home] = ["traffic", "home"].map(|purpose| site(&mut officer, purpose));
    let public = put_up(&mut officer, &public, &cameras.url(0), None);
    let own = put_up(&mut officer, &of_home, &cameras.url(1), Some(&mine));
    share(&mut home, &own, &["accident"]);
    records(&mut officer, &public);
    records(&mut officer, &own);
    let deaf = open(&mut officer, &node, &public);
    fills(&deaf);
    let shared = open(&mut officer, &node, &own);
    fills(&shared);
    home.post(&format!("/api/cameras/{own}/pause"), &json!({})).done();
    until("the pause closes the view", CLOSED_WITHIN, || is_closed(&shared).then_some(()));
    assert_eq!(look(&mut officer, &own, "accident").status, 403);
    until("whoever reads nothing is let go", LET_GO_WITHIN, || is_closed(&deaf).then_some(()));
    // What lay in the connection is all that still comes.
    shared.ends();
    deaf.ends();
    assert_eq!(state(&mut officer, &public), "recording");
    node.stop();
    node.verifies();
}
