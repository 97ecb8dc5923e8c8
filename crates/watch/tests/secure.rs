//! Cameras that are spoken to over TLS (rtsps), with certificates that nobody signed.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;

use cameras::{Cameras, Server, clip, folder, no_cameras};
use liengia_kernel::{Clock as _, Pii, SeededEntropy, SystemClock, SystemEntropy};
use liengia_watch::{
    door::Door,
    live::{Piece, Stream},
    onvif::{Address, Client, Flaw},
    record::{
        CameraCounts, CameraSettings, CameraState, Certificate, Nobody, Recorder, RecorderConfig, Recording,
        Witness,
    },
    rtsp::Target,
    running::{NoCertificate, Running, RunningConfig},
    trial::{Advice, Trial, Trouble, try_camera},
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

fn tried(target: &Target, known: Option<Certificate>) -> Trial {
    let (clock, entropy) = (SystemClock::new(), SeededEntropy::new(1));
    try_camera(target.clone(), known, Duration::from_secs(1), &clock, &entropy)
}

/// How many took the certificate of the camera in this folder, and could go on to speak.
fn taken(folder: &Path) -> usize {
    fs::read(folder.join("taken")).map_or(0, |bytes| bytes.len())
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
    let trial = tried(&target, None);
    assert_eq!(trial.certificate, Some(certificate));
    assert!(!trial.outcome.unwrap().advice.contains(&Advice::PlainPassword));
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
    let spoken = taken(&folder);
    assert!(recorder.put(settings(Some([7; 32]))));
    let counts = until(&recorder, |counts| counts.trouble.is_some());
    assert_eq!(counts.state, CameraState::CertificateChanged, "{counts:?}");
    assert_eq!((counts.taken.pictures, taken(&folder)), (0, spoken), "nothing was said to it");
    assert!(recorder.put(settings(Some(certificate))));
    until(&recorder, |counts| counts.taken.pictures > 0);
}

#[test]
fn whoever_shows_another_certificate_than_the_known_one_is_told_nothing() {
    if no_cameras("whoever_shows_another_certificate_than_the_known_one_is_told_nothing") {
        return;
    }
    let folder = folder("secure-changed");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &["basic"]);
    let (_server, target, certificate) = secure(&folder, &cameras);
    let trial = tried(&target, Some([7; 32]));
    assert_eq!((trial.outcome.unwrap_err(), trial.certificate), (Trouble::CertificateChanged, None));
    let (clock, entropy) = (SystemClock::new(), SeededEntropy::new(1));
    let asked = |certificate| {
        let address = Address::parse(&format!("https://127.0.0.1:{}/", target.port)).unwrap();
        let user = Some(("guard".to_owned(), "secret".to_owned()));
        let address = Address { certificate: Some(certificate), ..address };
        Client::connect(address, user, Duration::from_secs(3), &clock, &entropy).err()
    };
    assert_eq!(asked([7; 32]), Some(Flaw::CertificateChanged));
    assert_eq!(taken(&folder), 0);
    assert_ne!(asked(certificate), Some(Flaw::CertificateChanged));
    assert!(tried(&target, Some(certificate)).outcome.is_ok());
    assert!(taken(&folder) >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_certificate_is_kept_with_the_address_and_a_known_one_stays() {
    if no_cameras("the_first_certificate_is_kept_with_the_address_and_a_known_one_stays") {
        return;
    }
    let folder = folder("secure-pin");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let (_server, target, certificate) = secure(&folder, &cameras);
    let running = Running::start(RunningConfig {
        disks: Vec::new(),
        data: folder.clone(),
        free_bytes: None,
        camera_bytes: None,
        node: "test".into(),
        key: None,
        tier: None,
        clock: Arc::new(SystemClock::new()),
        entropy: Arc::new(SystemEntropy),
    })
    .unwrap();
    let door = |url: &str, known| {
        let door = Door::new(url, None, "guard", &Pii::new("secret".into())).unwrap();
        Door { certificate: known, ..door }
    };
    let here = format!("rtsps://127.0.0.1:{}/cam0", target.port);
    let pinned = async |door, before| running.pin(door, before).await.map(|door: Door| door.certificate);
    assert_eq!(pinned(door(&here, None), None).await, Ok(Some(certificate)));
    assert_eq!(pinned(door(&here, Some([7; 32])), None).await, Ok(Some([7; 32])), "a person gave it");
    let before = || Some(door(&here.replace("cam0", "cam1"), Some([9; 32])));
    assert_eq!(pinned(door(&here, None), before()).await, Ok(Some([9; 32])), "the same camera");
    let before = || Some(door("rtsps://192.0.2.1/", Some([9; 32])));
    assert_eq!(pinned(door(&here, None), before()).await, Ok(Some(certificate)), "another camera");
    assert_eq!(pinned(door("rtsps://127.0.0.1:9/", None), None).await, Err(NoCertificate::Pictures));
    assert_eq!(pinned(door("rtsp://127.0.0.1:9/", Some([7; 32])), None).await, Ok(None));
    let more = |address: &str| door("rtsp://127.0.0.1:9/", None).asked_at(address).unwrap();
    let secure = more(&format!("https://127.0.0.1:{}/", target.port));
    assert_eq!(running.pin(secure, None).await.unwrap().onvif_certificate, Some(certificate));
    assert_eq!(running.pin(more("https://127.0.0.1:9/"), None).await.err(), Some(NoCertificate::Onvif));
    assert_eq!(running.pin(more("http://127.0.0.1:9/"), None).await.unwrap().onvif_certificate, None);
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
    let trial = try_camera(target, None, Duration::from_secs(1), &clock, &SeededEntropy::new(1));
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
    let trial = tried(&target, None);
    let trouble = trial.outcome.unwrap_err();
    assert!(matches!(trouble, Trouble::Failing | Trouble::Closed), "{trouble:?}: {:?}", trial.reason);
}
