//! What several endpoints show: a session with its roles, a scope with its name, an invitation with its code.

use crate::{
    Access, Grant, Named, Names, Role, Scope, Way,
    acts::Invited,
    caller::Live,
    rules::scope_word,
    sessions::{Cookies, Opened},
};
use axum::Json;
use liengia_http::{Args, Language, Problem, say};
use liengia_journal::{QueryError, Row, statement};
use liengia_kernel::{AccountId, HouseholdId, InvitationId, PersonId, Pii, SessionId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

const PERSON: &str = "SELECT name, language FROM access_people WHERE commune = $1 AND person = $2";

/// Where a role is held.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct ScopeInput {
    /// `household`, `team`, or the kind of the place: `village`, `commune`.
    pub(crate) kind: String,
    /// The id of the household, team or place.
    pub(crate) id: String,
}

/// Where a role is held.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Scope)]
pub(crate) struct ScopeShown {
    /// `household`, `team`, or the kind of the place: `village`, `commune`.
    pub(crate) kind: &'static str,
    /// The id of the household, team or place.
    pub(crate) id: String,
    /// What people call it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    pub(crate) name: Option<Pii<String>>,
}

/// A role somewhere.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = HeldRole)]
pub(crate) struct RoleShown {
    /// The role.
    pub(crate) role: Role,
    /// Where it is held.
    pub(crate) scope: ScopeShown,
}

/// A household, by its label.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HouseholdRef {
    id: HouseholdId,
    /// What people call it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    label: Option<Pii<String>>,
}

/// A team, by its name.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TeamRef {
    id: TeamId,
    /// What people call it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    name: Option<Pii<String>>,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionShown {
    session: SessionId,
    account: AccountId,
    person: PersonId,
    #[serde(serialize_with = "liengia_kernel::shown")]
    name: Option<Pii<String>>,
    /// The language in which the person is spoken to.
    language: Language,
    /// The roles that this session bears now.
    roles: Vec<RoleShown>,
    household: Option<HouseholdRef>,
    team: Option<TeamRef>,
    /// How the person got in.
    way: Way,
    /// The end of the session, where use does not put it off.
    until: Option<Timestamp>,
    /// Until then a phone's session bears the person's other roles too.
    raised_until: Option<Timestamp>,
    /// By how many hours the clocks of the place are ahead of UTC.
    utc_offset_hours: i8,
}

/// A one-time code, shown once.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitedShown {
    id: InvitationId,
    /// The code itself.
    #[serde(serialize_with = "liengia_kernel::shown")]
    code: Pii<String>,
    /// The page that takes it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    url: Pii<String>,
    /// The page's address as a QR code, to be shown as it is.
    #[serde(serialize_with = "liengia_kernel::shown")]
    qr_svg: Pii<String>,
    /// When the code is over.
    expires_at: Timestamp,
}

impl InvitedShown {
    /// With its QR code, which says in this language what it is.
    pub(crate) fn of(invited: Invited, language: Language) -> Result<Self, Problem> {
        let Invited { invitation, code, url, until } = invited;
        let title = say(language, "invitation-qr", &Args::new());
        let qr_svg = liengia_paper::qr_svg(url.expose(), &title).map_err(Problem::failed)?;
        Ok(Self { id: invitation, code, url, qr_svg: Pii::new(qr_svg), expires_at: until })
    }
}

/// What a sign-in answers: the cookies, and who is signed in now.
pub(crate) type SignedIn = Result<(Cookies, Json<SessionShown>), Problem>;

impl Access {
    /// The answer of a sign-in.
    pub(crate) async fn signed_in(&self, opened: Opened) -> SignedIn {
        let live = self.live(opened.session).ok_or(crate::AccessError::SignedOut)?;
        Ok((opened.cookies, Json(self.show_session(&live).await?)))
    }

    /// A session as its own person sees it.
    pub(crate) async fn show_session(&self, live: &Live) -> Result<SessionShown, Problem> {
        let session = live.session;
        let grants = self.borne(live);
        let household = grants.iter().find_map(|grant| match grant.scope {
            Scope::Household(id) => Some(id),
            _ => None,
        });
        let led = grants.iter().find_map(|grant| match grant.scope {
            Scope::Team(id) => Some(id),
            _ => None,
        });
        let team = household.and_then(|id| self.tree(|tree| tree.team_of(id.into()))).or(led);
        let mut asked = vec![Named::Person(session.person)];
        asked.extend(team.map(Named::Team));
        let names = self.names(&grants, asked).await?;
        let (own_name, language) = self.spoken_to(session.person).await?;
        Ok(SessionShown {
            session: live.id,
            account: session.account,
            person: session.person,
            name: names.get(&Named::Person(session.person)).cloned().or(own_name),
            language,
            roles: grants.iter().map(|grant| self.show_role(grant, &names)).collect(),
            household: household
                .map(|id| HouseholdRef { id, label: names.get(&Named::Household(id)).cloned() }),
            team: team.map(|id| TeamRef { id, name: names.get(&Named::Team(id)).cloned() }),
            way: session.way,
            until: session.until,
            raised_until: session.raised.filter(|raised| *raised > self.now()),
            utc_offset_hours: self.0.config.utc_offset_hours,
        })
    }

    /// The names of these, and of where these grants are held.
    pub(crate) async fn names(&self, grants: &[Grant], mut asked: Vec<Named>) -> Result<Names, QueryError> {
        asked.extend(grants.iter().filter_map(|grant| match grant.scope {
            Scope::Household(id) => Some(Named::Household(id)),
            Scope::Team(id) => Some(Named::Team(id)),
            Scope::Place(_) => None,
        }));
        asked.sort_unstable();
        asked.dedup();
        self.0.config.directory.names(&asked).await
    }

    /// A role with the name of where it is held.
    pub(crate) fn show_role(&self, grant: &Grant, names: &Names) -> RoleShown {
        RoleShown { role: grant.role, scope: self.show_scope(grant.scope, names) }
    }

    fn show_scope(&self, scope: Scope, names: &Names) -> ScopeShown {
        let name = match scope {
            Scope::Household(id) => names.get(&Named::Household(id)).cloned(),
            Scope::Team(id) => names.get(&Named::Team(id)).cloned(),
            Scope::Place(id) => self.tree(|tree| tree.place(id).map(|place| Pii::new(place.name.clone()))),
        };
        ScopeShown { kind: self.tree(|tree| scope_word(tree, scope)), id: scope.id(), name }
    }

    /// The name of a person who is in no register, and the language in which they are spoken to.
    pub async fn spoken_to(&self, person: PersonId) -> Result<(Option<Pii<String>>, Language), QueryError> {
        let journal = self.journal();
        let rows = journal.query(statement!(PERSON, journal.commune(), person)).await?;
        let Some(row) = rows.first() else { return Ok((None, Language::default())) };
        let name = row.maybe(0, Row::text)?.map(|name| Pii::new(name.to_owned()));
        Ok((name, row.parse(1)?))
    }
}
