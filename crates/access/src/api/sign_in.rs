//! `POST /api/sign-in`

use super::{
    Address,
    shown::{SessionShown, SignedIn},
};
use crate::Access;
use axum::{extract::State, http::HeaderMap};
use liengia_http::Body;
use liengia_kernel::Pii;
use serde::Deserialize;

/// A login and its password.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SignInInput {
    login: Pii<String>,
    password: Pii<String>,
}

/// Signs in with a login and a password.
///
/// On a phone that joined a household with the same person, the phone stays joined, and bears the person's other roles
/// for twelve hours. On any other browser, what was signed in there before ends.
#[utoipa::path(post, path = "/api/sign-in", tag = "access", request_body = SignInInput,
    responses((status = 200, body = SessionShown)))]
pub(super) async fn sign_in(
    State(access): State<Access>,
    Address(address): Address,
    headers: HeaderMap,
    Body(input): Body<SignInInput>,
) -> SignedIn {
    let door = access.door(&headers, None);
    let opened = access.sign_in(&input.login, &input.password, &door, address).await?;
    access.signed_in(opened).await
}
