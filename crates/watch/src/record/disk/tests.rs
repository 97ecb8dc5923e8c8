//! Fragments on a real disk: one chain whatever fails, across restarts too.

use super::*;
use crate::{
    fmp4::{Track, init},
    media::{Codec, Parameters},
    record::{Nobody, Waiting},
    segment::{Buffers, Builder, hash_of, verify, walk},
};
use liengia_kernel::SystemClock;
use std::{env, fs::OpenOptions};

const CAMERA: CameraId = [3; 16];

fn empty(name: &str) -> PathBuf {
    let path = env::temp_dir().join(format!("liengia-disk-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn start(path: &Path) -> Disk {
    Disk::start(path, 0, Arc::new(SystemClock::new()), Arc::new(Nobody)).unwrap()
}

fn file() -> Arc<FileStart> {
    let init = init(&[Parameters {
        codec: Codec::Pcma,
        config: Box::default(),
        width: 0,
        height: 0,
        clock_rate: 8_000,
        channels: 1,
        name: "alaw".into(),
    }]);
    Arc::new(FileStart { hash: hash_of(&init), init, pictures: None })
}

fn filled(file: &Arc<FileStart>) -> Filled {
    let mut builder = Builder::new(&Buffers::new(1), 0);
    builder.payload(800).extend_from_slice(&[7; 800]);
    builder.sample(Track::Sound, 0, 800, true).unwrap();
    let waiting = Waiting::default();
    Filled { file: file.clone(), builder, wall_us: 5, gap: false, until: None, waiting }
}

fn files(path: &Path) -> Vec<PathBuf> {
    let folder = fs::read_dir(camera_folder(path, CAMERA)).unwrap();
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "mp4"));
    files.sort();
    files
}

/// Numbers and gaps of all fragments, which must be one chain.
fn chain(path: &Path) -> Vec<(u64, bool)> {
    let open: Vec<_> = files(path).iter().map(|file| File::open(file).unwrap()).collect();
    verify(&open, Some([0; 32])).unwrap();
    let all = open.iter().flat_map(walk).map(|one| one.unwrap().header);
    all.map(|header| (header.number, header.gap)).collect()
}

fn until(holds: impl Fn() -> bool) {
    while !holds() {
        thread::yield_now();
    }
}

#[test]
fn fragments_of_several_files_are_one_chain_on_the_disk() {
    let path = empty("chain");
    let disk = start(&path);
    for file in [file(), file()] {
        assert!(disk.write(CAMERA, filled(&file)));
        assert!(disk.write(CAMERA, filled(&file)));
    }
    drop(disk);
    assert_eq!(files(&path).len(), 2);
    assert_eq!(chain(&path), [(0, false), (1, false), (2, false), (3, false)]);
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn what_a_failing_disk_left_out_is_a_gap_and_the_chain_holds() {
    let path = empty("failing");
    let disk = start(&path);
    let file = file();
    disk.write(CAMERA, filled(&file));
    until(|| disk.counts().fragments == 1);
    disk.end(CAMERA);
    // Where the camera's folder was, there is a file.
    let (folder, aside) = (camera_folder(&path, CAMERA), path.join("aside"));
    until(|| fs::rename(&folder, &aside).is_ok());
    fs::write(&folder, "").unwrap();
    disk.write(CAMERA, filled(&file));
    until(|| disk.counts().left_out == 1);
    assert!(disk.counts().failing);
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();
    // It is tried again after a while.
    until(|| {
        disk.write(CAMERA, filled(&file));
        disk.counts().fragments > 1
    });
    assert!(!disk.counts().failing);
    drop(disk);
    let all = chain(&path);
    assert_eq!(all[..2], [(0, false), (1, true)]);
    assert!(all[2..].iter().all(|(_, gap)| !gap));
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn after_a_restart_the_chain_goes_on_and_what_was_torn_lies_beside() {
    let path = empty("restart");
    let disk = start(&path);
    let before = file();
    disk.write(CAMERA, filled(&before));
    disk.write(CAMERA, filled(&before));
    drop(disk);
    // A power cut in the middle of the second.
    let first = files(&path).remove(0);
    let torn = OpenOptions::new().write(true).open(&first).unwrap();
    torn.set_len(torn.metadata().unwrap().len() - 3_000).unwrap();
    let disk = start(&path);
    disk.write(CAMERA, filled(&file()));
    drop(disk);
    assert_eq!(chain(&path), [(0, false), (1, false)]);
    assert_eq!(files(&path).len(), 2);
    let mut beside = first.into_os_string();
    beside.push(".torn");
    assert!(fs::metadata(beside).unwrap().len() > 1_000);
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_file_that_was_cut_before_its_first_fragment_lies_beside_whole() {
    for left in [0, 1, 4_095] {
        let path = empty(&format!("begun-{left}"));
        let disk = start(&path);
        disk.write(CAMERA, filled(&file()));
        drop(disk);
        let disk = start(&path);
        disk.write(CAMERA, filled(&file()));
        drop(disk);
        let newest = files(&path).pop().unwrap();
        OpenOptions::new().write(true).open(&newest).unwrap().set_len(left).unwrap();
        let disk = start(&path);
        disk.write(CAMERA, filled(&file()));
        drop(disk);
        assert_eq!(chain(&path), [(0, false), (1, false)]);
        assert!(files(&path).iter().all(|path| fs::metadata(path).unwrap().len() > 4_096));
        let mut beside = newest.into_os_string();
        beside.push(".torn");
        assert_eq!(fs::metadata(beside).unwrap().len(), left);
        fs::remove_dir_all(path).unwrap();
    }
}

#[test]
fn a_disk_that_is_not_there_is_not_made() {
    let path = env::temp_dir().join(format!("liengia-disk-absent-{}", std::process::id()));
    assert!(Disk::start(&path, 0, Arc::new(SystemClock::new()), Arc::new(Nobody)).is_err());
    assert!(!path.exists());
}
