//! `POST /api/accounts`

use super::{
    accounts_list::AccountShown,
    name,
    shown::{InvitedShown, ScopeInput},
};
use crate::{
    Access, AccessError, Action, Caller, NewAccount, Role, Target,
    rules::{self, scope_of},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_http::{Body, Field, Problem, WRONG_FIELDS};
use liengia_kernel::{PersonId, Pii};
use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

/// Most roles in one request.
const MAX_ROLES: usize = 20;

/// Whose account, and what they are.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct AccountInput {
    /// Somebody in the register; or leave it out and say a name.
    person: Option<PersonId>,
    /// What a new person is called.
    name: Option<Pii<String>>,
    login: Pii<String>,
    /// At least one.
    roles: Vec<RoleInput>,
}

/// A role somewhere.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub(super) struct RoleInput {
    pub(super) role: Role,
    pub(super) scope: ScopeInput,
}

/// A new account, and the link with which its owner gets in.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct AccountAdded {
    account: AccountShown,
    link: InvitedShown,
}

/// Adds an account, and makes the one-time link with which its owner gets in. There is no first password.
#[utoipa::path(post, path = "/api/accounts", tag = "access", request_body = AccountInput,
    responses((status = 201, body = AccountAdded)))]
pub(super) async fn account_add(
    State(access): State<Access>,
    caller: Caller,
    Body(input): Body<AccountInput>,
) -> Result<(StatusCode, Json<AccountAdded>), Problem> {
    if !(1..=MAX_ROLES).contains(&input.roles.len()) {
        let field = Field::new("roles", "out_of_range").with("least", 1_i64).with("most", MAX_ROLES);
        return Err(Problem::new(WRONG_FIELDS).blaming(field));
    }
    let mut roles = Vec::new();
    let mut permits = Vec::new();
    for RoleInput { role, scope } in &input.roles {
        let scope = access.tree(|tree| scope_of(tree, &scope.kind, &scope.id)).map_err(AccessError::from)?;
        permits.push(caller.permit(Action::KeepAccounts, Target::node(scope))?);
        roles.push((*role, scope));
    }
    // A login is a way into all that the person is: whoever adds one must reach all of it.
    for grant in input.person.map(|person| access.grants_of(person)).unwrap_or_default() {
        permits.push(caller.permit(Action::KeepAccounts, Target::node(grant.scope))?);
    }
    let permit = permits.pop().ok_or(AccessError::NotAllowed(Action::KeepAccounts))?;
    let login = rules::login(&input.login).map_err(AccessError::from)?;
    let called = match (&input.name, input.person) {
        (Some(text), _) => Some(name("name", text)?),
        (None, Some(_)) => None,
        (None, None) => return Err(AccessError::WrongName("name").into()),
    };
    let told = Mutex::new(None);
    let _logins = access.0.logins.lock().await;
    let done = permit
        .commit(async || {
            let new = NewAccount {
                person: input.person,
                name: called.clone(),
                login: login.clone(),
                roles: roles.clone(),
            };
            let act = access.add_account(&permit.context(), Some(permit.person()), new).await?;
            let (account, link) = act.told;
            let answer = (account, link.invitation);
            told.lock().unwrap_or_else(PoisonError::into_inner).replace(link);
            Ok::<_, Problem>((act.commit, answer))
        })
        .await?;
    let (account, invitation) = done.answer;
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    let link = match told.filter(|_| !done.repeated) {
        Some(link) => link,
        None => access.another_code(permit.context(), invitation).await?,
    };
    let added = AccountAdded {
        account: access.show_account(account).await?,
        link: InvitedShown::of(link, caller.language())?,
    };
    Ok((StatusCode::CREATED, Json(added)))
}
