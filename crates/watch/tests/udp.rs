//! Cameras that send by UDP, over good networks and bad ones, among strangers: what is recorded, and what is said of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;
mod recorded;
mod recording;
mod stray;

use cameras::{Cameras, Server, clip, clip_of, folder, no_cameras};
use liengia_kernel::{Clock as _, SeededEntropy, SystemClock};
use liengia_watch::{
    live::{Piece, Stream},
    record::{CameraSettings, CameraState, Recording},
    rtsp::{Target, Transport},
    segment::{verify, walk},
    trial::{Trial, Trouble, try_camera},
};
use recorded::{files, pictures, put, recorder, until};
use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs::{self, File},
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use stray::{camera, packets};

const CODER: [&str; 6] = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
/// The largest datagram that there is, of no meaning.
static GIANT: [u8; 65_507] = [0x5A; 65_507];

fn tried(url: &str, transport: Transport) -> Trial {
    let target = Target { transport, ..Target::parse(url).unwrap() };
    try_camera(target, None, Duration::from_secs(2), &SystemClock::new(), &SeededEntropy::new(1))
}

/// What ffmpeg makes of each picture of a file.
fn hashes(path: &Path) -> BTreeSet<String> {
    let said = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-c", "copy", "-f", "framehash", "-hash", "sha256", "-"])
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit(',').next().unwrap().trim().to_owned()).collect()
}

fn verified(files: &[PathBuf]) {
    let open: Vec<_> = files.iter().map(|path| File::open(path).unwrap()).collect();
    verify(&open, Some([0; 32])).unwrap();
}

#[test]
fn every_picture_of_a_camera_that_sends_by_udp_is_recorded() {
    if no_cameras("every_picture_of_a_camera_that_sends_by_udp_is_recorded") {
        return;
    }
    let folder = folder("udp-all");
    let cameras = Cameras::start(&clip_of(20, &folder, &CODER), "h264", &["udp"]);
    let recorder = recorder(&folder);
    put(&recorder, 1, &cameras.url(0), Transport::Udp);
    until(&recorder, 1, |counts| counts.taken.pictures >= 600);
    let counts = recorder.counts().remove(&[1; 16]).unwrap();
    drop(recorder);
    assert_eq!((counts.taken.lost_packets, counts.taken.left_out), (0, 0), "{counts:?}");
    assert!(counts.facts.clock_error_ms.unwrap().abs() < 2_000, "{counts:?}");
    let files = files(&folder, 1);
    assert!(pictures(&files[0]) >= 600);
    verified(&files);
}

#[test]
fn what_a_bad_network_loses_is_a_gap_and_never_glued() {
    if no_cameras("what_a_bad_network_loses_is_a_gap_and_never_glued") {
        return;
    }
    let folder = folder("udp-lossy");
    let cameras = Cameras::start(&clip_of(20, &folder, &CODER), "h264", &["udp"]);
    let url = cameras.url(0);
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap();
    let lost = folder.join("lost");
    let (_network, lossy) = Server::start("lossy.py", [OsStr::new(port), lost.as_os_str()]);
    let recorder = recorder(&folder);
    put(&recorder, 1, &url.replace(port, &lossy), Transport::Udp);
    put(&recorder, 2, &url, Transport::Udp);
    // A little more than all of it, so that whatever the one has the other has too.
    until(&recorder, 2, |counts| counts.taken.pictures >= 605);
    let counts = recorder.counts();
    drop(recorder);
    let missing = fs::read(lost).unwrap().len() as u64;
    assert_eq!((missing, counts[&[1; 16]].taken.lost_packets), (10, 10), "{counts:?}");
    assert_eq!(counts[&[2; 16]].taken.lost_packets, 0, "{counts:?}");
    let [bad, good] = [files(&folder, 1), files(&folder, 2)];
    let recorded = pictures(&bad[0]);
    // A picture for each, and perhaps the last one, of which a part was still on its way.
    assert!((589..600).contains(&recorded), "{recorded}");
    verified(&bad);
    let whole: BTreeSet<_> = good.iter().flat_map(|path| hashes(path)).collect();
    assert!(hashes(&bad[0]).is_subset(&whole), "a picture of which a part is missing");
    let gaps = walk(&File::open(&bad[0]).unwrap()).filter(|one| one.as_ref().unwrap().header.gap).count();
    assert!((2..=11).contains(&gaps), "{gaps}");
}

/// Whoever else is in the network sends what could be the camera's, and whatever else there is.
fn strangers(to: SocketAddr, like: &[Vec<u8>], stop: &Arc<AtomicBool>) {
    for from in ["127.0.0.1:0", "127.0.0.2:0"] {
        let (socket, stop) = (UdpSocket::bind(from).unwrap(), stop.clone());
        let forged: Vec<_> = like
            .iter()
            .map(|bytes| {
                let mut bytes = bytes.clone();
                bytes[12..].fill(0x41);
                bytes
            })
            .collect();
        let reports = SocketAddr::new(to.ip(), to.port() + 1);
        thread::spawn(move || {
            let mut all = forged.iter().cycle();
            while !stop.load(Ordering::Relaxed) {
                for _ in 0..8 {
                    let _ = socket.send_to(all.next().unwrap(), to);
                }
                let _ = socket.send_to(&[], to);
                let _ = socket.send_to(&GIANT, to);
                let _ = socket.send_to(&[0x80, 203, 0, 0], reports);
                // A flood, but one beside which two cores do other work too.
                thread::sleep(Duration::from_millis(1));
            }
        });
    }
}

#[test]
fn strangers_in_the_network_change_nothing() {
    for (tells, name) in [(true, "udp-told"), (false, "udp-untold")] {
        let folder = folder(name);
        let stop = Arc::new(AtomicBool::new(false));
        let until_then = stop.clone();
        let url = camera(tells, move |sender| {
            let packets = packets(5);
            // Where the camera tells no port, its first packet does.
            sender.send(&packets[0]);
            strangers(sender.to, &packets, &until_then);
            let mut other = packets[1].clone();
            other[8..12].copy_from_slice(b"else");
            for meaningless in [&GIANT[..], &[], &other, &[0x80, 203, 0, 0]] {
                sender.send(meaningless);
            }
            sender.play(&packets[1..]);
        });
        let recorder = recorder(&folder);
        put(&recorder, 1, &url, Transport::Udp);
        until(&recorder, 1, |counts| counts.taken.pictures >= 60);
        stop.store(true, Ordering::Relaxed);
        let counts = recorder.counts().remove(&[1; 16]).unwrap();
        drop(recorder);
        assert_eq!(counts.taken.pictures, 60, "{counts:?}");
        assert_eq!((counts.taken.lost_packets, counts.taken.left_out), (0, 0), "{counts:?}");
        let files = files(&folder, 1);
        if !peers::no_ffmpeg("strangers_in_the_network_change_nothing") {
            assert_eq!(pictures(&files[0]), 60);
        }
        verified(&files);
    }
}

#[test]
fn a_camera_that_floods_holds_up_no_other_and_is_not_read_without_end() {
    if no_cameras("a_camera_that_floods_holds_up_no_other_and_is_not_read_without_end") {
        return;
    }
    let folder = folder("udp-flood");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let stop = Arc::new(AtomicBool::new(false));
    let flood = |stop: Arc<AtomicBool>| {
        camera(true, move |sender| {
            let packets = packets(1);
            let mut number = 0_u16;
            while !stop.load(Ordering::Relaxed) {
                let mut packet = packets[usize::from(number) % packets.len()].clone();
                packet[2..4].copy_from_slice(&number.to_be_bytes());
                number = number.wrapping_add(7);
                for bytes in [&packet[..], &[], &GIANT[..]] {
                    sender.send(bytes);
                }
            }
        })
    };
    let recorder = recorder(&folder);
    put(&recorder, 1, &flood(stop.clone()), Transport::Udp);
    until(&recorder, 1, |counts| counts.bytes > 1_000_000);
    put(&recorder, 2, &cameras.url(0), Transport::Tcp);
    until(&recorder, 2, |counts| counts.bytes > 1_000_000 || counts.taken.pictures >= 90);
    let counts = recorder.counts().remove(&[2; 16]).unwrap();
    assert_eq!((counts.taken.lost_packets, counts.state), (0, CameraState::Recording), "{counts:?}");
    drop(recorder);
    stop.store(true, Ordering::Relaxed);
    let (stop, clock) = (Arc::new(AtomicBool::new(false)), SystemClock::new());
    let _ = tried(&flood(stop.clone()), Transport::Udp);
    assert!(clock.elapsed() < Duration::from_secs(30));
    stop.store(true, Ordering::Relaxed);
}

#[test]
fn who_chooses_the_wrong_way_is_told_the_other_one() {
    if no_cameras("who_chooses_the_wrong_way_is_told_the_other_one") {
        return;
    }
    let folder = folder("udp-trial");
    let clip = clip(&folder, &CODER);
    let (udp, tcp) =
        (Cameras::start(&clip, "h264", &["udp", "basic"]), Cameras::start(&clip, "h264", &["tcp", "basic"]));
    let [udp, tcp] = [udp.url(0), tcp.url(0)].map(|url| url.replace("rtsp://", "rtsp://guard:secret@"));
    let trial = tried(&udp, Transport::Tcp);
    assert_eq!(trial.outcome.unwrap_err(), Trouble::NeedsUdp);
    assert!(trial.reason.unwrap().ends_with("choose UDP"));
    assert_eq!(tried(&tcp, Transport::Udp).outcome.unwrap_err(), Trouble::NeedsTcp);
    let seen = tried(&udp, Transport::Udp).outcome.unwrap();
    assert_eq!((seen.width, seen.height), (640, 360));
    assert!((29.0..31.0).contains(&seen.pictures_per_s), "{seen:?}");
    assert!(seen.still.is_some() && seen.kilobits_per_s > 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_that_is_only_watched_may_send_by_udp_too() {
    if no_cameras("a_camera_that_is_only_watched_may_send_by_udp_too") {
        return;
    }
    let folder = folder("udp-watched");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &["udp"]);
    let recorder = recorder(&folder);
    let target = Target { transport: Transport::Udp, ..Target::parse(&cameras.url(0)).unwrap() };
    let settings = CameraSettings {
        camera: [1; 16],
        target,
        sub: None,
        certificate: None,
        disk: 0,
        sound: false,
        recording: Recording::WhenWatched,
    };
    assert!(recorder.put(settings));
    let mut viewer = recorder.follow([1; 16], Stream::Main).unwrap();
    let mut seen = 0;
    while seen < 60 {
        let piece = tokio::time::timeout(Duration::from_mins(1), viewer.next()).await.unwrap().unwrap();
        assert!(piece != Piece::Gap || seen == 0, "after {seen}");
        seen += u32::from(matches!(piece, Piece::Picture { .. }));
    }
}
