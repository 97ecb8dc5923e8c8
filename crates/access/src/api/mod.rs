//! The endpoints, one file each.

mod account_add;
mod account_link;
mod account_remove;
mod accounts_list;
mod invitation_make;
mod invitation_revoke;
mod invitations_list;
mod join;
mod language_set;
mod passkey_add;
mod passkey_ask;
mod passkey_make;
mod passkey_remove;
mod passkey_sign_in;
mod passkeys_list;
mod password_set;
mod phone_end;
mod phones_list;
mod role_give;
mod role_take;
mod session_close;
mod session_read;
mod sessions_list;
mod set_up;
mod set_up_needed;
mod shown;
mod sign_in;
mod sign_out;
mod welcome;

use crate::{
    Access, AccessError, Action, Caller, Permit, Routes, Target,
    error::{
        AUDITOR_APART, CODE_GONE, HAS_ACCOUNT, LAST_ADMINISTRATOR, LAST_WAY_IN, LIVES_ELSEWHERE, LOGIN_TAKEN,
        NO_SUCH_ACCOUNT, NO_SUCH_INVITATION, NO_SUCH_PASSKEY, NO_SUCH_SESSION, OWN_ROLES, PASSKEY_REFUSED,
        QUESTION_GONE, SET_UP_DONE, SET_UP_LINK_GONE, SIGN_IN_FIRST, TOO_MANY_CODES, TOO_MANY_PASSKEYS,
        TOO_MANY_TRIES, WEAK_PASSWORD, WRONG_LOGIN, WRONG_NAME, WRONG_PASSWORD, WRONG_ROLE, WRONG_SIGN_IN,
    },
    rules::Scope,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use liengia_http::{Peer, Problem, WRONG_QUERY};
use liengia_kernel::{AccountId, Pii, nfc};
use std::{convert::Infallible, net::IpAddr};
use utoipa_axum::routes;

/// The routes of access.
pub fn routes(access: &Access) -> Routes {
    doors().merge(own()).merge(keeping()).with_state(access.clone())
}

/// What anyone may come to.
fn doors() -> Routes<Access> {
    Routes::new()
        .public(
            "a page must know whether to set up or to sign in",
            routes!(set_up_needed::set_up_needed),
            &[],
        )
        .public(
            "nobody has an account yet; the link is the key",
            routes!(set_up::set_up),
            &[SET_UP_DONE, SET_UP_LINK_GONE, WRONG_LOGIN, WEAK_PASSWORD, WRONG_NAME, TOO_MANY_TRIES],
        )
        .public("this is the door", routes!(sign_in::sign_in), &[WRONG_SIGN_IN, TOO_MANY_TRIES])
        .public("whoever holds a session may end it", routes!(sign_out::sign_out), &[])
        .public("this is the door", routes!(passkey_ask::passkey_ask), &[TOO_MANY_TRIES])
        .public(
            "this is the door",
            routes!(passkey_sign_in::passkey_sign_in),
            &[WRONG_SIGN_IN, TOO_MANY_TRIES, PASSKEY_REFUSED, QUESTION_GONE],
        )
        .public_once("the code is the key", routes!(join::join), &[CODE_GONE, TOO_MANY_TRIES])
        .public_once(
            "the code is the key",
            routes!(welcome::welcome),
            &[CODE_GONE, WEAK_PASSWORD, TOO_MANY_TRIES],
        )
}

/// What is one's own.
fn own() -> Routes<Access> {
    const KEEP: &[Action] = &[Action::KeepSignIn];
    Routes::new()
        .route(&[Action::ReadSession], routes!(session_read::session_read), &[])
        .route(&[Action::ReadSession], routes!(language_set::language_set), &[])
        .route(
            &[Action::CloseSession],
            routes!(sessions_list::sessions_list),
            &[NO_SUCH_ACCOUNT, WRONG_QUERY],
        )
        .route(&[Action::CloseSession], routes!(session_close::session_close), &[NO_SUCH_SESSION])
        .route(
            KEEP,
            routes!(password_set::password_set),
            &[SIGN_IN_FIRST, WRONG_PASSWORD, WEAK_PASSWORD, TOO_MANY_TRIES],
        )
        .route(KEEP, routes!(passkeys_list::passkeys_list), &[WRONG_QUERY])
        .route(KEEP, routes!(passkey_make::passkey_make), &[SIGN_IN_FIRST, TOO_MANY_PASSKEYS])
        .route(
            KEEP,
            routes!(passkey_add::passkey_add),
            &[SIGN_IN_FIRST, PASSKEY_REFUSED, QUESTION_GONE, TOO_MANY_PASSKEYS, WRONG_NAME],
        )
        .route(KEEP, routes!(passkey_remove::passkey_remove), &[SIGN_IN_FIRST, NO_SUCH_PASSKEY, LAST_WAY_IN])
}

/// What is kept for others: invitations, accounts, roles.
fn keeping() -> Routes<Access> {
    const INVITE: &[Action] = &[Action::Invite];
    const PHONES: &[Action] = &[Action::KeepPhones];
    const KEEP: &[Action] = &[Action::KeepAccounts];
    const ROLES: [liengia_http::Kind; 4] = [WRONG_ROLE, AUDITOR_APART, OWN_ROLES, NO_SUCH_ACCOUNT];
    Routes::new()
        .route(INVITE, routes!(invitation_make::invitation_make), &[LIVES_ELSEWHERE, TOO_MANY_CODES])
        .route(INVITE, routes!(invitations_list::invitations_list), &[WRONG_QUERY])
        .route(INVITE, routes!(invitation_revoke::invitation_revoke), &[NO_SUCH_INVITATION, CODE_GONE])
        .route(PHONES, routes!(phones_list::phones_list), &[WRONG_QUERY])
        .route(PHONES, routes!(phone_end::phone_end), &[NO_SUCH_SESSION])
        .route(&[Action::ReadAccounts], routes!(accounts_list::accounts_list), &[WRONG_QUERY])
        .route(
            KEEP,
            routes!(account_add::account_add),
            &[LOGIN_TAKEN, WRONG_LOGIN, HAS_ACCOUNT, WRONG_NAME, WRONG_ROLE, AUDITOR_APART, OWN_ROLES],
        )
        .route(KEEP, routes!(account_link::account_link), &[NO_SUCH_ACCOUNT])
        .route(
            KEEP,
            routes!(account_remove::account_remove),
            &[NO_SUCH_ACCOUNT, OWN_ROLES, LAST_ADMINISTRATOR],
        )
        .route(KEEP, routes!(role_give::role_give), &ROLES)
        .route(KEEP, routes!(role_take::role_take), &[&ROLES[..], &[LAST_ADMINISTRATOR]].concat())
}

/// Where a request came from; one unknown address where the listener does not say.
pub(crate) struct Address(pub(crate) IpAddr);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let unknown = IpAddr::from([0, 0, 0, 0]);
        Ok(Self(parts.extensions.get::<Peer>().map_or(unknown, |peer| peer.0)))
    }
}

/// The origin of the page that sent this, if it is one of ours; otherwise the main one.
fn page<'a>(access: &'a Access, headers: &'a HeaderMap) -> &'a str {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.filter(|origin| access.0.config.origins.include(origin)).unwrap_or(access.origin())
}

/// Checks that the caller may do this to an account: they must reach every place where its person has a role.
fn permit_account(
    caller: &Caller,
    access: &Access,
    action: Action,
    account: AccountId,
) -> Result<Permit, AccessError> {
    let missing = AccessError::NoSuch(crate::Thing::Account);
    let person = access.person_of(account).ok_or(missing)?;
    let mut permits = Vec::new();
    for grant in access.grants_of(person) {
        permits.push(caller.permit(action, Target::node(grant.scope))?);
    }
    if let Some(permit) = permits.pop() {
        return Ok(permit);
    }
    // The account of somebody without a role: whoever keeps the whole tree keeps it.
    let root = access.tree(|tree| tree.places().find(|(_, place)| place.parent.is_none()).map(|(id, _)| id));
    caller.permit(action, Target::node(Scope::Place(root.ok_or(AccessError::NotAllowed(action))?)))
}

/// Checks that the caller may change what opens their account. A phone that joined by a code may not where more hangs on
/// the account than the phone bears: what it adds would open all of that.
async fn permit_sign_in(caller: &Caller, access: &Access) -> Result<Permit, Problem> {
    let permit = caller.permit(Action::KeepSignIn, caller.own())?;
    if caller.live().session.bears_all(access.now()) {
        return Ok(permit);
    }
    let staff = access.grants_of(caller.person()).iter().any(|grant| grant.role.is_staff());
    if staff || access.login_of(caller.account()).await?.is_some() {
        return Err(AccessError::SignInFirst.into());
    }
    Ok(permit)
}

/// A name or label as it is stored.
fn name(field: &'static str, text: &Pii<String>) -> Result<Pii<String>, AccessError> {
    let text = nfc(text.expose());
    let good = (1..=120).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if good { Ok(Pii::new(text)) } else { Err(AccessError::WrongName(field)) }
}

/// The answer of an endpoint to nothing at all: 204.
pub(crate) type Nothing = Result<axum::http::StatusCode, Problem>;
