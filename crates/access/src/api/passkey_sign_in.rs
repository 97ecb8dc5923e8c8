//! `POST /api/passkeys/sign-in`

use super::{
    Address,
    shown::{SessionShown, SignedIn},
};
use crate::{Access, AccessError, passkey::Credential};
use axum::{extract::State, http::HeaderMap};
use liengia_http::Body;
use serde::Deserialize;

/// The answer of a passkey.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct PasskeyAnswer {
    /// The question's id.
    id: String,
    /// The `PublicKeyCredential`, as `toJSON()` writes it.
    credential: serde_json::Value,
}

/// Signs in with a passkey.
#[utoipa::path(post, path = "/api/passkeys/sign-in", tag = "access", request_body = PasskeyAnswer,
    responses((status = 200, body = SessionShown)))]
pub(super) async fn passkey_sign_in(
    State(access): State<Access>,
    Address(address): Address,
    headers: HeaderMap,
    Body(input): Body<PasskeyAnswer>,
) -> SignedIn {
    let credential: Credential = serde_json::from_value(input.credential)
        .map_err(|_| AccessError::PasskeyRefused("a part is missing"))?;
    let door = access.door(&headers, None);
    let opened = access.sign_in_with_passkey(&input.id, &credential, &door, address).await?;
    access.signed_in(opened).await
}
