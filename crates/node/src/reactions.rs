//! What one capability does to another.
//!
//! Promises: each reaction looks at how things are and does what is missing, so that it may be stopped anywhere, and
//! started again. Never: it holds up what rings.

use crate::incidents::Burning;
use liengia_access::Access;
use liengia_fire::views::Shift;
use liengia_journal::{Actor, Context, Journal};
use liengia_kernel::{AlarmId, CameraId, Clock, Pii, Timestamp};
use liengia_watch::{
    acts::{Cameras, WatchActError},
    rules::nearest_to_keep,
    running::Running,
    views::{Camera, Hold},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};

/// How often things are looked at.
const EVERY: Duration = Duration::from_secs(5);

/// What of an open alarm's footage is kept reaches at least this far from now.
const AHEAD: Duration = Duration::from_mins(5);

/// One look after the other, until the node stops.
struct Rounds {
    ticks: Interval,
    stop: watch::Receiver<bool>,
}

impl Rounds {
    fn until(stop: watch::Receiver<bool>) -> Self {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, stop }
    }

    /// Waits for the next look; false if there is none.
    async fn goes_on(&mut self) -> bool {
        tokio::select! {
            _ = self.ticks.tick() => true,
            _ = self.stop.wait_for(|stop| *stop) => false,
        }
    }
}

/// An alarm protects the footage of the nearest cameras, by itself: from five minutes before it was raised to ten after it is
/// over. How far it came is in the records, so nothing is lost by a restart but what the last look did not reach.
pub struct AlarmKeepsFootage {
    /// What is open.
    pub burning: Burning,
    /// Cameras.
    pub cameras: Cameras,
    /// What is recorded.
    pub running: Running,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// The cameras of a home that is no more in the register are taken down: nobody is left who could pause or withdraw.
pub struct GoneHomeHasNoCameras {
    /// Which homes there are.
    pub access: Access,
    /// Cameras.
    pub cameras: Cameras,
    /// What is recorded.
    pub running: Running,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl GoneHomeHasNoCameras {
    /// Looks until `stop` is true.
    pub async fn watch(self, stop: watch::Receiver<bool>) {
        let mut rounds = Rounds::until(stop);
        while rounds.goes_on().await {
            let there = |home| self.access.tree(|tree| tree.household(home).is_some());
            let gone = |camera: &Camera| camera.facts.owner.household().is_some_and(|home| !there(home));
            for camera in self.running.cameras().iter().filter(|camera| gone(camera)) {
                if let Err(error) = self.take_down(camera.camera).await {
                    tracing::warn!(%error, "a camera of a home that is gone is not taken down yet");
                }
            }
        }
    }

    async fn take_down(&self, camera: CameraId) -> Result<(), WatchActError> {
        let context = Context { actor: Actor::Node, purpose: "home gone".into(), at: self.clock.now() };
        let why = Pii::new("The home is not in the register any more.".to_owned());
        self.cameras.journal.commit(self.cameras.remove_camera(&context, camera, &why).await?).await?;
        self.running.align(&self.cameras).await
    }
}

/// Whoever hands the shift over watches no more in its name.
pub struct ShiftEndsItsWatch {
    /// Who is on duty stands there.
    pub journal: Journal,
    /// What is looked at.
    pub running: Running,
}

impl ShiftEndsItsWatch {
    /// Looks until `stop` is true.
    pub async fn watch(self, stop: watch::Receiver<bool>) {
        let mut rounds = Rounds::until(stop);
        while rounds.goes_on().await {
            let watched = self.running.looks().shifts();
            if watched.is_empty() {
                continue;
            }
            // Where nobody can say who is on duty, whoever was a moment ago goes on.
            let Ok(current) = Shift::current(&self.journal).await else { continue };
            let current = current.map(|shift| shift.shift);
            for over in watched.into_iter().filter(|shift| Some(*shift) != current) {
                self.running.looks().end_shift(over);
            }
        }
    }
}

/// What an alarm keeps.
struct Kept {
    raised_at: Timestamp,
    cameras: Vec<CameraId>,
    /// Footage up to then is kept already.
    until: Timestamp,
}

impl AlarmKeepsFootage {
    /// Looks until `stop` is true.
    pub async fn watch(self, stop: watch::Receiver<bool>) {
        let mut kept = BTreeMap::new();
        let mut rounds = Rounds::until(stop);
        while rounds.goes_on().await {
            self.look(&mut kept).await;
        }
    }

    async fn look(&self, kept: &mut BTreeMap<AlarmId, Kept>) {
        let now = self.clock.now();
        let open = self.burning.since();
        let over: Vec<AlarmId> = kept
            .keys()
            .filter(|alarm| !open.iter().any(|(incident, _)| incident.alarm == **alarm))
            .copied()
            .collect();
        for alarm in over {
            let Some(last) = kept.get(&alarm) else { continue };
            if self.protect(alarm, last.cameras.clone(), (last.raised_at, Some(now))).await.is_some() {
                kept.remove(&alarm);
                self.anchor().await;
            }
        }
        for (incident, raised_at) in open {
            let known = kept.get(&incident.alarm);
            if known.is_some_and(|known| known.until > now + AHEAD) {
                continue;
            }
            let cameras = match (known, incident.position) {
                (Some(known), _) => known.cameras.clone(),
                (None, Some(there)) => nearest_to_keep(&self.running.cameras(), there, now),
                (None, None) => continue,
            };
            let first = known.is_none();
            if cameras.is_empty() {
                continue;
            }
            if let Some(until) = self.protect(incident.alarm, cameras.clone(), (raised_at, None)).await {
                kept.insert(incident.alarm, Kept { raised_at, cameras, until });
                if first {
                    self.anchor().await;
                }
            }
        }
    }

    /// Until when it is kept now; none if it could not be written, and is tried again.
    async fn protect(
        &self,
        alarm: AlarmId,
        cameras: Vec<CameraId>,
        (began, ended): (Timestamp, Option<Timestamp>),
    ) -> Option<Timestamp> {
        let context = Context { actor: Actor::Node, purpose: "alarm".into(), at: self.clock.now() };
        let commit = self.cameras.protect(&context, alarm, cameras, (began, ended));
        if let Err(error) = self.cameras.journal.commit(commit).await {
            tracing::warn!(%error, "footage of an alarm is not protected yet; it is tried again");
            return None;
        }
        if let Err(error) = self.running.align(&self.cameras).await {
            tracing::warn!(%error, "footage of an alarm is protected a minute later");
        }
        let hold = Hold::find(&self.cameras.journal, &alarm.to_string()).await.ok().flatten();
        Some(hold.map_or(context.at, |hold| hold.span.to))
    }

    async fn anchor(&self) {
        if let Err(error) = self.running.anchor(&self.cameras).await {
            tracing::warn!(%error, "what was recorded is anchored an hour later");
        }
    }
}
