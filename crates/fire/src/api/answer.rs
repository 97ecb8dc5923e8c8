//! `POST /api/alarms/{id}/answers`: a phone received, showed or answered an alarm.

use super::{Api, tell::Act};
use crate::{
    engine::{Answer, Input, Role, Said, Word},
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{AlarmId, Timestamp};
use serde::Deserialize;

/// An answer.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewAnswer {
    /// What.
    answer: AnswerKind,
    /// The card that they take who say that they come.
    card: Option<Role>,
    /// When it was said, by the phone's clock: of two answers the later said stands.
    said_at: Option<Timestamp>,
}

/// What a phone or a person says to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// The phone has it.
    Delivered,
    /// Somebody touched the screen that shows it.
    Seen,
    /// I am coming.
    Coming,
    /// I cannot come.
    Cannot,
    /// I am safe: speaks for one person, never for a home.
    Safe,
    /// I am there.
    Arrived,
}

impl From<AnswerKind> for Word {
    fn from(answer: AnswerKind) -> Self {
        match answer {
            AnswerKind::Delivered => Self::Delivered,
            AnswerKind::Seen => Self::Seen,
            AnswerKind::Coming => Self::Said(Said::Coming),
            AnswerKind::Cannot => Self::Said(Said::Cannot),
            AnswerKind::Safe => Self::Said(Said::Safe),
            AnswerKind::Arrived => Self::Said(Said::Arrived),
        }
    }
}

/// Answers an alarm. A repeat changes nothing.
#[utoipa::path(post, path = "/api/alarms/{id}/answers", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = NewAnswer, responses((status = 200, body = Alarm)))]
pub async fn answer(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
    Body(input): Body<NewAnswer>,
) -> Result<Json<Alarm>, Problem> {
    if matches!(input.answer.into(), Word::Said(_)) && api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    api.permit(&caller, id, Action::AnswerAlarm).await?;
    let person = caller.person();
    let answer = Answer {
        alarm: id,
        person: Some(person),
        household: caller.household(),
        word: input.answer.into(),
        said_at: input.said_at,
    };
    // That a phone has it is said by very many, and changes nothing when it is said again.
    match answer.word {
        Word::Said(_) => api.tell_once(&caller, &act, Input::Answer(answer))?,
        Word::Delivered | Word::Seen => api.tell(Input::Answer(answer))?,
    };
    if let (AnswerKind::Coming, Some(role)) = (input.answer, input.card) {
        // Somebody else may have taken it meanwhile: they come all the same.
        api.alarms.tell(Input::Card { alarm: id, person, role: Some(role), accept: true });
    }
    api.answered(&caller, id).await
}
