//! `GET /api/alarms/{id}/report`: what happened, from press to close, sealed by the journal.

use super::Api;
use crate::{
    problems::NO_ALARM,
    shown::{
        Whole,
        report::{AlarmReport, Material},
        story_of,
    },
    views::{note_texts, record_of},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;
use std::sync::PoisonError;

/// The report on an alarm or drill, from the journal alone. While it is open, on what happened so far.
///
/// Names stand in it only for those who may read the households.
#[utoipa::path(get, path = "/api/alarms/{id}/report", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = AlarmReport)))]
pub async fn report(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
) -> Result<Json<AlarmReport>, Problem> {
    let (site, _) = api.permit(&caller, id, Action::ReadReport).await?;
    let journal = &api.kit.journal;
    let head = journal.head().await?;
    let told = record_of(journal, site.alarm).await?;
    let story = story_of(api.number_of(site.alarm).await?, &told, note_texts(journal, site.alarm).await?);
    let homes = story.homes.clone();
    let over = {
        let directory = api.directory.read().unwrap_or_else(PoisonError::into_inner);
        Whole::ended(site.alarm, story, &directory)
    };
    let whole = over.or_else(|| Whole::in_memory(&api.alarms, &api.directory, site.alarm));
    let whole = whole.filter(|_| !told.is_empty()).ok_or_else(|| Problem::new(NO_ALARM))?;
    api.learn_names(whole.people()).await;
    let named = |household| caller.may(Action::ReadHousehold, Target::household(household));
    let material = Material { whole, told: &told, homes, head };
    Ok(Json(api.named(caller.language(), |names| material.report(names, named))))
}
