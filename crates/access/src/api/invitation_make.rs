//! `POST /api/invitations`

use super::shown::InvitedShown;
use crate::{Access, Action, Caller, MAX_HOURS, Target};
use axum::{Json, extract::State, http::StatusCode};
use liengia_http::{Body, Field, Problem, WRONG_FIELDS};
use liengia_kernel::{HouseholdId, PersonId};
use serde::Deserialize;
use std::sync::Mutex;

/// For whom the code is.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct InvitationInput {
    household: HouseholdId,
    /// One of its people, as the register has them; somebody new where it is left out.
    person: Option<PersonId>,
    /// For how long it is good, 1 to 336; 72 where it is left out.
    hours: Option<u16>,
}

/// Makes a one-time code with which a phone joins a household.
///
/// The code is told in this answer alone. The same request again gives another code of the same invitation, and the one
/// before it opens nothing any more.
#[utoipa::path(post, path = "/api/invitations", tag = "access", request_body = InvitationInput,
    responses((status = 201, body = InvitedShown)))]
pub(super) async fn invitation_make(
    State(access): State<Access>,
    caller: Caller,
    Body(input): Body<InvitationInput>,
) -> Result<(StatusCode, Json<InvitedShown>), Problem> {
    let permit = caller.permit(Action::Invite, Target::household(input.household))?;
    let hours = input.hours.unwrap_or(72);
    if !(1..=MAX_HOURS).contains(&hours) {
        let field =
            Field::new("hours", "out_of_range").with("least", 1_i64).with("most", i64::from(MAX_HOURS));
        return Err(Problem::new(WRONG_FIELDS).blaming(field));
    }
    let told = Mutex::new(None);
    let done = permit
        .commit(async || {
            let act = access.invite(&permit.context(), input.household, input.person, hours).await?;
            let invitation = act.told.invitation;
            told.lock().unwrap_or_else(std::sync::PoisonError::into_inner).replace(act.told);
            Ok::<_, Problem>((act.commit, invitation))
        })
        .await?;
    let told = told.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let invited = match told.filter(|_| !done.repeated) {
        Some(invited) => invited,
        None => access.another_code(permit.context(), done.answer).await?,
    };
    Ok((StatusCode::CREATED, Json(InvitedShown::of(invited, caller.language())?)))
}
