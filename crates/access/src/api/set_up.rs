//! `POST /api/setup`

use super::{
    Address, name,
    shown::{SessionShown, SignedIn},
};
use crate::{Access, AccessError, NewCommune, gate::Try, rules};
use axum::{extract::State, http::HeaderMap};
use liengia_http::Body;
use liengia_kernel::Pii;
use serde::Deserialize;

/// The commune, and its first administrator.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SetUpInput {
    /// What stands behind `#` in the link that the node printed.
    token: Pii<String>,
    commune_name: String,
    /// What the administrator is called.
    name: Pii<String>,
    login: Pii<String>,
    /// At least 15 characters.
    password: Pii<String>,
}

/// Sets the node up: its commune, and its first administrator, who is signed in at once.
///
/// Works once, with the one-time link that the node prints at its first start.
#[utoipa::path(post, path = "/api/setup", tag = "access", request_body = SetUpInput,
    responses((status = 200, body = SessionShown)))]
pub(super) async fn set_up(
    State(access): State<Access>,
    Address(address): Address,
    headers: HeaderMap,
    Body(input): Body<SetUpInput>,
) -> SignedIn {
    access.0.gate.pass(&Try::Unguessable { address })?;
    let login = rules::login(&input.login).map_err(AccessError::from)?;
    rules::judge(&input.password, Some(&login)).map_err(AccessError::from)?;
    let new = NewCommune {
        commune_name: name("commune_name", &Pii::new(input.commune_name))?.into_exposed(),
        name: name("name", &input.name)?,
        login,
        password: input.password,
    };
    let opened = access.set_up(&input.token, new, &access.door(&headers, None)).await?;
    access.signed_in(opened).await
}
