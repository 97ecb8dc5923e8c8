//! A browser (str0m again, at the other end) sees pictures, and what becomes of it.

mod browser;
mod offers;

use super::*;
use crate::{
    fmp4::Track,
    live::{Cutter, Sample, Screen},
    media::{Codec, Parameters},
};
use browser::{Browser, Heard};
use liengia_kernel::{SystemClock, SystemEntropy};
use tokio::task::JoinHandle;

const CONFIG: [u8; 19] = [1, 77, 64, 31, 0xFF, 0xE1, 0, 4, 0x67, 77, 64, 31, 1, 0, 4, 0x68, 0xCE, 0x3C, 0x80];

fn parameters(codec: Codec) -> Parameters {
    Parameters {
        codec,
        config: CONFIG.into(),
        width: 640,
        height: 360,
        clock_rate: 90_000,
        channels: 0,
        name: "avc1.4d401f".into(),
    }
}

fn webrtc() -> Webrtc {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let address = socket.local_addr().unwrap();
    Webrtc::start(socket, &[address], Arc::new(SystemClock::new()), Arc::new(SystemEntropy)).unwrap()
}

/// A camera of which each picture is its number.
struct Camera {
    screen: Arc<Screen>,
    cutter: Cutter,
    clock: SystemClock,
    count: u32,
}

impl Camera {
    fn new() -> Self {
        let mut cutter = Cutter::default();
        cutter.start(&parameters(Codec::H264), None);
        Self { screen: Arc::default(), cutter, clock: SystemClock::new(), count: 0 }
    }

    /// Shows the next picture; `late` so many 25ths of a second.
    fn picture(&mut self, key: bool, late: i64) {
        self.count += 1;
        let header = if key { 0x65 } else { 0x41 };
        // Longer than a packet.
        let mut bytes = [&[0, 0, 0x0B, 0xB9, header][..], &self.count.to_be_bytes()].concat();
        bytes.resize(4 + 0xBB9, 0xAA);
        let time = 3_600 * (i64::from(self.count) - late);
        let wall_us = self.clock.now().as_micros();
        self.cutter.sample(&Sample { track: Track::Pictures, key, time, wall_us, bytes: &bytes });
        self.screen.show(self.cutter.pieces());
    }
}

/// A view that runs, and its browser.
struct Scene {
    webrtc: Webrtc,
    camera: Camera,
    browser: Browser,
    id: String,
    view: JoinHandle<Ended>,
}

impl Scene {
    async fn new(allowed: impl Fn() -> bool + Send + 'static) -> Self {
        let (webrtc, mut camera) = (webrtc(), Camera::new());
        let (mut browser, offer) = Browser::new().await;
        camera.picture(true, 0);
        let (answer, session) = webrtc.offer(&offer, camera.screen.follow()).await.unwrap();
        browser.accept(&answer.sdp);
        Self { webrtc, camera, browser, id: answer.id, view: tokio::spawn(session.run(allowed)) }
    }

    async fn ended(self) -> (Heard, Ended) {
        let Self { mut browser, view, webrtc, .. } = self;
        let heard = browser.until_closed().await;
        let ended = view.await.unwrap();
        assert_eq!(webrtc.count(), 0);
        (heard, ended)
    }
}

#[tokio::test]
async fn a_browser_sees_each_picture_after_the_newest_key_picture() {
    let mut scene = Scene::new(|| true).await;
    let first = scene.browser.picture().await;
    assert!(
        first.starts_with(b"\0\0\0\x01\x67\x4d\x40\x1f\0\0\0\x01\x68\xce\x3c\x80\0\0\0\x01\x65\0\0\0\x01"),
        "{first:?}"
    );
    for number in 2..20_u8 {
        scene.camera.picture(number == 10, 0);
        let picture = scene.browser.picture().await;
        assert_eq!(picture.len() > 3_010, number == 10, "the sets are before key pictures only");
        let place = picture.len() - 0xBB9;
        assert_eq!(picture[place + 1..place + 5], u32::from(number).to_be_bytes());
    }
    assert!(scene.webrtc.end(&scene.id) && !scene.webrtc.end("another"));
    let (heard, ended) = scene.ended().await;
    assert_eq!((heard, ended.why), (Heard::Closed, Why::Left));
    assert!(ended.bytes > 19 * 3_000);
}

#[tokio::test]
async fn two_browsers_at_one_port_see_each_its_own_camera() {
    let mut scene = Scene::new(|| true).await;
    let mut other = Camera::new();
    other.count = 1_000;
    other.picture(true, 0);
    let (mut browser, offer) = Browser::new().await;
    let (answer, session) = scene.webrtc.offer(&offer, other.screen.follow()).await.unwrap();
    browser.accept(&answer.sdp);
    let end = session.end();
    let view = tokio::spawn(session.run(|| true));
    assert_eq!(scene.browser.picture().await[21..25], 1_u32.to_be_bytes());
    assert_eq!(browser.picture().await[21..25], 1_001_u32.to_be_bytes());
    end.now(Why::Shut);
    assert_eq!(browser.until_closed().await, Heard::Closed);
    assert_eq!(view.await.unwrap().why, Why::Shut);
    assert!(end.bytes() > 3_000 && scene.webrtc.count() == 1);
    scene.camera.picture(false, 0);
    assert_eq!(scene.browser.picture().await[5..9], 2_u32.to_be_bytes(), "the other goes on");
}

#[tokio::test]
async fn a_view_that_may_not_go_on_is_closed_within_a_second() {
    let (tell, told) = std::sync::mpsc::channel::<()>();
    let kept = std::sync::Mutex::new(told);
    let mut scene = Scene::new(move || kept.lock().unwrap().try_recv().is_err()).await;
    scene.browser.picture().await;
    tell.send(()).unwrap();
    let start = tokio::time::Instant::now();
    let (heard, ended) = scene.ended().await;
    assert_eq!((heard, ended.why), (Heard::Closed, Why::Shut));
    assert!(start.elapsed() < Duration::from_millis(1_500));
}

#[tokio::test]
async fn whoever_asks_for_a_key_picture_gets_the_newest_again_once_a_second() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    scene.camera.picture(false, 0);
    scene.browser.picture().await;
    // Time itself is waited for: a key picture is given once a second.
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    scene.browser.ask_for_key();
    let again = scene.browser.picture().await;
    assert_eq!(again[16], 0x65 & again[16], "a key picture");
    assert!(again.starts_with(b"\0\0\0\x01\x67"));
    scene.browser.picture().await;
    scene.browser.ask_for_key();
    scene.camera.picture(false, 0);
    let next = scene.browser.picture().await;
    assert_eq!(next[5..9], 3_u32.to_be_bytes(), "asked too early: it goes on");
}

#[tokio::test]
async fn bytes_of_a_stranger_under_a_browsers_address_end_nothing() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    for first in 0..=255_u8 {
        for length in [1, 20, 60] {
            scene.browser.send_bytes(&[&[first][..], &vec![first ^ 0x5A; length]].concat()).await;
        }
    }
    // A whole record of DTLS, and an alert that says farewell, neither of them sealed.
    scene.browser.send_bytes(&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0]).await;
    scene.browser.send_bytes(&[21, 254, 253, 0, 0, 0, 0, 0, 0, 0, 10, 0, 2, 1, 0]).await;
    scene.browser.send_bytes(&[21, 254, 253, 0, 1, 0, 0, 0, 0, 0, 10, 0, 2, 2, 40]).await;
    for _ in 0..30 {
        scene.camera.picture(false, 0);
        scene.browser.picture().await;
    }
    assert_eq!(scene.webrtc.count(), 1);
}

#[tokio::test]
async fn after_a_gap_it_goes_on_with_a_key_picture() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    scene.camera.cutter.gap();
    scene.camera.cutter.start(&parameters(Codec::H264), None);
    scene.camera.picture(false, 0);
    scene.camera.picture(true, 0);
    let next = scene.browser.picture().await;
    assert_eq!(next[21..25], 3_u32.to_be_bytes());
}

#[tokio::test]
async fn a_camera_that_is_removed_ends_its_views() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    scene.camera.screen.close();
    assert_eq!(scene.ended().await.1.why, Why::Gone);
}

#[tokio::test]
async fn b_frames_end_a_view_and_say_so() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    scene.camera.picture(false, -2);
    scene.camera.picture(false, 1);
    assert_eq!(scene.ended().await.1.why, Why::NotPlayable(NotPlayable::BFrames));
}

#[tokio::test]
async fn a_browser_that_closes_ends_its_view() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    scene.browser.close().await;
    assert_eq!(scene.view.await.unwrap().why, Why::Left);
    assert_eq!(scene.webrtc.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_never_comes_is_let_go_after_ten_seconds() {
    let (webrtc, mut camera) = (webrtc(), Camera::new());
    camera.picture(true, 0);
    let (_, session) = webrtc.offer(&Browser::new().await.1, camera.screen.follow()).await.unwrap();
    let end = session.end();
    let start = tokio::time::Instant::now();
    assert_eq!(session.run(|| true).await, Ended { why: Why::NeverCame, bytes: 0 });
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(end.told().borrow().map(|ended| ended.why), Some(Why::NeverCame));
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_falls_silent_is_let_go_after_ten_seconds() {
    let mut scene = Scene::new(|| true).await;
    scene.browser.picture().await;
    let start = tokio::time::Instant::now();
    let ended = scene.view.await.unwrap();
    assert_eq!(ended.why, Why::Lost);
    assert!((10..=11).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}
