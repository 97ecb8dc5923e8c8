//! The recorder beside real cameras (gst-rtsp-server) and a real disk: what ffprobe finds in its files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;
mod recorded;

use cameras::{Cameras, clip, folder, no_cameras};
use liengia_watch::{
    record::CameraState,
    rtsp::Transport::Tcp,
    segment::{tail, verify},
};
use recorded::{files, pictures, put, recorder, until};
use std::fs::File;

const PICTURES: u64 = 240;

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
        put(&recorder, camera + 1, &cameras.url(usize::from(camera)), Tcp);
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
    put(&recorder, 1, &cameras.url(0), Tcp);
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
    put(&recorder, 1, "rtsp://127.0.0.1:9/nobody", Tcp);
    put(&recorder, 2, &cameras.url(0).replace("cam0", "wrong"), Tcp);
    until(&recorder, 2, |counts| counts.trouble.is_some());
    put(&recorder, 3, &cameras.url(0), Tcp);
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
