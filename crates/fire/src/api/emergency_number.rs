//! `GET /api/emergency-number`: whom to call, also from a phone that has joined no home yet.

use super::Api;
use axum::{Json, extract::State};
use serde::Serialize;

/// Whom to call in an emergency.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EmergencyNumber {
    /// As the configuration has it: `114` where it says nothing else.
    number: String,
}

/// The number of the fire service, for everybody.
#[utoipa::path(get, path = "/api/emergency-number", tag = "fire",
    responses((status = 200, body = EmergencyNumber)))]
pub async fn emergency_number(State(api): State<Api>) -> Json<EmergencyNumber> {
    Json(EmergencyNumber { number: api.settings.emergency_number.to_string() })
}
