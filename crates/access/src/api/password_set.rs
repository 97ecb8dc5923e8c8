//! `PUT /api/password`

use super::{Nothing, permit_sign_in};
use crate::{Access, AccessError, Caller, gate::Try, passwords::From, rules};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use liengia_http::{Body, Problem};
use liengia_kernel::Pii;
use serde::Deserialize;

/// The password that the caller has, and the one that they want.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct PasswordInput {
    /// The current one; left out where there is none yet.
    current: Option<Pii<String>>,
    /// At least 15 characters.
    password: Pii<String>,
}

/// Gives the caller's account another password. Its sessions elsewhere end, except those of phones that joined.
#[utoipa::path(put, path = "/api/password", tag = "access", request_body = PasswordInput,
    responses((status = 204, description = "It is so from now on.")))]
pub(super) async fn password_set(
    State(access): State<Access>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<PasswordInput>,
) -> Nothing {
    let permit = permit_sign_in(&caller, &access).await?;
    let account = caller.account();
    let stored = access.login_of(account).await?.ok_or(AccessError::WrongPassword)?;
    rules::judge(&input.password, Some(&stored.login)).map_err(AccessError::from)?;
    if let Some(hash) = stored.password {
        let device = access.device(&headers).map(|device| device.hash()).unwrap_or_default();
        let tried = Try::Known { account, device };
        access.0.gate.pass(&tried)?;
        let current = input.current.unwrap_or_default();
        if !access.0.passwords.check(From::Known, &current, Some(hash)).await? {
            access.0.gate.was_wrong();
            return Err(AccessError::WrongPassword.into());
        }
        access.0.gate.succeeded(&tried);
    }
    let hashed = access.0.passwords.hash(&input.password, access.entropy()).await?;
    let commit = access.set_password(&permit.context(), account, &hashed, Some(caller.session()));
    // Not kept under the request's key: its fingerprint would hold the password behind one quick hash.
    let receipt = access.journal().commit(commit).await?;
    access.settle(&receipt).await;
    Ok::<_, Problem>(StatusCode::NO_CONTENT)
}
