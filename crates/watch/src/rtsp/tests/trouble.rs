//! What goes wrong with cameras, and what is said of it.

use super::{Flaw, SDP, Talk, playing};

const RTP: &[u8] = b"$\0\0\x0d\x80\x60\0\x01\0\0\0\x01\0\0\0\x01\x65";
const DIGEST: &str = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";

fn code(result: Result<impl Sized, Flaw>) -> &'static str {
    result.err().map_or("no flaw", |flaw| flaw.code())
}

/// A talk that has just asked DESCRIBE.
fn describing(url: &str) -> Talk {
    let mut talk = Talk::new(url, true);
    talk.answer("200 OK", "", "").unwrap();
    talk
}

#[test]
fn an_answer_is_waited_for_ten_seconds() {
    let mut talk = Talk::new("rtsp://cam/live", false);
    assert_eq!((talk.at(100), talk.at(109)), (Ok(()), Ok(())), "time begins with the first tick");
    let flaw = talk.at(110).unwrap_err();
    assert_eq!(
        (flaw.code(), flaw.to_string().as_str()),
        ("no_answer", "the camera did not answer OPTIONS within 10 seconds")
    );
    assert_eq!(talk.at(999), Ok(()), "it is said once");
}

#[test]
fn a_camera_that_plays_may_be_silent_for_less_than_fifteen_seconds() {
    let mut talk = playing("", "");
    talk.at(14).unwrap();
    talk.receive(RTP).unwrap();
    talk.at(28).unwrap();
    assert_eq!(talk.at(29), Err(Flaw::Silent));
}

#[test]
fn a_wrong_password_is_told_from_a_missing_one() {
    let mut talk = describing("rtsp://admin:wrong@cam/live");
    assert!(talk.answer("401 No", DIGEST, "").unwrap().contains("Authorization: Digest"));
    assert_eq!(talk.answer("401 No", DIGEST, ""), Err(Flaw::WrongPassword));
    assert_eq!(describing("rtsp://cam/live").answer("401 No", DIGEST, ""), Err(Flaw::PasswordNeeded));
    let strange = describing("rtsp://a:b@cam/live").answer("401 No", "WWW-Authenticate: NTLM\r\n", "");
    assert_eq!(strange, Err(Flaw::NoSignIn("NTLM".into())));
}

#[test]
fn nothing_shown_holds_a_user_name_or_a_password() {
    let mut talk = describing("rtsp://somebody:geheim@cam/live");
    talk.answer("401 No", DIGEST, "").unwrap();
    let shown = format!("{:?}", talk.session);
    assert_eq!(shown.split('{').next(), Some("Session(rtsp://cam/live, Describe, Counts "));
    let moved =
        talk.answer("302 Moved", "Location: rtsps://somebody:geheim@10.0.0.1:99/a?x=1\r\n", "").unwrap_err();
    let shown = format!("{moved:?} {moved}");
    assert!(!shown.contains("somebody") && !shown.contains("geheim"), "{shown}");
    let Flaw::Moved(target) = moved else { panic!("{moved}") };
    assert_eq!((target.host.as_str(), target.port, target.path.as_str()), ("10.0.0.1", 99, "/a?x=1"));
    assert!(target.secure && target.sound && target.user.is_none());
}

#[test]
fn a_refusal_carries_the_cameras_own_words() {
    let flaw = describing("rtsp://cam/live").answer("503 Service\x07 Unavailable", "", "").unwrap_err();
    assert_eq!(flaw.to_string(), "the camera refused DESCRIBE: 503 Service? Unavailable");
    assert_eq!(code(describing("rtsp://cam/live").answer("404 Not Found", "", "")), "not_found");
    assert_eq!(
        code(describing("rtsp://cam/live").answer("302 Moved", "Location: elsewhere\r\n", "")),
        "refused"
    );
}

#[test]
fn a_camera_without_tcp_is_told_apart() {
    let mut talk = describing("rtsp://cam/live");
    talk.answer("200 OK", "", SDP).unwrap();
    assert_eq!(talk.answer("461 Unsupported Transport", "", ""), Err(Flaw::NoTcp));
    let mut talk = describing("rtsp://cam/live");
    talk.answer("200 OK", "", SDP).unwrap();
    let udp = talk.answer("200 OK", "Transport: RTP/AVP;unicast;client_port=0-1\r\n", "");
    assert_eq!(udp, Err(Flaw::NoTcp));
}

#[test]
fn two_tracks_on_one_channel_cannot_be_told_apart() {
    let mut talk = describing("rtsp://cam/live");
    talk.answer("200 OK", "", &format!("{SDP}m=audio 0 RTP/AVP 0\r\na=control:track2\r\n")).unwrap();
    let same = "Transport: RTP/AVP/TCP;interleaved=0-1\r\n";
    talk.answer("200 OK", same, "").unwrap();
    assert_eq!(code(talk.answer("200 OK", same, "")), "malformed");
}

#[test]
fn a_description_needs_its_length_and_known_pictures() {
    let mut talk = describing("rtsp://cam/live");
    assert_eq!(
        code(talk.receive(format!("RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n{SDP}").as_bytes())),
        "malformed"
    );
    let mut talk = describing("rtsp://cam/live");
    let short = format!("RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: {}\r\n\r\n{SDP}", SDP.len() - 9);
    assert_eq!(talk.receive(short.as_bytes()), Err(Flaw::NotRtsp));
    let flaw =
        describing("rtsp://cam/live").answer("200 OK", "", "v=0\r\nm=video 0 RTP/AVP 26\r\n").unwrap_err();
    assert_eq!(flaw.to_string(), "the camera offers no H.264 or H.265 pictures, only: video type 26");
    let bad = describing("rtsp://cam/live").answer("200 OK", "", &SDP.replace("track1", "track 1"));
    assert_eq!(code(bad), "malformed");
}

#[test]
fn another_service_is_recognised_at_its_first_bytes() {
    for other in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"SSH-2.0-dropbear\r\n",
        b"\x15\x03\x01\0\x02\x02\x46",
        b"RTSP/2.0 200 OK\r\n\r\n",
    ] {
        let mut talk = Talk::new("rtsp://cam/live", false);
        assert_eq!(talk.receive(other), Err(Flaw::NotRtsp));
        assert_eq!((talk.receive(b"more"), talk.at(99)), (Ok(()), Ok(())), "over is over");
    }
}

#[test]
fn a_sign_of_life_is_given_at_half_the_time() {
    let mut talk = playing("Session: abc;timeout=20\r\n", "OPTIONS, GET_PARAMETER");
    talk.at(4).unwrap();
    assert_eq!(talk.said(), "");
    talk.receive(RTP).unwrap();
    talk.at(10).unwrap();
    let said = talk.session.outgoing();
    assert!(said.starts_with(
        b"GET_PARAMETER rtsp://cam/live RTSP/1.0\r\nCSeq: 5\r\nUser-Agent: liengia\r\nSession: abc\r\n\r\n$"
    ));
}

#[test]
fn a_camera_that_never_answers_signs_of_life_is_recorded_while_it_sends() {
    let mut talk = playing("", "GET_PARAMETER");
    let mut asked = Vec::new();
    for second in 1..=100 {
        talk.receive(RTP).unwrap();
        talk.at(second).unwrap();
        let said = String::from_utf8_lossy(&talk.session.outgoing()).into_owned();
        asked.extend(said.contains("GET_PARAMETER").then_some((second, "GET_PARAMETER")));
        asked.extend(said.contains("OPTIONS").then_some((second, "OPTIONS")));
    }
    assert_eq!(asked, [(30, "GET_PARAMETER"), (60, "OPTIONS"), (90, "OPTIONS")]);
    assert_eq!(talk.session.counts().unheeded_signs, 3);
    for second in 101..=113 {
        talk.at(second).unwrap();
    }
    assert_eq!(talk.at(114), Err(Flaw::Silent), "the last packet came at 99");
}

#[test]
fn a_sign_of_life_without_an_answer_or_a_packet_since_ends_the_session() {
    let mut talk = playing("", "GET_PARAMETER");
    for second in [14, 28, 30] {
        talk.receive(RTP).unwrap();
        talk.at(second).unwrap();
    }
    talk.at(39).unwrap();
    assert_eq!(talk.at(40), Err(Flaw::NoAnswer("GET_PARAMETER")), "the last packet came at 28");
}

#[test]
fn a_refused_sign_of_life_ends_nothing_but_a_refused_password_does() {
    let mut talk = playing("", "GET_PARAMETER");
    talk.receive(RTP).unwrap();
    for second in [14, 28, 30] {
        talk.at(second).unwrap();
        talk.receive(RTP).unwrap();
    }
    talk.receive(b"RTSP/1.0 454 Session Not Found\r\nCSeq: 5\r\n\r\n").unwrap();
    for second in [44, 58, 60] {
        talk.at(second).unwrap();
        talk.receive(RTP).unwrap();
    }
    let challenge = |n: u32| format!("RTSP/1.0 401 No\r\nCSeq: {n}\r\n{DIGEST}\r\n");
    talk.receive(challenge(6).as_bytes()).unwrap();
    assert_eq!(talk.receive(challenge(7).as_bytes()), Err(Flaw::WrongPassword));
    assert_eq!(talk.session.counts().unheeded_signs, 1);
}

#[test]
fn answers_to_nothing_are_counted() {
    let mut talk = playing("", "");
    talk.receive(b"RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\nRTSP/1.0 100 Continue\r\n\r\n").unwrap();
    assert_eq!(talk.session.counts().unexpected_answers, 2);
    let mut talk = Talk::new("rtsp://cam/live", false);
    talk.receive(b"RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n").unwrap();
    assert!(talk.answer("200 OK", "", "").unwrap().starts_with("DESCRIBE"));
}

#[test]
fn the_end_is_said_only_where_something_was_set_up_and_once() {
    let mut talk = describing("rtsp://cam/live");
    talk.session.outgoing();
    talk.session.end();
    assert_eq!(talk.said(), "");
    let mut talk = playing("Session: abc\r\n", "");
    assert_eq!(talk.at(15), Err(Flaw::Silent));
    talk.session.end();
    talk.session.end();
    let said = talk.said();
    assert!(
        said.starts_with("TEARDOWN rtsp://cam/live RTSP/1.0\r\n") && said.matches("TEARDOWN").count() == 1,
        "{said}"
    );
    assert_eq!((talk.receive(RTP), talk.heard.len()), (Ok(()), 1));
}
