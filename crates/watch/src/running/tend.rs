//! What is seen to beside everything else: looks that are over, anchors, cameras that died; and, each in its own time,
//! exports and cameras that forget their masks.

use super::{Running, Works, failing};
use crate::{
    acts::{Cameras, WatchActError},
    event::WatchEvent,
    views::{Delay, Look},
};
use liengia_journal::{Actor, Commit, Commitment, Context, Draft, Subscription};
use liengia_kernel::{CameraId, LookId, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{PoisonError, atomic::Ordering},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// How often looks are seen to.
const EVERY: Duration = Duration::from_secs(5);
/// How often what was decided is read anew: consents end by the clock.
const ALIGNED_EVERY: Duration = Duration::from_mins(1);
/// How often what was recorded is anchored.
const ANCHORED_EVERY: Duration = Duration::from_hours(1);
/// A camera that has been dead for so long is somebody's task.
const DEAD: Duration = Duration::from_hours(1);

/// Entries after which somebody may see less than before, by slice and kind.
const CLOSING: [(&str, &str); 7] = [
    ("watch", "consent_given"),
    ("watch", "consent_withdrawn"),
    ("watch", "camera_paused"),
    ("watch", "masks_drawn"),
    ("watch", "camera_removed"),
    ("watch", "residents_view_ended"),
    ("watch", "residents_view_objected"),
];

#[derive(Default)]
struct Course {
    /// When that was done last; none if it is to be done at once.
    aligned: Option<Duration>,
    anchored: Duration,
    disks: failing::Course,
    /// Since when each camera has not been recorded, by both clocks.
    silent: BTreeMap<CameraId, (Duration, Timestamp)>,
}

impl Running {
    /// Sees to it until `stop` is true.
    pub async fn tend(self, cameras: Cameras, stop: watch::Receiver<bool>) {
        let halt = async {
            // Whoever would have said so is gone: that is the same.
            let _ = stop.clone().wait_for(|stop| *stop).await;
            self.0.halted.store(true, Ordering::Release);
        };
        let (exports, masks) =
            (self.hand_out(&cameras, stop.clone()), self.keep_masked(&cameras, stop.clone()));
        tokio::join!(Box::pin(self.see_to(&cameras, stop.clone())), Box::pin(exports), Box::pin(masks), halt);
    }

    async fn see_to(&self, cameras: &Cameras, mut stop: watch::Receiver<bool>) {
        self.close_left_looks(cameras).await;
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let now = self.0.config.clock.elapsed();
        let mut course = Course { anchored: now, ..Course::default() };
        // Without a head nothing is followed, and the minute's turn does it.
        let head = cameras.journal.head().await.map_or(u64::MAX, |head| head.seq);
        let mut entries = cameras.journal.subscribe(head);
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                // What closes a view closes it, whether or not whoever decided it waits for an answer.
                closes = until_closed(&mut entries) => {
                    if !closes {
                        break;
                    }
                    course.aligned = None;
                }
                _ = stop.wait_for(|stop| *stop) => break,
            }
            if let Err(error) = self.turn(cameras, &mut course).await {
                tracing::warn!(%error, "what belongs to cameras is seen to a moment later");
            }
        }
        if let Err(error) = self.close_looks(cameras, self.0.looks.take_all()).await {
            tracing::warn!(%error, "how long somebody looked last is not in the records");
        }
    }

    async fn turn(&self, cameras: &Cameras, course: &mut Course) -> Result<(), WatchActError> {
        let now = self.0.config.clock.elapsed();
        let counts = self.works(|works| works.recorder.as_ref().map(crate::record::Recorder::counts));
        if let Some(counts) = &counts {
            self.0.rates.lock().unwrap_or_else(PoisonError::into_inner).look(counts, now);
        }
        self.close_looks(cameras, self.0.looks.unused()).await?;
        self.see_who_died(cameras, &mut course.silent, now).await?;
        let moved = self.0.given_up.look(&mut course.disks, &self.failing_disks(), now);
        let due = |aligned: Duration| now.saturating_sub(aligned) >= ALIGNED_EVERY;
        if moved || course.aligned.is_none_or(due) {
            self.align(cameras).await?;
            course.aligned = Some(now);
            self.give_notices(cameras).await?;
        }
        if now.saturating_sub(course.anchored) >= ANCHORED_EVERY {
            course.anchored = now;
            self.anchor(cameras).await?;
        }
        Ok(())
    }

    /// Those concerned are told where the time is over for which that was put off.
    async fn give_notices(&self, cameras: &Cameras) -> Result<(), WatchActError> {
        for delay in Delay::over(&cameras.journal, self.now()).await? {
            let commit = cameras.give_notice(&self.context(), delay.delay, None).await?;
            cameras.journal.commit(commit).await?;
        }
        Ok(())
    }

    fn failing_disks(&self) -> Vec<bool> {
        let failing = |disk: &crate::record::Disk| disk.counts().failing;
        let recorder =
            |works: &Works| works.recorder.as_ref().map(|it| it.disks().iter().map(failing).collect());
        self.works(recorder).unwrap_or_default()
    }

    pub(super) fn context(&self) -> Context {
        Context { actor: Actor::Node, purpose: "tend".into(), at: self.now() }
    }

    /// Puts a hash over everything that was recorded since the last one into the journal.
    pub async fn anchor(&self, cameras: &Cameras) -> Result<(), WatchActError> {
        let _alone = self.0.anchoring.lock().await;
        loop {
            let now_us = self.now().as_micros();
            let Some(anchored) = self.ask(move |index| index.anchor(now_us)).await? else { return Ok(()) };
            let root = Commitment(anchored.root);
            let event =
                WatchEvent::FootageAnchored { root, segments: anchored.leaves, cameras: anchored.cameras };
            cameras.journal.commit(Commit::new(self.context(), vec![Draft::of(&event)])).await?;
            if !anchored.more {
                return Ok(());
            }
        }
    }

    /// Looks of the start before: how long they were, nobody knows.
    async fn close_left_looks(&self, cameras: &Cameras) {
        let left = Look::open(&cameras.journal).await.unwrap_or_default();
        // Browsers may be let in already.
        for look in left.iter().filter(|look| look.opened_at < self.0.started) {
            let event = WatchEvent::LookClosed { look: look.look, seconds: None };
            let commit = Commit::new(self.context(), vec![Draft::of(&event)]);
            if let Err(error) = cameras.journal.commit(commit).await {
                tracing::warn!(%error, "a look of the start before stays open in the records");
            }
        }
    }

    async fn close_looks(&self, cameras: &Cameras, over: Vec<(LookId, u64)>) -> Result<(), WatchActError> {
        for (look, seconds) in over {
            let commit = cameras.close_look(&self.context(), look, Some(seconds)).await?;
            cameras.journal.commit(commit).await?;
        }
        Ok(())
    }

    /// A camera that is to be recorded and has not been for an hour is somebody's task, until it is recorded again.
    async fn see_who_died(
        &self,
        cameras: &Cameras,
        silent: &mut BTreeMap<CameraId, (Duration, Timestamp)>,
        now: Duration,
    ) -> Result<(), WatchActError> {
        let wall = self.now();
        let roll = self.roll();
        silent.retain(|id, _| roll.cameras.iter().any(|camera| camera.camera == *id));
        let mut changed = false;
        for camera in &roll.cameras {
            let id = camera.camera;
            let event = match (camera.is_recorded(wall), self.lives(id)) {
                (true, Some(false)) => {
                    let (since, at) = *silent.entry(id).or_insert((now, wall));
                    let dead = now.saturating_sub(since) >= DEAD && camera.died_at.is_none();
                    dead.then_some(WatchEvent::CameraDied { camera: id, since: at })
                }
                (_, None) => None,
                (recorded, Some(_)) => {
                    silent.remove(&id);
                    let lives = recorded && camera.died_at.is_some();
                    lives.then_some(WatchEvent::CameraLives { camera: id })
                }
            };
            if let Some(event) = event {
                cameras.journal.commit(Commit::new(self.context(), vec![Draft::of(&event)])).await?;
                changed = true;
            }
        }
        if changed { self.align(cameras).await } else { Ok(()) }
    }
}

/// Waits for an entry that lets somebody see less; false once the journal has stopped.
async fn until_closed(entries: &mut Subscription) -> bool {
    loop {
        match entries.next().await {
            Ok(Some(entry)) if CLOSING.contains(&(&*entry.slice, &*entry.kind)) => return true,
            Ok(Some(_)) => {}
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(%error, "cameras follow the journal a moment later");
                // The database is not asked without a pause.
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}
