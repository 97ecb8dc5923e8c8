//! A month of footage of many cameras: one file of ten minutes that was really recorded, under the name of each, and a row of
//! the index for each.
//!
//! The file is made of what a camera sends in a few seconds, again and again; names are hard links to a few copies of it,
//! since a month of 200 cameras is 130 TB. To the node they are files like any others.

use anyhow::{Context as _, ensure};
use liengia_kernel::{Clock, SystemClock, SystemEntropy};
use liengia_watch::{
    footage::{Index, Ledger, open},
    record::{
        CameraId, CameraSettings, Disk, FileName, FileStart, Filled, Recorder, RecorderConfig, Recording,
        Waiting, Witness, camera_folder,
    },
    rtsp::Target,
    segment::{Buffers, Builder, Fragment, FragmentInfo, ReadAt as _, walk},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How long a file of footage is.
const FILE: Duration = Duration::from_mins(10);
/// Days of footage.
pub const DAYS: u64 = 30;
/// Files of a camera: what is older than the node keeps it goes at the start, and there must be none of it.
const FILES: u64 = DAYS * 24 * 6 - 12;
/// Fragments that are really recorded, and then repeated.
const RECORDED: usize = 10;
/// Names that one file may have: fewer than a file system allows.
const LINKS: u64 = 60_000;
/// A pause between two looks.
const MOMENT: Duration = Duration::from_millis(20);

/// Hears how the file begins that a camera is recorded in.
#[derive(Default)]
struct Beginning(Mutex<Option<Arc<FileStart>>>);

impl Witness for Beginning {
    fn wrote(&self, _: usize, _: FileName, _: u64, _: &Fragment, start: &FileStart) {
        let same = FileStart { init: start.init.clone(), hash: start.hash, pictures: start.pictures.clone() };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get_or_insert_with(|| Arc::new(same));
    }

    fn closed(&self, _: usize, _: CameraId, _: FileName, _: bool) {}
    fn full(&self, _: usize) {}
}

/// What a camera really sent.
struct Sent {
    start: Arc<FileStart>,
    file: File,
    fragments: Vec<FragmentInfo>,
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// Fills a node's footage for these cameras, up to now; the moment at which the oldest begins, in microseconds. The first
/// file of the first camera is answered, too.
pub fn fill(
    data: &Path,
    scratch: &Path,
    url: &str,
    ids: &[liengia_kernel::CameraId],
) -> anyhow::Result<(i64, PathBuf)> {
    let cameras: Vec<CameraId> = ids.iter().map(|id| *id.as_bytes()).collect();
    let cameras = &cameras[..];
    let footage = data.join("footage");
    fs::create_dir_all(&footage)?;
    let sent = record(scratch, url)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let began = clock.now().as_micros() - micros(FILE) * i64::try_from(FILES)? - micros(FILE);
    let first = *cameras.first().context("no camera")?;
    let name = write(data, &footage, &sent, first, began, &clock)?;
    let path = camera_folder(&footage, first).join(name.to_string());
    link(&footage, &path, name, cameras)?;
    rows(&data.join("footage.db"), name, cameras)?;
    Ok((began, path))
}

/// Records a camera for a while.
fn record(scratch: &Path, url: &str) -> anyhow::Result<Sent> {
    fs::create_dir_all(scratch)?;
    let config = RecorderConfig {
        disks: vec![scratch.into()],
        beat: Duration::from_millis(250),
        watched_beat: Duration::from_millis(20),
        file_length: FILE,
    };
    let beginning = Arc::new(Beginning::default());
    let witness: Arc<dyn Witness> = beginning.clone();
    let recorder = Recorder::start(&config, Arc::new(SystemClock::new()), Arc::new(SystemEntropy), &witness)?;
    let camera = [1; 16];
    let settings = CameraSettings {
        camera,
        target: Target::parse(url)?,
        sub: None,
        certificate: None,
        disk: 0,
        sound: false,
        recording: Recording::Always,
    };
    ensure!(recorder.put(settings), "the recorder takes no camera");
    let clock = SystemClock::new();
    let folder = camera_folder(scratch, camera);
    loop {
        ensure!(clock.elapsed() < Duration::from_mins(2), "{url} is not recorded");
        thread::sleep(MOMENT);
        let file = fs::read_dir(&folder).ok().and_then(|mut entries| entries.next()?.ok());
        let Some(file) = file.and_then(|entry| File::open(entry.path()).ok()) else { continue };
        let mut fragments: Vec<_> = walk(&file).map_while(Result::ok).collect();
        if fragments.len() > RECORDED {
            fragments.truncate(RECORDED);
            let start = beginning.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            return Ok(Sent { start: start.context("no beginning")?, file, fragments });
        }
    }
}

/// Writes ten minutes of it as a camera's file, with its row in the index; its name.
fn write(
    data: &Path,
    footage: &Path,
    sent: &Sent,
    camera: CameraId,
    began: i64,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<FileName> {
    let ledger = Arc::new(Ledger::default());
    let disks = vec![(footage.display().to_string(), footage.to_owned())];
    let index = Index::start(open(&data.join("footage.db"))?, disks, ledger.clone(), clock.clone())?;
    let disk = Disk::start(footage, 0, clock.clone(), ledger)?;
    let rate = i64::from(sent.start.pictures.as_ref().context("no pictures")?.clock_rate);
    let (buffers, waiting) = (Buffers::new(4), Waiting::default());
    let mut time = 0;
    let mut count = 0;
    'all: loop {
        for fragment in &sent.fragments {
            let wall_us = began + time * 1_000_000 / rate;
            let length = i64::try_from(fragment.duration)?;
            let builder = copy(&sent.file, fragment, time, &buffers)?;
            time += length;
            let filled = Filled {
                file: sent.start.clone(),
                builder,
                wall_us,
                gap: false,
                until: Some(time),
                waiting: waiting.clone(),
            };
            ensure!(disk.write(camera, filled), "the disk takes nothing more");
            count += 1;
            while disk.counts().fragments < count {
                thread::yield_now();
            }
            if time >= rate * i64::try_from(FILE.as_secs())? {
                break 'all;
            }
        }
    }
    drop(disk);
    while !index.state().settled {
        thread::sleep(MOMENT);
    }
    let mut entries = fs::read_dir(camera_folder(footage, camera))?;
    let name = entries.next().context("no file")??.file_name();
    name.to_str().and_then(FileName::parse).context("a file of another name")
}

/// The same pictures, later.
fn copy(file: &File, from: &FragmentInfo, time: i64, buffers: &Buffers) -> anyhow::Result<Builder> {
    let mut builder = Builder::new(buffers, usize::try_from(from.length)?);
    let first = from.samples.iter().map(|sample| sample.presentation).min().context("an empty fragment")?;
    for sample in &from.samples {
        let mut bytes = vec![0; usize::try_from(sample.length)?];
        let at = from.offset + u64::try_from(sample.offset)?;
        ensure!(file.read_at(&mut bytes, at)? == bytes.len(), "the file is shorter than it was");
        builder.payload(bytes.len()).extend_from_slice(&bytes);
        builder.sample(sample.track, time + sample.presentation - first, bytes.len(), sample.key)?;
    }
    Ok(builder)
}

/// The name of a camera's file.
fn name_of(first: FileName, fragments: u64, file: u64) -> anyhow::Result<FileName> {
    let wall_us = first.wall_us + micros(FILE) * i64::try_from(file)?;
    Ok(FileName { number: first.number + file * fragments, wall_us })
}

fn link(footage: &Path, path: &Path, first: FileName, cameras: &[CameraId]) -> anyhow::Result<()> {
    let fragments = walk(File::open(path)?).count() as u64;
    let (mut linked, mut source) = (0, path.to_owned());
    for camera in cameras {
        let folder = camera_folder(footage, *camera);
        fs::create_dir_all(&folder)?;
        for file in 0..FILES {
            let to = folder.join(name_of(first, fragments, file)?.to_string());
            if to == path {
                continue;
            }
            linked += 1;
            if linked % LINKS == 0 {
                fs::copy(path, &to)?;
                source = to;
            } else {
                fs::hard_link(&source, to)?;
            }
        }
    }
    Ok(())
}

/// A row for each name: the one that is there, with another camera, number and time.
fn rows(database: &Path, first: FileName, cameras: &[CameraId]) -> anyhow::Result<()> {
    let mut database = rusqlite::Connection::open(database)?;
    let fragments: i64 =
        database.query_row("SELECT last_number - number + 1 FROM footage_segments", [], |row| row.get(0))?;
    let all = database.transaction()?;
    for camera in cameras {
        all.execute(
            "WITH RECURSIVE files(file) AS (SELECT 0 UNION ALL SELECT file + 1 FROM files WHERE file + 1 < ?2) \
             INSERT INTO footage_segments SELECT ?1, number + file * ?3, wall_us + file * ?4, disk, \
             last_number + file * ?3, began_us + file * ?4, ended_us + file * ?4, bytes, gap, codec, width, height, \
             previous, last_hash, root, anchored, gone_at, fragments \
             FROM (SELECT * FROM footage_segments WHERE number = ?5 AND wall_us = ?6 LIMIT 1), files \
             WHERE true ON CONFLICT DO NOTHING",
            rusqlite::params![
                camera.as_slice(),
                i64::try_from(FILES)?,
                fragments,
                micros(FILE),
                i64::try_from(first.number)?,
                first.wall_us
            ],
        )?;
    }
    all.commit()?;
    Ok(())
}
