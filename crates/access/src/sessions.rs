//! Opening, raising and closing sessions.

use crate::{
    Access, AccessEvent, Ending, Way,
    acts::used_meanwhile,
    caller::Live,
    cookie::{self, Secret},
    known::Token,
};
use axum::http::{HeaderMap, HeaderValue, header};
use liengia_http::{Language, Problem};
use liengia_journal::{Actor, Commit, Context, Draft, Statement, statement};
use liengia_kernel::{AccountId, PersonId, Pii, SessionId};
use std::time::Duration;

/// How long a session lasts that bears a person's staff roles.
pub(crate) const STAFF: Duration = Duration::from_hours(12);

/// Most phones of one account that joined, and most of its other sessions; the one that was unused longest makes room.
const MAX_SESSIONS: usize = 20;

/// Most letters of what a phone is called.
pub(crate) const MAX_LABEL: usize = 80;

const SET_TOKEN: &str = "INSERT INTO access_tokens (commune, session, person, token, device, label, seen) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (commune, session) DO UPDATE SET \
                         token = excluded.token, device = excluded.device, seen = excluded.seen";
const DROP_TOKEN: &str = "DELETE FROM access_tokens WHERE commune = $1 AND session = $2";
const KNOW_DEVICE: &str = "INSERT INTO access_devices (commune, account, device, person, seen) VALUES ($1, $2, $3, $4, $5) \
                           ON CONFLICT (commune, account, device) DO UPDATE SET seen = excluded.seen";
const FORGET_DEVICES: &str = "DELETE FROM access_devices WHERE commune = $1 AND account = $2 AND device NOT IN \
                              (SELECT device FROM access_devices WHERE commune = $1 AND account = $2 \
                              ORDER BY seen DESC, device LIMIT 16)";
const SET_LANGUAGE: &str = "INSERT INTO access_people (commune, person, language) VALUES ($1, $2, $3) \
                            ON CONFLICT (commune, person) DO UPDATE SET language = excluded.language";

/// The browser at the door.
pub(crate) struct Door {
    /// The session that it holds already, if one lives.
    pub(crate) holds: Option<Live>,
    /// The key of the browser itself, if it has one.
    pub(crate) device: Option<Secret>,
    /// What its owner calls it.
    pub(crate) label: Pii<String>,
    /// The language that it speaks.
    pub(crate) language: Language,
}

/// A session on its way into the journal, and the secrets for its browser.
pub(crate) struct Opening {
    pub(crate) session: SessionId,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) beside: Vec<Statement>,
    token: Secret,
    device: Secret,
    age: Duration,
}

impl Access {
    /// The browser that sent these headers.
    pub(crate) fn door(&self, headers: &HeaderMap, label: Option<Pii<String>>) -> Door {
        Door {
            holds: self.held(headers),
            device: self.device(headers),
            label: label.unwrap_or_default(),
            language: Language::of(headers),
        }
    }

    /// The session that these headers open, if one lives.
    pub(crate) fn held(&self, headers: &HeaderMap) -> Option<Live> {
        cookie::token(headers, self.secure()).and_then(|token| self.session(&token))
    }

    /// The key of the browser that sent these headers, if it has one.
    pub(crate) fn device(&self, headers: &HeaderMap) -> Option<Secret> {
        cookie::secret(headers, cookie::DEVICE, self.secure())
    }

    /// Opens a session for this account; or, where its own phone session is at the door, raises that one. Whatever else
    /// the browser held ends: a session never passes from one person to another.
    pub(crate) fn opening(&self, account: AccountId, person: PersonId, way: Way, door: &Door) -> Opening {
        let now = self.now();
        let token = Secret::new(self.entropy());
        let device = door.device.unwrap_or_else(|| Secret::new(self.entropy()));
        let raises = door.holds.filter(|live| {
            live.session.account == account && live.session.way == Way::Join && way != Way::Join
        });
        let mut drafts = Vec::new();
        let mut beside = Vec::new();
        let (session, age) = if let Some(live) = raises {
            drafts.push(AccessEvent::SessionRaised { session: live.id, way, until: now + STAFF });
            (live.id, cookie::LONGEST)
        } else {
            let session = SessionId::new(now, self.entropy());
            let until = (way != Way::Join).then(|| now + STAFF);
            for (id, why) in self.making_room(account, way, door) {
                drafts.push(AccessEvent::SessionClosed { session: id, why });
                beside.push(statement!(DROP_TOKEN, self.journal().commune(), id));
            }
            drafts.push(AccessEvent::SessionOpened { session, account, person, way, until });
            (session, if until.is_some() { STAFF } else { cookie::LONGEST })
        };
        beside.extend(self.remembering(session, account, person, (&token, &device), door));
        let drafts = drafts.iter().map(Draft::of).collect();
        Opening { session, drafts, beside, token, device, age }
    }

    /// The sessions that end when one more is opened here. A phone that joined makes room for another one alone: whoever
    /// signs in ever so often does not silence the phone in somebody's pocket.
    fn making_room(&self, account: AccountId, way: Way, door: &Door) -> Vec<(SessionId, Ending)> {
        let mut ending: Vec<_> = door.holds.iter().map(|live| (live.id, Ending::Replaced)).collect();
        let known = self.known();
        let joins = |way| way == Way::Join;
        let mut theirs: Vec<_> = known
            .sessions
            .iter()
            .filter(|(_, session)| session.account == account && joins(session.way) == joins(way))
            .filter(|(id, _)| ending.iter().all(|(gone, _)| gone != *id))
            .map(|(id, session)| (session.seen, *id))
            .collect();
        theirs.sort_unstable();
        let surplus = (theirs.len() + 1).saturating_sub(MAX_SESSIONS);
        ending.extend(theirs.into_iter().take(surplus).map(|(_, id)| (id, Ending::TooMany)));
        ending
    }

    /// The vault's rows of a session that is opened.
    fn remembering(
        &self,
        session: SessionId,
        account: AccountId,
        person: PersonId,
        (token, device): (&Secret, &Secret),
        door: &Door,
    ) -> Vec<Statement> {
        let (commune, now) = (self.journal().commune(), self.now());
        let label = door.label.expose();
        vec![
            statement!(SET_TOKEN, commune, session, person, token.hash(), device.hash(), label, now),
            statement!(KNOW_DEVICE, commune, account, device.hash(), person, now),
            statement!(FORGET_DEVICES, commune, account),
            statement!(SET_LANGUAGE, commune, person, door.language.tag()),
        ]
    }

    /// Makes an opening, with what else belongs to it, durable and in force; gives the cookies for the browser.
    pub(crate) async fn open_door(&self, opening: Opening, commit: Commit) -> Result<Opened, Problem> {
        let drafts = commit.drafts.into_iter().chain(opening.drafts).collect();
        let beside = commit.beside.into_iter().chain(opening.beside).collect();
        let receipt =
            self.journal().commit(Commit { drafts, beside, ..commit }).await.map_err(used_meanwhile)?;
        self.settle(&receipt).await;
        let token = Token { session: opening.token.hash(), device: opening.device.hash() };
        self.known_mut().set_token(opening.session, token);
        let cookies = self.cookies(&opening.token, &opening.device, opening.age);
        Ok(Opened { session: opening.session, cookies })
    }

    /// Gives an open session new secrets: what its browser held before, if anything, opens nothing any more.
    pub(crate) async fn renew(&self, live: Live, door: &Door, context: Context) -> Result<Opened, Problem> {
        let token = Secret::new(self.entropy());
        let device = door.device.unwrap_or_else(|| Secret::new(self.entropy()));
        let Live { id, session } = live;
        let rows = self.remembering(id, session.account, session.person, (&token, &device), door);
        self.journal().commit(Commit::new(context, Vec::new()).beside(rows)).await?;
        self.known_mut().set_token(id, Token { session: token.hash(), device: device.hash() });
        let age = if session.until.is_some() { STAFF } else { cookie::LONGEST };
        Ok(Opened { session: id, cookies: self.cookies(&token, &device, age) })
    }

    /// Closes sessions: drafts, and the vault's rows.
    pub(crate) fn closing(&self, sessions: &[SessionId], why: Ending) -> (Vec<Draft>, Vec<Statement>) {
        let commune = self.journal().commune();
        let close = |session: &SessionId| Draft::of(&AccessEvent::SessionClosed { session: *session, why });
        let drop = |session: &SessionId| statement!(DROP_TOKEN, commune, *session);
        (sessions.iter().map(close).collect(), sessions.iter().map(drop).collect())
    }

    /// The sessions of an account that are known.
    pub(crate) fn sessions_of(&self, account: AccountId) -> Vec<SessionId> {
        let known = self.known();
        known.sessions.iter().filter(|(_, session)| session.account == account).map(|(id, _)| *id).collect()
    }

    fn cookies(&self, token: &Secret, device: &Secret, age: Duration) -> Cookies {
        let secure = self.secure();
        Cookies(vec![
            cookie::set(cookie::SESSION, token, secure, age),
            cookie::set(cookie::DEVICE, device, secure, cookie::LONGEST),
        ])
    }

    /// Takes the session's cookie back; the browser stays a known one.
    pub(crate) fn no_cookie(&self) -> Cookies {
        Cookies(vec![cookie::clear(cookie::SESSION, self.secure())])
    }

    /// Whether cookies travel by HTTPS alone.
    fn secure(&self) -> bool {
        self.0.config.origin.starts_with("https://")
    }

    /// The context of what a person does at the door, before there is a session.
    pub(crate) fn at_the_door(&self, person: PersonId, purpose: &'static str) -> Context {
        Context { actor: Actor::Person(person), purpose: purpose.into(), at: self.now() }
    }
}

/// A session that is open now, and the cookies for its browser.
pub(crate) struct Opened {
    pub(crate) session: SessionId,
    pub(crate) cookies: Cookies,
}

/// `Set-Cookie` headers.
#[derive(Clone)]
pub(crate) struct Cookies(pub(crate) Vec<String>);

impl axum::response::IntoResponseParts for Cookies {
    type Error = std::convert::Infallible;

    fn into_response_parts(
        self,
        mut answer: axum::response::ResponseParts,
    ) -> Result<axum::response::ResponseParts, Self::Error> {
        for cookie in self.0 {
            // Base64 and our own words are always a header's value.
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                answer.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        Ok(answer)
    }
}

/// A label as it is stored: composed, without control letters, cut to its length.
pub(crate) fn label(text: &Pii<String>) -> Pii<String> {
    let text = liengia_kernel::nfc(text.expose());
    Pii::new(text.chars().filter(|letter| !letter.is_control()).take(MAX_LABEL).collect())
}
