//! `DELETE /api/sessions/{id}`

use super::{Nothing, permit_account};
use crate::{Access, AccessError, Action, Caller, Ending, Thing};
use axum::{extract::State, http::StatusCode};
use liengia_http::{Path, Problem};
use liengia_journal::Commit;
use liengia_kernel::SessionId;

/// Closes a session of the caller (of a phone that joined by a code, that phone's own alone), or of an account that the caller keeps. It ends at once, with its event streams.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "access",
    params(("id" = SessionId, Path, description = "The session.")),
    responses((status = 204, description = "It is closed.")))]
pub(super) async fn session_close(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Nothing {
    let missing = AccessError::NoSuch(Thing::Session);
    let account = access.known().sessions.get(&id).map(|session| session.account).ok_or(missing.clone())?;
    let permit = if account == caller.account() {
        // A phone that joined by a code ends itself and nothing else: a code in wrong hands silences nobody.
        if id != caller.session() && !caller.live().session.bears_all(access.now()) {
            return Err(missing.into());
        }
        caller.permit(Action::CloseSession, caller.own())?
    } else {
        // Whoever may not close it need not know that it is there.
        permit_account(&caller, &access, Action::CloseSession, account).map_err(|_| missing)?
    };
    permit
        .commit(async || {
            let (drafts, rows) = access.closing(&[id], Ending::Closed);
            Ok::<_, Problem>((Commit::new(permit.context(), drafts).beside(rows), ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
