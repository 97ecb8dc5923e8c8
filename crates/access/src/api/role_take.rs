//! `DELETE /api/accounts/{id}/roles/{role}/{kind}/{scope}`

use super::accounts_list::AccountShown;
use crate::{Access, AccessError, Action, Caller, Grant, Role, Scope, Target, Thing};
use axum::{Json, extract::State};
use liengia_http::{Path, Problem};
use liengia_kernel::AccountId;

/// Takes a role from the person of an account. With the last one, their sessions end.
#[utoipa::path(delete, path = "/api/accounts/{id}/roles/{role}/{kind}/{scope}", tag = "access",
    params(("id" = AccountId, Path, description = "The account."), ("role" = Role, Path, description = "The role."),
        ("kind" = String, Path, description = "`household`, `team`, or the kind of the place."),
        ("scope" = String, Path, description = "The id of the household, team or place.")),
    responses((status = 200, body = AccountShown)))]
pub(super) async fn role_take(
    State(access): State<Access>,
    caller: Caller,
    Path((id, role, kind, scope)): Path<(AccountId, Role, String, String)>,
) -> Result<Json<AccountShown>, Problem> {
    // Also a role somewhere that is no more can be taken away.
    let kind = if matches!(kind.as_str(), "household" | "team") { kind } else { "place".to_owned() };
    let scope = Scope::parse(&kind, &scope).ok_or(AccessError::Role(crate::rules::WrongRole::NoSuchScope))?;
    let permit = caller.permit(Action::KeepAccounts, Target::node(scope))?;
    let person = access.person_of(id).ok_or(AccessError::NoSuch(Thing::Account))?;
    // Whoever is the last, and what is the last way in, stays so until it is written.
    let _logins = access.0.logins.lock().await;
    permit
        .commit(async || {
            let act = access.take_role(&permit.context(), permit.person(), Grant { person, role, scope })?;
            Ok::<_, Problem>((act.commit, ()))
        })
        .await?;
    Ok(Json(access.show_account(id).await?))
}
