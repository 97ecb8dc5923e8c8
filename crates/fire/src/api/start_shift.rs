//! `POST /api/shifts`: an officer begins a shift.

use super::Api;
use crate::{problems::NO_SHIFT, shown::board::ShiftShown, views::Shift};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Permit, Role, Target};
use liengia_http::Problem;
use liengia_kernel::ShiftId;

/// Begins the caller's shift at the desk, or goes on with it.
///
/// Another officer's shift is taken over where that officer has no board open any more, or has been on for 12 hours.
#[utoipa::path(post, path = "/api/shifts", tag = "fire", responses((status = 201, body = ShiftShown)))]
pub async fn start_shift(
    State(api): State<Api>,
    caller: Caller,
) -> Result<(StatusCode, Json<ShiftShown>), Problem> {
    let permit = desk_permit(&caller)?;
    let done = permit
        .commit(async || {
            let there = |officer| api.settings.phones.at_desk(officer);
            Ok::<_, Problem>(api.kit.start_shift(&permit.context(), permit.person(), there).await?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(api.shift(&caller, done.answer).await?)))
}

/// The permit of whoever sits at a desk: there, where they hold that role.
pub(super) fn desk_permit(caller: &Caller) -> Result<Permit, Problem> {
    let desk = caller.grants().into_iter().find(|grant| grant.role == Role::DutyOfficer);
    let target = desk.map_or(caller.own(), |grant| Target::node(grant.scope));
    Ok(caller.permit(Action::KeepShift, target)?)
}

impl Api {
    /// A shift as it stands.
    pub(super) async fn shift(&self, caller: &Caller, id: ShiftId) -> Result<ShiftShown, Problem> {
        let shift = Shift::find(&self.kit.journal, id).await?.ok_or_else(|| Problem::new(NO_SHIFT))?;
        self.learn_names([shift.officer].into_iter().chain(shift.successor)).await;
        let note = Shift::notes(&self.kit.journal, &[id]).await?.remove(&id);
        Ok(self.shift_shown(&shift, note, caller.language()))
    }
}
