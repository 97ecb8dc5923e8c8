//! Who is calling.

mod voice;

use crate::{
    Access, AccessError, Permit,
    known::Session,
    rules::{Action, Grant, Role, Scope, Target, Where, reach},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use liengia_http::{Language, Problem, Written};
use liengia_kernel::{AccountId, HouseholdId, PersonId, SessionId, TeamId};

/// A session that lives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Live {
    pub(crate) id: SessionId,
    pub(crate) session: Session,
}

/// What a route declares; put into the request by [`crate::Routes`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared(pub(crate) &'static [Action]);

/// The signed-in person behind a request. Extracting it refuses everyone else.
#[derive(Clone)]
pub struct Caller {
    access: Access,
    live: Live,
    declared: Declared,
    written: Option<Written>,
    language: Language,
}

impl Caller {
    /// A caller without a request, for tests of what an event stream shows.
    #[cfg(feature = "testing")]
    pub(crate) fn of(access: &Access, live: Live, declared: &'static [Action]) -> Self {
        Self {
            access: access.clone(),
            live,
            declared: Declared(declared),
            written: None,
            language: Language::En,
        }
    }

    /// The person.
    pub fn person(&self) -> PersonId {
        self.live.session.person
    }

    /// The account.
    pub fn account(&self) -> AccountId {
        self.live.session.account
    }

    /// The session.
    pub fn session(&self) -> SessionId {
        self.live.id
    }

    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    /// The language in which to answer.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The same caller, answered in the language that they chose for what comes unasked: a browser's event stream says
    /// only which language the browser itself speaks.
    pub async fn as_spoken_to(mut self) -> Result<Self, Problem> {
        self.language = self.access.spoken_to(self.person()).await?.1;
        Ok(self)
    }

    /// The roles that the session bears now.
    pub fn grants(&self) -> Vec<Grant> {
        self.access.borne(&self.live)
    }

    /// Where the caller has a role over a whole commune or more: what stands nowhere in it is the business of these.
    pub fn wide_seats(&self) -> Vec<Scope> {
        let seats = self.grants().into_iter().map(|grant| grant.scope);
        self.access.tree(|tree| seats.filter(|seat| tree.is_a_commune_or_more(*seat)).collect())
    }

    /// The permit for what belongs to the commune as a whole, from wherever the caller has a role over it that gives it.
    pub fn permit_over_the_whole(&self, action: Action) -> Result<Permit, AccessError> {
        let mut seats = self.wide_seats().into_iter();
        let permit = seats.find_map(|seat| self.permit(action, Target::node(seat)).ok());
        permit.ok_or(AccessError::NotAllowed(action))
    }

    /// The first household of which the person is a member.
    pub fn household(&self) -> Option<HouseholdId> {
        self.grants().iter().find_map(|grant| match (grant.role, grant.scope) {
            (Role::HouseholdMember, Scope::Household(id)) => Some(id),
            _ => None,
        })
    }

    /// The team of that household, or the team that the person leads.
    pub fn team(&self) -> Option<TeamId> {
        let led = || {
            self.grants().iter().find_map(|grant| match grant.scope {
                Scope::Team(team) => Some(team),
                _ => None,
            })
        };
        let home = self.household();
        home.and_then(|home| self.access.tree(|tree| tree.team_of(home.into()))).or_else(led)
    }

    /// The caller's own things.
    pub fn own(&self) -> Target {
        Target::person(self.person())
    }

    /// Checks that the caller may do this to that. The action must be one that the route declares.
    pub fn permit(&self, action: Action, target: Target) -> Result<Permit, AccessError> {
        if !self.declared.0.contains(&action) {
            return Err(AccessError::Undeclared(action));
        }
        let grant = self.access.allows(&self.live, action, target).ok_or(AccessError::NotAllowed(action))?;
        Ok(Permit::new(self.access.clone(), self.live, action, grant, self.written))
    }

    /// Whether the caller may do this to that, for what an answer shows or leaves out. Also right in an event stream,
    /// long after the request: it looks at the roles as they are now.
    pub fn may(&self, action: Action, target: Target) -> bool {
        self.access.may(self.live.id, action, target)
    }

    /// Where the caller may do this: what a list is narrowed to. Refuses a caller who may nowhere.
    pub fn reach(&self, action: Action) -> Result<Where, AccessError> {
        if !self.declared.0.contains(&action) {
            return Err(AccessError::Undeclared(action));
        }
        let grants = self.grants();
        let reach = self.access.tree(|tree| reach(tree, &grants, action));
        if reach.own || reach.everywhere || !reach.nodes.is_empty() {
            Ok(reach)
        } else {
            Err(AccessError::NotAllowed(action))
        }
    }

    /// Ends when the session does: an event stream stops then.
    pub async fn ended(&self) {
        let mut endings = self.access.endings();
        while let Some(live) = self.access.live(self.live.id) {
            let left = live.session.left(self.access.now());
            // Whatever wakes it, the session itself is looked at again.
            let _ = tokio::time::timeout(left, endings.recv()).await;
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let undeclared = || Problem::failed("this route is not declared with its action");
        let access = parts.extensions.get::<Access>().cloned().ok_or_else(undeclared)?;
        let declared = *parts.extensions.get::<Declared>().ok_or_else(undeclared)?;
        let live = access.held(&parts.headers).ok_or(AccessError::SignedOut)?;
        let written = parts.extensions.get::<Written>().copied();
        if let Some(written) = &written {
            written.key("")?;
        }
        access.saw(&live);
        Ok(Self { access, live, declared, written, language: Language::of(&parts.headers) })
    }
}
