//! `POST /api/teams`: a new team of these households.

use super::{Api, shown::TeamShown};
use crate::rules::RegisterError;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Problem};
use liengia_kernel::{HouseholdId, PlaceId, TeamId};
use serde::Deserialize;

/// Most households of a new team.
const MOST_HOUSEHOLDS: usize = 100;

/// A team to form.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewTeam {
    /// What people call it.
    name: String,
    /// The village it is in.
    place: PlaceId,
    /// Its households; each leaves the team that it is in.
    #[serde(default)]
    households: Vec<HouseholdId>,
}

/// Forms a team.
#[utoipa::path(post, path = "/api/teams", tag = "register", request_body = NewTeam,
    responses((status = 200, body = TeamShown)))]
pub async fn form_team(
    State(api): State<Api>,
    caller: Caller,
    Body(mut input): Body<NewTeam>,
) -> Result<Json<TeamShown>, Problem> {
    let permit = caller.permit(Action::KeepTeams, Target::place(input.place))?;
    input.households.sort_unstable();
    input.households.dedup();
    if input.households.len() > MOST_HOUSEHOLDS {
        return Err(RegisterError::TooMany { what: "households", most: MOST_HOUSEHOLDS }.into());
    }
    for household in &input.households {
        caller.permit(Action::KeepTeams, Target::household(*household))?;
    }
    let id = TeamId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            let (context, place) = (permit.context(), api.known_place(input.place)?);
            let formed = api.register.form_team(&context, id, place, &input.name, &input.households).await?;
            Ok::<_, Problem>((formed.0, id))
        })
        .await?;
    Ok(Json(api.team_shown(&caller, done.answer).await?))
}
