//! What is recorded follows what was decided.

use super::Running;
use crate::{
    acts::{Cameras, WatchActError},
    event::{Owner, Span},
    footage,
    record::{CameraSettings, Recording},
    views::{Camera, Export, Hold, Site},
};
use liengia_kernel::{CameraId, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

/// Exports that are looked through for what must not go meanwhile.
const EXPORTS: u64 = 500;

/// The cameras, as they were decided about last.
#[derive(Default)]
pub(super) struct Roll {
    pub(super) cameras: Vec<Camera>,
    /// Those that were taken down, as they were then.
    pub(super) gone: Vec<Camera>,
}

impl Running {
    /// Reads what was decided about all cameras, and lets what is recorded, kept and shown follow.
    pub async fn align(&self, cameras: &Cameras) -> Result<(), WatchActError> {
        let _alone = self.0.aligning.lock().await;
        let journal = &cameras.journal;
        let ever = Camera::ever(journal).await?;
        let sites = Site::ever(journal).await?;
        let mut doors = cameras.all_doors().await?;
        let now = self.now();
        let mut holds: Vec<footage::Hold> = Vec::new();
        for hold in Hold::all(journal, now).await? {
            let until = Some(hold.until);
            holds.extend(hold.cameras.iter().map(|camera| held(*camera, hold.span, until)));
        }
        for export in Export::last(journal, None, EXPORTS).await? {
            let waits = export.made_at.is_none() && export.approved != Some(false);
            if waits && now < export.asked_at + crate::rules::EXPORT_LASTS {
                holds.extend(export.cameras.iter().map(|camera| held(*camera, export.span, None)));
            }
        }
        self.keep(&ever, &sites, holds);
        let (all, gone): (Vec<Camera>, Vec<Camera>) =
            ever.into_iter().partition(|camera| camera.removed_at.is_none());
        let roll = Arc::new(Roll { cameras: all.clone(), gone });
        *self.0.roll.write().unwrap_or_else(PoisonError::into_inner) = roll;
        self.works(|works| {
            let Some(recorder) = &works.recorder else { return };
            let known = recorder.counts();
            let there = |id: &[u8; 16]| all.iter().any(|camera| camera.camera.as_bytes() == id);
            for gone in known.keys().filter(|id| !there(id)) {
                recorder.remove(*gone);
            }
            for camera in &all {
                let site = sites.iter().find(|site| site.site == camera.facts.site);
                let sound = site.is_some_and(|site| site.facts.sound);
                let door = doors.remove(&camera.camera);
                if let Some(settings) = door.and_then(|door| self.settings(camera, &door, sound, now))
                    && !recorder.put(settings)
                {
                    tracing::warn!(camera = %camera.camera, "the recorder is busy; it is told again in a minute");
                }
            }
        });
        Ok(())
    }

    fn keep(&self, cameras: &[Camera], sites: &[Site], holds: Vec<footage::Hold>) {
        let age = |camera: &Camera| {
            let site = sites.iter().find(|site| site.site == camera.facts.site)?;
            let age = Some(Duration::from_hours(site.facts.keep_hours.into()));
            Some((*camera.camera.as_bytes(), footage::CameraLimits { age, bytes: None }))
        };
        let own: BTreeMap<_, _> = cameras.iter().filter_map(age).collect();
        let limits =
            footage::Limits { cameras: own, floor: self.0.config.free_bytes, ..footage::Limits::default() };
        self.works(|works| {
            if let Some(keeper) = &works.keeper {
                keeper.set(limits, holds);
            }
        });
    }

    /// How a camera is to be recorded and shown now.
    fn settings(
        &self,
        camera: &Camera,
        door: &crate::door::Door,
        sound: bool,
        now: Timestamp,
    ) -> Option<CameraSettings> {
        let id = *camera.camera.as_bytes();
        let recording = match (camera.is_recorded(now), camera.facts.owner) {
            (true, _) => Recording::Always,
            // A home's own people look at it whenever it is not paused.
            (false, Owner::Household(_)) if !camera.paused => Recording::WhenWatched,
            (false, _) => Recording::Off,
        };
        Some(CameraSettings {
            camera: id,
            target: door.target()?,
            sub: door.sub_target(),
            certificate: door.certificate,
            disk: self.0.given_up.disk_of(id, self.0.disks.len()),
            sound,
            recording,
        })
    }
}

fn held(camera: CameraId, span: Span, until: Option<Timestamp>) -> footage::Hold {
    footage::Hold {
        camera: *camera.as_bytes(),
        from_us: span.from.as_micros(),
        to_us: span.to.as_micros(),
        until_us: until.map(Timestamp::as_micros),
    }
}
