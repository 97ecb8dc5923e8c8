//! The sender: carries files to the tier, and has the store delete what must not be there.
//!
//! Promises: one file at a time, on a thread of its own, so that neither recording nor the keeper waits for the store; before
//! it was told of holds and limits it does nothing. What must go from the store goes first, and while that cannot be done
//! nothing more is sent. After a start, and once a day, the store is asked what it has: a row that was lost is made anew from
//! the object, an object that is gone is sent again. What is called otherwise there is left alone.

use super::{
    Candidate, FootageError,
    index::Shared,
    keeper::{Orders, Work},
    ledger::FileKey,
    row::gone,
    stock::Asked,
    tiering::{self, Sum},
};
use crate::{
    record::CameraId,
    segment::ReadAt as _,
    tier::{Name, Object, Tier, TierError, Trouble, Unsent},
};
use liengia_journal::QueryError;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A look whether something is to be sent, where nobody says so.
const TURN: Duration = Duration::from_mins(1);
/// After a failure nothing is tried for so long: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// How often the store is asked what it has.
const LISTED_EVERY: Duration = Duration::from_hours(24);
/// Objects that are listed before they are looked at; what is beyond is found by the next look.
const MOST_UNKNOWN: usize = 1 << 20;
/// Rows that are noted as gone in one transaction.
const BATCH: usize = 64;

/// How the tier stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierReport {
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that wait to be sent.
    pub waiting_files: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// Files that the store must delete and has not yet.
    pub unwanted: u64,
    /// Files that were sent since the start.
    pub sent: u64,
    /// What went wrong last, if that was not mended since.
    pub trouble: Option<Trouble>,
}

/// What the sender tells, and is told.
#[derive(Debug, Default)]
pub(super) struct Sending {
    state: Mutex<State>,
    call: Condvar,
}

#[derive(Debug, Default)]
struct State {
    called: bool,
    stopping: bool,
    sent: u64,
    trouble: Option<Trouble>,
}

/// How far it is.
#[derive(Default)]
struct Course {
    /// When the store was asked last.
    listed: Option<Duration>,
    /// Cameras whose files are not listed yet.
    cameras: Vec<CameraId>,
    /// Objects without a row, by their time, and how long they are.
    unknown: BTreeMap<(i64, Name), u64>,
    /// Files that cannot be sent, until the store is asked again.
    skipped: BTreeSet<Name>,
}

/// Why it did not go on.
enum Failed {
    Store(TierError),
    Here(FootageError),
}

impl From<TierError> for Failed {
    fn from(error: TierError) -> Self {
        Self::Store(error)
    }
}

impl From<FootageError> for Failed {
    fn from(error: FootageError) -> Self {
        Self::Here(error)
    }
}

impl From<QueryError> for Failed {
    fn from(error: QueryError) -> Self {
        Self::Here(error.into())
    }
}

impl From<Unsent> for Failed {
    fn from(unsent: Unsent) -> Self {
        match unsent {
            Unsent::Store(error) => Self::Store(error),
            Unsent::Here(error) => Self::Here(error.into()),
        }
    }
}

impl Failed {
    /// Whether it may be otherwise with another file.
    const fn is_about_the_file(&self) -> bool {
        matches!(self, Self::Here(FootageError::File(_)) | Self::Store(TierError::Sealed))
    }
}

impl Sending {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something may be to be done.
    pub(super) fn call(&self) {
        self.lock().called = true;
        self.call.notify_all();
    }

    /// It must end.
    pub(super) fn stop(&self) {
        self.lock().stopping = true;
        self.call.notify_all();
    }

    fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// Waits until it is called or stopped.
    fn wait(&self) {
        let idle = |state: &mut State| !state.called && !state.stopping;
        let waited = self.call.wait_timeout_while(self.lock(), TURN, idle);
        waited.unwrap_or_else(PoisonError::into_inner).0.called = false;
    }

    /// Waits so long, or until it is stopped.
    fn pause(&self, most: Duration) {
        drop(self.call.wait_timeout_while(self.lock(), most, |state| !state.stopping));
    }

    fn failed(&self, failed: &Failed) {
        let (trouble, words) = match failed {
            Failed::Store(TierError::Stopping) => return,
            Failed::Store(error) => (error.trouble(), error.to_string()),
            Failed::Here(error) => (Trouble::Other, error.to_string()),
        };
        // Once for each trouble, not for each try.
        if self.lock().trouble.replace(trouble) != Some(trouble) {
            tracing::warn!(
                why = words,
                "footage does not get to the tier, or is not deleted there; it is tried again"
            );
        }
    }
}

impl Work {
    /// Carries files until it is stopped.
    pub(super) fn send(&self, tier: &Tier) {
        let mut course = Course::default();
        let mut pause = FIRST_PAUSE;
        while !self.sending.is_stopping() {
            match self.step(tier, &mut course) {
                Ok(more) => {
                    pause = FIRST_PAUSE;
                    self.sending.lock().trouble = None;
                    if !more {
                        self.sending.wait();
                    }
                }
                Err(failed) => {
                    self.sending.failed(&failed);
                    self.sending.pause(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// How the tier stands; none if there is none. Looks at a part of every row.
    pub(super) fn tier_report(&self) -> Result<Option<TierReport>, FootageError> {
        let Some(tier) = &self.index.tier else { return Ok(None) };
        let orders = self.orders().unwrap_or_default();
        let now_us = self.now_us();
        let asked = Asked { limits: &orders.limits, holds: &orders.holds, now_us, most: usize::MAX };
        let mut waiting = Sum::default();
        tiering::each_waiting(&self.index, &asked, sent_until(tier, now_us), &mut |_, file| {
            waiting = Sum { files: waiting.files + 1, bytes: waiting.bytes + file.bytes };
            true
        })?;
        let stored = tiering::stored(&self.index)?;
        let unwanted = tiering::count_unwanted(&self.index)?;
        let state = self.sending.lock();
        Ok(Some(TierReport {
            files: stored.files,
            bytes: stored.bytes,
            waiting_files: waiting.files,
            waiting_bytes: waiting.bytes,
            unwanted,
            sent: state.sent,
            trouble: state.trouble,
        }))
    }

    /// Does one thing; false if nothing is left to be done now.
    fn step(&self, tier: &Tier, course: &mut Course) -> Result<bool, Failed> {
        let Some(orders) = self.orders() else { return Ok(false) };
        if self.clear(tier)? || self.list(tier, course)? {
            return Ok(true);
        }
        let found = self.take_in(tier, course, &orders)?;
        Ok(self.send_next(tier, course, &orders)? || found)
    }

    /// Has the store delete one thing that must not be there.
    fn clear(&self, tier: &Tier) -> Result<bool, Failed> {
        let Some(one) = tiering::list_unwanted(&self.index, 1)?.pop() else { return Ok(false) };
        tier.clear(&one.name, one.upload.as_deref())?;
        self.index.aside.write(&[tiering::cleared(&one.name)])?;
        Ok(true)
    }

    /// Asks the store for the files of one camera.
    fn list(&self, tier: &Tier, course: &mut Course) -> Result<bool, Failed> {
        let index = &*self.index;
        let Some(camera) = course.cameras.last().copied() else {
            let now = index.clock.elapsed();
            if course.listed.is_some_and(|at| now.saturating_sub(at) < LISTED_EVERY) {
                return Ok(false);
            }
            let mut cameras = tier.cameras()?;
            cameras.extend(tiering::known_cameras(index)?);
            *course =
                Course { listed: Some(now), cameras: cameras.into_iter().collect(), ..Course::default() };
            return Ok(true);
        };
        let there = tier.files(camera)?;
        let known = tiering::known(index, camera)?;
        let at = index.now_us();
        let lost = known.iter().filter(|file| !there.contains_key(file));
        let lost: Vec<_> = lost.map(|file| gone(camera, *file, super::TIER, at)).collect();
        for batch in lost.chunks(BATCH) {
            index.aside.write(batch)?;
        }
        let unknown = there.into_iter().filter(|(file, _)| !known.contains(file));
        for (file, length) in unknown {
            if course.unknown.len() >= MOST_UNKNOWN {
                break;
            }
            course.unknown.insert((file.wall_us, Name { camera, file }), length);
        }
        course.cameras.pop();
        Ok(true)
    }

    /// Makes a row for one object that has none, the newest first.
    fn take_in(&self, tier: &Tier, course: &mut Course, orders: &Orders) -> Result<bool, Failed> {
        let Some(((at, name), length)) = course.unknown.last_key_value() else { return Ok(false) };
        let (key, name, length) = ((*at, *name), *name, *length);
        match taken_in(&self.index, tier, &name, length) {
            Ok(false) | Err(Failed::Store(TierError::Sealed)) => self.leave(&name, orders)?,
            Ok(true) | Err(Failed::Store(TierError::Gone)) => {}
            Err(failed) => return Err(failed),
        }
        course.unknown.remove(&key);
        Ok(true)
    }

    /// An object of ours that cannot be opened stays until its time is over, as its name tells it.
    fn leave(&self, name: &Name, orders: &Orders) -> Result<(), Failed> {
        let (now_us, at) = (self.now_us(), name.file.wall_us);
        let Name { camera, file } = *name;
        let file =
            Candidate { camera, file, began_us: at, ended_us: at, bytes: 0, open: false, tiered: true };
        let held = orders.holds.iter().any(|hold| hold.protects(&file, now_us));
        if !held && at <= orders.limits.oldest_us(camera, now_us) {
            self.index.aside.write(&[tiering::must_go(name, None)])?;
        } else {
            tracing::warn!("a file in the tier cannot be opened; it is deleted once its time is over");
        }
        Ok(())
    }

    fn send_next(&self, tier: &Tier, course: &mut Course, orders: &Orders) -> Result<bool, Failed> {
        let now_us = self.now_us();
        let asked = Asked { limits: &orders.limits, holds: &orders.holds, now_us, most: 1 };
        let mut next = None;
        tiering::each_waiting(&self.index, &asked, sent_until(tier, now_us), &mut |disk, file| {
            let name = Name { camera: file.camera, file: file.file };
            let waits =
                !course.skipped.contains(&name) && !course.unknown.contains_key(&(file.file.wall_us, name));
            if waits {
                next = Some((disk.to_owned(), name));
            }
            !waits
        })?;
        let Some((disk, name)) = next else { return Ok(false) };
        let sent = send_one(&self.index, tier, &disk, &name);
        if sent.as_ref().is_err_and(Failed::is_about_the_file) {
            course.skipped.insert(name);
        }
        sent?;
        self.sending.lock().sent += 1;
        Ok(true)
    }
}

/// What ended by then is sent.
fn sent_until(tier: &Tier, now_us: i64) -> i64 {
    now_us.saturating_sub(i64::try_from(tier.after().as_micros()).unwrap_or(i64::MAX))
}

/// Sends a file, and notes that it is there once it was seen to be.
fn send_one(index: &Shared, tier: &Tier, disk: &str, name: &Name) -> Result<(), Failed> {
    let Some(segment) = tiering::row(index, name, disk)? else { return Ok(()) };
    let key = index.place_of(disk).map(|disk| FileKey { camera: name.camera, file: name.file, disk });
    let Some(path) = key.and_then(|key| index.path_of(&key)) else { return Ok(()) };
    let file = File::open(path).map_err(FootageError::File)?;
    tier.send(name, &file, segment.bytes, &mut |upload| {
        // Whatever happens from here on, this is cleared away by its name.
        index.aside.write(&[tiering::must_go(name, Some(upload))]).map_err(io::Error::other)
    })?;
    index.aside.write(&tiering::is_there(&segment))?;
    Ok(())
}

/// Makes the row of an object: from that of the same file on a disk, else from the object itself. False if it is no file of
/// ours.
fn taken_in(index: &Shared, tier: &Tier, name: &Name, length: u64) -> Result<bool, Failed> {
    let Some(object) = Object::listed(tier.clone(), *name, length) else { return Ok(false) };
    for named in &index.disks {
        let row = tiering::row(index, name, &named.name)?;
        let Some(row) = row.filter(|row| row.bytes == object.length()) else { continue };
        let remote = object.open()?;
        let mut end = [0; 32];
        let read = remote.read_at(&mut end, row.bytes.saturating_sub(32));
        read.map_err(|_| remote.trouble().unwrap_or(TierError::Sealed))?;
        if end == row.last_hash {
            index.aside.write(&tiering::is_there(&row))?;
            return Ok(true);
        }
    }
    let contents = tiering::contents(&object, name)?;
    let Some(segment) = contents.segment(&super::TIER.into()) else { return Ok(false) };
    index.aside.write(&[segment.store(), tiering::cleared(name)])?;
    Ok(true)
}
