//! The service that everything else asks.

use crate::{
    AccessEvent, Directory, PasswordCost, SignInCounts,
    acts::SetUp,
    at_work::{AtWork, Paces},
    caller::Live,
    gate::Gate,
    known::{Known, Token},
    passkey::Questions,
    passwords::Passwords,
    rules::{self, Grant, Tree},
    tend::rounds,
    views::{LOAD, loaded, read},
};
use liengia_http::Origins;
use liengia_journal::{Journal, QueryError, Receipt, Statement, statement};
use liengia_kernel::{Clock, Entropy, SessionId, Timestamp};
use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak},
    time::Duration,
};
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};

/// Most endings of sessions that a slow event stream may lag behind before it looks for itself.
const MAX_ENDINGS: usize = 256;

/// How exactly it is known when a session was last used.
const SEEN_STEP: Duration = Duration::from_mins(1);

/// What access is made of.
pub struct AccessConfig {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids and secrets.
    pub entropy: Arc<dyn Entropy>,
    /// Knows the names of people, households and teams.
    pub directory: Arc<dyn Directory>,
    /// Where people open pages, `https://host[:port]`: it stands in links and codes.
    pub origin: String,
    /// All origins of our own pages; a passkey hangs on the host of the one where it was made.
    pub origins: Origins,
    /// How much work one password is.
    pub password_cost: PasswordCost,
    /// By how many hours the clocks of the place are ahead of UTC.
    pub utc_offset_hours: i8,
}

/// Why access did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenAccessError {
    /// The journal could not tell what is known.
    #[error("sessions and roles cannot be read: {0}")]
    Query(#[from] QueryError),
}

/// Accounts, sessions, roles and the tree of scopes. Clones share one state.
#[derive(Clone)]
pub struct Access(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) journal: Journal,
    pub(crate) config: AccessConfig,
    known: RwLock<Known>,
    /// The `seq` up to which `known` is a fold of the journal.
    folded: watch::Sender<u64>,
    /// Closed when nothing is folded any more.
    following: watch::Receiver<()>,
    endings: broadcast::Sender<SessionId>,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
    pub(crate) gate: Gate,
    pub(crate) passwords: Passwords,
    pub(crate) set_up: SetUp,
    /// Held while a login, a passkey or a code is looked for and added, used or removed: one after the other.
    pub(crate) logins: tokio::sync::Mutex<()>,
    pub(crate) questions: Questions,
    pub(crate) at_work: AtWork,
    pub(crate) paces: Paces,
}

impl Access {
    /// Reads what is known, and follows the journal from there.
    pub async fn open(journal: Journal, config: AccessConfig) -> Result<Self, OpenAccessError> {
        let commune = journal.commune();
        let questions: Vec<Statement> = LOAD.iter().map(|sql| statement!(*sql, commune)).collect();
        let (seq, facts) = journal.read_all(questions, read).await?;
        let known = loaded(facts);
        let entropy = config.entropy.clone();
        let (follows, following) = watch::channel(());
        let access = Self(Arc::new(Inner {
            gate: Gate::new(config.clock.clone(), &*entropy),
            passwords: Passwords::new(config.password_cost, &*entropy),
            set_up: SetUp::default(),
            logins: tokio::sync::Mutex::new(()),
            questions: Questions::default(),
            at_work: AtWork::default(),
            paces: Paces::default(),
            journal,
            config,
            known: RwLock::new(known),
            folded: watch::Sender::new(seq),
            following,
            endings: broadcast::channel(MAX_ENDINGS).0,
            tasks: std::sync::Mutex::new(Vec::new()),
        }));
        let (inner, entries) = (Arc::downgrade(&access.0), access.0.journal.subscribe(seq));
        let following = tokio::spawn(async move {
            // However it ends, even in a panic, whoever waits for the end of this hears of it.
            let _follows = follows;
            follow(inner, entries).await;
        });
        let tending = tokio::spawn(rounds(Arc::downgrade(&access.0)));
        *access.0.tasks.lock().unwrap_or_else(PoisonError::into_inner) = vec![following, tending];
        Ok(access)
    }

    /// The journal beneath.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.0.config.clock.now()
    }

    /// The source of ids and secrets.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.0.config.entropy
    }

    /// Where people open pages.
    pub fn origin(&self) -> &str {
        &self.0.config.origin
    }

    /// How sign-ins ended since the start, for /metrics.
    pub fn counts(&self) -> &SignInCounts {
        &self.0.gate.counts
    }

    /// Looks at the tree of scopes: `access.tree(|tree| tree.team_of(node))`. Keep it short; writers wait.
    pub fn tree<T>(&self, look: impl FnOnce(&Tree) -> T) -> T {
        look(&self.known().tree)
    }

    /// The version of each place: the `seq` of its last entry.
    pub async fn place_versions(
        &self,
    ) -> Result<std::collections::BTreeMap<liengia_kernel::PlaceId, u64>, liengia_journal::QueryError> {
        let sql = "SELECT place, version FROM access_places WHERE commune = $1";
        let rows = self.journal().query(liengia_journal::statement!(sql, self.journal().commune())).await?;
        rows.iter().map(|row| Ok((row.parse(0)?, row.count(1)?))).collect()
    }

    /// Whether a browser that is not asking now may do this to that, with the roles that its person has now.
    pub fn may(&self, session: SessionId, action: rules::Action, target: rules::Target) -> bool {
        self.live(session).is_some_and(|live| self.allows(&live, action, target).is_some())
    }

    /// The roles of a person.
    pub fn grants_of(&self, person: liengia_kernel::PersonId) -> Vec<Grant> {
        self.known().grants_of(person).to_vec()
    }

    /// Who has a role for this household or team itself, whether or not the register knows them: a phone that joined by
    /// a code without a name is somebody too. From memory, and without a look at anybody else.
    pub fn holders_of(&self, scope: rules::Scope) -> Vec<liengia_kernel::PersonId> {
        self.known().holders_of(scope).to_vec()
    }

    /// Waits until everything up to this entry is known here. Every commit through a permit has waited already.
    pub async fn caught_up(&self, seq: u64) {
        // The sender lives as long as `self`.
        let _ = self.0.folded.subscribe().wait_for(|folded| *folded >= seq).await;
    }

    /// The `seq` up to which everything is known here.
    pub fn folded(&self) -> u64 {
        *self.0.folded.borrow()
    }

    /// Waits until the journal is followed no more: sessions and roles would stay as they were then.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let mut following = self.0.following.clone();
        async move { while following.changed().await.is_ok() {} }
    }

    /// The ids of sessions as they end, for event streams; [`crate::Caller::ended`] is easier.
    pub fn endings(&self) -> broadcast::Receiver<SessionId> {
        self.0.endings.subscribe()
    }

    /// Waits until what a commit changed about places, roles and sessions is in force here.
    pub(crate) async fn settle(&self, receipt: &Receipt) {
        if let Some(entry) = receipt.entries.iter().rfind(|entry| &*entry.slice == "access") {
            self.caught_up(entry.seq).await;
        }
    }

    /// Notes that a session was used.
    pub(crate) fn saw(&self, live: &Live) {
        let now = self.now();
        if now.since(live.session.seen) >= SEEN_STEP
            && let Some(session) = self.known_mut().sessions.get_mut(&live.id)
        {
            session.seen = now;
        }
    }

    pub(crate) fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn known_mut(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.known.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who holds these secrets, if the session lives.
    pub(crate) fn session(&self, token: &Token) -> Option<Live> {
        let now = self.now();
        let known = self.known();
        let (id, session) = known.session_of(&token.session)?;
        let bound = session.token.is_some_and(|known| known.device == token.device);
        (bound && session.lives(now)).then_some(Live { id, session })
    }

    /// The roles that this session bears now.
    pub(crate) fn borne(&self, live: &Live) -> Vec<Grant> {
        let raised = live.session.bears_all(self.now());
        let known = self.known();
        let grants = known.grants_of(live.session.person).iter();
        grants.filter(|grant| raised || !grant.role.is_staff()).copied().collect()
    }

    /// Whether a session lives still, and as it stands now.
    pub(crate) fn live(&self, id: SessionId) -> Option<Live> {
        let session = *self.known().sessions.get(&id)?;
        session.lives(self.now()).then_some(Live { id, session })
    }

    /// Whether a session lives still.
    pub fn is_signed_in(&self, session: SessionId) -> bool {
        self.live(session).is_some()
    }

    /// Whether alarms may still wake the phone of this session: it lives, and with a role that reads alarms somewhere.
    pub fn may_be_woken(&self, session: SessionId) -> bool {
        let Some(live) = self.live(session) else { return false };
        let grants = self.borne(&live);
        let reach = self.tree(|tree| rules::reach(tree, &grants, rules::Action::ReadAlarms));
        reach.everywhere || !reach.nodes.is_empty()
    }

    pub(crate) fn allows(&self, live: &Live, action: rules::Action, target: rules::Target) -> Option<Grant> {
        let grants = self.borne(live);
        rules::allows(&self.known().tree, live.session.person, &grants, action, target)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(JoinHandle::abort);
    }
}

/// Folds the journal's entries into what is known.
async fn follow(access: Weak<Inner>, mut entries: liengia_journal::Subscription) {
    loop {
        let entry = match entries.next().await {
            Ok(Some(entry)) => entry,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(%error, "access cannot follow the journal");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let Some(inner) = access.upgrade() else { return };
        let access = Access(inner);
        if &*entry.slice == "access" {
            match entry.event::<AccessEvent>() {
                Ok(event) => {
                    let ended = access.known_mut().apply(event, entry.at);
                    for session in ended {
                        // Nobody follows events: then nobody needs it.
                        let _ = access.0.endings.send(session);
                    }
                }
                Err(error) => tracing::error!(%error, "access cannot read an entry"),
            }
        }
        access.0.folded.send_replace(entry.seq);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::House;
    use liengia_journal::testing::Engine;

    #[tokio::test]
    async fn it_is_told_when_nothing_is_followed_any_more() {
        let house = House::on(Engine::Sqlite, &[]).await;
        let ended = house.access.ended();
        tokio::pin!(ended);
        assert!(futures_util::FutureExt::now_or_never(&mut ended).is_none(), "it follows");
        house.access.0.tasks.lock().unwrap()[0].abort();
        ended.await;
    }
}
