//! The first set-up: the commune, and its first administrator.

use super::Act;
use crate::{
    Access, AccessError, AccessEvent, PlaceKind, Role, Scope, Way,
    cookie::Code,
    rules::Login,
    sessions::{Door, Opened},
};
use liengia_http::Problem;
use liengia_journal::{Commit, Draft, Hash, statement};
use liengia_kernel::{AccountId, PersonId, Pii, PlaceId, Timestamp};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long the printed link is good.
const SET_UP: Duration = Duration::from_hours(24);

const SET_NAME: &str = "INSERT INTO access_people (commune, person, name, language) VALUES ($1, $2, $3, $4) \
                        ON CONFLICT (commune, person) DO UPDATE SET name = excluded.name";

/// The one link that is good, as it is kept: SHA-256 and its end. It is in memory alone, so a restart prints a new one.
#[derive(Debug, Default)]
pub(crate) struct SetUp(Mutex<Option<(Hash, Timestamp)>>);

/// What the first set-up asks for.
#[derive(Clone, Debug)]
pub struct NewCommune {
    /// What the commune is called.
    pub commune_name: String,
    /// What the administrator is called.
    pub name: Pii<String>,
    /// What they sign in with.
    pub login: Login,
    /// And their password.
    pub password: Pii<String>,
}

impl Access {
    /// Whether nobody is there yet who can give accounts.
    pub fn needs_set_up(&self) -> bool {
        self.administrators().is_empty()
    }

    /// A new one-time link for the first set-up, for the node to print; the one before it is worth nothing from now on.
    /// `None` where the node is set up.
    pub fn set_up_link(&self) -> Option<Pii<String>> {
        if !self.needs_set_up() {
            return None;
        }
        let code = Code::new(self.entropy());
        let kept = (code.hash(), self.now() + SET_UP);
        *self.0.set_up.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
        Some(Pii::new(format!("{}/setup#{}", self.origin(), code.text())))
    }

    fn set_up_link_is_good(&self, token: &Pii<String>) -> bool {
        let kept = *self.0.set_up.0.lock().unwrap_or_else(PoisonError::into_inner);
        let code = Code::read(token.expose().trim());
        let now = self.now();
        matches!((kept, code), (Some((hash, until)), Some(code)) if code.hash() == hash && now < until)
    }

    /// Sets the node up, with a link that is good, and opens the administrator's session.
    pub(crate) async fn set_up(
        &self,
        token: &Pii<String>,
        new: NewCommune,
        door: &Door,
    ) -> Result<Opened, Problem> {
        let _logins = self.0.logins.lock().await;
        if !self.needs_set_up() {
            return Err(AccessError::SetUpDone.into());
        }
        if !self.set_up_link_is_good(token) {
            self.0.gate.was_wrong();
            return Err(AccessError::SetUpLinkGone.into());
        }
        self.free(&new.login).await?;
        let hashed = self.0.passwords.hash(&new.password, self.entropy()).await?;
        let Act { commit, told: (account, person) } = self.first_administrator(new, &hashed, door);
        let opening = self.opening(account, person, Way::Setup, door);
        let opened = self.open_door(opening, commit).await?;
        *self.0.set_up.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(opened)
    }

    fn first_administrator(&self, new: NewCommune, hashed: &str, door: &Door) -> Act<(AccountId, PersonId)> {
        let (now, entropy, commune) = (self.now(), self.entropy(), self.journal().commune());
        let (account, person) = (AccountId::new(now, entropy), PersonId::new(now, entropy));
        let (login, rows) = self.new_login(account, person, &new.login, hashed);
        let there = self
            .tree(|tree| tree.places().find(|(_, place)| place.kind == PlaceKind::Commune).map(|(id, _)| id));
        let place = there.unwrap_or_else(|| PlaceId::new(now, entropy));
        let name = new.commune_name;
        let named = match there {
            None => AccessEvent::PlaceAdded { place, parent: None, place_kind: PlaceKind::Commune, name },
            Some(_) => AccessEvent::PlaceRenamed { place, name },
        };
        let events = [
            named,
            AccessEvent::AccountAdded { account, person, login: Some(login) },
            AccessEvent::RoleGranted { person, role: Role::Administrator, scope: Scope::Place(place) },
        ];
        let called = statement!(SET_NAME, commune, person, new.name.expose(), door.language.tag());
        let drafts = events.iter().map(Draft::of).collect();
        let commit = Commit::new(self.at_the_door(person, "set_up"), drafts).beside([called]).beside(rows);
        Act { commit, told: (account, person) }
    }
}
