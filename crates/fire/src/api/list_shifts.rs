//! `GET /api/shifts`: who sat at the desk when.

use super::Api;
use crate::{shown::board::Shifts, views::Shift};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Page, Problem};
use liengia_kernel::ShiftId;

/// The last shifts, the latest first.
#[utoipa::path(get, path = "/api/shifts", tag = "fire", params(Page), responses((status = 200, body = Shifts)))]
pub async fn list_shifts(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Shifts>, Problem> {
    // The desk is the commune's, and its notes are about all of it.
    caller.permit_over_the_whole(Action::ReadShifts)?;
    let shifts = Shift::last(&api.kit.journal, usize::from(page.limit())).await?;
    let ids: Vec<ShiftId> = shifts.iter().map(|shift| shift.shift).collect();
    let mut notes = Shift::notes(&api.kit.journal, &ids).await?;
    let people = shifts.iter().flat_map(|shift| std::iter::once(shift.officer).chain(shift.successor));
    api.learn_names(people).await;
    let items = shifts.iter();
    let items = items.map(|shift| api.shift_shown(shift, notes.remove(&shift.shift), caller.language()));
    Ok(Json(Shifts { items: items.collect() }))
}
