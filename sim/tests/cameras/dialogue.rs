//! What the cameras answer, to kind clients and to others.

use crate::viewer::{LONG, Packet, Viewer, cameras, guarded};
use liengia_sim::camera::Camera;
use std::{io, net::TcpListener};

#[test]
fn a_stream_is_described_set_up_played_kept_and_torn_down() {
    let one = cameras(vec![Camera::new("one", 1)]);
    let mut viewer = Viewer::connect(one.address());
    let url = one.url(0);
    assert!(viewer.ask("OPTIONS", "*", "").text.contains("DESCRIBE"));
    let described = viewer.ask("DESCRIBE", &url, "Accept: application/sdp\r\n").text;
    for part in
        ["packetization-mode=1", "profile-level-id=42C01F", "sprop-parameter-sets=Z", "a=control:trackID=1"]
    {
        assert!(described.contains(part), "{part} in {described}");
    }
    assert!(described.contains(&format!("Content-Base: {url}/\r\n")), "{described}");
    viewer.set_up(&url, 0);
    assert_eq!(viewer.ask("PLAY", &url, "").status, 200);
    let report = viewer.packet().expect("a report");
    assert_eq!((report.channel, report.report().0 > 3.9e9), (1, true));
    let kinds: Vec<u8> = (0..3).map(|_| viewer.media().kind()).collect();
    assert_eq!(kinds, [7, 8, 5], "the parameter sets, then a key picture");
    assert_eq!(viewer.ask("GET_PARAMETER", &url, "").status, 200);
    assert_eq!(viewer.ask("TEARDOWN", &url, "").status, 200);
    let end = loop {
        if let Err(error) = viewer.packet() {
            break error.kind();
        }
    };
    assert_eq!(end, io::ErrorKind::UnexpectedEof);
}

#[test]
fn what_a_client_may_not_ask_is_refused_and_the_connection_goes_on() {
    let one = cameras(vec![Camera::new("one", 1)]);
    let mut viewer = Viewer::connect(one.address());
    let url = one.url(0);
    assert_eq!(viewer.ask("RECORD", &url, "").status, 501);
    assert_eq!(viewer.ask("DESCRIBE", &one.url(1), "").status, 404);
    assert_eq!(viewer.ask("PLAY", &url, "").status, 454);
    assert_eq!(viewer.ask("SETUP", &url, "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n").status, 461);
    assert_eq!(viewer.ask("SETUP", &url, "Transport: RTP/AVP/TCP;interleaved=255-256\r\n").status, 461);
    viewer.set_up(&url, 2);
    assert_eq!(viewer.ask("PLAY", &url, "Session: other\r\n").status, 200, "the first session header counts");
    assert_eq!(viewer.media().channel, 2);
    assert_eq!(viewer.ask("SETUP", &url, "Transport: RTP/AVP/TCP;interleaved=4-5\r\n").status, 455);
}

#[test]
fn two_clients_get_the_same_packets_each_on_its_own_channels() {
    let one = cameras(vec![Camera::new("one", 1)]);
    let mut first = Viewer::playing(&one, "/cam1", 0);
    first.media();
    let mut second = Viewer::playing(&one, "/cam1", 6);
    let joined: Vec<Packet> = (0..40).map(|_| second.media()).collect();
    assert_eq!((joined[0].kind(), joined[0].channel), (7, 6), "it begins where one can begin");
    let same = |packet: &Packet| packet.sequence() == joined[0].sequence();
    let mut seen = first.media();
    while !same(&seen) {
        seen = first.media();
    }
    for packet in &joined {
        assert_eq!(seen.bytes, packet.bytes);
        seen = first.media();
    }
}

#[test]
fn a_camera_and_its_small_stream_keep_their_beats() {
    let one = cameras(vec![Camera { rate: 25, ..Camera::new("one", 1) }]);
    for (path, ticks) in [("/cam1", 3_600), ("/cam1/sub", 18_000)] {
        let mut viewer = Viewer::playing(&one, path, 0);
        let mut time = viewer.media().time();
        let (mut steps, mut even) = (0, 0);
        while steps < 10 {
            let packet = viewer.media();
            if packet.time() != time {
                // A machine that is busy may have left pictures out; then a step is several beats.
                let step = packet.time().wrapping_sub(time);
                assert_eq!(step % ticks, 0);
                even += u32::from(step == ticks);
                time = packet.time();
                steps += 1;
            }
        }
        assert!(even >= 5, "{even} of {steps} steps were one beat");
    }
}

#[test]
fn hostile_clients_are_sent_away_and_others_go_on() {
    let one = cameras(vec![Camera::new("one", 1)]);
    let mut viewer = Viewer::playing(&one, "/cam1", 0);
    let endless = [b"OPTIONS * RTSP/1.0\r\nX: ".as_slice(), &vec![b'a'; 1_000_000]].concat();
    let large =
        [b"OPTIONS * RTSP/1.0\r\nContent-Length: 1000000\r\n\r\n".as_slice(), &vec![0; 1_000_000]].concat();
    let garbage = vec![0xff; 100_000];
    for hostile in [endless, large, garbage, b"GET / HTTP/1.1\r\n\r\n".to_vec()] {
        let mut client = Viewer::connect(one.address());
        // The server may close before all is written.
        let _ = client.say(&hostile);
        let error = client.packet().expect_err("it is sent away").kind();
        assert!(matches!(error, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset), "{error:?}");
        viewer.media();
    }
}

#[test]
fn a_client_that_asks_and_never_reads_is_sent_away() {
    let one = cameras(vec![Camera::new("one", 1)]);
    let mut viewer = Viewer::playing(&one, "/cam1", 0);
    let mut client = Viewer::connect(one.address());
    let many = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".repeat(1_000);
    // Far more than the sockets' own buffers hold of the answers.
    let refused = (0..4_000).find_map(|_| client.say(&many).err()).expect("it is sent away");
    assert!(
        matches!(refused.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset),
        "{refused:?}"
    );
    viewer.media();
}

#[test]
fn a_wrong_password_is_refused_and_nothing_is_described() {
    let one = guarded(vec![Camera::new("one", 1)], Some(("admin", "secret")));
    let mut viewer = Viewer::connect(one.address());
    assert_eq!(viewer.ask("OPTIONS", &one.url(0), "").status, 200);
    for header in
        ["", "Authorization: Basic YWRtaW46c2VjcmV0\r\n", "Authorization: Digest username=\"admin\"\r\n"]
    {
        let answer = viewer.ask("DESCRIBE", &one.url(0), header);
        assert_eq!(answer.status, 401);
        assert!(
            answer.text.contains("WWW-Authenticate: Digest ") && !answer.text.contains("sprop"),
            "{answer:?}"
        );
    }
}

#[test]
fn cameras_that_are_dropped_free_their_port_and_their_viewers() {
    let one = cameras(vec![Camera::new("one", 1)]);
    let address = one.address();
    let mut viewer = Viewer::playing(&one, "/cam1", 0);
    viewer.patience(LONG);
    drop(one);
    while viewer.packet().is_ok() {}
    drop(viewer);
    TcpListener::bind(address).expect("the port is free");
}
