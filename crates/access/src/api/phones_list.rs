//! `GET /api/households/{id}/phones`

use crate::{Access, AccessError, Action, Caller, Permit, Scope, Target, Way, known::Session};
use axum::{Json, extract::State};
use liengia_http::{Page, Paged, Path, Problem};
use liengia_journal::{QueryError, Row, statement};
use liengia_kernel::{HouseholdId, PersonId, Pii, SessionId, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const LABELS: &str = "SELECT session, label FROM access_tokens WHERE commune = $1 AND person = $2";

/// A phone that joined for a household by a code.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = HomePhone)]
pub(super) struct HomePhone {
    id: SessionId,
    /// Whose it is.
    person: PersonId,
    /// What its owner calls it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    label: Pii<String>,
    joined_at: Timestamp,
    /// When it was last used, to the minute.
    seen_at: Timestamp,
}

/// Lists the phones that joined for a household, to end a lost one.
#[utoipa::path(get, path = "/api/households/{id}/phones", tag = "access", params(("id" = HouseholdId, Path), Page),
    responses((status = 200, body = Paged<HomePhone>)))]
pub(super) async fn phones_list(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<HouseholdId>,
    page: Page,
) -> Result<Json<Paged<HomePhone>>, Problem> {
    permit_phones(&access, &caller, id).await?;
    let phones = access.phones_of(id);
    let journal = access.journal();
    let people: BTreeSet<PersonId> = phones.iter().map(|(_, session)| session.person).collect();
    let asked = people.iter().map(|person| statement!(LABELS, journal.commune(), *person)).collect();
    let label = |row: &Row| Ok((row.parse::<SessionId>(0)?, row.text(1)?.to_owned()));
    let rows = journal.query_all(asked).await?;
    let mut labels = rows.iter().flatten().map(label).collect::<Result<BTreeMap<_, _>, QueryError>>()?;
    let phones = phones.into_iter().map(|(id, session)| HomePhone {
        id,
        person: session.person,
        label: Pii::new(labels.remove(&id).unwrap_or_default()),
        joined_at: session.opened,
        seen_at: session.seen,
    });
    Ok(Json(Paged::of(phones, &page, |phone| phone.id)?))
}

/// Checks that the caller may list and end the phones of this household. Whoever lives there may not, whatever else they
/// are: a landlord who leads the team does not cut a tenant off. Their own phones are among their sessions. Somebody who
/// joined there without a name is another person to the node, and cannot be known.
pub(super) async fn permit_phones(
    access: &Access,
    caller: &Caller,
    home: HouseholdId,
) -> Result<Permit, Problem> {
    let permit = caller.permit(Action::KeepPhones, Target::household(home))?;
    let joined = caller.grants().iter().any(|grant| grant.scope == Scope::Household(home));
    if joined || access.lives_in(caller.person(), home).await? {
        return Err(AccessError::NotAllowed(Action::KeepPhones).into());
    }
    Ok(permit)
}

impl Access {
    /// The phones that joined for this household, in the order in which they did.
    pub(crate) fn phones_of(&self, home: HouseholdId) -> Vec<(SessionId, Session)> {
        let (now, known) = (self.now(), self.known());
        let members = known.holders_of(Scope::Household(home));
        let joined = known.sessions.iter().filter(|(_, session)| {
            session.way == Way::Join && session.lives(now) && members.contains(&session.person)
        });
        joined.map(|(id, session)| (*id, *session)).collect()
    }
}
