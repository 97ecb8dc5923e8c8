//! What keeps the records small: answers to commands that nobody repeats any more, codes that were never used, backups
//! whose time is over.
//!
//! Never: an entry, or anything that a person wrote.

use crate::config::Config;
use liengia_fire::Kit;
use liengia_journal::{Actor, Context, backup::remove_expired};
use liengia_kernel::{Clock, Timestamp};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};

/// How long the answer to a command is kept: a phone repeats it within days, if its outbox was off so long.
const ANSWERS_KEPT: Duration = Duration::from_hours(30 * 24);

/// How long after the start this is done first, so that it is in nobody's way then.
const FIRST_AFTER: Duration = Duration::from_mins(10);

/// How often it is done.
const EVERY: Duration = Duration::from_hours(24);

/// Keeps them small until `stop` is true.
pub async fn keep_small(kit: Kit, clock: Arc<dyn Clock>, config: Config, mut stop: watch::Receiver<bool>) {
    let mut wait = FIRST_AFTER;
    loop {
        tokio::select! {
            () = sleep(wait) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        clear(&kit, clock.now(), &config).await;
        wait = EVERY;
    }
}

/// Clears away once what is too old at `now`.
pub async fn clear(kit: &Kit, now: Timestamp, config: &Config) {
    let context = || Context { actor: Actor::Node, purpose: "tend".into(), at: now };
    if let Err(error) = kit.journal.prune_answers(context(), now - ANSWERS_KEPT).await {
        tracing::warn!(%error, "old answers could not be forgotten");
    }
    let codes = kit.forget_expired_pairings(context());
    if let Err(error) = kit.journal.commit(codes).await {
        tracing::warn!(%error, "expired pairing codes could not be forgotten");
    }
    for folder in &config.backup.folders {
        match remove_expired(folder, now) {
            Ok(removed) if removed.is_empty() => {}
            Ok(removed) => tracing::info!(count = removed.len(), "expired backups were deleted"),
            Err(error) => tracing::warn!(%error, "a folder of backups cannot be read"),
        }
    }
}
