//! How each camera and each disk is.

use super::Running;
use crate::{
    record::{CameraCounts, CameraState},
    tier::Trouble,
};
use liengia_kernel::{CameraId, Timestamp};
use serde::Serialize;
use std::{collections::BTreeMap, sync::PoisonError, time::Duration};

/// How a camera is.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// How it is in a word; null where this node records nothing.
    pub state: Option<CameraState>,
    /// When its last picture was taken.
    pub last_picture_at: Option<Timestamp>,
    /// How its pictures are coded, as browsers call it (RFC 6381).
    pub codec: Option<String>,
    /// Picture width in pixels; 0 while it is not known.
    pub width: u16,
    /// Picture height in pixels; 0 while it is not known.
    pub height: u16,
    /// What it sends, in thousands of bits a second.
    pub kilobits_per_s: Option<u64>,
    /// Packets that never came, since the node started.
    pub lost_packets: u64,
    /// Between its last two key pictures, in milliseconds.
    pub key_interval_ms: Option<u32>,
    /// How far its clock is ahead of the node's, in milliseconds; null if it tells no time.
    pub clock_error_ms: Option<i64>,
}

/// The disks that footage lies on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DisksShown {
    /// Each of them.
    pub disks: Vec<DiskShown>,
    /// The store that older and held footage goes to, too; null where there is none.
    pub tier: Option<TierShown>,
}

/// The store that older and held footage goes to, too.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct TierShown {
    /// Files of footage in it.
    pub files: u64,
    /// Bytes of footage in it.
    pub bytes: u64,
    /// Files that wait to be sent there.
    pub waiting_files: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// Files whose time is over and that the store has not deleted yet. Nobody can look at them any more; while it is not 0
    /// nothing more is sent.
    pub unwanted_files: u64,
    /// What went wrong last, in a word; null if it was mended since. It is tried again by itself.
    pub trouble: Option<Trouble>,
}

/// A disk that footage lies on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DiskShown {
    /// Its place in the configuration, from 1.
    pub number: usize,
    /// Bytes of footage on it.
    pub footage_bytes: u64,
    /// Bytes that are free.
    pub free_bytes: Option<u64>,
    /// How many days of footage it holds at this pace; null before an hour of it was seen.
    pub days: Option<f64>,
    /// Whether it fails.
    pub failing: bool,
    /// The oldest footage on it.
    pub oldest_at: Option<Timestamp>,
}

/// What cameras sent between two looks.
#[derive(Debug, Default)]
pub(super) struct Rates {
    last: BTreeMap<[u8; 16], (u64, Duration)>,
    kilobits: BTreeMap<[u8; 16], u64>,
}

impl Rates {
    /// Looks once more.
    pub(super) fn look(&mut self, counts: &BTreeMap<[u8; 16], CameraCounts>, now: Duration) {
        self.kilobits.clear();
        let before = std::mem::take(&mut self.last);
        for (camera, counts) in counts {
            self.last.insert(*camera, (counts.bytes, now));
            let Some((bytes, at)) = before.get(camera) else { continue };
            let millis = u64::try_from(now.saturating_sub(*at).as_millis()).unwrap_or(u64::MAX).max(1);
            self.kilobits.insert(*camera, counts.bytes.saturating_sub(*bytes).saturating_mul(8) / millis);
        }
    }
}

impl Running {
    /// How a camera is.
    pub fn health(&self, camera: CameraId) -> Health {
        let id = *camera.as_bytes();
        let counts = self.works(|works| works.recorder.as_ref()?.count(id));
        let Some(counts) = counts else { return Health::default() };
        let rates = self.0.rates.lock().unwrap_or_else(PoisonError::into_inner);
        Health {
            state: Some(counts.state),
            last_picture_at: counts.facts.last_picture.map(|(_, wall)| Timestamp::from_micros(wall)),
            codec: counts.facts.codec,
            width: counts.facts.width,
            height: counts.facts.height,
            kilobits_per_s: rates.kilobits.get(&id).copied(),
            lost_packets: counts.taken.lost_packets,
            key_interval_ms: counts.facts.key_interval_ms,
            clock_error_ms: counts.facts.clock_error_ms,
        }
    }

    /// Whether pictures of this camera are recorded at this moment.
    pub(super) fn lives(&self, camera: CameraId) -> Option<bool> {
        let counts = self.works(|works| works.recorder.as_ref()?.count(*camera.as_bytes()))?;
        Some(counts.state == CameraState::Recording)
    }

    /// The disks that footage lies on.
    pub async fn disks_shown(&self) -> DisksShown {
        let running = self.clone();
        let found = tokio::task::spawn_blocking(move || running.look_at_disks()).await;
        found.unwrap_or_else(|_| DisksShown { disks: Vec::new(), tier: None })
    }

    fn look_at_disks(&self) -> DisksShown {
        let index = self.index();
        let used = index.and_then(|index| index.usage().ok()).unwrap_or_default();
        let (report, counts) = self.works(|works| {
            let report = works.keeper.as_ref().and_then(|keeper| keeper.report().ok());
            let disks = works.recorder.as_ref().map(crate::record::Recorder::disks).unwrap_or_default();
            (report, disks.iter().map(crate::record::Disk::counts).collect::<Vec<_>>())
        });
        let shown = self.0.config.disks.iter().enumerate().map(|(place, path)| {
            let name = path.display().to_string();
            let of_disk = || used.iter().filter(|used| *used.disk == *name);
            let told =
                report.as_ref().and_then(|report| report.disks.iter().find(|disk| *disk.disk == *name));
            let at = self.0.disks.iter().position(|disk| disk == path);
            let counts = at.and_then(|at| counts.get(at));
            DiskShown {
                number: place + 1,
                footage_bytes: of_disk().map(|used| used.bytes).sum(),
                free_bytes: told.map(|disk| disk.free),
                days: told.and_then(|disk| disk.days_left),
                failing: counts.is_none_or(|counts| counts.failing),
                oldest_at: of_disk().map(|used| used.oldest_us).min().map(Timestamp::from_micros),
            }
        });
        let tier = report.as_ref().and_then(|report| report.tier.as_ref()).map(|tier| TierShown {
            files: tier.files,
            bytes: tier.bytes,
            waiting_files: tier.waiting_files,
            waiting_bytes: tier.waiting_bytes,
            unwanted_files: tier.unwanted,
            trouble: tier.trouble,
        });
        DisksShown { disks: shown.collect(), tier }
    }
}
