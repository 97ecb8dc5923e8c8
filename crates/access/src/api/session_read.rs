//! `GET /api/session`

use super::shown::SessionShown;
use crate::{Access, Action, Caller};
use axum::{Json, extract::State};
use liengia_http::Problem;

/// Says who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "access", responses((status = 200, body = SessionShown)))]
pub(super) async fn session_read(
    State(access): State<Access>,
    caller: Caller,
) -> Result<Json<SessionShown>, Problem> {
    caller.permit(Action::ReadSession, caller.own())?;
    Ok(Json(access.show_session(caller.live()).await?))
}
