//! `DELETE /api/accounts/{id}`

use super::{Nothing, permit_account};
use crate::{Access, Action, Caller};
use axum::{extract::State, http::StatusCode};
use liengia_http::{Path, Problem};
use liengia_kernel::AccountId;

/// Removes an account with its sessions, its passkeys and its roles at the commune. What the person is in a household or
/// team stays, and the phones that joined can join again.
#[utoipa::path(delete, path = "/api/accounts/{id}", tag = "access",
    params(("id" = AccountId, Path, description = "The account.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn account_remove(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<AccountId>,
) -> Nothing {
    let permit = permit_account(&caller, &access, Action::KeepAccounts, id)?;
    // Whoever is the last, and what is the last way in, stays so until it is written.
    let _logins = access.0.logins.lock().await;
    permit
        .commit(async || {
            let act = access.remove_account(&permit.context(), id)?;
            Ok::<_, Problem>((act.commit, ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
