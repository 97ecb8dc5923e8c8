//! `DELETE /api/invitations/{id}`

use super::Nothing;
use crate::{Access, AccessError, Action, Caller, Target, Thing};
use axum::{extract::State, http::StatusCode};
use liengia_http::{Path, Problem};
use liengia_kernel::InvitationId;

/// Takes a code back that nobody used yet.
#[utoipa::path(delete, path = "/api/invitations/{id}", tag = "access",
    params(("id" = InvitationId, Path, description = "The invitation.")),
    responses((status = 204, description = "The code opens nothing from now on.")))]
pub(super) async fn invitation_revoke(
    State(access): State<Access>,
    caller: Caller,
    Path(id): Path<InvitationId>,
) -> Nothing {
    let missing = AccessError::NoSuch(Thing::Invitation);
    let household = access.invitation(id).await?.household.ok_or(missing.clone())?;
    let permit = caller.permit(Action::Invite, Target::household(household)).map_err(|_| missing)?;
    permit
        .commit(async || {
            let open = access.invitation(id).await?.usable(permit.now())?;
            let act = access.revoke_invitation(&permit.context(), id);
            Ok::<_, Problem>((act.commit.expecting(id, open.version), ()))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
