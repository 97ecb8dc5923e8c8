//! `POST /api/alarms/{id}/looked`: a person looked on site.

use super::{Api, tell::Act};
use crate::{
    engine::{Input, Saw},
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, NOT_ALLOWED};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::{AlarmId, PersonId};
use liengia_register::problems::NO_PERSON;
use serde::Deserialize;
use std::sync::PoisonError;

/// What somebody saw.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewLook {
    /// Fire or smoke, or neither.
    saw: Saw,
    /// Who looked, where the desk writes down what somebody told it by telephone; without it, the caller.
    by: Option<PersonId>,
}

/// Says what one saw on site, or what somebody on site told the desk. Two neighbours confirm or deny.
#[utoipa::path(post, path = "/api/alarms/{id}/looked", tag = "fire", params(("id" = AlarmId, Path)),
    request_body = NewLook, responses((status = 200, body = Alarm)))]
pub async fn looked(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
    Body(input): Body<NewLook>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    let told = input.by.filter(|by| *by != caller.person());
    let needed = if told.is_some() { Action::CloseAlarm } else { Action::AnswerAlarm };
    let (site, _) = api.permit(&caller, id, needed).await?;
    if let Some(by) = told {
        if !api.by(&caller, site).desk {
            return Err(Problem::new(NOT_ALLOWED));
        }
        if !api.is_an_adult_here(by) {
            return Err(Problem::new(NO_PERSON));
        }
    }
    let by = told.unwrap_or(caller.person());
    api.tell_once(
        &caller,
        &act,
        Input::Looked { alarm: id, by, saw: input.saw, told_to: told.map(|_| caller.person()) },
    )?;
    api.answered(&caller, id).await
}

impl Api {
    fn is_an_adult_here(&self, person: PersonId) -> bool {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        directory.person(person).is_some_and(|known| known.adult)
    }
}
