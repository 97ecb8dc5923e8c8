//! Whether backups are made: the folders are looked at again and again, so that a disk that was pulled out, or a nightly
//! backup that fails, is a fault on the desk and no surprise after a fire.
//!
//! Promises: a disk that does not answer holds up nothing but the look at it. Never: a backup; `liengia backup` makes them.

use crate::config::Backup;
use liengia_fire::settings::Fault;
use liengia_journal::backup::newest;
use liengia_kernel::{Clock, CommuneId, Timestamp};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    task::spawn_blocking,
    time::{sleep, timeout},
};

/// How often the folders are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// How long a disk may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Backups, as they were found at the last look. Clones are the same one.
#[derive(Clone, Default)]
pub struct Backups {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    fault: Option<Fault>,
    newest: Option<Timestamp>,
}

/// What is looked at, and what is expected of it.
#[derive(Clone)]
pub struct Watched {
    /// Folders with backups.
    pub folders: Vec<PathBuf>,
    /// Whose backups.
    pub commune: CommuneId,
    /// How old the newest one may be.
    pub oldest: Duration,
    /// When the node was set up: before the first night there is none.
    pub set_up_at: Timestamp,
}

/// What is the matter with the folders.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// One takes no backup.
    Failing(String),
    /// The newest one is too old.
    Late(String),
}

impl Watched {
    /// What this configuration asks for.
    pub fn of(config: &Backup, commune: CommuneId, set_up_at: Timestamp) -> Self {
        let every = Duration::from_hours(u64::from(config.every_hours));
        Self { folders: config.folders.clone(), commune, oldest: every * 2, set_up_at }
    }

    /// Looks at every folder: the newest backup of all, and the gravest trouble of any.
    fn look(&self, now: Timestamp) -> (Option<Timestamp>, Option<Trouble>) {
        let (mut newest, mut trouble): (Option<Timestamp>, Option<Trouble>) = (None, None);
        for folder in &self.folders {
            match self.look_at(folder, now) {
                Ok(made_at) => newest = newest.max(made_at),
                Err(found) if matches!(trouble, Some(Trouble::Failing(_))) => drop(found),
                Err(found) => trouble = Some(found),
            }
        }
        (newest, trouble)
    }

    fn look_at(&self, folder: &Path, now: Timestamp) -> Result<Option<Timestamp>, Trouble> {
        let made_at = newest(folder, self.commune).map_err(|error| Trouble::Failing(error.to_string()))?;
        let since = made_at.unwrap_or(self.set_up_at);
        if since + self.oldest < now {
            let age = now.since(since).as_secs() / 3600;
            return Err(Trouble::Late(format!("{}: the newest backup is {age} hours old", folder.display())));
        }
        Ok(made_at)
    }
}

impl Backups {
    /// What is wrong, as a fault of the node.
    pub fn fault(&self) -> Option<Fault> {
        self.seen().fault.clone()
    }

    /// When the newest backup was made.
    pub fn newest(&self) -> Option<Timestamp> {
        self.seen().newest
    }

    /// Looks at the folders until `stop` is true.
    pub async fn watch(self, watched: Watched, clock: Arc<dyn Clock>, mut stop: watch::Receiver<bool>) {
        if watched.folders.is_empty() {
            return;
        }
        loop {
            let (all, now) = (watched.clone(), clock.now());
            let mut look = spawn_blocking(move || all.look(now));
            let found = tokio::select! {
                found = timeout(PATIENCE, &mut look) => found,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match found {
                Ok(Ok((newest, trouble))) => self.note(newest, trouble, clock.now()),
                Ok(Err(error)) => self.note(None, Some(Trouble::Failing(error.to_string())), clock.now()),
                Err(_) => {
                    let silent = format!("no answer within {} s", PATIENCE.as_secs());
                    self.note(None, Some(Trouble::Failing(silent)), clock.now());
                    // One look at a time: the next begins when this one has ended.
                    tokio::select! {
                        _ = look => {}
                        _ = stop.wait_for(|stop| *stop) => return,
                    }
                }
            }
            tokio::select! {
                () = sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    fn note(&self, newest: Option<Timestamp>, trouble: Option<Trouble>, now: Timestamp) {
        let mut seen = self.seen();
        seen.newest = newest.or(seen.newest);
        let Some(trouble) = trouble else {
            if seen.fault.take().is_some() {
                tracing::info!("backups are made again");
            }
            return;
        };
        let (fault, why) = match trouble {
            Trouble::Failing(why) => (Fault::new("backups_failing", Some(now)), why),
            Trouble::Late(why) => (Fault::new("backups_late", Some(now)), why),
        };
        if seen.fault.as_ref().is_none_or(|known| known.code != fault.code) {
            tracing::warn!(code = fault.code, why, "backups are not made as they should be");
            seen.fault = Some(fault);
        }
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u64) -> Timestamp {
        Timestamp::from_seconds(0) + Duration::from_hours(hours)
    }

    #[test]
    fn backups_fail_where_the_folder_is_gone_and_are_late_after_twice_the_time_between_two() {
        let folder = std::env::temp_dir().join(format!("liengia-backups-{}", std::process::id()));
        let config = Backup { folders: vec![folder.clone()], every_hours: 24 };
        let commune = CommuneId::new(at(0), &liengia_kernel::SeededEntropy::new(1));
        let watched = Watched::of(&config, commune, at(0));
        assert!(matches!(watched.look(at(1)).1, Some(Trouble::Failing(_))));
        std::fs::create_dir(&folder).unwrap();
        assert_eq!(watched.look(at(48)), (None, None), "before its second night it needs none");
        assert!(matches!(watched.look(at(49)).1, Some(Trouble::Late(_))));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_fault_keeps_its_beginning_and_goes_when_all_is_well() {
        let backups = Backups::default();
        let late = || Some(Trouble::Late(String::new()));
        backups.note(None, late(), at(1));
        backups.note(None, late(), at(2));
        assert_eq!(
            backups.fault().map(|fault| (fault.code, fault.since)),
            Some(("backups_late".into(), Some(at(1))))
        );
        backups.note(None, Some(Trouble::Failing(String::new())), at(3));
        assert_eq!(backups.fault().unwrap().code, "backups_failing");
        backups.note(Some(at(4)), None, at(4));
        assert_eq!((backups.fault(), backups.newest()), (None, Some(at(4))));
    }
}
