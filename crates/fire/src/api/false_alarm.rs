//! `POST /api/alarms/{id}/false-alarm`: somebody says that nothing burns.

use super::{Api, sight::Site, tell::Act};
use crate::{
    engine::{Input, Phase},
    shown::alarm::Alarm,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::{AlarmId, HouseholdId};

/// Says that nothing burns. It is told to everybody and silences nothing by itself; only the home that its own
/// detector warns ends that warning by it.
#[utoipa::path(post, path = "/api/alarms/{id}/false-alarm", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Alarm)))]
pub async fn false_alarm(
    State(api): State<Api>,
    caller: Caller,
    act: Act,
    Path(id): Path<AlarmId>,
) -> Result<Json<Alarm>, Problem> {
    if api.is_done(&caller, &act)? {
        return api.answered(&caller, id).await;
    }
    let (site, _) = api.permit(&caller, id, Action::AnswerAlarm).await?;
    match api.warned_home(&caller, site) {
        Some(household) => {
            let by = Some(caller.person());
            api.tell_once(&caller, &act, Input::CancelAtHome { alarm: id, household, by })?;
        }
        None => {
            api.tell_once(&caller, &act, Input::FalseAlarm { alarm: id, by: api.by(&caller, site) })?;
        }
    }
    api.answered(&caller, id).await
}

impl Api {
    /// The caller's own home, if its own detector warns it and nobody else yet.
    pub(super) fn warned_home(&self, caller: &Caller, site: Site) -> Option<HouseholdId> {
        let now = self.alarms.now();
        let open = self.alarms.look(|state| state.snapshot(site.alarm, now))?;
        let own = caller.household()?;
        let burns = open.households.iter().any(|home| home.burning && home.household == own);
        (burns && open.phase == Phase::OwnHomeWarning).then_some(own)
    }
}
