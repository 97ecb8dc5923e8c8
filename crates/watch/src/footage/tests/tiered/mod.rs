//! Footage in a tier: a real store beside real files.

mod ending;
mod interrupted;
mod reading;
mod sending;
mod store;

use super::*;
use crate::{
    segment::ReadAt as _,
    tier::{Name, Source, Tier, TierSettings},
};
use std::{process::Command, time::Duration};
use store::{Line, Store, no_store, tier};

/// Bytes of a file of two small fragments.
const SMALL: u64 = 4096 + 2 * 8192;

/// A disk, an index and a keeper beside a store.
struct Tiered {
    // In the order in which they end.
    keeper: Keeper,
    index: Index,
    rig: Rig,
    store: Store,
}

/// Waits for what the store and other threads do.
fn until(holds: impl Fn() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        // The store is a program of its own, which needs the processor, too.
        thread::sleep(Duration::from_millis(20));
    }
    panic!("it never came");
}

impl Tiered {
    fn start(name: &str, settings: impl FnOnce(&Store) -> TierSettings) -> Self {
        Self::beside(Store::start(&[]), name, settings)
    }

    fn beside(store: Store, name: &str, settings: impl FnOnce(&Store) -> TierSettings) -> Self {
        let rig = Rig::new(&format!("tier-{name}"));
        // Everything that is recorded here is over by then, and the clock is believed.
        rig.clock.set(Timestamp::from_micros(BEGAN + 10 * HOUR));
        let index = rig.with_tier(tier(&settings(&store)));
        index.shared.aside.write(&[stock::note(BEGAN + 10 * HOUR)]).unwrap();
        let keeper = Keeper::start(&index).unwrap();
        Self { keeper, index, rig, store }
    }

    /// With small files of both cameras.
    fn filled(name: &str, files: i64) -> Self {
        let tiered = Self::start(name, Store::settings);
        tiered.rig.record(files);
        tiered.settle();
        tiered
    }

    fn settle(&self) {
        until(|| self.index.state().settled);
    }

    /// These limits for all cameras, and these holds, from now on.
    fn keep(&self, floor: u64, holds: &[Hold]) {
        self.keeper.set(Limits { floor: Some(floor), ..Limits::default() }, holds.to_vec());
    }

    fn report(&self) -> TierReport {
        self.keeper.report().unwrap().tier.unwrap()
    }

    /// Waits until so many files are in the tier.
    fn until_sent(&self, files: u64) {
        until(|| self.report().files == files);
    }

    /// Waits until no file is on the disk any more; there must be a copy of each.
    fn free_the_disk(&self) {
        self.keep(u64::MAX, &[]);
        until(|| [ONE, TWO].iter().all(|camera| self.rig.files(*camera).is_empty()));
        self.keep(0, &[]);
    }

    fn placed(&self, camera: CameraId) -> Vec<Placed> {
        self.index.fragments(camera, 0, i64::MAX, MOST_PLACED).unwrap()
    }
}

impl Rig {
    fn with_tier(&self, tier: Tier) -> Index {
        let disks = vec![("oak".to_owned(), self.disk.clone())];
        let aside = open(&self.database()).unwrap();
        Index::with_tier(aside, disks, self.ledger.clone(), self.clock.clone(), Some(tier)).unwrap()
    }

    /// A closed file of so many fragments of so many bytes.
    fn large(&self, camera: CameraId, began: i64, fragments: i64, bytes: usize) {
        let recorder = self.recorder();
        let start = start();
        for place in 0..fragments {
            let mut builder = Builder::new(&Buffers::new(1), bytes);
            builder.payload(bytes).extend((0..bytes).map(|at| u8::try_from(at * 31 % 253).unwrap()));
            builder.sample(Track::Pictures, place * 180_000, bytes, true).unwrap();
            let filled = Filled {
                file: start.clone(),
                builder,
                wall_us: began + place * 2 * SECOND,
                gap: false,
                until: Some((place + 1) * 180_000),
                waiting: Waiting::default(),
            };
            let before = recorder.counts().fragments;
            assert!(recorder.write(camera, filled));
            until(|| recorder.counts().fragments == before + 1);
        }
    }
}

/// All bytes of what is read from there.
fn bytes(source: &Source) -> Vec<u8> {
    let file = source.open().unwrap();
    let mut bytes = vec![0; usize::try_from(file.length().unwrap()).unwrap()];
    assert_eq!(file.read_at(&mut bytes, 0).unwrap(), bytes.len());
    bytes
}

/// What a file is called in the store.
fn object(camera: CameraId, path: &Path) -> String {
    let folder = camera_folder(Path::new(""), camera);
    format!("hoa-an/0190/{}/{}.sealed", folder.display(), path.file_name().unwrap().to_str().unwrap())
}
