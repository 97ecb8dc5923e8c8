//! `DELETE /api/devices/{id}`: a device is taken away.

use super::{Api, tell::FOLLOWED};
use axum::{extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Path, Problem};
use liengia_kernel::DeviceId;

/// Takes a device away. Its secret opens nothing from now on.
#[utoipa::path(delete, path = "/api/devices/{id}", tag = "fire", params(("id" = DeviceId, Path)),
    responses((status = 204)))]
pub async fn remove_device(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DeviceId>,
) -> Result<StatusCode, Problem> {
    let household = api.kit.device(id).await?.household;
    let permit = caller.permit(Action::KeepDevices, Target::household(household))?;
    let done = permit
        .commit(async || Ok::<_, Problem>((api.kit.remove_device(&permit.context(), id).await?, ())))
        .await?;
    api.followed(&done.entries).await;
    Ok(StatusCode::NO_CONTENT)
}

impl Api {
    /// Waits until the broker's gate knows what these entries say, but at most so long.
    pub(super) async fn admitted(&self, entries: &[std::sync::Arc<liengia_journal::Entry>]) {
        if let (Some(last), Some(gate)) = (entries.last(), &self.settings.admitted) {
            let mut gate = gate.clone();
            // What is late comes later: the device tries again.
            let _ = tokio::time::timeout(FOLLOWED, gate.wait_for(|seq| *seq >= last.seq)).await;
        }
    }

    /// Waits until the lists in memory know what was just written.
    pub(super) async fn followed(&self, entries: &[std::sync::Arc<liengia_journal::Entry>]) {
        if let Some(last) = entries.last() {
            self.alarms.caught_up(last.seq, FOLLOWED).await;
        }
    }
}
