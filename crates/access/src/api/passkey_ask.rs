//! `POST /api/passkeys/challenge`

use super::{Address, page};
use crate::{Access, gate::Try, passkey::asking};
use axum::{Json, extract::State, http::HeaderMap};
use liengia_http::Problem;
use serde::Serialize;

/// A question for a passkey.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct PasskeyQuestion {
    /// Goes back with the answer.
    pub(super) id: String,
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON` or `parseCreationOptionsFromJSON`.
    pub(super) options: serde_json::Value,
}

/// Asks for any passkey that the person has for this host.
///
/// Nothing is told about anybody: every passkey is discoverable, so the question names none.
#[utoipa::path(post, path = "/api/passkeys/challenge", tag = "access", responses((status = 200, body = PasskeyQuestion)))]
pub(super) async fn passkey_ask(
    State(access): State<Access>,
    Address(address): Address,
    headers: HeaderMap,
) -> Result<Json<PasskeyQuestion>, Problem> {
    access.0.gate.pass(&Try::Unguessable { address })?;
    let origin = page(&access, &headers);
    let (id, challenge) = access.0.questions.ask(origin, None, address, (access.now(), access.entropy()));
    Ok(Json(PasskeyQuestion { id, options: asking(&challenge, origin) }))
}
