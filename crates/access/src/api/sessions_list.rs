//! `GET /api/sessions`

use super::permit_account;
use crate::{Access, Action, Caller, Way};
use axum::{Json, extract::State};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_journal::{QueryError, Row, statement};
use liengia_kernel::{AccountId, Pii, SessionId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const LABELS: &str = "SELECT s.session, t.label FROM access_sessions s JOIN access_tokens t ON t.commune = s.commune \
                      AND t.session = s.session WHERE s.commune = $1 AND s.account = $2";

/// Whose sessions.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SessionsOf {
    /// The account; the caller's own where it is left out.
    account: Option<AccountId>,
}

/// A signed-in browser or phone.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SessionItem)]
pub(super) struct SessionItem {
    id: SessionId,
    /// What its owner calls it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    label: Pii<String>,
    /// How the person got in.
    way: Way,
    opened_at: Timestamp,
    /// When it was last used, to the minute.
    seen_at: Timestamp,
    /// The end, where use does not put it off.
    until: Option<Timestamp>,
    /// Whether it is the one that asks.
    current: bool,
}

/// Lists the sessions of the caller (for a phone that joined by a code, itself alone), or of an account that the caller keeps.
#[utoipa::path(get, path = "/api/sessions", tag = "access", params(SessionsOf, Page),
    responses((status = 200, body = Paged<SessionItem>)))]
pub(super) async fn sessions_list(
    State(access): State<Access>,
    caller: Caller,
    Query(of): Query<SessionsOf>,
    page: Page,
) -> Result<Json<Paged<SessionItem>>, Problem> {
    let account = of.account.unwrap_or(caller.account());
    if account == caller.account() {
        caller.permit(Action::CloseSession, caller.own())?;
    } else {
        permit_account(&caller, &access, Action::CloseSession, account)?;
    }
    let journal = access.journal();
    let rows = journal.query(statement!(LABELS, journal.commune(), account)).await?;
    let label = |row: &Row| Ok((row.parse::<SessionId>(0)?, row.text(1)?.to_owned()));
    let mut labels = rows.iter().map(label).collect::<Result<BTreeMap<_, _>, QueryError>>()?;
    let now = access.now();
    let known = access.known();
    // A phone that joined by a code sees itself alone.
    let alone = account == caller.account() && !caller.live().session.bears_all(now);
    let theirs = known.sessions.iter().filter(|(id, session)| {
        session.account == account && session.lives(now) && (!alone || **id == caller.session())
    });
    let items = theirs.map(|(id, session)| SessionItem {
        id: *id,
        label: Pii::new(labels.remove(id).unwrap_or_default()),
        way: session.way,
        opened_at: session.opened,
        seen_at: session.seen,
        until: session.until,
        current: *id == caller.session(),
    });
    Ok(Json(Paged::of(items, &page, |session| session.id)?))
}
