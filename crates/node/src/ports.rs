//! What fire safety asks about the rest of the node: whose phones are reached, and what is wrong.

use crate::{alarm_loop::reaches_telephones, backups::Backups, tls::Certificates};
use liengia_fire::{
    live::Alarms,
    settings::{Fault, Faults, Phones, Push},
};
use liengia_journal::{Journal, Writing};
use liengia_kernel::{Clock, DeviceId, PersonId, SessionId, Timestamp};
use liengia_signal::{book::Book, hook::Hook, mqtt::topic};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// How long before its end a certificate is a fault: time to have somebody come.
pub const CERTIFICATE_WARNING: Duration = Duration::from_hours(7 * 24);

/// Most open screens of one session: one browser's tabs share one, so these are many.
const MOST_OF_A_SESSION: usize = 8;

/// Most open screens of one person, on all of their phones and desks.
const MOST_OF_A_PERSON: usize = 32;

/// Whose screens are open, by person.
///
/// One more than may be ends the oldest instead of being refused: a phone that lost its network leaves a screen that
/// looks open for minutes, and the new one is where its person looks.
#[derive(Clone, Default)]
pub struct Screens {
    open: Arc<Mutex<BTreeMap<PersonId, Vec<Screen>>>>,
    changed: watch::Sender<()>,
    attended: Arc<AtomicBool>,
}

/// An open screen as it is counted, in the order in which they were opened.
struct Screen {
    session: SessionId,
    /// It may read the board; an officer's own phone is not the desk.
    board: bool,
    end: Arc<Notify>,
}

/// An open screen of a person, until it is dropped.
pub struct Open {
    screens: Screens,
    person: PersonId,
    end: Arc<Notify>,
}

impl Screens {
    /// Counts a screen of this person while the answer lives; `board` is true of one that may read the board.
    pub fn open(&self, person: PersonId, session: SessionId, board: bool) -> Open {
        let end = Arc::new(Notify::new());
        {
            let mut open = self.lock();
            let theirs = open.entry(person).or_default();
            theirs.push(Screen { session, board, end: end.clone() });
            let of_session = theirs.iter().filter(|screen| screen.session == session).count();
            if of_session > MOST_OF_A_SESSION {
                end_oldest(theirs, |screen| screen.session == session);
            }
            if theirs.len() > MOST_OF_A_PERSON {
                end_oldest(theirs, |_| true);
            }
        }
        self.changed.send_replace(());
        Open { screens: self.clone(), person, end }
    }

    /// Whether this person has the board open.
    pub fn at_desk(&self, person: PersonId) -> bool {
        self.lock().get(&person).is_some_and(|theirs| theirs.iter().any(|screen| screen.board))
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

    fn lock(&self) -> MutexGuard<'_, BTreeMap<PersonId, Vec<Screen>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end_oldest(screens: &mut Vec<Screen>, of: impl Fn(&Screen) -> bool) {
    if let Some(oldest) = screens.iter().position(of) {
        screens.remove(oldest).end.notify_one();
    }
}

impl Open {
    /// Ends when this screen has to make room for a newer one.
    pub async fn ended(&self) {
        self.end.notified().await;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut open = self.screens.lock();
        if let Some(theirs) = open.get_mut(&self.person) {
            theirs.retain(|screen| !Arc::ptr_eq(&screen.end, &self.end));
            if theirs.is_empty() {
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

    fn at_desk(&self, officer: PersonId) -> bool {
        // A screen that is loaded anew leaves the desk attended for a while.
        self.screens.at_desk(officer) || self.screens.desk_attended()
    }

    fn push(&self, person: PersonId) -> Push {
        let browsers = self.book.of(person);
        match browsers.iter().find(|browser| browser.failing.is_none()) {
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
    /// Whether there is a number to call while nobody sits at the desk.
    pub on_call: bool,
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
        if !self.hook.as_ref().is_some_and(reaches_telephones) {
            faults.push(Fault::new("no_gateway", None));
        } else if !self.on_call {
            faults.push(Fault::new("no_on_call", None));
        }
        faults
    }
}

/// A device's topics, by what they are for.
pub fn topics(device: DeviceId) -> BTreeMap<&'static str, String> {
    let words = topic::up::ALL.into_iter().chain(topic::down::ALL);
    words.map(|word| (word, topic::of(device, word))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAN: PersonId = PersonId::from_bytes([1; 16]);

    fn session(n: u8) -> SessionId {
        SessionId::from_bytes([n; 16])
    }

    async fn is_over(screen: &Open) -> bool {
        tokio::time::timeout(Duration::ZERO, screen.ended()).await.is_ok()
    }

    #[tokio::test]
    async fn a_ninth_screen_of_a_session_ends_its_first_and_no_other() {
        let screens = Screens::default();
        let elsewhere = screens.open(LAN, session(2), true);
        let mut open: Vec<Open> = (0..9).map(|_| screens.open(LAN, session(1), false)).collect();
        assert!(is_over(&open[0]).await);
        for screen in open.iter().skip(1).chain([&elsewhere]) {
            assert!(!is_over(screen).await);
        }
        open.clear();
        assert!(screens.has(LAN) && screens.at_desk(LAN));
        drop(elsewhere);
        assert!(!screens.has(LAN));
    }

    #[tokio::test]
    async fn a_thirty_third_screen_of_a_person_ends_their_first() {
        let screens = Screens::default();
        let open: Vec<Open> = (0..33).map(|n| screens.open(LAN, session(n / 8), false)).collect();
        assert!(is_over(&open[0]).await);
        for screen in open.iter().skip(1) {
            assert!(!is_over(screen).await);
        }
    }
}
