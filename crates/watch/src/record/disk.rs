//! One disk, and the one thread that writes to it.
//!
//! Promises: fragments are sealed here, in order, so a camera's chain names only what was written; what is left out, since
//! too much waited or a write failed, is told by the next fragment's gap. A fragment is one write at the end of its file,
//! past the page cache where the disk can, and is safe on the disk within [`SYNC_EVERY`]. What waits is bounded in bytes,
//! for each camera and together; cameras never wait. A disk that fails is tried again every second, and now and
//! then where nothing is to be written. Never deletes footage, never overwrites.

use super::{
    CameraId, Chain, FileStart, Filled, Witness,
    place::{FileName, camera_folder, create, resume},
};
use crate::segment::Fragment;
use liengia_kernel::Clock;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    os::unix::fs::FileExt as _,
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
/// A look at the queue where nothing is unsynced.
const IDLE: Duration = Duration::from_mins(1);
/// A disk that failed and has nothing to write is tried out this often.
const TRIED_OUT: Duration = Duration::from_secs(10);
/// The file that it is tried out with.
const TRIAL: &str = "trial";
/// What may wait for a disk, in bytes.
const MOST_WAITING: u64 = 128 * 1024 * 1024;
/// What may wait of one camera, in bytes.
const MOST_OF_ONE: u64 = 24 * 1024 * 1024;
/// How many things may wait for a disk.
const MOST_WRITES: usize = 8192;
/// How long a camera's files are left alone after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What is to be done.
#[derive(Debug)]
pub enum Write {
    /// Seal a fragment and write it.
    Fragment(Box<Filled>),
    /// The camera is recorded here no longer.
    End,
}

/// What a disk did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskCounts {
    /// Fragments that were written.
    pub fragments: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Fragments that were not written, because too much waited or the disk failed.
    pub left_out: u64,
    /// Failures of the disk to write, or to make safe what was written.
    pub failures: u64,
    /// Whether the last thing that was tried failed, or nothing can be tried any more.
    pub failing: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: AtomicU64,
    fragments: AtomicU64,
    bytes: AtomicU64,
    left_out: AtomicU64,
    failures: AtomicU64,
    failing: AtomicBool,
}

/// A disk; dropped, it writes what waits and ends.
pub struct Disk {
    writes: Option<mpsc::SyncSender<(CameraId, Write)>>,
    shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Disk {
    /// Starts the thread for this folder, which must be there; `witness` hears of it as the disk in this `place`.
    pub fn start(
        path: &Path,
        place: usize,
        clock: Arc<dyn Clock>,
        witness: Arc<dyn Witness>,
    ) -> io::Result<Self> {
        let whole = File::open(path)?;
        let (writes, waiting) = mpsc::sync_channel(MOST_WRITES);
        let shared = Arc::new(Shared::default());
        let mut writer = Writer {
            path: path.into(),
            whole,
            clock,
            shared: shared.clone(),
            cameras: BTreeMap::new(),
            witness: Told { place, witness },
        };
        let thread = thread::Builder::new().name("disk".into()).spawn(move || writer.run(&waiting))?;
        Ok(Self { writes: Some(writes), shared, thread: Some(thread) })
    }

    /// Hands a fragment over; false if too much waits, and it is left out.
    pub fn write(&self, camera: CameraId, filled: Filled) -> bool {
        let (bytes, waiting) = (filled.builder.length(), filled.waiting.clone());
        let all = self.shared.waiting.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let mut sent = all <= MOST_WAITING && waiting.add(bytes, MOST_OF_ONE);
        if sent {
            sent = self.send(camera, Write::Fragment(Box::new(filled)));
            if !sent {
                waiting.sub(bytes);
            }
        }
        if !sent {
            self.shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
            self.shared.left_out.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }

    /// The camera is recorded here no longer.
    pub fn end(&self, camera: CameraId) -> bool {
        self.send(camera, Write::End)
    }

    fn send(&self, camera: CameraId, write: Write) -> bool {
        self.writes.as_ref().is_some_and(|writes| writes.try_send((camera, write)).is_ok())
    }

    /// What it did so far.
    pub fn counts(&self) -> DiskCounts {
        let read = |count: &AtomicU64| count.load(Ordering::Acquire);
        let dead = self.thread.as_ref().is_none_or(thread::JoinHandle::is_finished);
        DiskCounts {
            fragments: read(&self.shared.fragments),
            bytes: read(&self.shared.bytes),
            left_out: read(&self.shared.left_out),
            failures: read(&self.shared.failures),
            failing: dead || self.shared.failing.load(Ordering::Relaxed),
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

/// A camera on this disk.
#[derive(Default)]
struct Known {
    /// None until its folder was looked at.
    chain: Option<Chain>,
    open: Option<Open>,
    /// Something was left out behind the last fragment that was written.
    gap: bool,
    /// Nothing is tried before, after a failure.
    retry: Duration,
}

/// The file that is being written.
struct Open {
    start: Arc<FileStart>,
    file: File,
    path: PathBuf,
    begins: u64,
    end: u64,
    /// When the last sample of each track so far is decoded.
    decoded: [Option<i64>; 2],
    unsynced: bool,
    name: FileName,
}

/// The witness, and which disk this is.
struct Told {
    place: usize,
    witness: Arc<dyn Witness>,
}

impl Told {
    fn closed(&self, camera: CameraId, open: &Open, doubtful: bool) {
        self.witness.closed(self.place, camera, open.name, doubtful);
    }
}

struct Writer {
    path: PathBuf,
    /// The folder, for the file system that it is on.
    whole: File,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
    cameras: BTreeMap<CameraId, Known>,
    witness: Told,
}

impl Writer {
    fn run(&mut self, waiting: &mpsc::Receiver<(CameraId, Write)>) {
        // What was written within a while is made safe together.
        let mut due: Option<Duration> = None;
        loop {
            let now = self.clock.elapsed();
            if due.is_some_and(|due| due <= now) {
                self.sync_all();
                due = None;
            }
            let failing = self.shared.failing.load(Ordering::Relaxed);
            let idle = if failing { TRIED_OUT } else { IDLE };
            match waiting.recv_timeout(due.map_or(idle, |due| due.saturating_sub(now))) {
                Ok((camera, Write::Fragment(filled))) => {
                    self.take(camera, *filled, now);
                    due = due.or(Some(now + SYNC_EVERY));
                }
                Ok((camera, Write::End)) => {
                    self.sync_all();
                    self.close(camera);
                }
                Err(mpsc::RecvTimeoutError::Timeout) if failing && due.is_none() => self.try_out(),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        self.sync_all();
        while let Some((camera, _)) = self.cameras.first_key_value() {
            self.close(*camera);
        }
    }

    /// Its cameras may be elsewhere by now: without a trial nobody would know that it works again.
    fn try_out(&self) {
        let path = self.path.join(TRIAL);
        let tried = File::create(&path).and_then(|mut file| {
            io::Write::write_all(&mut file, &[0; 4096])?;
            file.sync_all()
        });
        let _ = fs::remove_file(path);
        self.shared.failing.store(tried.is_err(), Ordering::Relaxed);
    }

    fn close(&mut self, camera: CameraId) {
        if let Some(open) = self.cameras.remove(&camera).and_then(|known| known.open) {
            self.witness.closed(camera, &open, false);
        }
    }

    fn take(&mut self, camera: CameraId, filled: Filled, now: Duration) {
        let (bytes, waiting) = (filled.builder.length(), filled.waiting.clone());
        let known = self.cameras.entry(camera).or_default();
        let written = if now < known.retry {
            Err(io::ErrorKind::WouldBlock.into())
        } else {
            append(&camera_folder(&self.path, camera), camera, known, filled, &self.witness)
        };
        match written {
            Ok(()) => {
                // Counted last: whoever sees the count sees the rest.
                self.shared.failing.store(false, Ordering::Relaxed);
                self.shared.bytes.fetch_add(bytes, Ordering::Relaxed);
                self.shared.fragments.fetch_add(1, Ordering::Release);
            }
            Err(error) => {
                known.gap = true;
                if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                    self.witness.witness.full(self.witness.place);
                }
                if error.kind() != io::ErrorKind::WouldBlock {
                    known.retry = now + AFTER_FAILURE;
                    self.shared.fail();
                }
                self.shared.left_out.fetch_add(1, Ordering::Release);
            }
        }
        waiting.sub(bytes);
        self.shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Makes all that was written safe, at one go: a journal of a file system is written once for all files.
    fn sync_all(&mut self) {
        let now = self.clock.elapsed();
        let unsynced =
            |(_, known): &(&CameraId, &mut Known)| known.open.as_ref().is_some_and(|open| open.unsynced);
        let mut unsynced: Vec<_> = self.cameras.iter_mut().filter(unsynced).collect();
        if unsynced.is_empty() {
            return;
        }
        if rustix::fs::syncfs(&self.whole).is_ok() {
            for open in unsynced.iter_mut().filter_map(|(_, known)| known.open.as_mut()) {
                open.unsynced = false;
            }
            return;
        }
        for (camera, known) in unsynced {
            if let Some(open) = known.open.take() {
                self.witness.closed(*camera, &open, true);
            }
            // What of it is on the disk is looked at before the chain goes on.
            (known.chain, known.gap) = (None, true);
            known.retry = now + AFTER_FAILURE;
        }
        self.shared.fail();
    }
}

impl Shared {
    fn fail(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        self.failing.store(true, Ordering::Relaxed);
    }
}

/// Seals the fragment and writes it at the end of its file, which is begun if need be.
fn append(
    folder: &Path,
    camera: CameraId,
    known: &mut Known,
    filled: Filled,
    witness: &Told,
) -> io::Result<()> {
    let chain = match known.chain {
        Some(chain) => chain,
        None => *known.chain.insert(resume(folder)?),
    };
    let before = known.open.take_if(|open| !Arc::ptr_eq(&open.start, &filled.file));
    if let Some(open) = before {
        let synced = if open.unsynced { open.file.sync_data() } else { Ok(()) };
        witness.closed(camera, &open, synced.is_err());
        synced?;
    }
    let file = filled.file.clone();
    let decoded = known.open.as_ref().map_or([None; 2], |open| open.decoded);
    let Some(fragment) = chain.seal(camera, filled, decoded, known.gap) else { return Ok(()) };
    let open = match &mut known.open {
        Some(open) => open,
        none => {
            let name = FileName { number: chain.number, wall_us: fragment.header.wall_us };
            let (made, begins) = create(folder, name, &file.init)?;
            none.insert(Open {
                start: file,
                file: made,
                path: folder.join(name.to_string()),
                begins,
                end: begins,
                decoded,
                unsynced: true,
                name,
            })
        }
    };
    let at = open.end;
    if let Err(error) = write(open, &fragment) {
        witness.closed(camera, open, true);
        known.open = None;
        return Err(error);
    }
    witness.witness.wrote(witness.place, open.name, at, &fragment, &open.start);
    known.chain = Some(Chain::after(&fragment));
    known.gap = false;
    Ok(())
}

fn write(open: &mut Open, fragment: &Fragment) -> io::Result<()> {
    if let Err(error) = open.file.write_all_at(fragment.bytes(), open.end) {
        // What was written of it is cut off again; an empty file goes.
        if open.end == open.begins {
            let _ = fs::remove_file(&open.path);
        } else {
            let _ = open.file.set_len(open.end);
        }
        return Err(error);
    }
    open.end += fragment.bytes().len() as u64;
    open.decoded = fragment.decoded;
    open.unsynced = true;
    Ok(())
}

#[cfg(test)]
mod tests;
