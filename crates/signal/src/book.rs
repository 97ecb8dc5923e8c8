//! The book of subscriptions: where each person's browsers are woken.
//!
//! Promises: what is in the book is in memory too, so that people are woken when the disk is dead; a subscription belongs
//! to the session that made it, and wakes nobody from the moment in which that ends; it goes when its session ends, its
//! person is erased, or its push service says that it is gone. It is the vault's: no entry knows an endpoint.

use crate::{
    outgoing::Reach,
    push::{BadSubscription, Subscription},
};
use liengia_journal::{BadColumn, Journal, Migration, Part, QueryError, Row, Statement, Vault, statement};
use liengia_kernel::{CommuneId, PersonId, SessionId, Timestamp};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    mem,
    sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockWriteGuard},
};

/// What signals bring to the database.
pub const PART: Part = Part {
    slice: "signal",
    migrations: &[
        Migration { name: "signal/0001_signal", sql: include_str!("../migrations/0001_signal.sql") },
        Migration { name: "signal/0002_cap_tests", sql: include_str!("../migrations/0002_cap_tests.sql") },
        Migration {
            name: "signal/0003_push_sessions",
            sql: include_str!("../migrations/0003_push_sessions.sql"),
        },
        Migration {
            name: "signal/0004_dead_letters",
            sql: include_str!("../migrations/0004_dead_letters.sql"),
        },
    ],
    views: &["cap_tests"],
    vault: &[
        Vault { table: "push_subscriptions", owner: "person" },
        Vault { table: "dead_letters", owner: "person" },
    ],
    apply: crate::cap::tried::apply,
};

/// Most browsers of one person; the oldest goes when one more comes.
const MOST_PER_PERSON: usize = 8;

/// One browser.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The hash of its endpoint, which names it.
    pub subscription: String,
    /// The language that its person reads.
    pub language: String,
    /// Where it is woken.
    pub wake: Subscription,
    /// The last push to it did not arrive.
    pub failing: Option<Failing>,
    session: SessionId,
    added_at: Timestamp,
}

/// Whether a session may still be woken.
pub type Lives = Box<dyn Fn(SessionId) -> bool + Send + Sync>;

/// Pushes to a browser do not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The first that did not.
    pub since: Timestamp,
    /// The word for what stood in the way last, see [`crate::push::Why::code`].
    pub why: String,
}

/// A browser that pushes do not reach, for whoever looks after the node. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// The name of the subscription.
    pub subscription: String,
    /// Its push service.
    pub service: String,
    /// Since when, and why.
    pub failing: Failing,
}

/// A subscription as a browser hands it in.
#[derive(Clone, Copy)]
pub struct Offer<'a> {
    /// Its address.
    pub endpoint: &'a str,
    /// Its public key.
    pub p256dh: &'a str,
    /// Its secret.
    pub auth: &'a str,
    /// The language that its person reads.
    pub language: &'a str,
}

/// Every person's browsers.
pub struct Book {
    commune: CommuneId,
    reach: Reach,
    lives: Lives,
    browsers: RwLock<BTreeMap<PersonId, Vec<Browser>>>,
    /// Browsers whose word for the last push changed since it was written.
    changed: Mutex<BTreeSet<String>>,
}

impl Book {
    /// Reads the book. Whom it wakes, `lives` is asked each time.
    pub async fn open(journal: &Journal, reach: Reach, lives: Lives) -> Result<Self, QueryError> {
        let sql = "SELECT person, language, endpoint, p256dh, auth, added_at, session, failing_since, failing_why \
                   FROM push_subscriptions WHERE commune = $1 ORDER BY added_at, subscription";
        let book = Self {
            commune: journal.commune(),
            reach,
            lives,
            browsers: RwLock::default(),
            changed: Mutex::default(),
        };
        for row in journal.query(statement!(sql, journal.commune())).await? {
            // One that cannot be used any more stays out, and goes with its person.
            if let Ok((person, browser)) = book.read(&row)? {
                book.lock().entry(person).or_default().push(browser);
            }
        }
        Ok(book)
    }

    fn read(&self, row: &Row) -> Result<Result<(PersonId, Browser), BadSubscription>, BadColumn> {
        let (person, added_at, session) = (row.parse(0)?, row.time(5)?, row.parse(6)?);
        let offer = Offer {
            language: row.text(1)?,
            endpoint: row.text(2)?,
            p256dh: row.text(3)?,
            auth: row.text(4)?,
        };
        let (since, why) = (row.maybe(7, Row::time)?, row.maybe(8, Row::text)?);
        let failing = since.zip(why).map(|(since, why)| Failing { since, why: why.to_owned() });
        Ok(self.browser(session, offer, added_at).map(|browser| (person, Browser { failing, ..browser })))
    }

    fn browser(
        &self,
        session: SessionId,
        offer: Offer<'_>,
        added_at: Timestamp,
    ) -> Result<Browser, BadSubscription> {
        let wake = Subscription::new(offer.endpoint, offer.p256dh, offer.auth, self.reach)?;
        let subscription = named(offer.endpoint);
        let language = offer.language.to_owned();
        Ok(Browser { subscription, language, wake, failing: None, session, added_at })
    }

    fn lock(&self) -> RwLockWriteGuard<'_, BTreeMap<PersonId, Vec<Browser>>> {
        self.browsers.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The browser that is offered, and the statements that keep it; [`Self::put`] it once they are durable.
    pub fn keeping(
        &self,
        (person, session): (PersonId, SessionId),
        offer: Offer<'_>,
        at: Timestamp,
    ) -> Result<(Browser, Vec<Statement>), BadSubscription> {
        let browser = self.browser(session, offer, at)?;
        let mut statements = vec![statement!(
            "INSERT INTO push_subscriptions \
             (commune, subscription, person, language, endpoint, p256dh, auth, added_at, session) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
             WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE commune = $1 AND owner = $3) ON CONFLICT (commune, subscription) DO UPDATE SET \
             person = excluded.person, language = excluded.language, p256dh = excluded.p256dh, \
             auth = excluded.auth, session = excluded.session, failing_since = NULL, failing_why = NULL",
            self.commune,
            &browser.subscription,
            person,
            offer.language,
            offer.endpoint,
            offer.p256dh,
            offer.auth,
            at,
            session
        )];
        let known = self.all_of(person);
        let others = known.iter().filter(|other| other.subscription != browser.subscription);
        let surplus = others.clone().count().saturating_sub(MOST_PER_PERSON - 1);
        statements.extend(others.take(surplus).map(|old| self.forgetting(&old.subscription)));
        Ok((browser, statements))
    }

    /// The statement that forgets a browser.
    pub fn forgetting(&self, subscription: &str) -> Statement {
        statement!(
            "DELETE FROM push_subscriptions WHERE commune = $1 AND subscription = $2",
            self.commune,
            subscription
        )
    }

    /// Takes a browser in, once it is kept.
    pub fn put(&self, person: PersonId, browser: Browser) {
        self.remove(&browser.subscription);
        let mut browsers = self.lock();
        let own = browsers.entry(person).or_default();
        own.push(browser);
        own.sort_by_key(|browser| browser.added_at);
        let surplus = own.len().saturating_sub(MOST_PER_PERSON);
        own.drain(..surplus);
    }

    /// Notes whether the last push to a browser arrived, or why it did not. Whether there is such a browser.
    pub fn note(&self, subscription: &str, failed: Option<&str>, at: Timestamp) -> bool {
        let mut browsers = self.lock();
        let known = browsers.values_mut().flatten().find(|browser| browser.subscription == subscription);
        let Some(browser) = known else { return false };
        let failing = failed.map(|why| {
            let since = browser.failing.as_ref().map_or(at, |failing| failing.since);
            Failing { since, why: why.to_owned() }
        });
        if browser.failing != failing {
            browser.failing = failing;
            self.changed().insert(subscription.to_owned());
        }
        true
    }

    /// The browsers that pushes do not reach, the longest first.
    pub fn unreached(&self) -> Vec<Unreached> {
        let browsers = self.browsers.read().unwrap_or_else(PoisonError::into_inner);
        let woken = browsers.values().flatten().filter(|browser| (self.lives)(browser.session));
        let unreached = woken.filter_map(|browser| {
            let (subscription, service) = (browser.subscription.clone(), browser.wake.origin());
            Some(Unreached { subscription, service, failing: browser.failing.clone()? })
        });
        let mut unreached: Vec<Unreached> = unreached.collect();
        unreached.sort_by_key(|unreached| unreached.failing.since);
        unreached
    }

    /// Which browsers' words changed since this was asked last, and the statements that keep them.
    pub fn unkept(&self) -> (BTreeSet<String>, Vec<Statement>) {
        let changed = mem::take(&mut *self.changed());
        let browsers = self.browsers.read().unwrap_or_else(PoisonError::into_inner);
        let known = browsers.values().flatten().filter(|browser| changed.contains(&browser.subscription));
        let keep = known.map(|browser| {
            let failing = browser.failing.as_ref();
            statement!(
                "UPDATE push_subscriptions SET failing_since = $3, failing_why = $4 \
                 WHERE commune = $1 AND subscription = $2",
                self.commune,
                &browser.subscription,
                failing.map(|failing| failing.since),
                failing.map(|failing| failing.why.clone())
            )
        });
        let keep = keep.collect();
        (changed, keep)
    }

    /// These could not be kept after all.
    pub fn still_unkept(&self, changed: BTreeSet<String>) {
        self.changed().extend(changed);
    }

    fn changed(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a browser out.
    pub fn remove(&self, subscription: &str) {
        let mut browsers = self.lock();
        browsers.values_mut().for_each(|own| own.retain(|browser| browser.subscription != subscription));
        browsers.retain(|_, own| !own.is_empty());
    }

    /// Takes the browsers of ended sessions out; gives the statements that forget them, none where there was none.
    pub fn remove_ended(&self) -> Vec<Statement> {
        let mut browsers = self.lock();
        let sessions: BTreeSet<SessionId> =
            browsers.values().flatten().map(|browser| browser.session).collect();
        let ended: BTreeSet<SessionId> =
            sessions.into_iter().filter(|session| !(self.lives)(*session)).collect();
        browsers.values_mut().for_each(|own| own.retain(|browser| !ended.contains(&browser.session)));
        browsers.retain(|_, own| !own.is_empty());
        ended.into_iter().map(|session| self.forgetting_session(session)).collect()
    }

    fn forgetting_session(&self, session: SessionId) -> Statement {
        statement!(
            "DELETE FROM push_subscriptions WHERE commune = $1 AND session = $2",
            self.commune,
            session
        )
    }

    /// How many browsers are in it.
    pub fn len(&self) -> usize {
        self.browsers.read().unwrap_or_else(PoisonError::into_inner).values().map(Vec::len).sum()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The browsers in which a person may be woken now, the oldest first.
    pub fn of(&self, person: PersonId) -> Vec<Browser> {
        let mut browsers = self.all_of(person);
        browsers.retain(|browser| (self.lives)(browser.session));
        browsers
    }

    fn all_of(&self, person: PersonId) -> Vec<Browser> {
        self.browsers.read().unwrap_or_else(PoisonError::into_inner).get(&person).cloned().unwrap_or_default()
    }
}

/// The name of the subscription at this endpoint: its hash, which tells nobody where it is.
pub fn named(endpoint: &str) -> String {
    Sha256::digest(endpoint.as_bytes()).iter().fold(String::with_capacity(64), |mut name, byte| {
        // Writing to a text cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}
