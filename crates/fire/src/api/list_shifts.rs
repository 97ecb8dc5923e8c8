//! `GET /api/shifts`: who sat at the desk when.

use super::Api;
use crate::{shown::board::ShiftShown, views::Shift};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Page, Paged, Problem};
use liengia_kernel::ShiftId;

/// Shifts, the latest first.
#[utoipa::path(get, path = "/api/shifts", tag = "fire", params(Page), responses((status = 200, body = Paged<ShiftShown>)))]
pub async fn list_shifts(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<ShiftShown>>, Problem> {
    // The desk is the commune's, and its notes are about all of it.
    caller.permit_over_the_whole(Action::ReadShifts)?;
    let shifts = Shift::last(&api.kit.journal, page.after()?, page.rows()).await?;
    let shifts = Paged::cut(shifts, &page, |shift| (shift.started_at, shift.shift));
    let ids: Vec<ShiftId> = shifts.items.iter().map(|shift| shift.shift).collect();
    let mut notes = Shift::notes(&api.kit.journal, &ids).await?;
    let people = shifts.items.iter().flat_map(|shift| std::iter::once(shift.officer).chain(shift.successor));
    api.learn_names(people).await;
    Ok(Json(shifts.map(|shift| api.shift_shown(&shift, notes.remove(&shift.shift), caller.language()))))
}
