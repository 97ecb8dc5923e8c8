//! `POST /api/passkeys/registration`

use super::{Address, page, passkey_ask::PasskeyQuestion, permit_sign_in};
use crate::{
    Access, AccessError, Caller, Named,
    passkey::{MAX_PASSKEYS, making},
};
use axum::{Json, extract::State, http::HeaderMap};
use liengia_http::Problem;

/// Asks the browser to make a passkey for the caller's account.
#[utoipa::path(post, path = "/api/passkeys/registration", tag = "access", responses((status = 200, body = PasskeyQuestion)))]
pub(super) async fn passkey_make(
    State(access): State<Access>,
    caller: Caller,
    Address(address): Address,
    headers: HeaderMap,
) -> Result<Json<PasskeyQuestion>, Problem> {
    permit_sign_in(&caller, &access).await?;
    let (account, person) = (caller.account(), caller.person());
    let there = access.credentials(account).await?;
    if there.len() >= MAX_PASSKEYS {
        return Err(AccessError::TooManyPasskeys.into());
    }
    let login = access.login_of(account).await?.map(|stored| stored.login.shown);
    let named = access.names(&[], vec![Named::Person(person)]).await?.remove(&Named::Person(person));
    let called = login.or(named).or(access.spoken_to(person).await?.0);
    let name = called.map_or_else(|| "Liên Gia".to_owned(), liengia_kernel::Pii::into_exposed);
    let origin = page(&access, &headers);
    let (id, challenge) =
        access.0.questions.ask(origin, Some(account), address, (access.now(), access.entropy()));
    let options = making(&challenge, origin, (account.as_bytes(), &name), &there);
    Ok(Json(PasskeyQuestion { id, options }))
}
