//! What fire safety asks about the rest of the node: whose phones are reached, and what is wrong.

use liengia_fire::{
    live::Alarms,
    settings::{Fault, Faults, Phones, Push},
};
use liengia_journal::{Journal, Writing};
use liengia_kernel::{Clock, DeviceId, PersonId, Timestamp};
use liengia_signal::{book::Book, mqtt::topic};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// Whose screens are open, by person.
#[derive(Clone, Default)]
pub struct Screens {
    open: Arc<Mutex<BTreeMap<PersonId, usize>>>,
}

/// An open screen of a person, until it is dropped.
pub struct Open {
    screens: Screens,
    person: PersonId,
}

impl Screens {
    /// Counts a screen of this person while the answer lives.
    pub fn open(&self, person: PersonId) -> Open {
        *self.lock().entry(person).or_default() += 1;
        Open { screens: self.clone(), person }
    }

    /// Whether this person has one open.
    pub fn has(&self, person: PersonId) -> bool {
        self.lock().contains_key(&person)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PersonId, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.screens.lock();
        if let Some(count) = open.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.person);
            }
        }
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
        if self.book.of(person).is_empty() { Push::None } else { Push::Ok }
    }
}

/// What is wrong with the node.
pub struct Wrong {
    /// Whether the journal writes.
    pub journal: Journal,
    /// The engine, once it is there.
    pub alarms: OnceLock<Alarms>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Since when the journal cannot write.
    pub failing_since: Mutex<Option<Timestamp>>,
}

impl Faults for Wrong {
    fn faults(&self) -> Vec<Fault> {
        let fault = |code: &str, since| Fault { code: code.to_owned(), since };
        let mut faults = Vec::new();
        let failing = matches!(*self.journal.writing().borrow(), Writing::Failing(_));
        let mut since = self.failing_since.lock().unwrap_or_else(PoisonError::into_inner);
        *since = failing.then(|| since.unwrap_or_else(|| self.clock.now()));
        if failing {
            faults.push(fault("journal_failing", *since));
        }
        if self.alarms.get().is_some_and(|alarms| alarms.dropped() > 0) {
            faults.push(fault("record_incomplete", None));
        }
        faults
    }
}

/// A device's topics, by what they are for.
pub fn topics(device: DeviceId) -> BTreeMap<&'static str, String> {
    let words = topic::up::ALL.into_iter().chain(topic::down::ALL);
    words.map(|word| (word, topic::of(device, word))).collect()
}
