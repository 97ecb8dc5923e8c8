//! Footage on a real disk, through the ledger into the index and out again.

mod anchors;
mod files;
mod keeping;
mod reading;
mod recorded;
mod tiered;

use super::*;
use crate::{
    fmp4::{Track, init},
    media::{Codec, Parameters},
    record::{CameraId, Disk, FileStart, Filled, Waiting, camera_folder},
    segment::{Buffers, Builder, hash_of},
};
use liengia_kernel::{SimulatedClock, SystemClock, Timestamp};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

const ONE: CameraId = [1; 16];
const TWO: CameraId = [2; 16];
/// When the first fragment of a test is taken.
const BEGAN: i64 = 1_800_000_000_123_456;
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;

/// A folder with one disk and the index beside it, gone when it is dropped.
struct Rig {
    folder: PathBuf,
    disk: PathBuf,
    clock: Arc<SimulatedClock>,
    ledger: Arc<Ledger>,
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Rig {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("liengia-footage-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let disk = folder.join("disk");
        fs::create_dir_all(&disk).unwrap();
        let clock = Arc::new(SimulatedClock::new(Timestamp::from_micros(BEGAN + HOUR)));
        Self { folder, disk, clock, ledger: Arc::default() }
    }

    fn database(&self) -> PathBuf {
        self.folder.join("footage.db")
    }

    fn index(&self) -> Index {
        let disks = vec![("oak".to_owned(), self.disk.clone())];
        Index::start(open(&self.database()).unwrap(), disks, self.ledger.clone(), self.clock.clone()).unwrap()
    }

    /// An index that has looked through everything.
    fn settled(&self) -> Index {
        let index = self.index();
        until(|| index.state().settled);
        index
    }

    /// The ledger heard of nothing: as after a restart.
    fn forget(&self) {
        self.ledger.stored(self.ledger.all());
    }

    fn recorder(&self) -> Disk {
        Disk::start(&self.disk, 0, Arc::new(SystemClock::new()), self.ledger.clone()).unwrap()
    }

    /// Files of both cameras, all closed: two fragments each, two seconds long, files an hour apart.
    fn record(&self, files: i64) {
        let recorder = self.recorder();
        for camera in [ONE, TWO] {
            for file in 0..files {
                write(&recorder, camera, &start(), BEGAN + file * HOUR, 0..2);
            }
        }
    }

    /// The files of a camera, oldest first.
    fn files(&self, camera: CameraId) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(camera_folder(&self.disk, camera)) else { return Vec::new() };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

/// Waits for what another thread does.
fn until(holds: impl Fn() -> bool) {
    while !holds() {
        thread::yield_now();
    }
}

fn start() -> Arc<FileStart> {
    let pictures = Parameters {
        codec: Codec::H264,
        config: (*b"\x01\x64\0\x1f\xff\xe0\0").into(),
        width: 640,
        height: 360,
        clock_rate: 90_000,
        channels: 0,
        name: "avc1.64001f".into(),
    };
    let init = init(std::slice::from_ref(&pictures));
    Arc::new(FileStart { hash: hash_of(&init), init, pictures: Some(pictures) })
}

/// Writes fragments of two seconds; the first of a file is taken at `began`.
fn write(disk: &Disk, camera: CameraId, start: &Arc<FileStart>, began: i64, places: std::ops::Range<i64>) {
    let before = disk.counts().fragments;
    let count = u64::try_from(places.end - places.start).unwrap();
    for place in places {
        let mut builder = Builder::new(&Buffers::new(1), 0);
        builder.payload(900).extend_from_slice(&[7; 900]);
        builder.sample(Track::Pictures, place * 180_000, 900, true).unwrap();
        let filled = Filled {
            file: start.clone(),
            builder,
            wall_us: began + place * 2 * SECOND,
            gap: false,
            until: Some((place + 1) * 180_000),
            waiting: Waiting::default(),
        };
        assert!(disk.write(camera, filled));
    }
    until(|| disk.counts().fragments == before + count);
}

/// All that the index holds of a camera, gone or not.
fn rows(index: &Index, camera: CameraId) -> Vec<Segment> {
    let sql = format!(
        "SELECT {} FROM footage_segments WHERE camera = $1 ORDER BY number, wall_us, disk",
        row::COLUMNS
    );
    let rows = index.shared.aside.read(&liengia_journal::statement!(sql, camera.as_slice())).unwrap();
    rows.iter().map(|row| Segment::read(row).unwrap()).collect()
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap()
}
