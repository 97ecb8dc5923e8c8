//! `GET /api/passkeys`

use crate::{Access, Action, Caller};
use axum::{Json, extract::State};
use liengia_http::{Page, Paged, Problem};
use liengia_journal::{QueryError, statement};
use liengia_kernel::{AccountId, PasskeyId, Pii, Timestamp};
use serde::Serialize;

const LIST: &str = "SELECT p.passkey, k.label, p.since, k.used FROM access_passkeys p \
                    JOIN access_keys k ON k.commune = p.commune AND k.passkey = p.passkey \
                    WHERE p.commune = $1 AND p.account = $2 ORDER BY p.passkey";

/// A passkey of the caller's.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Passkey)]
pub(super) struct PasskeyShown {
    pub(super) id: PasskeyId,
    /// What its owner calls it.
    #[serde(serialize_with = "liengia_kernel::shown")]
    label: Pii<String>,
    added_at: Timestamp,
    used_at: Timestamp,
}

impl Access {
    /// The passkeys of an account; their number has a limit.
    pub(super) async fn passkeys(&self, account: AccountId) -> Result<Vec<PasskeyShown>, QueryError> {
        let journal = self.journal();
        let rows = journal.query(statement!(LIST, journal.commune(), account)).await?;
        let show = |row: &liengia_journal::Row| {
            Ok(PasskeyShown {
                id: row.parse(0)?,
                label: Pii::new(row.text(1)?.to_owned()),
                added_at: row.time(2)?,
                used_at: row.time(3)?,
            })
        };
        rows.iter().map(show).collect()
    }
}

/// Lists the caller's passkeys.
#[utoipa::path(get, path = "/api/passkeys", tag = "access",
    params(Page), responses((status = 200, body = Paged<PasskeyShown>)))]
pub(super) async fn passkeys_list(
    State(access): State<Access>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<PasskeyShown>>, Problem> {
    caller.permit(Action::KeepSignIn, caller.own())?;
    Ok(Json(Paged::of(access.passkeys(caller.account()).await?, &page, |passkey| passkey.id)?))
}
