//! `POST /api/accounts/{id}/roles`

use super::{account_add::RoleInput, accounts_list::AccountShown};
use crate::{Access, AccessError, Action, Caller, Grant, Target, Thing, rules::scope_of};
use axum::{Json, extract::State};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::AccountId;

/// Gives the person of an account a role. With their first one that a phone does not bear, the passkeys that they made
/// before go: an administrator's link lets them in to make others.
#[utoipa::path(post, path = "/api/accounts/{id}/roles", tag = "access",
    params(("id" = AccountId, Path, description = "The account.")), request_body = RoleInput,
    responses((status = 200, body = AccountShown)))]
pub(super) async fn role_give(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Body(input): Body<RoleInput>,
) -> Result<Json<AccountShown>, Problem> {
    let scope =
        access.tree(|tree| scope_of(tree, &input.scope.kind, &input.scope.id)).map_err(AccessError::from)?;
    let permit = caller.permit(Action::KeepAccounts, Target::node(scope))?;
    let person = access.person_of(id).ok_or(AccessError::NoSuch(Thing::Account))?;
    let _logins = access.0.logins.lock().await;
    permit
        .commit(async || {
            let grant = Grant { person, role: input.role, scope };
            let act = access.give_role(&permit.context(), Some(permit.person()), grant).await?;
            Ok::<_, Problem>((act.commit, ()))
        })
        .await?;
    Ok(Json(access.show_account(id).await?))
}
