//! Offers that are refused, and hostile ones.

use super::*;
use crate::webrtc::negotiate::Terms;
use proptest::prelude::*;
use std::net::SocketAddr;

fn terms() -> Terms {
    Terms::new(&[SocketAddr::from(([127, 0, 0, 1], 9))]).unwrap()
}

fn refused(offer: &str) -> Option<WebrtcError> {
    terms().agree(offer, "name", &"0".repeat(32)).err()
}

/// What Chromium 156 offers for one picture.
const CHROMIUM: &str = include_str!("chromium.sdp");

#[test]
fn an_offer_of_a_browser_is_answered_with_our_address_and_without_its_own() {
    let agreed = terms().agree(CHROMIUM, "name", &"0".repeat(32)).map(|agreed| agreed.answer).unwrap();
    for told in [
        "a=ice-lite\r\n",
        "a=sendonly\r\n",
        "127.0.0.1 9 typ host",
        "a=setup:passive\r\n",
        "packetization-mode=1",
    ] {
        assert!(agreed.contains(told), "{told} in {agreed}");
    }
    assert!(!agreed.contains(".local"), "{agreed}");
}

#[test]
fn what_is_no_offer_of_one_picture_is_refused() {
    let bad = Some(WebrtcError::BadOffer);
    assert_eq!(refused(""), bad);
    assert_eq!(refused("hello"), bad);
    assert_eq!(refused(&CHROMIUM.replace("m=video", "m=audio")), bad);
    assert_eq!(refused(&format!("{CHROMIUM}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n")), bad);
    assert_eq!(refused(&CHROMIUM.replace("a=recvonly", "a=sendonly")), bad);
    assert_eq!(refused(&CHROMIUM.replace("a=fingerprint", "a=other")), bad);
    assert_eq!(refused(&format!("{CHROMIUM}{}", "a=x\r\n".repeat(MAX_OFFER / 5))), bad);
}

#[test]
fn an_address_that_browsers_cannot_use_is_refused_at_the_start() {
    assert!(matches!(Terms::new(&[]), Err(StartError::NoAddress)));
    assert!(matches!(Terms::new(&[SocketAddr::from(([0, 0, 0, 0], 9))]), Err(StartError::Address(_))));
}

#[test]
fn a_browser_without_h264_is_told_so() {
    assert_eq!(refused(&CHROMIUM.replace("H264/90000", "VP8/90000")), Some(WebrtcError::NoH264));
    let one_size = CHROMIUM.replace("packetization-mode=1", "packetization-mode=0");
    assert_eq!(refused(&one_size), Some(WebrtcError::NoH264));
}

#[tokio::test]
async fn a_camera_that_cannot_be_carried_is_refused_at_once() {
    let screen: Arc<Screen> = Arc::default();
    let mut cutter = Cutter::default();
    cutter.start(&parameters(Codec::H265), None);
    cutter.sample(&Sample {
        track: Track::Pictures,
        key: true,
        time: 0,
        wall_us: 0,
        bytes: b"\0\0\0\x01\x65",
    });
    screen.show(cutter.pieces());
    let refused = webrtc().offer(CHROMIUM, screen.follow()).await.err();
    assert_eq!(refused, Some(WebrtcError::NotPlayable(NotPlayable::H265)));
    let following = screen.follow();
    screen.close();
    assert_eq!(webrtc().offer(CHROMIUM, following).await.err(), Some(WebrtcError::Gone));
}

#[tokio::test]
async fn there_is_a_most_of_views_and_each_that_is_over_makes_room() {
    let (webrtc, mut camera) = (webrtc(), Camera::new());
    camera.picture(true, 0);
    let mut views = Vec::new();
    for _ in 0..MOST_SESSIONS {
        views.push(webrtc.offer(CHROMIUM, camera.screen.follow()).await.unwrap());
    }
    assert_eq!(webrtc.offer(CHROMIUM, camera.screen.follow()).await.err(), Some(WebrtcError::TooMany));
    views.pop();
    assert!(webrtc.offer(CHROMIUM, camera.screen.follow()).await.is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_offer_with_bytes_changed_is_answered_or_refused(
        changes in prop::collection::vec((0..CHROMIUM.len(), any::<u8>()), 1..20), cut in 0..CHROMIUM.len() * 2,
    ) {
        let mut bytes = CHROMIUM.as_bytes().to_vec();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        bytes.truncate(cut);
        let _ = refused(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn an_offer_with_lines_doubled_or_left_out_is_answered_or_refused(
        lines in prop::collection::vec(0..CHROMIUM.lines().count(), 0..80),
    ) {
        let offer: String = lines.iter().filter_map(|line| CHROMIUM.lines().nth(*line)).flat_map(|line| [line, "\r\n"]).collect();
        let _ = refused(&format!("{CHROMIUM}{offer}"));
        let _ = refused(&format!("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n{offer}"));
    }

    #[test]
    fn arbitrary_text_is_refused(text in "(m=video |a=|v=|H264/90000|[a-z0-9:=/ \r\n]|\\PC){0,200}") {
        prop_assert!(refused(&text).is_some());
    }
}
