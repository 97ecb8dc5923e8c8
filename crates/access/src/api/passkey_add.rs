//! `POST /api/passkeys`

use super::{name, passkeys_list::PasskeyShown, permit_sign_in};
use crate::{Access, AccessError, Caller, passkey::Credential};
use axum::{Json, extract::State, http::StatusCode};
use liengia_http::{Body, Problem};
use liengia_kernel::Pii;
use serde::Deserialize;

/// A new passkey.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct PasskeyInput {
    /// The id of the question that asked for it.
    id: String,
    /// What its owner calls it.
    label: Pii<String>,
    /// The `PublicKeyCredential`, as `toJSON()` writes it.
    credential: serde_json::Value,
}

/// Adds a passkey to the caller's account.
#[utoipa::path(post, path = "/api/passkeys", tag = "access", request_body = PasskeyInput,
    responses((status = 201, body = PasskeyShown)))]
pub(super) async fn passkey_add(
    State(access): State<Access>,
    caller: Caller,
    Body(input): Body<PasskeyInput>,
) -> Result<(StatusCode, Json<PasskeyShown>), Problem> {
    // What the caller may be does not change between the check and the commit.
    let _logins = access.0.logins.lock().await;
    let permit = permit_sign_in(&caller, &access).await?;
    let label = name("label", &input.label)?;
    let credential: Credential = serde_json::from_value(input.credential)
        .map_err(|_| AccessError::PasskeyRefused("a part is missing"))?;
    let owner = (caller.account(), caller.person());
    let done = permit
        .commit(async || {
            let question = access.0.questions.take(&input.id, permit.now())?;
            if question.account != Some(owner.0) {
                return Err(AccessError::QuestionGone.into());
            }
            let new = Access::new_passkey(&question, &credential)?;
            let act = access.add_passkey(&permit.context(), owner, &new, &label).await?;
            Ok::<_, Problem>((act.commit, act.told))
        })
        .await?;
    let shown = access.passkeys(owner.0).await?.into_iter().find(|shown| shown.id == done.answer);
    Ok((StatusCode::CREATED, Json(shown.ok_or(AccessError::NoSuch(crate::Thing::Passkey))?)))
}
