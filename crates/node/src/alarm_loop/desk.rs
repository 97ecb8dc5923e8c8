//! Whether somebody is at the desk: the officer whose shift is on, with a screen that follows what happens.
//!
//! Promises: the engine hears of it when it changes, and so rings the on-call phone while the desk is silent. A screen
//! that is loaded anew does not count as silence. Never: an officer who only signed in, or whose own phone is open, counts as there.

use crate::ports::Screens;
use liengia_fire::{
    Kit,
    engine::Input,
    event::{FireEvent, KitEvent},
    live::Alarms,
    views::Shift,
};
use liengia_journal::{Entry, Event as _, QueryError};
use liengia_kernel::PersonId;
use std::{future::pending, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

/// How long the screen may be gone before the desk counts as silent.
const GRACE: Duration = Duration::from_secs(10);

/// How long to wait after the database could not answer.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Watches the desk.
pub struct Desk {
    /// Shifts.
    pub kit: Kit,
    /// The engine.
    pub alarms: Alarms,
    /// Whose screens are open.
    pub screens: Screens,
}

impl Desk {
    /// Watches until `stop` is true.
    pub async fn watch(self, mut stop: watch::Receiver<bool>) {
        loop {
            let watched = tokio::select! {
                watched = self.follow() => watched,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let Err(error) = watched else { return };
            tracing::warn!(%error, "the shifts at the desk cannot be followed");
            tokio::select! {
                () = sleep(TRY_AGAIN_AFTER) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn follow(&self) -> Result<(), QueryError> {
        let mut screens = self.screens.changes();
        let mut entries = self.kit.journal.subscribe(self.kit.journal.head().await?.seq);
        let mut officer = self.officer().await?;
        let (mut told, mut silent_at) = (None, None);
        loop {
            screens.mark_unchanged();
            let attended = officer.is_some_and(|officer| self.screens.at_desk(officer));
            // Good news is told at once, and so is the first.
            if attended || told.is_none() {
                self.tell(&mut told, attended);
            }
            silent_at = (!attended && told == Some(true))
                .then(|| silent_at.unwrap_or_else(|| Instant::now() + GRACE));
            tokio::select! {
                changed = screens.changed() => if changed.is_err() { return Ok(()) },
                entry = entries.next() => match entry? {
                    Some(entry) if is_a_shift(&entry) => officer = self.officer().await?,
                    Some(_) => {}
                    None => return Ok(()),
                },
                () = until(silent_at) => self.tell(&mut told, false),
            }
        }
    }

    fn tell(&self, told: &mut Option<bool>, attended: bool) {
        if *told != Some(attended) {
            *told = Some(attended);
            self.alarms.tell(Input::Desk { attended });
            self.screens.note_desk(attended);
        }
    }

    async fn officer(&self) -> Result<Option<PersonId>, QueryError> {
        Ok(Shift::current(&self.kit.journal).await?.map(|shift| shift.officer))
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

fn is_a_shift(entry: &Entry) -> bool {
    &*entry.slice == KitEvent::SLICE
        && matches!(
            entry.event(),
            Ok(FireEvent::Kit(
                KitEvent::ShiftStarted { .. }
                    | KitEvent::ShiftHandedOver { .. }
                    | KitEvent::ShiftTakenOver { .. }
            ))
        )
}
