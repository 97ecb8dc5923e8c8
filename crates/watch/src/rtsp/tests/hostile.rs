//! A camera that wants to harm: no panic, no endless talk, no more memory than promised.

use super::{Talk, playing};
use proptest::prelude::*;

/// Twice the largest message, as a growing buffer may have.
const MEMORY: usize = 2 * (16 + 256) * 1024;

/// Parts of which a hostile camera may make its messages.
fn part() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => proptest::collection::vec(any::<u8>(), 0..12),
        6 => proptest::sample::select(vec![
            "RTSP/1.0 200 OK\r\n", "RTSP/1.0 401 No\r\n", "RTSP/1.0 302 x\r\n", "\r\n", "\r\n\r\n", "CSeq: 1\r\n",
            "CSeq: 2\r\n", "CSeq: 3\r\n", "Content-Length: 72\r\n", "Content-Length: 9\r\n", "Content-Length: -9\r\n",
            "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n", "WWW-Authenticate: Basic\r\n", "Session: a;timeout=1\r\n",
            "Transport: RTP/AVP/TCP;interleaved=255-255\r\n", "Location: rtsp://x\r\n", "Content-Base: /\r\n",
            "RTSP/1.0 200 OK\r\n\r\n", super::SDP, "OPTIONS * RTSP/1.0\r\n\r\n", "$\0\0\x08\u{1}\u{2}", "$\u{1}\0\x04",
        ]).prop_map(|text| text.as_bytes().to_vec()),
    ]
}

proptest! {
    #[test]
    fn no_bytes_whatsoever_make_a_session_panic_or_grow(
        parts in proptest::collection::vec(part(), 0..60),
        plays in any::<bool>(),
    ) {
        let mut talk = if plays { playing("", "") } else { Talk::new("rtsp://admin:secret@cam/live", true) };
        for (second, part) in parts.iter().enumerate() {
            let received = talk.receive(part);
            let _ = talk.at(u64::try_from(second).unwrap());
            prop_assert!(talk.session.memory() <= MEMORY);
            if let Err(flaw) = received {
                let shown = format!("{flaw} {flaw:?} {:?}", talk.session);
                prop_assert!(!shown.contains("secret") && !shown.contains("admin"));
            }
        }
        talk.session.end();
        prop_assert!(talk.session.outgoing().len() < 64 * 1024);
    }
}

#[test]
fn a_flood_of_requests_is_not_answered_beyond_a_bound() {
    let mut talk = playing("", "");
    for _ in 0..1000 {
        talk.receive(&b"OPTIONS * RTSP/1.0\n\n".repeat(100)).unwrap();
    }
    assert!(talk.session.outgoing().len() <= 16 * 1024);
    assert_eq!(talk.session.counts().requests, 100_000);
}

#[test]
fn a_camera_that_asks_for_the_password_for_ever_gets_it_twice() {
    let mut talk = Talk::new("rtsp://admin:secret@cam/live", false);
    let stale = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\n";
    let proofs = (0..10).map_while(|_| talk.answer("401 No", stale, "").ok()).count();
    assert_eq!(proofs, 2);
}

#[test]
fn a_session_asked_to_hurry_gives_one_sign_a_second() {
    let mut talk = playing("Session: a;timeout=1\r\n", "");
    let mut signs = 0;
    for tick in 0..100_u32 {
        talk.now = std::time::Duration::from_millis(1000 + u64::from(tick) * 20);
        talk.session.tick(talk.now).unwrap();
        let said = talk.said();
        if let Some(number) = said.lines().find_map(|line| line.strip_prefix("CSeq: ")) {
            talk.receive(format!("RTSP/1.0 200 OK\r\nCSeq: {number}\r\n\r\n").as_bytes()).unwrap();
            signs += 1;
        }
    }
    assert_eq!(signs, 2);
}
