//! `POST /api/alarms/{id}/still-burning`: the answer to the question that a late press is asked.
//!
//! Promises: anybody's yes rings. A no ends it only from whoever pressed, the home, the leader, the deputy and the desk:
//! the question stays, whatever others say, and their answer says that it is still asked. A yes that a phone held for long
//! is as old as a press: it rings nothing.

use super::{
    Api,
    press::{AlarmReceipt, PressState},
    tell::Act,
};
use crate::{
    engine::{Input, limits::LATE_PRESS},
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{AlarmId, Timestamp};
use serde::{Deserialize, Serialize};

/// Whether it still burns.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct StillBurning {
    /// It does.
    yes: bool,
    /// When it was said, by the phone's clock.
    said_at: Option<Timestamp>,
    /// When it is sent, by the same clock. A yes that was held for more than five minutes rings nothing: it is asked again.
    sent_at: Option<Timestamp>,
}

impl StillBurning {
    /// Whether it says what was true long ago.
    fn is_old(&self) -> bool {
        let held = self.said_at.zip(self.sent_at).filter(|(said, sent)| sent >= said);
        self.yes && held.is_some_and(|(said, sent)| sent.since(said) > LATE_PRESS)
    }
}

/// What becomes of a late press.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum LateAnswer {
    /// It still burns: the alarm that rings now.
    Alarm(Box<Alarm>),
    /// It does not, or it is still asked.
    Over(AlarmReceipt),
}

/// Says whether it still burns. A yes rings the team now; a no counts from presser, home, leaders and desk.
#[utoipa::path(post, path = "/api/alarms/{id}/still-burning", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = StillBurning, responses((status = 200, body = LateAnswer)))]
pub async fn still_burning(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
    Body(input): Body<StillBurning>,
) -> Result<Json<LateAnswer>, Problem> {
    let (site, permit) = api.permit(&caller, id, Action::AnswerAlarm).await?;
    let by = Some(api.by(&caller, site));
    let asked = || api.alarms.look(|state| state.late_presses().any(|late| late.press.press == id));
    let said = Input::StillBurning { press: id, yes: input.yes, by };
    if !input.yes {
        api.tell_once(&caller, &act, said)?;
    } else if !(input.is_old() && asked()) {
        // It rings once however often it comes, and each try says anew when it is sent: no key is looked at.
        api.tell(said)?;
    }
    if api.alarms.look(|state| state.alarm_of(id)).is_some() {
        let Json(alarm) = api.answered(&caller, id).await?;
        return Ok(Json(LateAnswer::Alarm(Box::new(alarm))));
    }
    let recorded = api.alarms.settled(super::tell::SOON).await;
    let state = if asked() { PressState::AskStillBurning } else { PressState::Closed };
    let (alarm, received_at) = (id, permit.now());
    Ok(Json(LateAnswer::Over(AlarmReceipt { alarm, joined: None, received_at, recorded, state })))
}
