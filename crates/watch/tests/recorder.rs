//! The recorder beside real cameras (gst-rtsp-server) and a real disk: what ffprobe finds in its files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;

use cameras::{Cameras, clip, folder, no_cameras};
use liengia_kernel::{SystemClock, SystemEntropy};
use liengia_watch::{
    record::{
        CameraCounts, CameraSettings, CameraState, FileName, Nobody, Recorder, RecorderConfig, Recording,
        Witness,
    },
    rtsp::Target,
    segment::{tail, verify},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

const PICTURES: u64 = 240;

fn recorder(folder: &Path) -> Recorder {
    fs::create_dir_all(folder.join("footage")).unwrap();
    let config = RecorderConfig {
        disks: vec![folder.join("footage")],
        beat: Duration::from_millis(100),
        watched_beat: Duration::from_millis(20),
        file_length: Duration::from_mins(10),
    };
    let witness: Arc<dyn Witness> = Arc::new(Nobody);
    Recorder::start(&config, Arc::new(SystemClock::new()), Arc::new(SystemEntropy), &witness).unwrap()
}

/// The files of a camera, in the order of their numbers.
fn files(folder: &Path, camera: u8) -> Vec<PathBuf> {
    let name = format!("{camera:02x}").repeat(16);
    let mut found: Vec<_> = fs::read_dir(folder.join("footage").join(name))
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (FileName::parse(entry.file_name().to_str().unwrap()).unwrap(), entry.path()))
        .collect();
    found.sort();
    found.into_iter().map(|(_, path)| path).collect()
}

/// How many pictures ffprobe finds in a file, about which it must not say a word.
fn pictures(path: &Path) -> u64 {
    let said = Command::new("ffprobe")
        .args(["-v", "warning", "-of", "csv=p=0", "-show_entries", "packet=pts"])
        .arg(path)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{}", path.display());
    String::from_utf8(said.stdout).unwrap().lines().filter(|line| !line.is_empty()).count() as u64
}

/// Waits until something holds of what is known of each of so many cameras; ten times as long as it should take.
fn until(recorder: &Recorder, cameras: usize, holds: impl Fn(&CameraCounts) -> bool) {
    for _ in 0..800 {
        let counts = recorder.counts();
        if counts.len() == cameras && counts.values().all(&holds) {
            return;
        }
        // The cameras send at their own pace: time itself is waited for.
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came: {:?}", recorder.counts());
}

fn put(recorder: &Recorder, camera: u8, url: &str) {
    let target = Target::parse(url).unwrap();
    let settings = CameraSettings {
        camera: [camera; 16],
        target,
        sub: None,
        certificate: None,
        disk: 0,
        sound: false,
        recording: Recording::Always,
    };
    assert!(recorder.put(settings));
}

#[test]
fn eight_cameras_are_recorded_to_their_last_picture() {
    if no_cameras("eight_cameras_are_recorded_to_their_last_picture") {
        return;
    }
    let folder = folder("recorder-eight");
    let coder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
    let cameras = Cameras::start(&clip(&folder, &coder), "h264", &[]);
    let recorder = recorder(&folder);
    for camera in 0..8 {
        put(&recorder, camera + 1, &cameras.url(usize::from(camera)));
    }
    until(&recorder, 8, |counts| counts.taken.pictures >= PICTURES);
    let counts = recorder.counts();
    drop(recorder);
    for (camera, counts) in counts {
        assert_eq!((counts.taken.lost_packets, counts.taken.left_out), (0, 0), "{counts:?}");
        let files = files(&folder, camera[0]);
        assert!(pictures(&files[0]) >= PICTURES);
        let open: Vec<_> = files.iter().map(|path| File::open(path).unwrap()).collect();
        assert_eq!(tail(&open[0]).unwrap().torn, 0);
        verify(&open, Some([0; 32])).unwrap();
    }
}

#[test]
fn pictures_in_another_order_than_shown_are_recorded_too() {
    if no_cameras("pictures_in_another_order_than_shown_are_recorded_too") {
        return;
    }
    let folder = folder("recorder-hevc");
    let coder = [
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "log-level=none:bframes=2",
        "-tag:v",
        "hvc1",
    ];
    let cameras = Cameras::start(&clip(&folder, &coder), "h265", &[]);
    let recorder = recorder(&folder);
    put(&recorder, 1, &cameras.url(0));
    until(&recorder, 1, |counts| counts.taken.pictures >= PICTURES);
    drop(recorder);
    let files = files(&folder, 1);
    assert!(pictures(&files[0]) >= PICTURES);
    verify(&[File::open(&files[0]).unwrap()], Some([0; 32])).unwrap();
}

#[test]
fn a_camera_that_is_not_there_is_said_to_be_so_and_holds_up_no_other() {
    if no_cameras("a_camera_that_is_not_there_is_said_to_be_so_and_holds_up_no_other") {
        return;
    }
    let folder = folder("recorder-away");
    let coder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
    let cameras = Cameras::start(&clip(&folder, &coder), "h264", &[]);
    let recorder = recorder(&folder);
    put(&recorder, 1, "rtsp://127.0.0.1:9/nobody");
    put(&recorder, 2, &cameras.url(0).replace("cam0", "wrong"));
    until(&recorder, 2, |counts| counts.trouble.is_some());
    put(&recorder, 3, &cameras.url(0));
    until(&recorder, 3, |counts| counts.trouble.is_some() || counts.taken.pictures > 60);
    let counts = recorder.counts();
    assert_eq!(counts[&[2; 16]].taken.pictures, 0);
    assert_eq!(counts[&[1; 16]].state, CameraState::NoAnswer);
    assert_eq!(counts[&[2; 16]].state, CameraState::NotFound);
    until(&recorder, 3, |counts| counts.trouble.is_some() || counts.facts.clock_error_ms.is_some());
    let third = &recorder.counts()[&[3; 16]];
    assert_eq!((third.state, third.facts.width, third.facts.height), (CameraState::Recording, 640, 360));
    assert!(third.facts.codec.as_ref().unwrap().starts_with("avc1."));
    assert!((990..1_010).contains(&third.facts.key_interval_ms.unwrap()), "{third:?}");
    assert!(third.facts.clock_error_ms.unwrap().abs() < 2_000, "{third:?}");
}
