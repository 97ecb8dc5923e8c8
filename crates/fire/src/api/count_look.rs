//! `POST /api/alarms/{id}/looked`: a person looked on site.

use super::Api;
use crate::{
    engine::{Input, Saw},
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::AlarmId;
use serde::Deserialize;

/// What somebody saw.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewLook {
    /// Fire or smoke, or neither.
    saw: Saw,
}

/// Says what one saw on site. Two neighbours confirm or deny.
#[utoipa::path(post, path = "/api/alarms/{id}/looked", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = NewLook, responses((status = 200, body = Alarm)))]
pub async fn looked(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
    Body(input): Body<NewLook>,
) -> Result<Json<Alarm>, Problem> {
    api.permit(&caller, id, Action::AnswerAlarm).await?;
    api.tell(Input::Looked { alarm: id, by: caller.person(), saw: input.saw })?;
    api.answered(&caller, id).await
}
