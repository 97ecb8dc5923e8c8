//! Cameras whose packets come by UDP, beside a connection that stays.

use super::{Flaw, SDP, Talk, words};
use crate::rtsp::Ports;
use std::time::Duration;

const TRANSPORT: &str =
    "Session: 7;timeout=20\r\nTransport: RTP/AVP;unicast;client_port=5000-5001;server_port=6970-6971\r\n";
const RTP: &[u8] = b"\x80\x60\0\x01\0\0\0\x01\0\0\0\x01\x65";

/// A talk whose track was just described, with packets to port 5000.
fn described(sdp: &str) -> (Talk, String) {
    let mut talk = Talk::new("rtsp://cam/live", true);
    let ports = [Ports { rtp: 5000, rtcp: 5001 }, Ports { rtp: 5006, rtcp: 5007 }];
    talk.session = talk.session.received_at(ports.to_vec());
    talk.answer("200 OK", "Public: GET_PARAMETER\r\n", "").unwrap();
    let asked = talk.answer("200 OK", "", sdp).unwrap();
    (talk, asked)
}

fn playing() -> Talk {
    let (mut talk, _) = described(SDP);
    talk.answer("200 OK", TRANSPORT, "").unwrap();
    assert_eq!(talk.answer("200 OK", "", "").unwrap(), "");
    talk
}

fn packet(talk: &mut Talk, packet: &[u8]) {
    let heard = &mut talk.heard;
    talk.session.receive_rtp(0, packet, talk.now, &mut |event| heard.push(words(event)));
}

#[test]
fn each_track_is_asked_for_at_a_pair_of_ports_of_its_own() {
    let (mut talk, asked) = described(&format!("{SDP}m=audio 0 RTP/AVP 0\r\na=control:track2\r\n"));
    assert!(asked.contains("Transport: RTP/AVP;unicast;client_port=5000-5001\r\n"), "{asked}");
    let asked = talk.answer("200 OK", TRANSPORT, "").unwrap();
    assert!(asked.contains("Transport: RTP/AVP;unicast;client_port=5006-5007\r\n"), "{asked}");
    assert!(!talk.session.takes_packets());
    talk.answer("200 OK", "", "").unwrap();
    assert!(talk.session.takes_packets());
    assert_eq!(talk.session.tracks(), 2);
    assert_eq!(talk.session.sender(0), Some(Ports { rtp: 6970, rtcp: 6971 }));
    assert_eq!(talk.session.sender(1), None, "it told none");
}

#[test]
fn packets_are_heard_from_play_on_and_keep_the_camera_alive() {
    let (mut talk, _) = described(SDP);
    packet(&mut talk, RTP);
    assert_eq!(talk.heard, Vec::<String>::new());
    assert_eq!(talk.session.counts().unknown_packets, 1);
    let mut talk = playing();
    talk.at(14).unwrap();
    packet(&mut talk, RTP);
    assert_eq!(talk.heard, ["playing H264/96/90000/0", "rtp 0 13"]);
    talk.at(20).unwrap();
    talk.answer("200 OK", "", "").unwrap();
    talk.at(28).unwrap();
    assert_eq!(talk.at(29), Err(Flaw::Silent));
}

#[test]
fn signs_of_life_go_over_the_connection_and_reports_by_udp() {
    let mut talk = playing();
    talk.at(4).unwrap();
    assert_eq!((talk.said(), talk.session.report()), (String::new(), None));
    talk.at(5).unwrap();
    let report = talk.session.report().unwrap();
    assert_eq!((report.len(), &report[..4]), (28, &[0x80, 201, 0, 1][..]));
    assert_eq!(talk.session.report(), None, "once");
    talk.at(10).unwrap();
    assert!(talk.said().starts_with("GET_PARAMETER "), "nothing is interleaved");
    talk.session.end();
    assert!(talk.said().starts_with("TEARDOWN "));
    packet(&mut talk, RTP);
    assert_eq!(talk.heard.len(), 1, "nothing is heard after the end");
}

#[test]
fn what_comes_on_the_port_for_rtcp_is_heard() {
    let mut talk = playing();
    talk.now = Duration::from_secs(1);
    let heard = &mut talk.heard;
    let bye = [
        0x80, 200, 0, 6, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 203,
        0, 0,
    ];
    talk.session.receive_rtcp(0, &bye, talk.now, &mut |event| heard.push(words(event)));
    assert_eq!(talk.heard[1..], ["clock 0 0000000100000000 9", "ended"]);
}

#[test]
fn a_camera_without_udp_is_told_apart() {
    let (mut talk, _) = described(SDP);
    assert_eq!(talk.answer("461 Unsupported Transport", "", ""), Err(Flaw::NoUdp));
    let (mut talk, _) = described(SDP);
    let tcp = talk.answer("200 OK", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", "");
    assert_eq!(tcp, Err(Flaw::NoUdp));
}
