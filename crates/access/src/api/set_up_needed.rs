//! `GET /api/setup`

use crate::Access;
use axum::{Json, extract::State};
use serde::Serialize;

/// Whether the node waits for its first set-up.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct SetUpNeeded {
    /// Nobody is there yet who can give accounts.
    needed: bool,
}

/// Says whether the node waits for its first set-up.
#[utoipa::path(get, path = "/api/setup", tag = "access", responses((status = 200, body = SetUpNeeded)))]
pub(super) async fn set_up_needed(State(access): State<Access>) -> Json<SetUpNeeded> {
    Json(SetUpNeeded { needed: access.needs_set_up() })
}
