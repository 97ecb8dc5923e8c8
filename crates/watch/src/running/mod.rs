//! Cameras at work: what is recorded, shown, kept and handed out at this moment.
//!
//! Promises: what is recorded follows what was decided, at once and again every minute; a disk or an index that is not there
//! keeps nothing else from working; a look that nobody uses any more is closed in the journal. It asks the journal beside
//! everything else, never where a picture waits.

mod control;
mod copies;
mod export;
mod failing;
mod health;
mod joined;
mod links;
mod looks;
mod masked;
mod parcels;
mod pin;
mod roll;
mod room;
mod secrets;
mod serve;
mod tend;
mod turning;

pub use control::{Described, Stream};
pub use copies::Ffmpeg;
pub use health::{DiskShown, DisksShown, Health, TierShown};
pub use links::{Linked, Links};
pub use looks::{Looks, OpenLook, View};
pub use pin::NoCertificate;
pub use serve::{FileStart, Part};
pub use turning::{NoTurn, Way};

use crate::{
    evidence::ExportKey,
    footage::{self, FootageError, Index, Keeper, Ledger},
    live::{self, Following},
    onvif::Found,
    record::{Recorder, RecorderConfig, Witness},
    tier::{Tier, TierSettings},
    views::Camera,
};
use copies::Copies;
use failing::GivenUp;
use health::Rates;
use joined::Joined;
use liengia_kernel::{CameraId, Clock, Entropy, ExportId, PlaceId, SiteId, Timestamp};
use parcels::Parcels;
use roll::Roll;
use secrets::Secrets;
use std::{
    collections::BTreeSet,
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock, atomic::AtomicBool},
    time::Duration,
};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use turning::Turns;

/// Between two beats of the cameras that nobody watches.
const BEAT: Duration = Duration::from_millis(250);

/// Between two beats of a camera that somebody watches, or that sends by UDP.
const WATCHED_BEAT: Duration = Duration::from_millis(20);

/// About how long a file is.
const FILE_LENGTH: Duration = Duration::from_mins(10);

/// Live views at the same time.
const SEATS: usize = 2_048;

/// Readers from the tier at the same time; others wait for their turn.
const TIER_SEATS: usize = 16;

/// What cameras need of the node.
pub struct RunningConfig {
    /// A folder on each disk.
    pub disks: Vec<PathBuf>,
    /// The folder of the node's data: index and exports.
    pub data: PathBuf,
    /// Bytes that stay free on each disk; 5 % of it where nothing is said.
    pub free_bytes: Option<u64>,
    /// Bytes of each camera's footage that are kept on one disk at most; none: as its age and the disk let them.
    pub camera_bytes: Option<u64>,
    /// Where older and held footage goes, too, if anywhere.
    pub tier: Option<TierSettings>,
    /// What the node is called.
    pub node: String,
    /// The key under what is handed out; none where the node cannot read its own.
    pub key: Option<ExportKey>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where chance comes from.
    pub entropy: Arc<dyn Entropy>,
}

/// What was started; each is none where it could not be, or is stopped.
#[derive(Default)]
struct Works {
    // In the order in which they end: what is recorded is told to the index, which the keeper looks at.
    recorder: Option<Recorder>,
    keeper: Option<Keeper>,
    index: Option<Arc<Index>>,
}

struct Inner {
    config: RunningConfig,
    /// The disks that were there at the start.
    disks: Vec<PathBuf>,
    works: RwLock<Works>,
    looks: Looks,
    links: Links,
    parcels: Parcels,
    roll: RwLock<Arc<Roll>>,
    rates: Mutex<Rates>,
    given_up: GivenUp,
    seats: Arc<Semaphore>,
    tier_seats: Arc<Semaphore>,
    started: Timestamp,
    exports: Notify,
    /// What was agreed to and waits for room on the disk.
    waiting: Mutex<BTreeSet<ExportId>>,
    /// One at a time: the last to look has seen everything.
    aligning: tokio::sync::Mutex<()>,
    /// One at a time: whoever waited finds all roots in the journal.
    anchoring: tokio::sync::Mutex<()>,
    /// The node stops.
    halted: Arc<AtomicBool>,
    turns: Turns,
    seeking: Joined<Vec<Found>>,
}

/// Cameras at work. Clones are the same.
#[derive(Clone)]
pub struct Running(Arc<Inner>);

/// Footage that cannot be looked at now.
#[derive(Debug, thiserror::Error)]
pub enum NoFootage {
    /// There is no index: its disk could not be used at the start.
    #[error("this node has no footage: look at the disks, and start it anew")]
    NotRecording,
    /// The index or a file gave no answer.
    #[error(transparent)]
    Footage(#[from] FootageError),
    /// The thread that asked is gone.
    #[error("the node is stopping")]
    Stopping,
}

impl Running {
    /// Starts what can be started. No camera is recorded before [`Self::align`].
    pub fn start(config: RunningConfig) -> io::Result<Self> {
        let there = |disk: &PathBuf| {
            let there = disk.is_dir();
            if !there {
                tracing::error!(disk = %disk.display(), "a disk for footage is not there: mount it, and start the node anew");
            }
            there
        };
        let disks: Vec<PathBuf> = config.disks.iter().filter(|disk| there(disk)).cloned().collect();
        let works = start(&config, &disks)?;
        Ok(Self(Arc::new(Inner {
            disks,
            works: RwLock::new(works),
            looks: Looks::new(config.clock.clone()),
            links: Links::new(config.clock.clone(), config.entropy.clone()),
            parcels: Parcels::new(config.clock.clone(), config.entropy.clone()),
            roll: RwLock::default(),
            rates: Mutex::default(),
            given_up: GivenUp::default(),
            seats: Arc::new(Semaphore::new(SEATS)),
            tier_seats: Arc::new(Semaphore::new(TIER_SEATS)),
            started: config.clock.now(),
            exports: Notify::new(),
            waiting: Mutex::default(),
            aligning: tokio::sync::Mutex::default(),
            anchoring: tokio::sync::Mutex::default(),
            halted: Arc::default(),
            turns: Turns::default(),
            seeking: Joined::default(),
            config,
        })))
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.0.config.clock.now()
    }

    /// The looks that are open.
    pub fn looks(&self) -> &Looks {
        &self.0.looks
    }

    /// The links to what they show.
    pub fn links(&self) -> &Links {
        &self.0.links
    }

    /// What everybody may know of the key under what is handed out, as 64 digits.
    pub fn public_key(&self) -> Option<String> {
        self.0.config.key.as_ref().map(ExportKey::public_key)
    }

    /// Told when an export is to be put together.
    pub fn exports(&self) -> &Notify {
        &self.0.exports
    }

    /// The cameras, as they were decided about last.
    pub fn cameras(&self) -> Vec<Camera> {
        self.roll().cameras.clone()
    }

    /// One of them.
    pub fn camera(&self, id: CameraId) -> Option<Camera> {
        self.roll().cameras.iter().find(|camera| camera.camera == id).cloned()
    }

    /// Where a site is.
    pub fn place_of(&self, site: SiteId) -> Option<PlaceId> {
        self.roll().places.get(&site).copied()
    }

    /// One of them, or one that was taken down and of which footage may be left.
    pub fn camera_ever(&self, id: CameraId) -> Option<Camera> {
        let roll = self.roll();
        roll.cameras.iter().chain(&roll.gone).find(|camera| camera.camera == id).cloned()
    }

    /// Those that were taken down and of which footage is left, as they were then.
    pub async fn cameras_left(&self) -> Result<Vec<Camera>, NoFootage> {
        let roll = self.roll();
        if roll.gone.is_empty() || self.index().is_none() {
            return Ok(Vec::new());
        }
        let kept = self.ask(Index::usage).await?;
        let left = |camera: &&Camera| kept.iter().any(|one| one.camera == *camera.camera.as_bytes());
        Ok(roll.gone.iter().filter(left).cloned().collect())
    }

    /// The clock, and where chance comes from.
    pub fn ports(&self) -> (Arc<dyn Clock>, Arc<dyn Entropy>) {
        (self.0.config.clock.clone(), self.0.config.entropy.clone())
    }

    /// A place for one more live view; none if all are taken.
    pub fn seat(&self) -> Option<OwnedSemaphorePermit> {
        self.0.seats.clone().try_acquire_owned().ok()
    }

    /// A live view of a camera; none if it is not watched or recorded now.
    pub fn follow(&self, camera: CameraId, stream: live::Stream) -> Option<Following> {
        self.works(|works| works.recorder.as_ref()?.follow(*camera.as_bytes(), stream))
    }

    /// Stops recording: what waits is on the disks and in the index when this returns. It blocks.
    pub fn stop(&self) {
        let works = std::mem::take(&mut *self.0.works.write().unwrap_or_else(PoisonError::into_inner));
        let Works { recorder, keeper, index } = works;
        drop(recorder);
        drop(keeper);
        drop(index);
    }

    fn roll(&self) -> Arc<Roll> {
        self.0.roll.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn works<T>(&self, look: impl FnOnce(&Works) -> T) -> T {
        look(&self.0.works.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn index(&self) -> Option<Arc<Index>> {
        self.works(|works| works.index.clone())
    }

    /// Asks the index, on a thread that may wait for it.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Index) -> Result<T, FootageError> + Send + 'static,
    ) -> Result<T, NoFootage> {
        let index = self.index().ok_or(NoFootage::NotRecording)?;
        let answer = tokio::task::spawn_blocking(move || question(&index)).await;
        Ok(answer.map_err(|_| NoFootage::Stopping)??)
    }
}

/// The tier of these settings; without it everything else goes on.
fn tier(config: &RunningConfig) -> Option<Tier> {
    let settings = config.tier.as_ref()?;
    let tier = Tier::new(settings, config.clock.clone(), config.entropy.clone());
    tier.inspect_err(|error| tracing::error!(%error, "no footage goes to the tier; run `liengia check`")).ok()
}

fn start(config: &RunningConfig, disks: &[PathBuf]) -> io::Result<Works> {
    if disks.is_empty() {
        return Ok(Works::default());
    }
    let ledger = Arc::new(Ledger::default());
    let named = disks.iter().map(|disk| (disk.display().to_string(), disk.clone())).collect();
    let index = match footage::open(&config.data.join("footage.db")) {
        Ok(aside) => {
            if let Some(damaged) = aside.damaged() {
                tracing::error!(kept = %damaged.display(), "the index of footage was damaged: it is made anew from the files");
            }
            let (ledger, clock) = (ledger.clone(), config.clock.clone());
            Some(Index::with_tier(aside, named, ledger, clock, tier(config))?)
        }
        Err(error) => {
            // It is recorded all the same, and indexed at the next start.
            tracing::error!(%error, "footage cannot be looked up");
            None
        }
    };
    let keeper = index.as_ref().map(Keeper::start).transpose()?;
    let witness: Arc<dyn Witness> = ledger;
    let recorder = RecorderConfig {
        disks: disks.to_vec(),
        beat: BEAT,
        watched_beat: WATCHED_BEAT,
        file_length: FILE_LENGTH,
    };
    let recorder = Recorder::start(&recorder, config.clock.clone(), config.entropy.clone(), &witness);
    let recorder = recorder.inspect_err(|error| tracing::error!(%error, "no camera can be recorded")).ok();
    fs::create_dir_all(config.data.join("exports"))?;
    Ok(Works { recorder, keeper, index: index.map(Arc::new) })
}
