//! Copies that are handed out: made by ffmpeg of what a camera (gst-rtsp-server) sent, and checked by whoever gets them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cameras;
mod peers;

use cameras::{Cameras, clip, folder, no_cameras};
use liengia_kernel::{SystemClock, SystemEntropy, Timestamp};
use liengia_watch::{
    event::Mask,
    evidence::{
        Copied, Copying, ExportKey, PAGE, Who,
        copy::{COPY, Cut, ORIGINAL},
        export::{ExportError, Order, Piece, write, write_with},
        verify::{Report, What, check},
    },
    record::{CameraSettings, Nobody, Recorder, RecorderConfig, Recording, Witness},
    rtsp::Target,
    running::Ffmpeg,
    segment::walk,
    tier::Source,
};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

const CAMERA: [u8; 16] = [1; 16];
/// The clip is 640 by 360: from 64 to 256, and from 72 to 216.
const MASK: Mask = Mask { x: 100, y: 200, width: 300, height: 400 };
const WIDTH: usize = 640;

fn key() -> ExportKey {
    ExportKey::load(&[7; 32]).unwrap()
}

fn order() -> Order {
    let who = |id: &str| Who { unit: "Công an xã".into(), id: id.into() };
    let now = Timestamp::from_seconds(1_800_000_000);
    Order {
        export: "0190-export".into(),
        node: "Node 1".into(),
        commune: "Xã Thử".into(),
        asked_by: who("one"),
        approved_by: who("other"),
        purpose: "offence".into(),
        case_number: Some("12/2027".into()),
        asked_at: now,
        approved_at: now,
        made_at: now,
    }
}

/// What was recorded of a camera, without its first second, which is asked for by nobody.
fn recorded(folder: &Path) -> Piece {
    let coder = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "0"];
    recorded_of(&Cameras::start(&clip(folder, &coder), "h264", &[]), folder)
}

fn recorded_of(cameras: &Cameras, folder: &Path) -> Piece {
    let disk = folder.join("footage");
    fs::create_dir_all(&disk).unwrap();
    let config = RecorderConfig {
        disks: vec![disk.clone()],
        beat: Duration::from_millis(100),
        watched_beat: Duration::from_millis(20),
        file_length: Duration::from_mins(10),
    };
    let witness: Arc<dyn Witness> = Arc::new(Nobody);
    let recorder =
        Recorder::start(&config, Arc::new(SystemClock::new()), Arc::new(SystemEntropy), &witness).unwrap();
    assert!(recorder.put(CameraSettings {
        camera: CAMERA,
        target: Target::parse(&cameras.url(0)).unwrap(),
        sub: None,
        certificate: None,
        disk: 0,
        sound: false,
        recording: Recording::Always,
    }));
    let pictures = || recorder.counts().get(&CAMERA).map_or(0, |counts| counts.taken.pictures);
    for _ in 0..800 {
        if pictures() >= 200 {
            break;
        }
        // The camera sends at its own pace: time itself is waited for.
        std::thread::sleep(Duration::from_millis(100));
    }
    drop(recorder);
    let path = fs::read_dir(disk.join("01".repeat(16))).unwrap().next().unwrap().unwrap().path();
    let all: Vec<_> = walk(File::open(&path).unwrap()).map(Result::unwrap).collect();
    let (first, last) = (&all[1], all.last().unwrap());
    let until = last.header.wall_us + i64::try_from(last.duration * 100 / 9).unwrap();
    Piece {
        camera: CAMERA,
        camera_name: "Cổng A".into(),
        init_bytes: all[0].offset,
        fragments: all[1..].iter().map(|one| (one.offset, one.length)).collect(),
        first_fragment: first.header.number,
        from: Timestamp::from_micros(first.header.wall_us),
        until: Timestamp::from_micros(until),
        gaps: Vec::new(),
        proofs: Vec::new(),
        source: Source::Disk(path.into()),
    }
}

/// An export with copies of these pieces, 700 ms off either end.
fn exported(folder: &Path, piece: &Piece, only: bool) -> Vec<u8> {
    let ffmpeg = Ffmpeg::at(Path::new("ffmpeg")).unwrap();
    let place = folder.join("work");
    fs::create_dir_all(&place).unwrap();
    let masks = BTreeMap::from([(CAMERA, vec![MASK])]);
    let off = Duration::from_millis(700);
    let copying = Copying {
        only,
        masks: &masks,
        span: (piece.from + off, piece.until - off),
        folder: &place,
        stamped: ffmpeg.stamps(),
        made_with: ffmpeg.version(),
        make: &mut |cut| ffmpeg.make(cut, &place, &|| false),
    };
    let path = folder.join("export.zip");
    let to = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
    let pieces = std::iter::once(piece.clone());
    let made = write_with(&to, &order(), pieces, Some(copying), &key(), &mut |_| ()).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(made.bytes, bytes.len() as u64);
    assert!(!place.join(ORIGINAL).exists() && !place.join(COPY).exists());
    bytes
}

/// The ZIP unpacked by others.
fn unpacked(folder: &Path, zip: &[u8]) -> PathBuf {
    let to = folder.join("unpacked");
    fs::create_dir_all(&to).unwrap();
    fs::write(to.join("export.zip"), zip).unwrap();
    let done = Command::new("unzip").args(["-qo", "export.zip"]).current_dir(&to).status().unwrap();
    assert!(done.success());
    to
}

/// The brightness of each point of a film's first picture.
fn first_picture(film: &Path) -> Vec<u8> {
    let said = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(film)
        .args(["-frames:v", "1", "-vf", "extractplanes=y", "-f", "rawvideo", "-"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
    said.stdout
}

fn whole(bytes: &[u8]) -> Report {
    let report = check(bytes).unwrap();
    assert!(report.is_as_exported(), "{:?}", report.findings);
    report
}

/// Where a copy's bytes lie in the ZIP.
fn lies(zip: &[u8], copy: &[u8]) -> usize {
    zip.windows(copy.len()).position(|window| window == copy).unwrap()
}

#[test]
fn a_copy_is_black_where_it_is_covered_and_names_what_it_was_made_of() {
    if no_cameras("a_copy_is_black_where_it_is_covered_and_names_what_it_was_made_of") {
        return;
    }
    let folder = folder("copies-only");
    let piece = recorded(&folder);
    let zip = exported(&folder, &piece, true);
    let report = whole(&zip);
    assert!(report.manifest.files.is_empty());
    let [copied] = &report.manifest.copies[..] else { panic!("{report:?}") };
    assert_eq!((&copied.masks[..], copied.from), (&[MASK][..], piece.from + Duration::from_millis(700)));
    // It names the very bytes that would have been handed out.
    let to = File::options().read(true).write(true).create_new(true).open(folder.join("as-recorded.zip"));
    let pieces = std::iter::once(piece.clone());
    let plain = write(&to.unwrap(), &order(), pieces, &key(), &mut |_| ()).unwrap();
    assert_eq!(copied.original, plain.manifest.files[0]);
    let folder = unpacked(&folder, &zip);
    let film = folder.join(&copied.name);
    covered(&film, copied);
    lasts(&film, copied);
    others_say_so(&folder, &report);
}

/// Black within the mask, to the pixel, and nowhere else.
fn covered(film: &Path, copied: &Copied) {
    let picture = first_picture(film);
    assert_eq!(picture.len(), WIDTH * 360);
    let (mut within, mut beside) = (Vec::new(), Vec::new());
    for (place, brightness) in picture.iter().enumerate() {
        let (x, y) = (place % WIDTH, place / WIDTH);
        // A point or two at the edge take something of what is beside it.
        if (66..254).contains(&x) && (74..214).contains(&y) {
            within.push(*brightness);
        } else if (!(62..258).contains(&x) || !(70..218).contains(&y)) && y < 300 {
            beside.push(*brightness);
        }
    }
    assert!(within.iter().all(|brightness| *brightness <= 20), "{:?}", within.iter().max());
    let bright = beside.iter().filter(|brightness| **brightness > 40).count();
    assert!(bright * 10 > beside.len() * 7, "{bright} of {}", beside.len());
    assert!(copied.stamped || copied.made_with.starts_with("ffmpeg "));
}

fn lasts(film: &Path, copied: &Copied) {
    let asks = ["-v", "error", "-of", "csv=p=0", "-show_entries", "format=duration:stream=codec_type"];
    let said = Command::new("ffprobe").args(asks).arg(film).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let (kinds, seconds): (Vec<_>, Vec<_>) = said.lines().partition(|line| line.parse::<f64>().is_err());
    assert_eq!(kinds, ["video"], "what is covered is not heard");
    let long = copied.until.since(copied.from).as_secs_f64();
    let is = seconds[0].parse::<f64>().unwrap();
    assert!((is - long).abs() < 0.3, "{is} {long}");
}

/// The script and the page in the archive say that it is a copy, and that it is whole.
fn others_say_so(folder: &Path, report: &Report) {
    let said = Command::new("python3").arg("check.py").current_dir(folder).output().unwrap();
    let words = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success() && words.contains("a COPY, as it was handed out"), "{words}");
    assert!(words.contains(&liengia_watch::evidence::hex::digits(
        &report.manifest.copies[0].original.fragments_sha256
    )));
    let readme = fs::read_to_string(folder.join("README.txt")).unwrap();
    assert!(readme.starts_with("*** BẢN SAO / COPY / SALINAN ***"));
    assert_eq!(fs::read_to_string(folder.join("verify.html")).unwrap(), PAGE);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exported/page.mjs");
    let page = folder.join("verify.html");
    let Ok(said) = Command::new("node").arg(script).arg(page).arg(folder.join("export.zip")).output() else {
        return;
    };
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.starts_with("[true,") && said.trim_end().ends_with("[]]"), "{said}");
}

/// How a film's pictures are coded, and how many there are; ffprobe must not say a word.
fn probed(film: &Path) -> (String, usize) {
    let asks = ["-v", "warning", "-count_packets", "-of", "csv=p=0", "-show_entries"];
    let mut ffprobe = Command::new("ffprobe");
    let said = ffprobe.args(asks).arg("stream=codec_name,nb_read_packets").arg(film).output().unwrap();
    assert!(said.status.success() && said.stderr.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8(said.stdout).unwrap();
    let (codec, pictures) = said.trim().split_once(',').unwrap();
    (codec.to_owned(), pictures.parse().unwrap())
}

#[test]
fn an_export_of_an_h265_camera_is_whole_and_plays_and_so_does_its_copy() {
    if no_cameras("an_export_of_an_h265_camera_is_whole_and_plays_and_so_does_its_copy") {
        return;
    }
    let folder = folder("export-h265");
    let parameters = "log-level=none:bframes=2:keyint=30:min-keyint=30:scenecut=0";
    let coder = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", parameters, "-tag:v", "hvc1"];
    let piece = recorded_of(&Cameras::start(&clip(&folder, &coder), "h265", &[]), &folder);
    let source = File::open(piece.source.path().unwrap()).unwrap();
    let pictures: usize = walk(source).map(Result::unwrap).skip(1).map(|one| one.samples.len()).sum();
    let zip = exported(&folder, &piece, false);
    let report = whole(&zip);
    assert_eq!(report.fragments, piece.fragments.len() as u64);
    let unpacked = unpacked(&folder, &zip);
    let original = unpacked.join(&report.manifest.files[0].name);
    assert_eq!(probed(&original), ("hevc".to_owned(), pictures));
    let mut ffmpeg = Command::new("ffmpeg");
    let said = ffmpeg
        .args(["-v", "warning", "-nostdin", "-i"])
        .arg(&original)
        .args(["-f", "null", "-"])
        .output()
        .unwrap();
    assert!(said.status.success() && said.stderr.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
    let copied = &report.manifest.copies[0];
    covered(&unpacked.join(&copied.name), copied);
    assert!(probed(&unpacked.join(&copied.name)).1 > 60);
    let said = Command::new("python3").arg("check.py").current_dir(&unpacked).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
}

#[test]
fn a_changed_byte_of_a_copy_is_found_and_one_beside_the_original_too() {
    if no_cameras("a_changed_byte_of_a_copy_is_found_and_one_beside_the_original_too") {
        return;
    }
    let folder = folder("copies-both");
    let piece = recorded(&folder);
    let zip = exported(&folder, &piece, false);
    let report = whole(&zip);
    let (file, copied) = (&report.manifest.files[0], &report.manifest.copies[0]);
    assert_eq!(copied.original, *file);
    assert!(copied.name.ends_with("-copy.mp4") && report.fragments > 3);
    let unpacked = unpacked(&folder, &zip);
    let copy = fs::read(unpacked.join(&copied.name)).unwrap();
    let begin = lies(&zip, &copy);
    for at in (0..copy.len()).step_by(copy.len() / 40) {
        let mut changed = zip.clone();
        changed[begin + at] ^= 1;
        let report = check(&changed[..]).unwrap();
        let found: Vec<_> = report.findings.iter().map(|one| (&*one.name, &one.what)).collect();
        assert_eq!(found, [(&*copied.name, &What::Changed)], "{at}");
    }
    let mut moved = zip.clone();
    moved[lies(&zip, b"-copy.mp4")] ^= 1;
    assert!(!check(&moved[..]).is_ok_and(|report| report.is_as_exported()));
    let changed = unpacked.join(&copied.name);
    fs::write(&changed, &copy[..copy.len() - 1]).unwrap();
    let said = Command::new("python3").arg("check.py").current_dir(&unpacked).output().unwrap();
    assert!(!said.status.success() && String::from_utf8_lossy(&said.stdout).contains("CHANGED, and a copy"));
}

#[test]
fn without_ffmpeg_there_is_none_and_with_one_that_is_stopped_no_export() {
    for program in ["/nowhere/ffmpeg", "true", "false"] {
        assert!(Ffmpeg::at(Path::new(program)).is_none(), "{program}");
    }
    if peers::no_ffmpeg("without_ffmpeg_there_is_none_and_with_one_that_is_stopped_no_export") {
        return;
    }
    let folder = folder("copies-stopped");
    let film = clip(&folder, &["-c:v", "libx264"]);
    fs::rename(film, folder.join(ORIGINAL)).unwrap();
    let ffmpeg = Ffmpeg::at(Path::new("ffmpeg")).unwrap();
    let cut = Cut { from: Duration::ZERO, length: Duration::from_secs(8), masks: vec![MASK], stamped: false };
    let why = ffmpeg.make(&cut, &folder, &|| true).unwrap_err();
    assert!(why.starts_with("the node is stopping"), "{why}");
    // What it said is in the reason, and what it began is never taken for a copy.
    fs::write(folder.join(ORIGINAL), b"no film").unwrap();
    let _ = fs::remove_file(folder.join(COPY));
    let why = ffmpeg.make(&cut, &folder, &|| false).unwrap_err();
    assert!(why.contains(ORIGINAL), "{why}");
    let error = ExportError::Copy(why).to_string();
    assert!(error.starts_with("no copy can be made"), "{error}");
}
