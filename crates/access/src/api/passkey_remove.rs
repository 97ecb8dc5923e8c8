//! `DELETE /api/passkeys/{id}`

use super::{Nothing, permit_sign_in};
use crate::{Access, Caller};
use axum::{extract::State, http::StatusCode};
use liengia_http::{Path, Problem};
use liengia_kernel::PasskeyId;

/// Removes a passkey of the caller's, unless nothing else opens the account. Whoever got in with a passkey is out, but for
/// the caller: it may be the one that was lost. A phone that joined by a code and bears no more than its household's roles
/// puts nobody out.
#[utoipa::path(delete, path = "/api/passkeys/{id}", tag = "access",
    params(("id" = PasskeyId, Path, description = "The passkey.")),
    responses((status = 204, description = "It opens nothing from now on.")))]
pub(super) async fn passkey_remove(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<PasskeyId>,
) -> Nothing {
    let permit = permit_sign_in(&caller, &access).await?;
    // Whoever is the last, and what is the last way in, stays so until it is written.
    let _logins = access.0.logins.lock().await;
    permit
        .commit(async || {
            let act = access.remove_passkey(&permit.context(), caller.live(), id).await?;
            Ok::<_, Problem>((act.commit, ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
