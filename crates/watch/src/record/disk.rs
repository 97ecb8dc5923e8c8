//! One disk, and the one thread that writes to it.
//!
//! Promises: a fragment is one write at the end of its camera's file, past the page cache where the disk can, and what was
//! written is on the disk within [`SYNC_EVERY`]. What waits is bounded in bytes: beyond that a fragment is left out and
//! counted, and cameras never wait. A write that fails leaves the file as it was; the next fragment begins a new one.
//! Never deletes footage, never overwrites.

use super::{CameraId, intake::Write};
use crate::{fmp4::PAGE, segment::Fragment};
use liengia_kernel::Clock;
use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// How long something written may stay in the disk's own memory.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// What may wait for a disk, in bytes.
const MOST_WAITING: u64 = 128 * 1024 * 1024;
/// How many things may wait for a disk.
const MOST_WRITES: usize = 8192;
/// A look at the queue where nothing is unsynced.
const IDLE: Duration = Duration::from_mins(1);
/// How long the name of a first fragment's number is, so that names sort.
const DIGITS: usize = 12;

/// The name of a file: the time of its first picture in microseconds since 1970 UTC, and the number of its first fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    /// The number of its first fragment.
    pub number: u64,
    /// When that was taken.
    pub wall_us: i64,
}

impl fmt::Display for FileName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:0DIGITS$}-{}.mp4", self.number, self.wall_us)
    }
}

impl FileName {
    /// Reads a name; none if it is another's.
    pub fn parse(name: &str) -> Option<Self> {
        let (number, wall) = name.strip_suffix(".mp4")?.split_once('-')?;
        Some(Self { number: number.parse().ok()?, wall_us: wall.parse().ok()? })
    }
}

/// The folder of a camera on a disk.
pub(super) fn folder(disk: &Path, camera: CameraId) -> PathBuf {
    let name = camera.iter().fold(String::with_capacity(32), |name, byte| name + &format!("{byte:02x}"));
    disk.join(name)
}

/// What a disk did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskCounts {
    /// Fragments that were written.
    pub fragments: u64,
    /// Their bytes, and those of init segments.
    pub bytes: u64,
    /// Fragments that were not written, because too much waited or the disk failed.
    pub left_out: u64,
    /// Whether the last write failed.
    pub failing: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: AtomicU64,
    fragments: AtomicU64,
    bytes: AtomicU64,
    left_out: AtomicU64,
    failing: AtomicBool,
}

/// A disk; dropped, it writes what waits and ends.
pub struct Disk {
    writes: Option<mpsc::SyncSender<(CameraId, Write)>>,
    shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Disk {
    /// Starts the thread for this folder, which is made if it is not there.
    pub fn start(path: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let (writes, waiting) = mpsc::sync_channel(MOST_WRITES);
        let shared = Arc::new(Shared::default());
        let mut writer = Writer { path: path.into(), clock, shared: shared.clone(), files: BTreeMap::new() };
        let thread = thread::Builder::new().name("disk".into()).spawn(move || writer.run(&waiting))?;
        Ok(Self { writes: Some(writes), shared, thread: Some(thread) })
    }

    /// Hands something over; false if too much waits, and it is left out.
    pub fn write(&self, camera: CameraId, write: Write) -> bool {
        let bytes = bytes_of(&write);
        let waits = self.shared.waiting.fetch_add(bytes, Ordering::Relaxed);
        let sent = waits + bytes <= MOST_WAITING
            && self.writes.as_ref().is_some_and(|writes| writes.try_send((camera, write)).is_ok());
        if !sent {
            self.shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
            self.shared.left_out.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }

    /// What it did so far.
    pub fn counts(&self) -> DiskCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        DiskCounts {
            fragments: read(&self.shared.fragments),
            bytes: read(&self.shared.bytes),
            left_out: read(&self.shared.left_out),
            failing: self.shared.failing.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.writes = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn bytes_of(write: &Write) -> u64 {
    match write {
        Write::Begin { .. } => 0,
        Write::Fragment(fragment) => fragment.bytes().len() as u64,
    }
}

/// A camera's file.
struct Open {
    init: Arc<[u8]>,
    /// None until something is to be written, and after a failure.
    file: Option<(File, u64)>,
    name: FileName,
    unsynced: bool,
}

struct Writer {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
    files: BTreeMap<CameraId, Open>,
}

impl Writer {
    fn run(&mut self, waiting: &mpsc::Receiver<(CameraId, Write)>) {
        // What was written within a while is made safe together.
        let mut due: Option<Duration> = None;
        loop {
            let now = self.clock.elapsed();
            if due.is_some_and(|due| due <= now) {
                self.sync();
                due = None;
            }
            match waiting.recv_timeout(due.map_or(IDLE, |due| due.saturating_sub(now))) {
                Ok((camera, write)) => {
                    self.take(camera, write);
                    due = due.or(Some(now + SYNC_EVERY));
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.sync();
    }

    fn take(&mut self, camera: CameraId, write: Write) {
        let bytes = bytes_of(&write);
        match write {
            Write::Begin { init, number, wall_us } => {
                self.sync_one(camera);
                let name = FileName { number, wall_us };
                self.files.insert(camera, Open { init, file: None, name, unsynced: false });
            }
            Write::Fragment(fragment) => {
                let written = self.append(camera, &fragment);
                let count = if written.is_ok() { &self.shared.fragments } else { &self.shared.left_out };
                count.fetch_add(1, Ordering::Relaxed);
                self.shared.failing.store(written.is_err(), Ordering::Relaxed);
            }
        }
        self.shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn append(&mut self, camera: CameraId, fragment: &Fragment) -> io::Result<()> {
        let Some(open) = self.files.get_mut(&camera) else { return Err(io::ErrorKind::NotFound.into()) };
        if open.file.is_none() {
            let name = FileName { number: fragment.header.number, wall_us: fragment.header.wall_us };
            let file = create(&folder(&self.path, camera), name, &open.init)?;
            open.name = name;
            open.file = Some(file);
        }
        let Some((file, end)) = &mut open.file else { return Ok(()) };
        let bytes = fragment.bytes();
        if let Err(error) = file.write_all_at(bytes, *end) {
            // What was written of it is cut off again, and a new file begins.
            let _ = file.set_len(*end);
            open.file = None;
            return Err(error);
        }
        *end += bytes.len() as u64;
        open.unsynced = true;
        self.shared.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn sync(&mut self) {
        for open in self.files.values_mut() {
            sync(open, &self.shared);
        }
    }

    fn sync_one(&mut self, camera: CameraId) {
        if let Some(open) = self.files.get_mut(&camera) {
            sync(open, &self.shared);
        }
    }
}

fn sync(open: &mut Open, shared: &Shared) {
    let Some((file, _)) = open.file.as_ref().filter(|_| open.unsynced) else { return };
    open.unsynced = false;
    if file.sync_data().is_err() {
        shared.failing.store(true, Ordering::Relaxed);
        open.file = None;
    }
}

/// A new file with its init segment.
fn create(folder: &Path, name: FileName, init: &[u8]) -> io::Result<(File, u64)> {
    fs::create_dir_all(folder)?;
    let path = folder.join(name.to_string());
    let options = |flags| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).custom_flags(flags);
        options
    };
    let file = match options(libc::O_DIRECT).open(&path) {
        // A file system that knows no writes past the page cache.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => options(0).open(&path)?,
        other => other?,
    };
    match write_init(&file, init).and_then(|()| File::open(folder)?.sync_all()) {
        Ok(()) => Ok((file, init.len() as u64)),
        Err(error) => {
            // Nothing is in it yet, and its name may be wanted again.
            let _ = fs::remove_file(&path);
            Err(error)
        }
    }
}

/// Writes from a page's beginning, as writes past the page cache must.
fn write_init(file: &File, init: &[u8]) -> io::Result<()> {
    let mut aligned = vec![0; init.len() + PAGE];
    let start = aligned.as_ptr().align_offset(PAGE).min(PAGE);
    let place = aligned.get_mut(start..start + init.len()).ok_or(io::ErrorKind::InvalidInput)?;
    place.copy_from_slice(init);
    file.write_all_at(place, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fmp4::{Between, Track, init},
        media::{Codec, Parameters},
        segment::{Buffers, Builder, Header, hash_of, verify},
    };
    use liengia_kernel::SystemClock;
    use std::env;

    const CAMERA: CameraId = [3; 16];

    fn start(name: &str) -> (PathBuf, Disk) {
        let path = env::temp_dir().join(format!("liengia-disk-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        let disk = Disk::start(&path, Arc::new(SystemClock::new())).unwrap();
        (path, disk)
    }

    fn init_segment() -> Arc<[u8]> {
        init(&[Parameters {
            codec: Codec::Pcma,
            config: Box::default(),
            width: 0,
            height: 0,
            clock_rate: 8_000,
            channels: 1,
            name: "alaw".into(),
        }])
        .into()
    }

    /// Fragments of a chain, the first with this number.
    fn fragments(first: u64, many: u64, mut previous: [u8; 32]) -> Vec<Arc<Fragment>> {
        let init = hash_of(&init_segment());
        let mut made = Vec::new();
        for number in first..first + many {
            let mut builder = Builder::new(&Buffers::new(1), 0);
            builder.payload(800).extend_from_slice(&[7; 800]);
            builder.sample(Track::Sound, 0, 800, true).unwrap();
            let header = Header {
                camera: CAMERA,
                number,
                wall_us: 5,
                previous,
                init,
                key: true,
                gap: number == first,
            };
            let fragment = builder.close(header, Between::default()).unwrap();
            previous = fragment.hash;
            made.push(Arc::new(fragment));
        }
        made
    }

    fn files(path: &Path) -> Vec<PathBuf> {
        let folder = fs::read_dir(folder(path, CAMERA)).unwrap();
        let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    #[test]
    fn fragments_of_several_files_are_one_chain_on_the_disk() {
        let (path, disk) = start("chain");
        let all = fragments(0, 5, [0; 32]);
        for part in [&all[..3], &all[3..]] {
            let number = part[0].header.number;
            assert!(disk.write(CAMERA, Write::Begin { init: init_segment(), number, wall_us: 5 }));
            for fragment in part {
                assert!(disk.write(CAMERA, Write::Fragment(fragment.clone())));
            }
        }
        drop(disk);
        let files = files(&path);
        assert_eq!(files.len(), 2);
        let open: Vec<_> = files.iter().map(|file| File::open(file).unwrap()).collect();
        assert_eq!(verify(&open, Some([0; 32])).unwrap().fragments, 5);
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_made_costs_its_fragments_and_the_next_begins_where_it_can() {
        let (path, disk) = start("failing");
        // Where the camera's folder should be, there is a file.
        fs::write(folder(&path, CAMERA), "").unwrap();
        let all = fragments(0, 3, [0; 32]);
        disk.write(CAMERA, Write::Begin { init: init_segment(), number: 0, wall_us: 5 });
        disk.write(CAMERA, Write::Fragment(all[0].clone()));
        while disk.counts().left_out == 0 {
            thread::yield_now();
        }
        assert!(disk.counts().failing);
        fs::remove_file(folder(&path, CAMERA)).unwrap();
        disk.write(CAMERA, Write::Fragment(all[1].clone()));
        disk.write(CAMERA, Write::Fragment(all[2].clone()));
        while disk.counts().fragments < 2 {
            thread::yield_now();
        }
        assert!(!disk.counts().failing);
        drop(disk);
        let files = files(&path);
        let name = FileName::parse(files[0].file_name().unwrap().to_str().unwrap()).unwrap();
        assert_eq!(name.number, 1, "it is named for what is in it");
        assert_eq!(verify(&[File::open(&files[0]).unwrap()], None).unwrap().fragments, 2);
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn names_sort_as_their_numbers_and_read_back() {
        let names = [9, 10, 999_999].map(|number| FileName { number, wall_us: -7 });
        let texts = names.map(|name| name.to_string());
        assert!(texts.is_sorted());
        assert_eq!(texts.map(|text| FileName::parse(&text)), names.map(Some));
        assert_eq!(FileName::parse("000000000001-5.mp4.part"), None);
    }
}
