//! Live pictures beside real cameras (gst-rtsp-server): what viewers get, and when their views end.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;

use cameras::{Cameras, clip, folder, no_cameras};
use liengia_kernel::{SystemClock, SystemEntropy};
use liengia_watch::{
    fmp4::{SampleInfo, Track, boxes, samples},
    live::{Following, Piece, Stream, still},
    record::{CameraSettings, CameraState, Nobody, Recorder, RecorderConfig, Recording, Witness},
    rtsp::Target,
    segment::walk,
};
use std::{
    fs,
    io::{ErrorKind, Read as _},
    net::TcpListener,
    path::Path,
    process::Command,
    sync::Arc,
    time::Duration,
};
use tokio::time::timeout;

const CAMERA: [u8; 16] = [1; 16];
const CODER: [&str; 6] = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
/// Ten times as long as anything should take.
const PATIENCE: Duration = Duration::from_secs(40);

fn recorder(folder: &Path) -> Recorder {
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

fn settings(url: &str) -> CameraSettings {
    let target = Target::parse(url).unwrap();
    CameraSettings {
        camera: CAMERA,
        target,
        sub: None,
        certificate: None,
        disk: 0,
        sound: false,
        recording: Recording::Always,
    }
}

async fn next(following: &mut Following) -> Option<Piece> {
    timeout(PATIENCE, following.next()).await.unwrap()
}

/// The pieces up to so many pictures.
async fn watch(following: &mut Following, mut pictures: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    while pictures > 0 {
        let piece = next(following).await.unwrap();
        pictures -= usize::from(matches!(piece, Piece::Picture { .. }));
        pieces.push(piece);
    }
    pieces
}

/// All bytes as a file, which begins with a start and has no other.
fn played(pieces: &[Piece]) -> Vec<u8> {
    let mut file = Vec::new();
    for (place, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Start { init, .. } => {
                assert_eq!(place, 0);
                file.extend_from_slice(init);
            }
            Piece::Picture { bytes, .. } | Piece::Sound { bytes } => file.extend_from_slice(bytes),
            Piece::Gap => panic!("a gap at {place}"),
        }
    }
    file
}

fn told(file: &[u8], track: Track) -> Vec<SampleInfo> {
    let moofs = boxes(file).map(Result::unwrap).filter(|one| one.kind == *b"moof");
    moofs.flat_map(|one| samples(one.content).unwrap()).filter(|one| one.track == track).collect()
}

/// How many packets of pictures ffprobe finds, about which it must not say a word, and as many pictures as it can decode.
fn probed(folder: &Path, file: &[u8]) -> (usize, usize) {
    let path = folder.join("viewed.mp4");
    fs::write(&path, file).unwrap();
    let said = Command::new("ffprobe")
        .args(["-v", "warning", "-select_streams", "v", "-of", "csv=p=0", "-show_entries", "packet=pts"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
    let decoded = Command::new("ffmpeg")
        .args(["-v", "warning", "-i"])
        .arg(&path)
        .args(["-map", "0:v", "-fps_mode", "passthrough", "-f", "framecrc", "-"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&decoded.stderr), "");
    let lines = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count()
    };
    (lines(said.stdout), lines(decoded.stdout))
}

/// Waits until something holds of the camera.
fn until(recorder: &Recorder, holds: impl Fn(&liengia_watch::record::CameraCounts) -> bool) {
    for _ in 0..400 {
        if recorder.counts().get(&CAMERA).is_some_and(&holds) {
            return;
        }
        // The cameras send at their own pace: time itself is waited for.
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came: {:?}", recorder.counts());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_viewers_get_the_same_pictures_without_a_hole_and_the_late_one_begins_with_a_key_picture() {
    if no_cameras("two_viewers_get_the_same_pictures_without_a_hole") {
        return;
    }
    let folder = folder("live-two");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let recorder = recorder(&folder);
    assert!(recorder.put(settings(&cameras.url(0))));
    // The first joins in the middle of a group of pictures that was recorded while nobody watched.
    until(&recorder, |counts| counts.taken.pictures > 10);
    let mut early = recorder.follow(CAMERA, Stream::Main).unwrap();
    let mut lazy = recorder.follow(CAMERA, Stream::Sub).unwrap();
    let mut first = watch(&mut early, 40).await;
    let mut late = recorder.follow(CAMERA, Stream::Main).unwrap();
    let second = watch(&mut late, 60).await;
    let whole = |pieces: &[Piece]| {
        assert!(
            matches!(&pieces[0], Piece::Start { codec, width: 640, height: 360, .. } if codec.starts_with("avc1."))
        );
        assert!(matches!(pieces[1], Piece::Picture { key: true, .. }));
        let file = played(pieces);
        let told = told(&file, Track::Pictures);
        assert!(told.iter().all(|one| one.decode.cast_signed() == one.presentation));
        assert!(
            told.windows(2).all(|pair| (2_990..=3_010).contains(&(pair[1].decode - pair[0].decode))),
            "no hole"
        );
        let walls: Vec<_> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Picture { wall_us, .. } => Some(*wall_us),
                _ => None,
            })
            .collect();
        // The first ones come all at once: when they were taken is known only from those that come in time.
        let steady = walls.windows(2).skip(10);
        assert!(steady.into_iter().all(|pair| (20_000..50_000).contains(&(pair[1] - pair[0]))), "{walls:?}");
        assert!(walls.is_sorted(), "{walls:?}");
        file
    };
    while first.last() != second.last() {
        first.extend(watch(&mut early, 1).await);
    }
    let from = first.len() - (second.len() - 1);
    assert_eq!(first[from..], second[1..]);
    let (Piece::Picture { bytes: one, .. }, Piece::Picture { bytes: other, .. }) = (&first[from], &second[1])
    else {
        panic!("pictures")
    };
    assert_eq!(one.as_ptr(), other.as_ptr(), "the bytes are there once");
    assert_eq!(probed(&folder, &whole(&first)), (first.len() - 1, first.len() - 1));
    assert_eq!(probed(&folder, &whole(&second)), (60, 60));
    // The third never read until now: it begins with what is there now.
    assert!(matches!(next(&mut lazy).await, Some(Piece::Start { .. })));
    assert!(matches!(next(&mut lazy).await, Some(Piece::Picture { key: true, .. })));
    drop((early, late, lazy, recorder));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_in_another_order_than_shown_are_decoded_before_they_are_shown() {
    if no_cameras("pictures_in_another_order_than_shown_are_decoded_before_they_are_shown") {
        return;
    }
    let folder = folder("live-hevc");
    let parameters = "log-level=none:bframes=2:b-adapt=0:b-pyramid=0";
    let coder = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", parameters, "-tag:v", "hvc1"];
    let cameras = Cameras::start(&clip(&folder, &coder), "h265", &[]);
    let recorder = recorder(&folder);
    assert!(recorder.put(settings(&cameras.url(0))));
    let mut viewer = recorder.follow(CAMERA, Stream::Main).unwrap();
    let pieces = watch(&mut viewer, 100).await;
    let file = played(&pieces);
    let told = told(&file, Track::Pictures);
    assert!(
        told.windows(2).any(|pair| pair[1].presentation < pair[0].presentation),
        "they are in another order"
    );
    assert!(told.windows(2).all(|pair| pair[1].decode > pair[0].decode));
    assert!(told.iter().all(|one| one.decode.cast_signed() <= one.presentation), "{told:?}");
    let far = told.iter().map(|one| one.presentation - one.decode.cast_signed()).max().unwrap();
    assert!(far < 45_000, "{far}");
    assert_eq!(probed(&folder, &file), (100, 100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_end_when_they_are_closed_or_the_camera_is_paused_or_removed() {
    if no_cameras("views_end_when_they_are_closed_or_the_camera_is_paused_or_removed") {
        return;
    }
    let folder = folder("live-ends");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let recorder = recorder(&folder);
    assert!(recorder.follow(CAMERA, Stream::Main).is_none());
    let camera = settings(&cameras.url(0));
    assert!(recorder.put(camera.clone()));
    let mut viewer = recorder.follow(CAMERA, Stream::Main).unwrap();
    watch(&mut viewer, 3).await;
    recorder.close_viewers(CAMERA);
    assert_eq!(next(&mut viewer).await, None);
    // The same settings change nothing: no gap, no other connection.
    let mut viewer = recorder.follow(CAMERA, Stream::Main).unwrap();
    watch(&mut viewer, 3).await;
    assert!(recorder.put(camera.clone()));
    played(&watch(&mut recorder.follow(CAMERA, Stream::Main).unwrap(), 40).await);
    assert_eq!(recorder.counts()[&CAMERA].connections, 1);
    assert!(recorder.put(CameraSettings { recording: Recording::Off, ..camera.clone() }));
    while next(&mut viewer).await.is_some() {}
    assert!(recorder.follow(CAMERA, Stream::Main).is_none());
    until(&recorder, |counts| counts.state == CameraState::Paused);
    // Another address: whoever watches is told of the gap, and goes on.
    assert!(recorder.put(camera.clone()));
    let mut viewer = recorder.follow(CAMERA, Stream::Main).unwrap();
    watch(&mut viewer, 3).await;
    assert!(recorder.put(settings(&cameras.url(1))));
    while next(&mut viewer).await.unwrap() != Piece::Gap {}
    assert!(matches!(next(&mut viewer).await, Some(Piece::Start { .. })));
    assert!(recorder.remove(CAMERA));
    while next(&mut viewer).await.is_some() {}
    assert!(recorder.follow(CAMERA, Stream::Main).is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sub_stream_is_connected_only_while_somebody_watches_it() {
    if no_cameras("a_sub_stream_is_connected_only_while_somebody_watches_it") {
        return;
    }
    let folder = folder("live-sub");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let recorder = recorder(&folder);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let sub = Target::parse(&format!("rtsp://{}/sub", listener.local_addr().unwrap())).unwrap();
    let camera = CameraSettings { sub: Some(sub), ..settings(&cameras.url(0)) };
    assert!(recorder.put(camera.clone()));
    until(&recorder, |counts| counts.taken.pictures > 20);
    listener.set_nonblocking(true).unwrap();
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    listener.set_nonblocking(false).unwrap();
    let viewer = recorder.follow(CAMERA, Stream::Sub).unwrap();
    let (mut socket, _) = listener.accept().unwrap();
    drop(viewer);
    // It is kept for a while, and then hung up.
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut asked = Vec::new();
    socket.read_to_end(&mut asked).unwrap();
    assert!(asked.starts_with(b"OPTIONS"));
    // Another one, beside which the main stream goes on as it was.
    let sub = Some(Target::parse(&cameras.url(1)).unwrap());
    assert!(recorder.put(CameraSettings { sub, ..camera }));
    let mut viewer = recorder.follow(CAMERA, Stream::Sub).unwrap();
    played(&watch(&mut viewer, 10).await);
    drop(viewer);
    drop(recorder);
    assert_eq!(fs::read_dir(folder.join("footage")).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_that_is_only_watched_is_never_recorded() {
    if no_cameras("a_camera_that_is_only_watched_is_never_recorded") {
        return;
    }
    let folder = folder("live-only");
    let cameras = Cameras::start(&clip(&folder, &CODER), "h264", &[]);
    let recorder = recorder(&folder);
    assert!(recorder.put(CameraSettings { recording: Recording::WhenWatched, ..settings(&cameras.url(0)) }));
    for stream in [Stream::Main, Stream::Sub] {
        played(&watch(&mut recorder.follow(CAMERA, stream).unwrap(), 10).await);
    }
    drop(recorder);
    assert_eq!(fs::read_dir(folder.join("footage")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sound_is_asked_for_only_where_it_is_wanted() {
    if no_cameras("sound_is_asked_for_only_where_it_is_wanted") {
        return;
    }
    let folder = folder("live-sound");
    let clip = clip(&folder, &CODER);
    let sounding = folder.join("sounding.mp4");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&clip)
        .args(["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=16000:duration=8"])
        .args(["-c:v", "copy", "-c:a", "aac", "-ac", "1"])
        .arg(&sounding)
        .status();
    assert!(made.unwrap().success());
    let cameras = Cameras::start(&sounding, "h264", &["sound"]);
    let recorder = recorder(&folder);
    let camera = settings(&cameras.url(0));
    assert!(recorder.put(camera.clone()));
    let mut viewer = recorder.follow(CAMERA, Stream::Main).unwrap();
    let silent = watch(&mut viewer, 20).await;
    assert!(matches!(&silent[0], Piece::Start { codec, .. } if !codec.contains(',')));
    assert!(!silent.iter().any(|piece| matches!(piece, Piece::Sound { .. })));
    assert!(recorder.put(CameraSettings { sound: true, ..camera }));
    while next(&mut viewer).await.unwrap() != Piece::Gap {}
    let heard = watch(&mut viewer, 60).await;
    assert!(
        matches!(&heard[0], Piece::Start { codec, .. } if codec.ends_with(",mp4a.40.2")),
        "{:?}",
        heard[0]
    );
    let file = played(&heard);
    let sound = told(&file, Track::Sound);
    assert!(sound.len() > 20, "{}", sound.len());
    assert!(
        sound.windows(2).all(|pair| (1_000..=1_050).contains(&(pair[1].decode - pair[0].decode))),
        "{sound:?}"
    );
    assert_eq!(probed(&folder, &file), (60, 60));
    drop((viewer, recorder));
    let name = "01".repeat(16);
    let mut files: Vec<_> =
        fs::read_dir(folder.join("footage").join(name)).unwrap().map(|one| one.unwrap().path()).collect();
    files.sort();
    let tracks = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        walk(&bytes[..]).flat_map(|one| one.unwrap().samples).any(|one| one.track == Track::Sound)
    };
    assert_eq!(files.iter().map(|path| tracks(path)).collect::<Vec<_>>(), [false, true]);
    // A still of the recording is one picture.
    let bytes = fs::read(&files[0]).unwrap();
    let fragment = walk(&bytes[..]).next().unwrap().unwrap();
    let begins = usize::try_from(fragment.offset).unwrap();
    let one = still(&bytes[..begins], &fragment, &bytes[begins..]).unwrap();
    assert_eq!(probed(&folder, &one), (1, 1));
    let cut = usize::try_from(fragment.samples[0].offset).unwrap() + 9;
    assert_eq!(still(&bytes[..begins], &fragment, &bytes[begins..begins + cut]), None);
}
