//! `GET /api/drills`: drills announced, under way and past.

use super::Api;
use crate::{
    shown::drill::Drill,
    views::{AlarmFilter, AlarmRow, drill_texts},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Page, Paged, Problem};
use liengia_kernel::{AlarmId, Timestamp};

/// Drills of the teams that the caller may see, the latest first.
#[utoipa::path(get, path = "/api/drills", tag = "fire", params(Page), responses((status = 200, body = Paged<Drill>)))]
pub async fn list_drills(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<Drill>>, Problem> {
    let filter = AlarmFilter {
        mode: Some("drill"),
        within: Some(caller.reach(Action::ReadDrills)?),
        before: page.after::<(Timestamp, AlarmId)>()?,
        limit: usize::try_from(page.rows()).unwrap_or(usize::MAX),
        ..AlarmFilter::default()
    };
    let rows = AlarmRow::list(&api.kit.journal, &filter).await?;
    let rows = Paged::cut(rows, &page, |row| (row.raised_at, row.alarm));
    let drills: Vec<AlarmId> = rows.items.iter().map(|row| row.alarm).collect();
    let mut texts = drill_texts(&api.kit.journal, &drills).await?;
    Ok(Json(rows.map(|row| Drill::of_row(&row, texts.remove(&row.alarm)))))
}
