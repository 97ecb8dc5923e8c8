//! The recorder beside cameras, and what lies in its folder.

use liengia_kernel::{SystemClock, SystemEntropy};
use liengia_watch::{
    record::{CameraCounts, CameraSettings, FileName, Nobody, Recorder, RecorderConfig, Recording, Witness},
    rtsp::{Target, Transport},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

/// As a node has it, with one disk in this folder.
pub fn recorder(folder: &Path) -> Recorder {
    fs::create_dir_all(folder.join("footage")).unwrap();
    let config = RecorderConfig {
        disks: vec![folder.join("footage")],
        beat: Duration::from_millis(250),
        watched_beat: Duration::from_millis(20),
        file_length: Duration::from_mins(10),
    };
    let witness: Arc<dyn Witness> = Arc::new(Nobody);
    Recorder::start(&config, Arc::new(SystemClock::new()), Arc::new(SystemEntropy), &witness).unwrap()
}

/// The files of a camera, in the order of their numbers.
pub fn files(folder: &Path, camera: u8) -> Vec<PathBuf> {
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
pub fn pictures(path: &Path) -> u64 {
    let said = Command::new("ffprobe")
        .args(["-v", "warning", "-of", "csv=p=0", "-show_entries", "packet=pts"])
        .arg(path)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "", "{}", path.display());
    String::from_utf8(said.stdout).unwrap().lines().filter(|line| !line.is_empty()).count() as u64
}

/// Waits until something holds of what is known of each of so many cameras; ten times as long as it should take.
pub fn until(recorder: &Recorder, cameras: usize, holds: impl Fn(&CameraCounts) -> bool) {
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

/// Records a camera day and night.
pub fn put(recorder: &Recorder, camera: u8, url: &str, transport: Transport) {
    let target = Target { transport, ..Target::parse(url).unwrap() };
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
