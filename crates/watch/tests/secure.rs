//! Cameras that are spoken to over TLS (rtsps), with certificates that nobody signed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;

use cameras::{Cameras, Server, clip, folder, no_cameras};
use liengia_kernel::{Clock as _, SeededEntropy, SystemClock, SystemEntropy};
use liengia_watch::{
    live::{Piece, Stream},
    record::{
        CameraCounts, CameraSettings, CameraState, Certificate, Nobody, Recorder, RecorderConfig, Recording,
        Witness,
    },
    rtsp::Target,
    trial::{Advice, Trouble, try_camera},
};
use std::{fs, io::Write as _, net::TcpListener, path::Path, sync::Arc, thread, time::Duration};

const CAMERA: [u8; 16] = [1; 16];
const CODER: [&str; 6] = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];

/// A camera behind TLS, its address and its certificate.
fn secure(folder: &Path, cameras: &Cameras) -> (Server, Target, Certificate) {
    let url = cameras.url(0);
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap();
    let (server, said) = Server::start("tls.py", [folder.as_os_str(), port.as_ref()]);
    let (secure, hash) = said.split_once(' ').unwrap();
    let mut certificate = Certificate::default();
    for (byte, digits) in certificate.iter_mut().zip(hash.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    let url = url.replace(port, secure).replace("rtsp://", "rtsps://guard:secret@");
    (server, Target::parse(&url).unwrap(), certificate)
}

fn until(recorder: &Recorder, holds: impl Fn(&CameraCounts) -> bool) -> CameraCounts {
    for _ in 0..400 {
        if let Some(counts) = recorder.counts().remove(&CAMERA).filter(&holds) {
            return counts;
        }
        // The cameras send at their own pace: time itself is waited for.
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came: {:?}", recorder.counts());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_over_tls_is_recorded_if_its_certificate_is_the_one_that_is_known() {
    if no_cameras("a_camera_over_tls_is_recorded_if_its_certificate_is_the_one_that_is_known") {
        return;
    }
    let folder = folder("secure");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &["basic"]);
    let (_server, target, certificate) = secure(&folder, &cameras);
    let seen =
        try_camera(target.clone(), Duration::from_secs(1), &SystemClock::new(), &SeededEntropy::new(1));
    let seen = seen.outcome.unwrap();
    assert_eq!(seen.certificate, Some(certificate));
    assert!(!seen.advice.contains(&Advice::PlainPassword));
    fs::create_dir_all(folder.join("footage")).unwrap();
    let config = RecorderConfig {
        disks: vec![folder.join("footage")],
        beat: Duration::from_millis(100),
        watched_beat: Duration::from_millis(20),
        file_length: Duration::from_mins(10),
    };
    let witness: Arc<dyn Witness> = Arc::new(Nobody);
    let clock = Arc::new(SystemClock::new());
    let recorder = Recorder::start(&config, clock, Arc::new(SystemEntropy), &witness).unwrap();
    let settings = |certificate| CameraSettings {
        camera: CAMERA,
        target: target.clone(),
        sub: None,
        certificate,
        disk: 0,
        sound: false,
        recording: Recording::Always,
    };
    assert!(recorder.put(settings(None)));
    let counts = until(&recorder, |counts| counts.taken.pictures > 60);
    assert_eq!((counts.certificate, counts.taken.lost_packets), (Some(certificate), 0));
    assert!(recorder.put(settings(Some(certificate))));
    let mut viewer = recorder.follow(CAMERA, Stream::Main).unwrap();
    while !matches!(viewer.next().await.unwrap(), Piece::Picture { key: true, .. }) {}
    assert!(recorder.put(settings(Some([7; 32]))));
    let counts = until(&recorder, |counts| counts.trouble.is_some());
    assert_eq!(counts.state, CameraState::OtherCertificate, "{counts:?}");
    assert_eq!(counts.taken.pictures, 0);
}

#[test]
fn a_camera_that_shakes_hands_without_end_is_hung_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = Target::parse(&format!("rtsps://{}/", listener.local_addr().unwrap())).unwrap();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        // The longest record that there is, a byte at a time: that it is slow is the matter of the test.
        let mut bytes = [0x16, 3, 3, 0x40, 0].into_iter().chain(std::iter::repeat(0));
        while socket.write_all(&[bytes.next().unwrap()]).is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let clock = SystemClock::new();
    let trial = try_camera(target, Duration::from_secs(1), &clock, &SeededEntropy::new(1));
    assert!(matches!(trial.outcome.unwrap_err(), Trouble::NoAnswer | Trouble::Failing), "{:?}", trial.reason);
    assert!(clock.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_camera_that_speaks_no_tls_is_told_apart_from_nobody() {
    if no_cameras("a_camera_that_speaks_no_tls_is_told_apart_from_nobody") {
        return;
    }
    let folder = folder("secure-not");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let target = Target::parse(&cameras.url(0).replace("rtsp://", "rtsps://")).unwrap();
    let trial = try_camera(target, Duration::from_secs(1), &SystemClock::new(), &SeededEntropy::new(1));
    let trouble = trial.outcome.unwrap_err();
    assert!(matches!(trouble, Trouble::Failing | Trouble::Closed), "{trouble:?}: {:?}", trial.reason);
}
