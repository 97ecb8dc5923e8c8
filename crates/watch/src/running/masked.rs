//! Cameras that forget what they are to blacken: after a reset, or because somebody changed them.
//!
//! Promises: each camera that blackens is asked whether it does every quarter of an hour, and whenever it was connected
//! anew; one at a time. One that does not is withheld at once from everybody but its home, told again, and shown again only
//! after that was read back from it. One that cannot be asked for an hour counts as one that does not.

use super::Running;
use crate::{
    acts::{Cameras, WatchActError},
    event::Masking,
    views::Camera,
};
use liengia_kernel::{CameraId, Timestamp};
use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// How often it is looked which of them is to be asked.
const LOOK: Duration = Duration::from_secs(2);
/// How often each is asked.
const EVERY: Duration = Duration::from_mins(15);
/// How often one that forgot is told again.
const TOLD_AGAIN: Duration = Duration::from_mins(5);
/// How often one that does not answer is asked again, and for how long it is believed meanwhile.
const ASKED_AGAIN: Duration = Duration::from_mins(1);
const BELIEVED: Duration = Duration::from_hours(1);

/// What is known of one of them.
struct Kept {
    /// When it is asked next.
    next: Duration,
    /// How often it had been connected when it was asked last.
    connections: u64,
    /// When it blackened last.
    sure: Timestamp,
    /// Since when it has not answered.
    silent: Option<Duration>,
}

/// What became of asking one.
enum Word {
    Blackens,
    Silent,
    Forgot,
}

impl Running {
    /// Asks those that blacken whether they do, until `stop` is true.
    pub(super) async fn keep_masked(&self, cameras: &Cameras, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut all = BTreeMap::new();
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            self.ask_those_due(cameras, &mut all).await;
        }
    }

    async fn ask_those_due(&self, cameras: &Cameras, all: &mut BTreeMap<CameraId, Kept>) {
        let roll = self.roll();
        let is_one =
            |camera: &&Camera| camera.masking == Masking::ByCamera || camera.masks_lost_at().is_some();
        all.retain(|id, _| roll.cameras.iter().filter(is_one).any(|camera| camera.camera == *id));
        for camera in roll.cameras.iter().filter(is_one) {
            if self.0.halted.load(Ordering::Acquire) {
                return;
            }
            let now = self.0.config.clock.elapsed();
            let connections = self.connections(camera.camera);
            let kept = all.entry(camera.camera).or_insert_with(|| Kept {
                next: now,
                connections,
                // Before this start it was asked no longer ago than that.
                sure: self.0.started - EVERY,
                silent: None,
            });
            if now < kept.next && connections == kept.connections {
                continue;
            }
            kept.connections = connections;
            if let Err(error) = self.ask_one(cameras, camera, kept, now).await {
                kept.next = now + ASKED_AGAIN;
                tracing::warn!(camera = %camera.camera, %error, "whether a camera blackens is not known");
            }
        }
    }

    async fn ask_one(
        &self,
        cameras: &Cameras,
        camera: &Camera,
        kept: &mut Kept,
        now: Duration,
    ) -> Result<(), WatchActError> {
        let id = camera.camera;
        let door = cameras.door(id).await?;
        let word = if camera.masks_lost_at().is_some() {
            Word::Forgot
        } else {
            let asked_at = self.now();
            match self.blackens(door.clone(), camera.masks.clone()).await {
                Some(true) => {
                    (kept.sure, kept.silent) = (asked_at, None);
                    Word::Blackens
                }
                None if now.saturating_sub(*kept.silent.get_or_insert(now)) < BELIEVED => Word::Silent,
                Some(false) | None => Word::Forgot,
            }
        };
        kept.next = now
            + match word {
                Word::Blackens => EVERY,
                Word::Silent => ASKED_AGAIN,
                Word::Forgot => TOLD_AGAIN,
            };
        if !matches!(word, Word::Forgot) {
            return Ok(());
        }
        if camera.masks_lost_at().is_none() {
            tracing::warn!(camera = %id, "a camera forgot what its home drew: only the home sees it");
            let lost = cameras.lose_masks(&self.context(), id, kept.sure).await?;
            cameras.journal.commit(lost).await?;
            self.align(cameras).await?;
        }
        self.tell_again(cameras, id, door).await
    }

    /// Has it blacken again what its home drew; it is shown again only where it does.
    async fn tell_again(
        &self,
        cameras: &Cameras,
        id: CameraId,
        door: crate::door::Door,
    ) -> Result<(), WatchActError> {
        let known = cameras.camera(id).await?;
        if self.blacken(door, known.masks).await {
            let back = cameras.masks_back(&self.context(), (id, known.version)).await?;
            cameras.journal.commit(back).await?;
            self.align(cameras).await?;
        }
        Ok(())
    }

    fn connections(&self, camera: CameraId) -> u64 {
        let counts = self.works(|works| works.recorder.as_ref()?.count(*camera.as_bytes()));
        counts.map_or(0, |counts| counts.connections)
    }
}
