//! `POST /api/shifts/{id}/handover`: an officer hands the desk over.

use super::{Api, start_shift::desk_permit};
use crate::{problems::NO_OFFICER, shown::board::ShiftShown};
use axum::{Json, extract::State};
use liengia_access::{Caller, Role};
use liengia_http::{Body, Field, Path, Problem};
use liengia_kernel::{PersonId, Pii, ShiftId};
use serde::Deserialize;

/// To whom and with what words a shift is handed over.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct Handover {
    /// Another officer, whose shift begins at once; nobody where it is left out.
    to: Option<PersonId>,
    /// What the next one should know.
    #[serde(default)]
    note: Pii<String>,
}

/// Hands the caller's shift over.
#[utoipa::path(post, path = "/api/shifts/{id}/handover", tag = "fire", params(("id" = ShiftId, Path)),
    request_body = Handover, responses((status = 200, body = ShiftShown)))]
pub async fn hand_over(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<ShiftId>,
    Body(input): Body<Handover>,
) -> Result<Json<ShiftShown>, Problem> {
    let permit = desk_permit(&caller)?;
    if let Some(to) = input.to {
        let officer = api.access.grants_of(to).iter().any(|grant| grant.role == Role::DutyOfficer);
        if !officer || to == caller.person() {
            return Err(Problem::new(NO_OFFICER).blaming(Field::new("to", "wrong_value")));
        }
    }
    permit
        .commit(async || {
            let (context, officer) = (permit.context(), permit.person());
            let commit = api.kit.hand_over(&context, id, officer, input.to, &input.note).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    api.shift(&caller, id).await.map(Json)
}
