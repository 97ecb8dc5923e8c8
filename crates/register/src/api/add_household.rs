//! `POST /api/households`: a new household or other member.

use super::{Api, shown::HouseholdShown};
use crate::{event::MemberKind, rules::HouseholdParticulars};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Problem};
use liengia_kernel::{HouseholdId, Pii, PlaceId, Position, TeamId};
use serde::Deserialize;

/// A household to add.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewHousehold {
    /// What kind of member of a team it is.
    kind: MemberKind,
    /// What neighbours call it, with its number if it has one.
    label: Pii<String>,
    /// The village or cluster it is in.
    place: PlaceId,
    /// Its team.
    team: Option<TeamId>,
    /// Where it is.
    position: Option<Pii<Position>>,
    /// How to find it where there is no number.
    #[serde(default)]
    how_to_find: Pii<String>,
    /// What a responder must know about floors, doors, gas.
    #[serde(default)]
    floor_notes: Pii<String>,
    /// How many people are usually there, if that is more than are registered: pupils, workers, tenants.
    #[schema(minimum = 1, maximum = 5000)]
    occupants: Option<u32>,
}

impl NewHousehold {
    fn particulars(&self) -> HouseholdParticulars {
        HouseholdParticulars {
            member: self.kind,
            place: self.place,
            label: self.label.clone(),
            how_to_find: self.how_to_find.clone(),
            floor_notes: self.floor_notes.clone(),
            position: self.position.clone(),
            occupants: self.occupants,
        }
    }
}

/// Adds a household.
#[utoipa::path(post, path = "/api/households", tag = "register", request_body = NewHousehold,
    responses((status = 200, body = HouseholdShown)))]
pub async fn add_household(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewHousehold>,
) -> Result<Json<HouseholdShown>, Problem> {
    let permit = caller.permit(Action::KeepHouseholds, Target::place(input.place))?;
    if let Some(team) = input.team {
        caller.permit(Action::KeepHouseholds, Target::team(team))?;
    }
    let id = HouseholdId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            api.known_place(input.place)?;
            let context = permit.context();
            let commit = api.register.add_household(&context, id, input.particulars(), input.team).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(api.household_shown(&caller, api.register.household(done.answer).await?)))
}
