//! `POST /api/drills/{id}/cancel`: an announced drill does not take place.

use super::{Api, sight::Site};
use crate::{
    engine::{DrillOrder, Input},
    problems::{NO_ALARM, NO_DRILL},
    shown::drill::Drill,
    views::{AlarmRow, drill_texts},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_kernel::AlarmId;

/// Calls an announced drill off, and says so to its team.
#[utoipa::path(post, path = "/api/drills/{id}/cancel", tag = "fire", params(("id" = AlarmId, Path)),
    responses((status = 200, body = Drill)))]
pub async fn cancel_drill(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<AlarmId>,
) -> Result<Json<Drill>, Problem> {
    let site = api.drill_site(&caller, id).await?;
    api.may_be_written()?;
    api.order(DrillOrder::Cancel { drill: id, by: api.by(&caller, site) })?;
    api.drill_shown(id).await.map(Json)
}

impl Api {
    /// Where a drill stands, and that the caller keeps drills there.
    pub(super) async fn drill_site(&self, caller: &Caller, id: AlarmId) -> Result<Site, Problem> {
        let known = self.permit(caller, id, Action::KeepDrills).await;
        known.map(|(site, _)| site).map_err(no_drill)
    }

    pub(super) fn order(&self, order: DrillOrder) -> Result<(), Problem> {
        self.tell(Input::Drill(order)).map(drop).map_err(no_drill)
    }

    /// A drill as it stands now, once that is written.
    pub(super) async fn drill_shown(&self, id: AlarmId) -> Result<Drill, Problem> {
        self.written().await?;
        if let Some(announced) = self.announced(id) {
            return Ok(announced);
        }
        let row = AlarmRow::find(&self.kit.journal, id).await?.ok_or_else(|| Problem::new(NO_DRILL))?;
        let text = drill_texts(&self.kit.journal, &[id]).await?.remove(&id);
        Ok(Drill::of_row(&row, text))
    }
}

/// What is no alarm is, here, no drill.
fn no_drill(problem: Problem) -> Problem {
    if problem.kind() == NO_ALARM { Problem::new(NO_DRILL) } else { problem }
}
