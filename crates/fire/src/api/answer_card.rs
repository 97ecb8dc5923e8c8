//! `POST /api/alarms/{id}/card`: a person takes or declines the card that they are offered.

use super::{Api, tell::Act};
use crate::{
    engine::{Input, Role},
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::AlarmId;
use serde::Deserialize;

/// The answer to a card.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct CardAnswer {
    /// It is taken.
    accept: bool,
    /// Which, where somebody has several; else the one that is offered.
    card: Option<Role>,
}

/// Takes or declines a role card. Taking one says "I am coming".
#[utoipa::path(post, path = "/api/alarms/{id}/card", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = CardAnswer, responses((status = 200, body = Alarm)))]
pub async fn answer_card(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
    Body(input): Body<CardAnswer>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    api.permit(&caller, id, Action::AnswerAlarm).await?;
    let CardAnswer { accept, card: role } = input;
    api.tell_once(&caller, &act, Input::Card { alarm: id, person: caller.person(), role, accept })?;
    api.answered(&caller, id).await
}
