//! `GET /api/alarms/{id}/report`: what happened, from press to close, sealed by the journal and signed by the node; and
//! `GET /api/report-key`: the key to check that with.

use super::Api;
use crate::{
    problems::{NO_ALARM, NO_REPORT_KEY},
    seal::ReportKey,
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
use serde::Serialize;
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
    let key = api.report_key()?;
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
    let mut report = api.named(caller.language(), |names| material.report(names, named));
    let signed = key.sign(&mut report, api.alarms.now().wall);
    signed.map_err(Problem::failed)?;
    Ok(Json(report))
}

/// The key under reports.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReportKeyShown {
    /// Which kind of signature: `ed25519`.
    algorithm: &'static str,
    /// The public key, 64 hex digits.
    public_key: String,
}

/// The public key with which this node signs reports, so that anybody can check a saved one.
#[utoipa::path(get, path = "/api/report-key", tag = "fire", responses((status = 200, body = ReportKeyShown)))]
pub async fn report_key(State(api): State<Api>) -> Result<Json<ReportKeyShown>, Problem> {
    let public_key = api.report_key()?.public_key();
    Ok(Json(ReportKeyShown { algorithm: "ed25519", public_key }))
}

impl Api {
    fn report_key(&self) -> Result<&ReportKey, Problem> {
        self.settings.report_key.as_ref().ok_or_else(|| Problem::new(NO_REPORT_KEY))
    }
}
