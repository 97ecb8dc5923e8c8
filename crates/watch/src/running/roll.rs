//! What is recorded follows what was decided.

use super::Running;
use crate::{
    acts::{Cameras, WatchActError},
    door::Door,
    event::{Owner, Span},
    footage,
    record::{CameraSettings, Recording},
    views::{Camera, Export, Hold, Site},
};
use liengia_kernel::{CameraId, PlaceId, SiteId, Timestamp};
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
    /// Where each site is.
    pub(super) places: BTreeMap<SiteId, PlaceId>,
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
        let places = sites.iter().map(|site| (site.site, site.facts.place)).collect();
        self.keep(&ever, &sites, holds);
        let (all, gone): (Vec<Camera>, Vec<Camera>) =
            ever.into_iter().partition(|camera| camera.removed_at.is_none());
        let roll = Arc::new(Roll { cameras: all.clone(), places, gone });
        *self.0.roll.write().unwrap_or_else(PoisonError::into_inner) = roll;
        self.works(|works| {
            let Some(recorder) = &works.recorder else { return };
            let known = recorder.counts();
            let there = |id: &[u8; 16]| all.iter().any(|camera| camera.camera.as_bytes() == id);
            for gone in known.keys().filter(|id| !there(id)) {
                recorder.remove(*gone);
            }
            for settings in self.wanted(&all, &sites, &mut doors, now) {
                let camera = CameraId::from_bytes(settings.camera);
                if !recorder.put(settings) {
                    tracing::warn!(%camera, "the recorder is busy; it is told again in a minute");
                }
            }
        });
        Ok(())
    }

    fn keep(&self, cameras: &[Camera], sites: &[Site], holds: Vec<footage::Hold>) {
        let limits = self.limits(cameras, sites);
        self.works(|works| {
            if let Some(keeper) = &works.keeper {
                keeper.set(limits, holds);
            }
        });
    }

    /// How long footage of these cameras is kept, and how much of it.
    fn limits(&self, cameras: &[Camera], sites: &[Site]) -> footage::Limits {
        let config = &self.0.config;
        let own = |camera: &Camera| {
            let site = site_of(camera, sites)?;
            let age = Some(Duration::from_hours(site.facts.keep_hours.into()));
            let limits = footage::CameraLimits { age, bytes: config.camera_bytes };
            Some((*camera.camera.as_bytes(), limits))
        };
        let own = cameras.iter().filter_map(own).collect();
        footage::Limits { cameras: own, floor: config.free_bytes, ..footage::Limits::default() }
    }

    /// How all of them are to be recorded and shown now, with sound where their site says so; those whose door cannot be
    /// opened are left out.
    fn wanted(
        &self,
        cameras: &[Camera],
        sites: &[Site],
        doors: &mut BTreeMap<CameraId, Door>,
        now: Timestamp,
    ) -> Vec<CameraSettings> {
        let wanted = |camera: &Camera| {
            let sound = site_of(camera, sites).is_some_and(|site| site.facts.sound);
            self.settings(camera, &doors.remove(&camera.camera)?, sound, now)
        };
        cameras.iter().filter_map(wanted).collect()
    }

    /// How a camera is to be recorded and shown now.
    fn settings(&self, camera: &Camera, door: &Door, sound: bool, now: Timestamp) -> Option<CameraSettings> {
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

fn site_of<'a>(camera: &Camera, sites: &'a [Site]) -> Option<&'a Site> {
    sites.iter().find(|site| site.site == camera.facts.site)
}

fn held(camera: CameraId, span: Span, until: Option<Timestamp>) -> footage::Hold {
    footage::Hold {
        camera: *camera.as_bytes(),
        from_us: span.from.as_micros(),
        to_us: span.to.as_micros(),
        until_us: until.map(Timestamp::as_micros),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::testing::{at, home, site},
        running::RunningConfig,
    };
    use liengia_kernel::{Pii, SeededEntropy, SimulatedClock};
    use std::slice::from_ref;

    fn running(camera_bytes: Option<u64>) -> Running {
        let config = RunningConfig {
            disks: Vec::new(),
            data: std::path::PathBuf::new(),
            free_bytes: Some(7),
            camera_bytes,
            tier: None,
            node: "test".into(),
            key: None,
            clock: Arc::new(SimulatedClock::new(at(0))),
            entropy: Arc::new(SeededEntropy::new(1)),
        };
        Running::start(config).unwrap()
    }

    #[test]
    fn each_camera_keeps_what_its_site_and_the_configuration_say() {
        let camera = home();
        let mut site = site(&camera);
        site.facts.keep_hours = 48;
        for bytes in [None, Some(200)] {
            let limits = running(bytes).limits(from_ref(&camera), from_ref(&site));
            let own = footage::CameraLimits { age: Some(Duration::from_hours(48)), bytes };
            assert_eq!(limits.cameras, BTreeMap::from([(*camera.camera.as_bytes(), own)]));
            assert_eq!(limits.floor, Some(7));
        }
    }

    #[test]
    fn sound_is_recorded_where_the_site_says_so_and_nowhere_else() {
        let camera = home();
        let door = Door::new("rtsp://192.168.1.20/1", None, "", &Pii::default()).unwrap();
        for sound in [false, true] {
            let mut site = site(&camera);
            site.facts.sound = sound;
            let mut doors = BTreeMap::from([(camera.camera, door.clone())]);
            let wanted = running(None).wanted(from_ref(&camera), &[site], &mut doors, at(0));
            assert_eq!(wanted.iter().map(|one| one.sound).collect::<Vec<_>>(), [sound]);
        }
        let mut doors = BTreeMap::from([(camera.camera, door)]);
        let wanted = running(None).wanted(&[camera], &[], &mut doors, at(0));
        assert!(wanted.iter().all(|one| !one.sound), "of a site that is not there nothing is heard");
    }
}
