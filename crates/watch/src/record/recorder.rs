//! The recorder as the rest of the node knows it: cameras to be recorded, views of them, and how they are.
//!
//! Promises: no call waits for a camera or a disk; views that are closed end before the call returns.

use super::{CameraCounts, CameraId, Certificate, Disk, Witness, dialer::Dialer, pulse::Pulse};
use crate::{
    live::{Following, Screen, Stream},
    rtsp::Target,
};
use liengia_kernel::{Clock, Entropy};
use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

/// Orders that may wait.
const ORDERS: usize = 1024;

/// How the recorder works.
#[derive(Clone, Debug)]
pub struct RecorderConfig {
    /// A folder on each disk.
    pub disks: Vec<PathBuf>,
    /// Between two beats.
    pub beat: Duration,
    /// Between two beats of a camera that somebody watches, or that sends by UDP.
    pub watched_beat: Duration,
    /// About how long a file is.
    pub file_length: Duration,
}

/// A camera to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraSettings {
    /// Its id.
    pub camera: CameraId,
    /// Where it is; whether sound is wanted is said by `sound` alone.
    pub target: Target,
    /// Where a smaller stream of it is: connected only while somebody watches it, never recorded.
    pub sub: Option<Target>,
    /// The certificate that is known of it, for `rtsps://`: another is refused. Where none is known any is taken, and told in
    /// [`CameraCounts::certificate`].
    pub certificate: Option<Certificate>,
    /// On which disk, by its place in [`RecorderConfig::disks`].
    pub disk: usize,
    /// Whether its sound is asked for, shown and recorded.
    pub sound: bool,
    /// Whether it is recorded, or connected at all.
    pub recording: Recording,
}

/// Whether a camera is recorded, or connected at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// Day and night.
    Always,
    /// Never; it is connected while somebody watches.
    WhenWatched,
    /// It is not connected, and stays known.
    Off,
}

/// Where the streams of a camera are shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Screens {
    pub(super) main: Arc<Screen>,
    pub(super) sub: Arc<Screen>,
    /// The sub-stream is a stream of its own.
    has_sub: bool,
    /// Both are shown there: nothing is recorded.
    only_sub: bool,
}

impl Screens {
    fn close(&self) {
        self.main.close();
        self.sub.close();
    }
}

pub(super) enum Order {
    Put(Box<CameraSettings>, Screens),
    Remove(CameraId),
    /// Somebody began to watch.
    Look(CameraId),
}

/// What the cameras are known by to both sides.
pub(super) type Counts = Arc<Mutex<BTreeMap<CameraId, CameraCounts>>>;

/// Records; dropped, it closes what is open and ends.
pub struct Recorder {
    orders: Option<mpsc::SyncSender<Order>>,
    counts: Counts,
    /// Of the cameras that are not paused.
    screens: Mutex<BTreeMap<CameraId, Screens>>,
    disks: Arc<[Disk]>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Recorder {
    /// Starts it, with no camera; `witness` hears what reaches the disks.
    pub fn start(
        config: &RecorderConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        witness: &Arc<dyn Witness>,
    ) -> io::Result<Self> {
        let disks: Arc<[Disk]> = config
            .disks
            .iter()
            .enumerate()
            .map(|(place, path)| Disk::start(path, place, clock.clone(), witness.clone()))
            .collect::<io::Result<Vec<_>>>()?
            .into();
        let (orders, waiting) = mpsc::sync_channel(ORDERS);
        let counts = Counts::default();
        let mut pulse =
            Pulse::new(config.clone(), clock, entropy, disks.clone(), Dialer::start()?, counts.clone());
        let thread = thread::Builder::new().name("pulse".into()).spawn(move || pulse.run(&waiting))?;
        Ok(Self { orders: Some(orders), counts, screens: Mutex::default(), disks, thread: Some(thread) })
    }

    /// Records a camera from now on, or with other settings; with the same ones nothing changes. A camera that is not to be
    /// recorded now is hung up, and its views end. False if there is no such disk, or too much waits.
    pub fn put(&self, settings: CameraSettings) -> bool {
        if settings.disk >= self.disks.len() {
            return false;
        }
        let mut all = self.screens();
        let (camera, recording) = (settings.camera, settings.recording);
        let before = all.get(&camera).cloned();
        let only_sub = recording == Recording::WhenWatched;
        let has_sub = settings.sub.is_some() || only_sub;
        let screens = Screens { has_sub, only_sub, ..before.clone().unwrap_or_default() };
        if !self.order(Order::Put(Box::new(settings), screens.clone())) {
            return false;
        }
        if recording != Recording::Off {
            if let Some(before) = before {
                if before.has_sub != screens.has_sub {
                    screens.sub.close();
                }
                if before.only_sub != screens.only_sub {
                    screens.close();
                }
            }
            all.insert(camera, screens);
        } else if let Some(before) = all.remove(&camera) {
            before.close();
        }
        true
    }

    /// Records a camera no longer, and ends its views.
    pub fn remove(&self, camera: CameraId) -> bool {
        if let Some(screens) = self.screens().remove(&camera) {
            screens.close();
        }
        self.order(Order::Remove(camera))
    }

    /// A view of a camera's pictures from now on; none if it is not connected now.
    pub fn follow(&self, camera: CameraId, stream: Stream) -> Option<Following> {
        let screens = self.screens();
        let of = screens.get(&camera)?;
        let sub = of.only_sub || stream == Stream::Sub && of.has_sub;
        let screen = if sub { &of.sub } else { &of.main };
        let following = screen.follow();
        // If it is not heard now, it is seen at the next beat.
        self.order(Order::Look(camera));
        Some(following)
    }

    /// Ends all views of a camera; it goes on being recorded.
    pub fn close_viewers(&self, camera: CameraId) {
        if let Some(screens) = self.screens().get(&camera) {
            screens.close();
        }
    }

    fn screens(&self) -> MutexGuard<'_, BTreeMap<CameraId, Screens>> {
        self.screens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn order(&self, order: Order) -> bool {
        self.orders.as_ref().is_some_and(|orders| orders.try_send(order).is_ok())
    }

    /// Whether it works.
    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }

    /// What is known of a camera.
    pub fn count(&self, camera: CameraId) -> Option<CameraCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(&camera).cloned()
    }

    /// What is known of each camera.
    pub fn counts(&self) -> BTreeMap<CameraId, CameraCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The disks.
    pub fn disks(&self) -> &[Disk] {
        &self.disks
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.orders = None;
        self.screens().values().for_each(Screens::close);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
