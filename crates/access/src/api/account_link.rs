//! `POST /api/accounts/{id}/link`

use super::{permit_account, shown::InvitedShown};
use crate::{Access, AccessError, Action, Caller, Thing};
use axum::{Json, extract::State, http::StatusCode};
use liengia_http::{Path, Problem};
use liengia_kernel::AccountId;
use std::sync::{Mutex, PoisonError};

/// Makes a new one-time link for an account whose owner cannot get in any more.
#[utoipa::path(post, path = "/api/accounts/{id}/link", tag = "access",
    params(("id" = AccountId, Path, description = "The account.")),
    responses((status = 201, body = InvitedShown)))]
pub(super) async fn account_link(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<AccountId>,
) -> Result<(StatusCode, Json<InvitedShown>), Problem> {
    let permit = permit_account(&caller, &access, Action::KeepAccounts, id)?;
    let told = Mutex::new(None);
    let done = permit
        .commit(async || {
            let person = access.person_of(id).ok_or(AccessError::NoSuch(Thing::Account))?;
            let act = access.link(&permit.context(), id, person);
            let invitation = act.told.invitation;
            told.lock().unwrap_or_else(PoisonError::into_inner).replace(act.told);
            Ok::<_, Problem>((act.commit, invitation))
        })
        .await?;
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    let link = match told.filter(|_| !done.repeated) {
        Some(link) => link,
        None => access.another_code(permit.context(), done.answer).await?,
    };
    Ok((StatusCode::CREATED, Json(InvitedShown::of(link, caller.language())?)))
}
