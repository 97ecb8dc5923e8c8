//! Cameras that are tried out: good ones, wrong passwords, nobody there, silence and endless bytes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;

use cameras::{Cameras, clip, folder, no_cameras};
use liengia_kernel::{Clock as _, SeededEntropy, SystemClock};
use liengia_watch::{
    rtsp::Target,
    trial::{Advice, MOST_READ, Trial, Trouble, try_camera},
};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
    time::Duration,
};

fn tried(url: &str, span: u64) -> Trial {
    let target = Target::parse(url).unwrap();
    try_camera(target, None, Duration::from_secs(span), &SystemClock::new(), &SeededEntropy::new(1))
}

/// A camera that answers whatever it is asked, and then sends what `play` sends.
fn camera(play: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("rtsp://{}/live", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let (mut method, mut number) = (String::new(), String::new());
        for line in BufReader::new(socket.try_clone().unwrap()).lines().map_while(Result::ok) {
            if line.ends_with("RTSP/1.0") {
                method = line;
            } else if line.starts_with("CSeq") {
                number = line;
            } else if line.is_empty() {
                let sdp = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:1\r\n";
                let body = if method.starts_with("DESCRIBE") { sdp } else { "" };
                let transport = if method.starts_with("SETUP") {
                    "Session: 7\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n"
                } else {
                    ""
                };
                let length = body.len();
                let text = format!(
                    "RTSP/1.0 200 OK\r\n{number}\r\n{transport}Content-Length: {length}\r\n\r\n{body}"
                );
                socket.write_all(text.as_bytes()).unwrap();
                if method.starts_with("PLAY") {
                    return play(socket);
                }
            }
        }
    });
    url
}

#[test]
fn what_a_good_camera_sends_is_seen_and_shown() {
    if no_cameras("what_a_good_camera_sends_is_seen_and_shown") {
        return;
    }
    let folder = folder("trial-good");
    let coder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
    let cameras = Cameras::start(&clip(&folder, &coder), "h264", &["basic"]);
    let url = cameras.url(0).replace("rtsp://", "rtsp://guard:secret@");
    let seen = tried(&url, 3).outcome.unwrap();
    assert!(seen.codec.starts_with("avc1."));
    assert_eq!((seen.width, seen.height, seen.sound), (640, 360, None));
    assert!((29.0..31.0).contains(&seen.pictures_per_s), "{seen:?}");
    assert!((990..1_010).contains(&seen.key_interval_ms.unwrap()));
    assert!(seen.kilobits_per_s > 100 && seen.clock_error_ms.is_none_or(|error| error.abs() < 2_000));
    assert!(seen.advice.contains(&Advice::PlainPassword), "{:?}", seen.advice);
    let path = folder.join("still.mp4");
    fs::write(&path, seen.still.unwrap()).unwrap();
    let decoded = Command::new("ffmpeg")
        .args(["-v", "warning", "-i"])
        .arg(&path)
        .args(["-f", "framecrc", "-"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&decoded.stderr), "");
    let text = String::from_utf8(decoded.stdout).unwrap();
    assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), 1, "{text}");
}

#[test]
fn a_wrong_password_a_wrong_path_and_nobody_there_are_told_apart() {
    if no_cameras("a_wrong_password_a_wrong_path_and_nobody_there_are_told_apart") {
        return;
    }
    let folder = folder("trial-wrong");
    let coder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
    let cameras = Cameras::start(&clip(&folder, &coder), "h264", &["digest"]);
    let with = |user: &str| cameras.url(0).replace("rtsp://", &format!("rtsp://{user}"));
    for user in ["guard:geheim@", ""] {
        let trial = tried(&with(user), 3);
        assert_eq!(trial.outcome.unwrap_err(), Trouble::WrongPassword);
        assert!(!trial.reason.unwrap().contains("geheim"));
    }
    let seen = tried(&with("guard:secret@"), 1).outcome.unwrap();
    assert!(!seen.advice.contains(&Advice::PlainPassword));
    let nowhere = with("guard:secret@").replace("cam0", "cam99");
    assert_eq!(tried(&nowhere, 3).outcome.unwrap_err(), Trouble::NotFound);
    assert_eq!(tried("rtsp://127.0.0.1:9/live", 3).outcome.unwrap_err(), Trouble::NoAnswer);
}

#[test]
fn a_camera_that_plays_and_sends_nothing_is_hung_up() {
    let clock = SystemClock::new();
    let url = camera(|socket| {
        // It holds the connection until it is hung up.
        let _ = BufReader::new(socket).lines().count();
    });
    assert_eq!(tried(&url, 1).outcome.unwrap_err(), Trouble::NoPictures);
    assert!(clock.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_camera_that_sends_without_end_is_not_read_without_end() {
    let url = camera(|mut socket| {
        let mut packet = vec![b'$', 0, 0xFF, 0x00];
        packet.resize(4 + 0xFF00, 0x80);
        while socket.write_all(&packet).is_ok() {}
    });
    let clock = SystemClock::new();
    assert!(tried(&url, 60).outcome.is_err());
    assert!(clock.elapsed() < Duration::from_secs(20), "{MOST_READ} bytes are soon read");
}
