//! `GET /api/alarms`: what is open, and what was.

use super::Api;
use crate::{
    engine::Mode,
    shown::{Whole, alarm::Alarm},
    views::{AlarmFilter, AlarmRow},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Scope, Where, rules::Tree};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_kernel::{AlarmId, PlaceId, Timestamp};
use serde::Deserialize;

/// Which alarms.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WhichAlarms {
    /// Those that are open; `false` for those that are over. Open ones where it is left out.
    open: Option<bool>,
    /// Fire or practice; both where it is left out.
    mode: Option<Mode>,
    /// Of the homes and teams in this place, with all that is in it.
    place: Option<PlaceId>,
    /// Raised at this time or later.
    since: Option<Timestamp>,
    /// Raised before this time.
    until: Option<Timestamp>,
}

impl WhichAlarms {
    fn part(&self) -> Option<Where> {
        self.place.map(|place| Where { nodes: [Scope::Place(place)].into(), ..Where::default() })
    }

    /// Whether it asks for this one, of which the place is known.
    fn has(&self, alarm: &Alarm, tree: &Tree) -> bool {
        let home = alarm.origin.household.map(Scope::from);
        let inside = |place: PlaceId| {
            let team = alarm.team.as_ref().map(|team| Scope::from(team.id));
            home.into_iter().chain(team).any(|node| tree.within(place.into(), node))
        };
        self.mode.is_none_or(|mode| mode == alarm.mode)
            && self.since.is_none_or(|since| alarm.raised_at >= since)
            && self.until.is_none_or(|until| alarm.raised_at < until)
            && self.place.is_none_or(inside)
    }
}

/// Alarms and drills that rang and that the caller may see, the latest first. Open ones come all at once.
#[utoipa::path(get, path = "/api/alarms", tag = "fire", params(WhichAlarms, Page),
    responses((status = 200, body = Paged<Alarm>)))]
pub async fn list_alarms(
    State(api): State<Api>,
    caller: Caller,
    Query(which): Query<WhichAlarms>,
    page: Page,
) -> Result<Json<Paged<Alarm>>, Problem> {
    let reach = caller.reach(Action::ReadAlarms)?;
    if which.open.unwrap_or(true) {
        let wanted = |alarm: &Alarm| api.access.tree(|tree| which.has(alarm, tree));
        return Ok(Json(Paged { items: api.open_alarms(&caller, wanted).await, next: None }));
    }
    let filter = AlarmFilter {
        state: Some("over"),
        rang: true,
        mode: which.mode.map(Mode::name),
        within: Some(reach),
        part: which.part(),
        since: which.since,
        until: which.until,
        before: page.after::<(Timestamp, AlarmId)>()?,
        limit: usize::try_from(page.rows()).unwrap_or(usize::MAX),
    };
    let rows = AlarmRow::list(&api.kit.journal, &filter).await?;
    let Paged { items: rows, next } = Paged::cut(rows, &page, |row| (row.raised_at, row.alarm));
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let journal = &api.kit.journal;
        let whole = Whole::in_journal(journal, &api.directory, row.alarm, row.number).await?;
        let Some(whole) = whole else { continue };
        api.learn_names(whole.people()).await;
        items.extend(api.shown(&caller, &whole));
    }
    Ok(Json(Paged { items, next }))
}

impl Api {
    /// Everything open that the caller may see and wants, the latest first. No disk is needed. What is not wanted is not
    /// shown, so nothing is written down as read.
    pub(super) async fn open_alarms(&self, caller: &Caller, wanted: impl Fn(&Alarm) -> bool) -> Vec<Alarm> {
        let open: Vec<AlarmId> = self.alarms.look(|state| state.open().collect());
        let mut alarms = Vec::with_capacity(open.len());
        for alarm in open {
            let Some(whole) = Whole::in_memory(&self.alarms, &self.directory, alarm) else { continue };
            if whole.ending.is_some() || !self.shown(caller, &whole).is_some_and(|alarm| wanted(&alarm)) {
                continue;
            }
            self.prepare(caller, &whole).await;
            alarms.extend(self.shown(caller, &whole));
        }
        alarms.sort_by_key(|one| std::cmp::Reverse((one.raised_at, one.alarm)));
        alarms
    }
}
