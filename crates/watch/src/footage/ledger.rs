//! The ledger: what the disks wrote and the index does not hold yet.
//!
//! Promises: it answers the disks at once: one short lock, no file, no database. What it holds in memory is bounded by
//! [`MOST_HELD`]; beyond it, and where it is not sure, it notes the file, which is then read. Nothing is forgotten: if
//! even the notes are too many, all files are looked through once more.

use super::{
    contents::{Contents, Place},
    packed::Line,
};
use crate::{
    record::{CameraId, FileName, FileStart, Witness},
    segment::Fragment,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Fragments that are held in memory, about ninety bytes each.
const MOST_HELD: usize = 262_144;
/// Files that are noted, to be read.
const MOST_NOTED: usize = 65_536;

/// A file on a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileKey {
    pub(super) camera: CameraId,
    pub(super) file: FileName,
    /// The disk's place.
    pub(super) disk: usize,
}

/// Hears of everything that is written; give it to the recorder, and to `Index::start`.
#[derive(Debug, Default)]
pub struct Ledger {
    state: Mutex<State>,
    /// For the index: something is to be done.
    work: Condvar,
    /// For the keeper: room is wanted.
    room: Condvar,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<FileKey, Known>,
    /// Fragments in all of them together.
    held: usize,
    noted: BTreeSet<FileKey>,
    /// More had to be noted than may be.
    lost: bool,
    /// Closed files among `files`.
    closed: usize,
    /// What was taken last is being read.
    reading: bool,
    stopping: bool,
    /// The keeper is called, and these disks are full.
    called: Option<BTreeSet<usize>>,
}

#[derive(Debug)]
struct Known {
    /// None if it must be read from the file.
    contents: Option<Contents>,
    closed: bool,
}

/// What the index has to do next.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Files that are closed: they stay here until [`Ledger::stored`].
    pub(super) finished: Vec<(FileKey, Contents)>,
    /// Files to read.
    pub(super) noted: Vec<FileKey>,
    /// All files are to be looked through.
    pub(super) lost: bool,
    pub(super) stopping: bool,
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to be done, at most so many files of each kind; what was taken before is done.
    pub(super) fn take(&self, most: usize) -> Work {
        let mut state = self.lock();
        let closed = state.files.iter().filter(|(_, known)| known.closed).take(most);
        let finished = if state.closed == 0 {
            Vec::new()
        } else {
            closed.filter_map(|(key, known)| Some((*key, known.contents.clone()?))).collect()
        };
        let mut noted = Vec::new();
        while noted.len() < most
            && let Some(key) = state.noted.pop_first()
        {
            noted.push(key);
        }
        let lost = std::mem::take(&mut state.lost);
        state.reading = lost || !noted.is_empty();
        Work { finished, noted, lost, stopping: state.stopping }
    }

    /// These are in the index.
    pub(super) fn stored(&self, keys: impl IntoIterator<Item = FileKey>) {
        let mut state = self.lock();
        for key in keys {
            state.forget(&key);
        }
    }

    /// These are to be read (again).
    pub(super) fn note(&self, keys: impl IntoIterator<Item = FileKey>) {
        let mut state = self.lock();
        for key in keys {
            state.note(key);
        }
    }

    /// Whether it is being written, or waits for the index.
    pub(super) fn holds(&self, key: &FileKey) -> bool {
        self.lock().files.contains_key(key)
    }

    /// Whether it is being written.
    pub(super) fn is_open(&self, key: &FileKey) -> bool {
        self.lock().files.get(key).is_some_and(|known| !known.closed)
    }

    /// All files are to be looked through.
    pub(super) fn look_again(&self) {
        self.lock().lost = true;
        self.work.notify_all();
    }

    /// Nothing waits for the index.
    pub(super) fn is_settled(&self) -> bool {
        let state = self.lock();
        state.closed == 0 && state.noted.is_empty() && !state.lost && !state.reading
    }

    /// Waits until something is to be done, or the index must stop.
    pub(super) fn wait(&self, most: Duration) {
        let idle =
            |state: &mut State| state.closed == 0 && state.noted.is_empty() && !state.lost && !state.stopping;
        drop(self.work.wait_timeout_while(self.lock(), most, idle));
    }

    /// Waits so long, or until the index must stop.
    pub(super) fn pause(&self, most: Duration) {
        drop(self.work.wait_timeout_while(self.lock(), most, |state| !state.stopping));
    }

    /// The index must stop, or may start.
    pub(super) fn stop(&self, stopping: bool) {
        self.lock().stopping = stopping;
        self.work.notify_all();
    }

    /// The disks that are full; waits until one is, or the keeper is called.
    pub(super) fn wanted(&self, most: Duration) -> BTreeSet<usize> {
        let idle = |state: &mut State| state.called.is_none();
        let waited = self.room.wait_timeout_while(self.lock(), most, idle);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.called.take().unwrap_or_default()
    }

    /// Wakes the keeper.
    pub(super) fn call(&self) {
        self.lock().called.get_or_insert_default();
        self.room.notify_all();
    }

    /// Shows what is held of a camera, of open files and of those that wait for the index, oldest number first.
    pub(super) fn each_of(&self, camera: CameraId, mut show: impl FnMut(&FileKey, &Contents, bool)) {
        let first = FileKey { camera, file: FileName { number: 0, wall_us: i64::MIN }, disk: 0 };
        let state = self.lock();
        for (key, known) in state.files.range(first..).take_while(|(key, _)| key.camera == camera) {
            if let Some(contents) = &known.contents {
                show(key, contents, known.closed);
            }
        }
    }

    /// What is held of every file, in the order of cameras.
    pub(super) fn all(&self) -> Vec<FileKey> {
        self.lock().files.keys().copied().collect()
    }

    /// What is held of one file; none if it is not here or must be read.
    pub(super) fn one<T>(&self, key: &FileKey, show: impl FnOnce(&Contents) -> T) -> Option<T> {
        self.lock().files.get(key).and_then(|known| known.contents.as_ref()).map(show)
    }
}

impl State {
    fn forget(&mut self, key: &FileKey) {
        if let Some(known) = self.files.remove(key) {
            self.held -= known.contents.map_or(0, |contents| contents.lines.len());
            self.closed -= usize::from(known.closed);
        }
    }

    fn note(&mut self, key: FileKey) {
        if self.noted.len() < MOST_NOTED {
            self.noted.insert(key);
        } else {
            self.lost = true;
        }
    }

    /// Lets go of the fragments of the oldest file that has any: it is read instead.
    fn drop_oldest(&mut self) {
        let with = self.files.iter().filter(|(_, known)| known.contents.is_some());
        let Some(key) = with.map(|(key, _)| *key).min_by_key(|key| key.file.wall_us) else { return };
        let Some(known) = self.files.get_mut(&key) else { return };
        if known.closed {
            self.forget(&key);
            self.note(key);
        } else {
            self.held -= known.contents.take().map_or(0, |contents| contents.lines.len());
        }
    }
}

impl Witness for Ledger {
    fn wrote(&self, disk: usize, file: FileName, at: u64, fragment: &Fragment, start: &FileStart) {
        let header = &fragment.header;
        let key = FileKey { camera: header.camera, file, disk };
        let begun =
            (at == start.init.len() as u64).then(|| Contents::begin(header.camera, file, &start.init));
        let length = fragment.bytes().len() as u64;
        let place = Place { offset: at, length, hash: fragment.hash, duration: fragment.duration };
        let mut state = self.lock();
        let state = &mut *state;
        let known = state.files.entry(key).or_insert(Known { contents: begun, closed: false });
        if let Some(contents) = &mut known.contents {
            if contents.push(header, &place) {
                state.held += 1;
            } else {
                state.held -= contents.lines.len();
                known.contents = None;
            }
        }
        if state.held > MOST_HELD {
            state.drop_oldest();
        }
    }

    fn closed(&self, disk: usize, camera: CameraId, file: FileName, doubtful: bool) {
        let key = FileKey { camera, file, disk };
        let mut state = self.lock();
        match state.files.get_mut(&key) {
            Some(known) if known.contents.is_some() && !doubtful => {
                let newly = !std::mem::replace(&mut known.closed, true);
                state.closed += usize::from(newly);
            }
            _ => {
                state.forget(&key);
                state.note(key);
            }
        }
        drop(state);
        self.work.notify_all();
    }

    fn full(&self, disk: usize) {
        self.lock().called.get_or_insert_default().insert(disk);
        self.room.notify_all();
    }
}

/// The lines of some contents that lie in `[from_us, to_us)`.
pub(super) fn within(contents: &Contents, from_us: i64, to_us: i64) -> impl Iterator<Item = (u64, &Line)> {
    let numbered = (contents.file.number..).zip(&contents.lines);
    numbered.filter(move |(_, line)| line.overlaps(from_us, to_us))
}
