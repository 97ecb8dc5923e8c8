//! The keeper: removes footage as [`condemned`] says, once a minute and at once where a disk is full.
//!
//! Promises: before it was told of holds and limits it removes nothing, and each file is looked at once more against the
//! newest holds before it goes; a few files at a time. It never waits for the tier: what must go from there is put on a list
//! for the sender. Where the index gives no answer and a disk must have room, the names of the files tell which are the
//! oldest. A clock that leaps ahead makes nothing old. The file goes first, then its row says so, and the other way round
//! where there is a copy: what is between is found by the next look through the files.

use super::{
    Candidate, FootageError, Hold, Index, Limits, Standing, TIER,
    ageing::Ageing,
    condemned, floor,
    index::{NamedDisk, Shared},
    ledger::FileKey,
    row::gone,
    sender::{Sending, TierReport},
    stock, tiering,
};
use crate::tier::{Name, Tier};
use liengia_journal::statement;
use std::{
    fs, io,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

/// A turn without anybody's call.
const TURN: Duration = Duration::from_mins(1);
/// Files that go at a time, on one disk.
const BATCH: usize = 256;
/// What is freed where a disk says that it is full although its file system has room (a quota).
const ON_CALL: u64 = 256 * 1024 * 1024;

/// What the keeper did, and how the disks stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Files that were removed since the start.
    pub removed: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that could not be removed, each time that it was tried.
    pub failed: u64,
    /// In the order of the disks; those that cannot be asked are left out.
    pub disks: Vec<DiskReport>,
    /// None if there is no tier.
    pub tier: Option<TierReport>,
}

/// How a disk stands.
#[derive(Clone, Debug, PartialEq)]
pub struct DiskReport {
    /// Its name.
    pub disk: Arc<str>,
    /// All its bytes.
    pub size: u64,
    /// Those that are free.
    pub free: u64,
    /// Those that stay free.
    pub floor: u64,
    /// How many days of what is recorded now find room, if all goes that is not held; none while less than an hour is
    /// known.
    pub days_left: Option<f64>,
}

#[derive(Debug, Default)]
pub(super) struct Orders {
    pub(super) limits: Limits,
    pub(super) holds: Vec<Hold>,
}

/// What the keeper and the sender share.
pub(super) struct Work {
    pub(super) index: Arc<Shared>,
    pub(super) sending: Sending,
    /// None until they were set.
    orders: Mutex<Option<Arc<Orders>>>,
    ageing: Ageing,
    stopping: AtomicBool,
    removed: AtomicU64,
    bytes: AtomicU64,
    failed: AtomicU64,
}

/// The keeper; dropped, it ends.
pub struct Keeper {
    work: Arc<Work>,
    threads: Vec<thread::JoinHandle<()>>,
    /// What the sender asks, to be stopped.
    tier: Option<Tier>,
}

impl Keeper {
    /// Starts its thread, and the sender's if there is a tier. They do nothing before [`Keeper::set`].
    pub fn start(index: &Index) -> io::Result<Self> {
        let work = Arc::new(Work {
            index: index.shared.clone(),
            sending: Sending::default(),
            orders: Mutex::new(None),
            ageing: Ageing::default(),
            stopping: AtomicBool::new(false),
            removed: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        });
        let working = work.clone();
        let mut threads = vec![thread::Builder::new().name("keeper".into()).spawn(move || working.run())?];
        let tier = work.index.tier.as_ref().map(Tier::apart);
        if let Some(tier) = tier.clone() {
            let working = work.clone();
            threads.push(thread::Builder::new().name("sender".into()).spawn(move || working.send(&tier))?);
        }
        Ok(Self { work, threads, tier })
    }

    /// From now on these limits and holds, all of them, are what counts.
    pub fn set(&self, limits: Limits, holds: Vec<Hold>) {
        let orders = Arc::new(Orders { limits, holds });
        *self.work.orders.lock().unwrap_or_else(PoisonError::into_inner) = Some(orders);
        self.work.index.ledger.call();
        self.work.sending.call();
    }

    /// What it did, and how the disks stand. Looks at a part of every row: for a page, not for a clock.
    pub fn report(&self) -> Result<Report, FootageError> {
        let work = &*self.work;
        let orders = work.orders().unwrap_or_default();
        let mut disks = Vec::new();
        for named in &work.index.disks {
            let Ok((size, free)) = space(&named.path) else { continue };
            let floor = orders.limits.floor.unwrap_or_else(|| floor(size));
            let above = free.saturating_sub(floor);
            let days_left = stock::days_left(&work.index, named, &orders.holds, above)?;
            disks.push(DiskReport { disk: named.name.clone(), size, free, floor, days_left });
        }
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Ok(Report {
            removed: read(&work.removed),
            bytes: read(&work.bytes),
            failed: read(&work.failed),
            disks,
            tier: work.tier_report()?,
        })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.work.stopping.store(true, Ordering::Release);
        self.work.index.ledger.call();
        self.work.sending.stop();
        if let Some(tier) = &self.tier {
            tier.stop();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Work {
    pub(super) fn orders(&self) -> Option<Arc<Orders>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The time by which footage ages.
    pub(super) fn now_us(&self) -> i64 {
        self.ageing.now_us(&*self.index.clock, || stock::last_known_us(&self.index))
    }

    fn run(&self) {
        loop {
            let full = self.index.ledger.wanted(TURN);
            for disk in 0..self.index.disks.len() {
                let mut called = full.contains(&disk);
                while !self.stopping.load(Ordering::Acquire) && self.turn(disk, called) {
                    called = false;
                }
            }
            let mut more = true;
            while more && !self.stopping.load(Ordering::Acquire) {
                more = self.turn_of_tier();
            }
            if self.stopping.load(Ordering::Acquire) {
                return;
            }
            if let Some(orders) = self.orders() {
                self.prune(&orders.limits);
            }
        }
    }

    /// Removes a few files of a disk; true if there may be more.
    fn turn(&self, disk: usize, called: bool) -> bool {
        let (Some(orders), Some(named)) = (self.orders(), self.index.disks.get(disk)) else { return false };
        let Ok((size, free)) = space(&named.path) else { return false };
        let floor = orders.limits.floor.unwrap_or_else(|| floor(size));
        let wanted = floor.saturating_sub(free).max(if called { ON_CALL } else { 0 });
        let now_us = self.now_us();
        let asked = stock::Asked { limits: &orders.limits, holds: &orders.holds, now_us, most: BATCH };
        let (files, standing) = match stock::candidates(&self.index, disk, &asked, wanted) {
            Ok(found) => found,
            Err(_) if wanted > 0 => {
                let files = stock::by_names(&self.index, disk, &asked, wanted).unwrap_or_default();
                (files, Standing { wanted, ..Standing::default() })
            }
            Err(_) => return false,
        };
        let goes = condemned(&files, &orders.limits, &orders.holds, &standing, now_us);
        let few = goes.get(..BATCH).unwrap_or(&goes);
        self.remove(disk, named, few) > 0 && goes.len() >= BATCH
    }

    /// Puts copies whose time is over on the list of what the store must delete; true if there may be more.
    fn turn_of_tier(&self) -> bool {
        let Some(orders) = self.orders() else { return false };
        let now_us = self.now_us();
        let asked = stock::Asked { limits: &orders.limits, holds: &orders.holds, now_us, most: BATCH };
        let Ok(over) = tiering::over(&self.index, &asked) else { return false };
        let Some(newest) = self.orders().filter(|_| !over.is_empty()) else { return false };
        let held = |file: &&Candidate| newest.holds.iter().any(|hold| hold.protects(file, now_us));
        let names = over.iter().filter(|file| !held(file)).map(|file| (file.camera, file.file));
        let statements: Vec<_> =
            names.flat_map(|(camera, file)| tiering::unwanted(&Name { camera, file }, now_us)).collect();
        let written = !statements.is_empty() && self.index.aside.write(&statements).is_ok();
        self.sending.call();
        written && over.len() >= BATCH
    }

    /// Removes these files, unless one is held by now; how many went.
    fn remove(&self, disk: usize, named: &NamedDisk, files: &[Candidate]) -> usize {
        let now_us = self.now_us();
        let mut statements = Vec::new();
        for file in files {
            let held = |orders: &Orders| orders.holds.iter().any(|hold| hold.protects(file, now_us));
            let key = FileKey { camera: file.camera, file: file.file, disk };
            let stays = self.orders().is_none_or(|orders| held(&orders)) || self.index.ledger.is_open(&key);
            let Some(path) = self.index.path_of(&key).filter(|_| !stays) else { continue };
            let note = gone(file.camera, file.file, &named.name, now_us);
            // Whoever looks finds the copy before the file goes.
            if file.tiered && self.index.aside.write(std::slice::from_ref(&note)).is_err() {
                continue;
            }
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    self.failed.fetch_add(1, Ordering::Relaxed);
                    if file.tiered {
                        self.index.ledger.look_again();
                    }
                    continue;
                }
                _ => {}
            }
            self.index.ledger.stored([key]);
            self.removed.fetch_add(1, Ordering::Relaxed);
            self.bytes.fetch_add(file.bytes, Ordering::Relaxed);
            statements.push(note);
        }
        let removed = statements.len();
        if removed > 0 && self.index.aside.write(&statements).is_err() {
            self.index.ledger.look_again();
        }
        removed
    }

    /// Forgets the hashes of footage that is long gone, and notes the time; if that fails, the next turn does it.
    fn prune(&self, limits: &Limits) {
        let kept = i64::try_from(limits.hashes.as_micros()).unwrap_or(i64::MAX);
        let now_us = self.now_us();
        let before = now_us.saturating_sub(kept);
        let names = self.index.disks.iter().map(|named| &*named.name).chain([TIER]);
        let rows = names.map(|disk| {
            let sql = "DELETE FROM footage_segments WHERE disk = $1 AND gone_at < $2";
            statement!(sql, disk, before)
        });
        let mut statements: Vec<_> = rows.collect();
        statements.push(statement!("DELETE FROM footage_anchors WHERE at_us < $1", before));
        statements.push(stock::note(now_us));
        let _ = self.index.aside.write(&statements);
    }
}

/// The bytes of the disk of this folder, and those that are free for us.
pub fn space(folder: &Path) -> io::Result<(u64, u64)> {
    let found = rustix::fs::statvfs(folder)?;
    Ok((found.f_blocks.saturating_mul(found.f_frsize), found.f_bavail.saturating_mul(found.f_frsize)))
}
