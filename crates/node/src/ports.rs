//! What fire safety asks about the rest of the node: whose phones are reached, and what is wrong.

use crate::{backups::Backups, tls::Certificates};
use liengia_fire::{
    live::Alarms,
    settings::{Fault, Faults, Phones, Push},
};
use liengia_journal::{Journal, Writing};
use liengia_kernel::{Clock, DeviceId, PersonId, Timestamp};
use liengia_signal::{book::Book, hook::Hook, mqtt::topic};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::sync::watch;

/// How long before its end a certificate is a fault: time to have somebody come.
pub const CERTIFICATE_WARNING: Duration = Duration::from_hours(7 * 24);

/// Whose screens are open, by person.
#[derive(Clone, Default)]
pub struct Screens {
    open: Arc<Mutex<BTreeMap<PersonId, Count>>>,
    changed: watch::Sender<()>,
    attended: Arc<AtomicBool>,
}

/// How many screens a person has open.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    /// Those that may read the board; an officer's own phone is not the desk.
    boards: usize,
}

/// An open screen of a person, until it is dropped.
pub struct Open {
    screens: Screens,
    person: PersonId,
    board: bool,
}

impl Screens {
    /// Counts a screen of this person while the answer lives; `board` is true of one that may read the board.
    pub fn open(&self, person: PersonId, board: bool) -> Open {
        {
            let mut open = self.lock();
            let count = open.entry(person).or_default();
            count.all += 1;
            count.boards += usize::from(board);
        }
        self.changed.send_replace(());
        Open { screens: self.clone(), person, board }
    }

    /// Whether this person has the board open.
    pub fn at_desk(&self, person: PersonId) -> bool {
        self.lock().get(&person).is_some_and(|count| count.boards > 0)
    }

    /// Whether this person has one open.
    pub fn has(&self, person: PersonId) -> bool {
        self.lock().contains_key(&person)
    }

    /// Notes whether somebody sits at the desk.
    pub fn note_desk(&self, attended: bool) {
        self.attended.store(attended, Relaxed);
    }

    /// Whether somebody sits at the desk, as the engine was told.
    pub fn desk_attended(&self) -> bool {
        self.attended.load(Relaxed)
    }

    /// Tells when a screen opens or closes.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PersonId, Count>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.screens.lock();
        if let Some(count) = open.get_mut(&self.person) {
            count.all -= 1;
            count.boards -= usize::from(self.board);
            if count.all == 0 {
                open.remove(&self.person);
            }
        }
        drop(open);
        self.screens.changed.send_replace(());
    }
}

/// Whose phones are reached.
pub struct Reached {
    /// Open screens.
    pub screens: Screens,
    /// Browsers that may be woken.
    pub book: Arc<Book>,
}

impl Phones for Reached {
    fn listens(&self, person: PersonId) -> bool {
        self.screens.has(person)
    }

    fn push(&self, person: PersonId) -> Push {
        let browsers = self.book.of(person);
        match browsers.iter().find(|browser| !browser.failing) {
            Some(_) => Push::Ok,
            None if browsers.is_empty() => Push::None,
            None => Push::Failed,
        }
    }
}

/// What is wrong with the node.
pub struct Wrong {
    /// Whether the journal writes.
    pub journal: Journal,
    /// The engine.
    pub alarms: Alarms,
    /// Texts and calls; none where no gateway is configured.
    pub hook: Option<Hook<()>>,
    /// The node's certificate, if it has one.
    pub certificates: Option<Certificates>,
    /// The folders of backups.
    pub backups: Backups,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Since when the journal cannot write.
    pub failing_since: Mutex<Option<Timestamp>>,
}

impl Faults for Wrong {
    fn faults(&self) -> Vec<Fault> {
        let now = self.clock.now();
        let mut faults = Vec::new();
        let failing = matches!(*self.journal.writing().borrow(), Writing::Failing(_));
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = failing.then(|| since.unwrap_or(now));
        if failing {
            faults.push(Fault::new("journal_failing", *since));
        }
        if self.alarms.dropped() > 0 {
            faults.push(Fault::new("record_incomplete", None));
        }
        let gateways = self.hook.as_ref().map(Hook::health).unwrap_or_default();
        if gateways.iter().all(|gateway| gateway.trouble.is_some()) {
            let since = gateways.iter().filter_map(|gateway| gateway.trouble.map(|(_, since)| since)).min();
            faults.extend(since.map(|since| Fault::new("gateways_failing", Some(since))));
        }
        let ends_at = self.certificates.as_ref().and_then(Certificates::ends_at);
        if ends_at.is_some_and(|ends_at| ends_at < now + CERTIFICATE_WARNING) {
            faults.push(Fault::new("certificate_ends", ends_at));
        }
        faults.extend(self.backups.fault());
        faults
    }
}

/// A device's topics, by what they are for.
pub fn topics(device: DeviceId) -> BTreeMap<&'static str, String> {
    let words = topic::up::ALL.into_iter().chain(topic::down::ALL);
    words.map(|word| (word, topic::of(device, word))).collect()
}
