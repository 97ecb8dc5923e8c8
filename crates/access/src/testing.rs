//! A node with a small tree and a person of every role, for the tests of the capabilities.
//!
//! ```text
//! commune ── village 1 ── team 1 (next door to team 2) ── household 1 (members: two people), household 2
//!        │            └─ team 2 ── household 3
//!        └─ village 2 ── team 3 ── household 4
//! ```

use crate::{
    Access, AccessConfig, AccessEvent, Action, Built, Caller, Directory, HomeFound, Named, Names, PART,
    PasswordCost, PlaceKind, Role, Routes, Scope, Way, sessions::Door,
};
use axum::http::{Method, Request, header};
use axum::{Router, body::Body};
use liengia_http::{
    Language, Origins, ShellConfig,
    testing::{Answer, request, send},
};
use liengia_journal::{
    Commit, Draft, Journal, Part, QueryError,
    testing::{Engine, Fresh, context},
};
use liengia_kernel::{
    AccountId, HouseholdId, PersonId, Pii, PlaceId, SeededEntropy, SimulatedClock, SystemEntropy, TeamId,
    Timestamp,
};
use serde_json::Value;
use std::{collections::BTreeMap, pin::Pin, sync::Arc};

/// When the tests' clock starts.
pub const START: Timestamp = Timestamp::from_seconds(1_787_000_000);

/// The one commune.
pub const COMMUNE_PLACE: PlaceId = PlaceId::from_bytes([1; 16]);
/// Its villages.
pub const VILLAGES: [PlaceId; 2] = [PlaceId::from_bytes([2; 16]), PlaceId::from_bytes([3; 16])];
/// Teams 1 and 2 stand in village 1 and are next door to each other, team 3 stands in village 2.
pub const TEAMS: [TeamId; 3] =
    [TeamId::from_bytes([11; 16]), TeamId::from_bytes([12; 16]), TeamId::from_bytes([13; 16])];
/// Households 1 and 2 are in team 1, 3 in team 2, 4 in team 3.
pub const HOUSEHOLDS: [HouseholdId; 4] = [
    HouseholdId::from_bytes([21; 16]),
    HouseholdId::from_bytes([22; 16]),
    HouseholdId::from_bytes([23; 16]),
    HouseholdId::from_bytes([24; 16]),
];

/// The person who has this role in the test's tree: a member of household 1, the leader and deputy of team 1, all
/// others for the whole commune.
pub const fn person(role: Role) -> PersonId {
    PersonId::from_bytes([100 + role as u8; 16])
}

/// A second member of household 1; a member of household 2, 3 and 4.
pub const NEIGHBOURS: [PersonId; 4] = [
    PersonId::from_bytes([121; 16]),
    PersonId::from_bytes([122; 16]),
    PersonId::from_bytes([123; 16]),
    PersonId::from_bytes([124; 16]),
];

/// Says that [`NEIGHBOURS`] and the member of household 1 live where they are members, and knows no names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbourhood;

impl Directory for Neighbourhood {
    fn names<'a>(
        &'a self,
        _: &'a [Named],
    ) -> Pin<Box<dyn Future<Output = Result<Names, QueryError>> + Send + 'a>> {
        Box::pin(async { Ok(Names::new()) })
    }

    fn home_of(&self, asked: PersonId) -> HomeFound<'_> {
        let mut homes = NEIGHBOURS.iter().zip(HOUSEHOLDS);
        let home = homes.find(|(person, _)| **person == asked).map(|(_, home)| home);
        let member = asked == person(Role::HouseholdMember);
        Box::pin(async move { Ok(if member { Some(HOUSEHOLDS[0]) } else { home }) })
    }
}

/// The node.
pub struct House {
    /// Accounts, sessions, roles.
    pub access: Access,
    /// The journal beneath.
    pub journal: Journal,
    /// The clock, which stands until it is moved.
    pub clock: Arc<SimulatedClock>,
    parts: Vec<Part>,
    /// Keeps the database.
    fresh: Arc<Fresh>,
}

/// Somebody's browser: the router, and the cookies that it holds.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    /// Cookie by name.
    pub cookies: BTreeMap<String, String>,
    /// The language that it asks for.
    pub language: &'static str,
}

impl House {
    /// A node on this engine with these capabilities besides access.
    ///
    /// # Panics
    /// Where the database is not there.
    pub async fn on(engine: Engine, parts: &[Part]) -> Self {
        Self::with(engine, parts, |_| Arc::new(Neighbourhood)).await
    }

    /// The same, with names from this directory.
    ///
    /// # Panics
    /// Where the database is not there.
    pub async fn with(
        engine: Engine,
        parts: &[Part],
        directory: impl FnOnce(&Journal) -> Arc<dyn Directory>,
    ) -> Self {
        let house = Self::empty(engine, parts, directory).await;
        let mut drafts: Vec<Draft> = sample_tree().iter().map(Draft::of).collect();
        drafts.extend(grants().iter().map(Draft::of));
        let receipt =
            house.journal.commit(Commit::new(context(START.as_seconds()), drafts)).await.expect("the tree");
        house.access.caught_up(receipt.seq).await;
        house
    }

    /// A node on which nobody is and nothing stands.
    ///
    /// # Panics
    /// Where the database is not there.
    pub async fn empty(
        engine: Engine,
        parts: &[Part],
        directory: impl FnOnce(&Journal) -> Arc<dyn Directory>,
    ) -> Self {
        let fresh = Fresh::new(engine).await;
        let parts: Vec<Part> = std::iter::once(PART).chain(parts.iter().copied()).collect();
        let journal = fresh.open(&parts).await;
        let clock = Arc::new(SimulatedClock::new(START));
        let access = open(journal.clone(), &clock, directory(&journal)).await;
        Self { access, journal, clock, parts, fresh: Arc::new(fresh) }
    }

    /// The same node after a restart, on the same database and clock; this one must write no more.
    ///
    /// # Panics
    /// Where the database is not there.
    pub async fn reopened(&self) -> Self {
        let journal = self.fresh.open(&self.parts).await;
        let (clock, fresh) = (self.clock.clone(), self.fresh.clone());
        let access = open(journal.clone(), &clock, Arc::new(Neighbourhood)).await;
        Self { access, journal, clock, parts: self.parts.clone(), fresh }
    }

    /// The routes, finished, with the shell around them.
    ///
    /// # Panics
    /// Never: the origin is good.
    pub fn serve(&self, routes: Routes) -> Router {
        let Built { router, .. } = routes.build(&self.access);
        let origins = Origins::new(["http://localhost:8080"]).expect("an origin");
        let entropy = Arc::new(SeededEntropy::new(12));
        liengia_http::shell(router, ShellConfig::new(origins, self.clock.clone(), entropy)).0
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self, router: &Router) -> Browser {
        Browser { router: router.clone(), cookies: BTreeMap::new(), language: "en" }
    }

    /// A browser in which this person is signed in, with all of their roles; their account is made if there is none.
    ///
    /// # Panics
    /// Where the journal refuses.
    pub async fn browser_of(&self, router: &Router, person: PersonId, way: Way) -> Browser {
        let known = self.access.known().account_of.get(&person).copied();
        let account = known.unwrap_or_else(|| account_of(person));
        let mut commit = Commit::new(context(self.access.now().as_seconds()), Vec::new());
        if known.is_none() {
            commit.drafts.push(Draft::of(&AccessEvent::AccountAdded { account, person, login: None }));
        }
        let door = Door { holds: None, device: None, label: Pii::default(), language: Language::En };
        let opening = self.access.opening(account, person, way, &door);
        let opened = self.access.open_door(opening, commit).await.expect("a session");
        let mut browser = self.browser(router);
        for cookie in opened.cookies.0 {
            browser.take(&cookie);
        }
        browser
    }

    /// This person at an event stream that declares these actions.
    ///
    /// # Panics
    /// Where the journal refuses.
    pub async fn caller(
        &self,
        router: &Router,
        person: PersonId,
        way: Way,
        actions: &'static [Action],
    ) -> Caller {
        self.caller_in(&self.browser_of(router, person, way).await, actions)
    }

    /// Whoever is signed in in this browser.
    ///
    /// # Panics
    /// If nobody is.
    pub fn caller_in(&self, browser: &Browser, actions: &'static [Action]) -> Caller {
        let live = self.access.held(browser.request(Method::GET, "/", None).headers()).expect("a session");
        Caller::of(&self.access, live, actions)
    }

    /// A browser of the person who has this role, see [`person`].
    ///
    /// # Panics
    /// Where the journal refuses.
    pub async fn as_role(&self, router: &Router, role: Role) -> Browser {
        let way = if role.is_staff() { Way::Password } else { Way::Join };
        self.browser_of(router, person(role), way).await
    }
}

/// The account that a person gets here. Not the person's own bytes: entries about the one are none about the other.
fn account_of(person: PersonId) -> AccountId {
    let mut bytes = *person.as_bytes();
    bytes[0] ^= 0x80;
    AccountId::from_bytes(bytes)
}

impl Browser {
    fn take(&mut self, cookie: &str) {
        if let Some((name, rest)) = cookie.split_once('=') {
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// A request that a page in this browser would send.
    ///
    /// # Panics
    /// Where the cookies cannot be written.
    pub fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Request<Body> {
        let mut request = request(method, path, body);
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = request.headers_mut();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().expect("cookies"));
        }
        headers.insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_static(self.language));
        request
    }

    /// Sends a request, and keeps the cookies of the answer.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = send(&self.router, request).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            self.take(cookie.to_str().unwrap_or_default());
        }
        answer
    }

    /// `GET`.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, None)).await
    }

    /// `POST`.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path, Some(body))).await
    }

    /// `PUT`.
    pub async fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path, Some(body))).await
    }

    /// `PATCH`.
    pub async fn patch(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PATCH, path, Some(body))).await
    }

    /// `DELETE`, with or without a body.
    pub async fn delete(&mut self, path: &str, body: Option<&Value>) -> Answer {
        self.send(self.request(Method::DELETE, path, body)).await
    }
}

async fn open(journal: Journal, clock: &Arc<SimulatedClock>, directory: Arc<dyn Directory>) -> Access {
    let config = AccessConfig {
        clock: clock.clone(),
        // Two nodes on one database must not make the same ids.
        entropy: Arc::new(SystemEntropy),
        directory,
        origin: "http://localhost:8080".into(),
        origins: Origins::new(["http://localhost:8080"]).expect("an origin"),
        password_cost: PasswordCost { memory: 64, passes: 1 },
        utc_offset_hours: 7,
    };
    Access::open(journal, config).await.expect("access opens")
}

/// The entries that make the sample tree.
pub fn sample_tree() -> Vec<AccessEvent> {
    let place = |place, parent, place_kind, name: &str| AccessEvent::PlaceAdded {
        place,
        parent,
        place_kind,
        name: name.into(),
    };
    let home = |n: usize, village: usize, team: usize| AccessEvent::HouseholdPlaced {
        household: HOUSEHOLDS[n],
        place: VILLAGES[village],
        team: Some(TEAMS[team]),
    };
    vec![
        place(COMMUNE_PLACE, None, PlaceKind::Commune, "Xã Bình Yên"),
        place(VILLAGES[0], Some(COMMUNE_PLACE), PlaceKind::Village, "Thôn Đông"),
        place(VILLAGES[1], Some(COMMUNE_PLACE), PlaceKind::Village, "Thôn Tây"),
        AccessEvent::TeamPlaced { team: TEAMS[0], place: VILLAGES[0] },
        AccessEvent::TeamPlaced { team: TEAMS[1], place: VILLAGES[0] },
        AccessEvent::TeamPlaced { team: TEAMS[2], place: VILLAGES[1] },
        AccessEvent::TeamAdjoins { team: TEAMS[0], teams: vec![TEAMS[1]] },
        home(0, 0, 0),
        home(1, 0, 0),
        home(2, 0, 1),
        home(3, 1, 2),
    ]
}

fn grants() -> Vec<AccessEvent> {
    use strum::VariantArray;
    let grant = |person, role, scope| AccessEvent::RoleGranted { person, role, scope };
    let mut grants: Vec<_> =
        Role::VARIANTS.iter().map(|role| grant(person(*role), *role, seat(*role))).collect();
    let homes = [HOUSEHOLDS[0], HOUSEHOLDS[1], HOUSEHOLDS[2], HOUSEHOLDS[3]];
    grants.extend(
        NEIGHBOURS.iter().zip(homes).map(|(person, home)| grant(*person, Role::HouseholdMember, home.into())),
    );
    grants
}

/// Where [`person`] holds their role.
pub const fn seat(role: Role) -> Scope {
    match role {
        Role::HouseholdMember => Scope::Household(HOUSEHOLDS[0]),
        Role::TeamLeader | Role::TeamDeputy => Scope::Team(TEAMS[0]),
        _ => Scope::Place(COMMUNE_PLACE),
    }
}

/// Runs `test` on a fresh [`House`] with these capabilities, on SQLite and then on PostgreSQL.
///
/// # Panics
/// Where the test does.
pub async fn on_both<F: Future<Output = ()>>(parts: &[Part], mut test: impl FnMut(House) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        test(House::on(engine, parts).await).await;
    }
}
