//! The index of footage: one thread that writes what the ledger heard, and makes the index anew from the files.
//!
//! Promises: recording never waits for it; what cannot be stored now is tried again, and the files themselves are the
//! last word: an index that was lost is the same again once all files were looked through, newest first, anchors and
//! the hashes of files that are gone excepted. A name that is not ours is moved beside, never deleted. It writes no
//! footage.

use super::{
    Ledger, MIGRATIONS, Segment,
    contents::{self, Contents},
    ledger::FileKey,
    sweep::Sweep,
};
use crate::{record::camera_folder, tier::Tier};
use liengia_journal::{Aside, AsideError, QueryError, Row, Statement};
use liengia_kernel::Clock;
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// Files that are stored in one transaction.
const BATCH: usize = 64;
/// A look whether something is to be done, where nobody says so.
const IDLE: Duration = Duration::from_mins(5);
/// After a failure nothing is tried for so long.
const RETRY: Duration = Duration::from_secs(5);

/// Why the index gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum FootageError {
    /// The database could not answer or store.
    #[error("the index of footage: {0}")]
    Database(#[from] QueryError),
    /// A file or folder of footage cannot be read.
    #[error("footage cannot be read: {0}")]
    File(#[from] io::Error),
    /// The file is not the one that was recorded: its hashes give another root.
    #[error(
        "the file of fragment {0} was changed after it was recorded: keep it, and compare it with a copy"
    )]
    Changed(u64),
}

impl From<liengia_journal::BadColumn> for FootageError {
    fn from(bad: liengia_journal::BadColumn) -> Self {
        Self::Database(bad.into())
    }
}

/// How the index stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexState {
    /// All files were looked through and all that was heard is stored.
    pub settled: bool,
    /// The last thing that was tried failed; it is tried again.
    pub failing: bool,
    /// Files that could not be read since the start.
    pub unread: u64,
}

/// A disk, by a name that stays.
#[derive(Clone, Debug)]
pub(super) struct NamedDisk {
    pub(super) name: Arc<str>,
    pub(super) path: PathBuf,
}

pub(super) struct Shared {
    pub(super) aside: Aside,
    pub(super) disks: Vec<NamedDisk>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) clock: Arc<dyn Clock>,
    /// Where older files go, if anywhere.
    pub(super) tier: Option<Tier>,
    /// All files were looked through.
    swept: AtomicBool,
    failing: AtomicBool,
    unread: AtomicU64,
}

/// The index; dropped, it stores what waits and ends.
pub struct Index {
    pub(super) shared: Arc<Shared>,
    thread: Option<thread::JoinHandle<()>>,
}

/// Opens the file of the index, or begins a new one.
pub fn open(path: &Path) -> Result<Aside, AsideError> {
    Aside::open(path, MIGRATIONS)
}

impl Index {
    /// Starts the thread. `disks`: names that stay, and folders, in the order in which the recorder has them; `ledger` is
    /// the recorder's witness.
    pub fn start(
        aside: Aside,
        disks: Vec<(String, PathBuf)>,
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        Self::with_tier(aside, disks, ledger, clock, None)
    }

    /// The same, where older files go to a tier.
    pub fn with_tier(
        aside: Aside,
        disks: Vec<(String, PathBuf)>,
        ledger: Arc<Ledger>,
        clock: Arc<dyn Clock>,
        tier: Option<Tier>,
    ) -> io::Result<Self> {
        let disks = disks.into_iter().map(|(name, path)| NamedDisk { name: name.into(), path }).collect();
        ledger.stop(false);
        let shared = Arc::new(Shared {
            aside,
            disks,
            ledger,
            clock,
            tier,
            swept: AtomicBool::new(false),
            failing: AtomicBool::new(false),
            unread: AtomicU64::new(0),
        });
        let working = shared.clone();
        let thread = thread::Builder::new().name("footage".into()).spawn(move || working.run())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How it stands.
    pub fn state(&self) -> IndexState {
        // In this order: when the ledger lets go of the wish to look through all files, `swept` is false already.
        let settled = self.shared.ledger.is_settled() && self.shared.swept.load(Ordering::Acquire);
        IndexState {
            settled,
            failing: self.shared.failing.load(Ordering::Relaxed),
            unread: self.shared.unread.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.shared.ledger.stop(true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// The place of a disk of this name.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        self.disks.iter().position(|disk| &*disk.name == name)
    }

    /// Where a file is on a disk; none if there is no such disk.
    pub(super) fn path_of(&self, key: &FileKey) -> Option<PathBuf> {
        let disk = self.disks.get(key.disk)?;
        Some(camera_folder(&disk.path, key.camera).join(key.file.to_string()))
    }

    pub(super) fn read(&self, statement: &Statement) -> Result<Vec<Row>, FootageError> {
        Ok(self.aside.read(statement)?)
    }

    /// The time, in microseconds since 1970 UTC.
    pub(super) fn now_us(&self) -> i64 {
        self.clock.now().as_micros()
    }

    fn run(&self) {
        let mut sweep = Sweep::default();
        loop {
            let work = self.ledger.take(BATCH);
            if work.lost {
                sweep = Sweep::default();
                self.swept.store(false, Ordering::Release);
            }
            let (stopping, busy) = (work.stopping, !work.finished.is_empty() || !work.noted.is_empty());
            let done = self.store(work.finished).and_then(|()| self.read_noted(work.noted));
            let done = done.and_then(|()| if stopping || busy { Ok(busy) } else { self.sweep(&mut sweep) });
            self.failing.store(done.is_err(), Ordering::Relaxed);
            match done {
                Err(_) | Ok(false) if stopping => return,
                Ok(true) => {}
                Ok(false) => self.ledger.wait(IDLE),
                Err(_) => {
                    if !self.swept.load(Ordering::Acquire) {
                        // What is stored is known by then and passed over.
                        sweep = Sweep::default();
                    }
                    self.ledger.pause(RETRY);
                }
            }
        }
    }

    /// Stores files that the ledger heard of whole.
    fn store(&self, finished: Vec<(FileKey, Contents)>) -> Result<(), FootageError> {
        let segments = finished.iter().filter_map(|(key, contents)| self.row_of(*key, contents));
        let statements: Vec<_> = segments.map(|segment| segment.store()).collect();
        if !statements.is_empty() {
            self.aside.write(&statements)?;
        }
        self.ledger.stored(finished.into_iter().map(|(key, _)| key));
        Ok(())
    }

    fn row_of(&self, key: FileKey, contents: &Contents) -> Option<Segment> {
        contents.segment(&self.disks.get(key.disk)?.name)
    }

    /// Reads files that were noted; those that cannot be stored are noted again.
    fn read_noted(&self, noted: Vec<FileKey>) -> Result<(), FootageError> {
        let segments = noted.iter().filter_map(|key| self.look_at(*key, true));
        let statements: Vec<_> = segments.map(|segment| segment.store()).collect();
        if !statements.is_empty()
            && let Err(error) = self.aside.write(&statements)
        {
            self.ledger.note(noted);
            return Err(error.into());
        }
        Ok(())
    }

    /// The row of a file, read from the file; none if it has no fragment, is being written, or cannot be read.
    pub(super) fn look_at(&self, key: FileKey, doubtful: bool) -> Option<Segment> {
        let path = self.path_of(&key)?;
        let read = contents::read(&path, key.camera, key.file, doubtful);
        let contents = read.inspect_err(|error| {
            if error.kind() != io::ErrorKind::NotFound {
                self.unread.fetch_add(1, Ordering::Relaxed);
            }
        });
        // It may have been begun while it was read.
        if self.ledger.holds(&key) { None } else { self.row_of(key, &contents.ok()?) }
    }

    /// One step of looking through the files; false if nothing is left.
    fn sweep(&self, sweep: &mut Sweep) -> Result<bool, FootageError> {
        let more = sweep.step(self)?;
        self.swept.store(!more, Ordering::Release);
        Ok(more)
    }
}
