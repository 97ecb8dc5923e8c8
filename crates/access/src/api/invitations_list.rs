//! `GET /api/invitations`

use crate::{Access, Action, Caller, Columns, Target};
use axum::{Json, extract::State};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_journal::{QueryError, Row, Statement, Value};
use liengia_kernel::{HouseholdId, InvitationId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// Whose codes.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InvitationsOf {
    /// The household; all that the caller may invite for where it is left out.
    household: Option<HouseholdId>,
}

/// What has become of a code.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum InvitationState {
    /// It can be used.
    Open,
    /// It was used.
    Used,
    /// It was taken back.
    Revoked,
    /// Its time was over before anyone used it.
    Expired,
}

/// A code that was made for a household. The code itself is not kept.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = InvitationItem)]
pub(super) struct InvitationItem {
    id: InvitationId,
    household: HouseholdId,
    person: Option<PersonId>,
    made_at: Timestamp,
    expires_at: Timestamp,
    state: InvitationState,
}

/// Lists the codes that were made for households, the latest first.
#[utoipa::path(get, path = "/api/invitations", tag = "access",
    params(InvitationsOf, Page), responses((status = 200, body = Paged<InvitationItem>)))]
pub(super) async fn invitations_list(
    State(access): State<Access>,
    caller: Caller,
    Query(of): Query<InvitationsOf>,
    page: Page,
) -> Result<Json<Paged<InvitationItem>>, Problem> {
    let journal = access.journal();
    let mut values = vec![Value::from(journal.commune())];
    let narrowed = if let Some(household) = of.household {
        caller.permit(Action::Invite, Target::household(household))?;
        values.push(Value::from(household));
        "i.household = $2".to_owned()
    } else {
        let columns = Columns { commune: "i.commune", household: Some("i.household"), ..Columns::default() };
        caller.reach(Action::Invite)?.condition(&columns, &mut values)
    };
    let mut sql = format!(
        "SELECT i.invitation, i.household, i.person, i.made, i.until, i.state FROM access_invitations i \
         WHERE i.commune = $1 AND i.household IS NOT NULL AND {narrowed}"
    );
    if let Some(after) = page.after::<InvitationId>()? {
        values.push(Value::from(after));
        let _ = write!(sql, " AND i.invitation < ${}", values.len());
    }
    values.push(Value::from(page.rows()));
    let _ = write!(sql, " ORDER BY i.invitation DESC LIMIT ${}", values.len());
    let rows = journal.query(Statement::new(sql, values)).await?;
    let now = access.now();
    let items = rows.iter().map(|row| item(row, now)).collect::<Result<Vec<_>, QueryError>>()?;
    Ok(Json(Paged::cut(items, &page, |item| item.id)))
}

fn item(row: &Row, now: Timestamp) -> Result<InvitationItem, QueryError> {
    let expires_at = row.time(4)?;
    let state = match row.text(5)? {
        "used" => InvitationState::Used,
        "revoked" => InvitationState::Revoked,
        _ if expires_at <= now => InvitationState::Expired,
        _ => InvitationState::Open,
    };
    Ok(InvitationItem {
        id: row.parse(0)?,
        household: row.parse(1)?,
        person: row.maybe(2, Row::parse)?,
        made_at: row.time(3)?,
        expires_at,
        state,
    })
}
