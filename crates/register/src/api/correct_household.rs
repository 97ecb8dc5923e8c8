//! `PATCH /api/households/{id}`: corrected particulars, with a reason.

use super::{Api, because, shown::HouseholdShown};
use crate::{event::MemberKind, rules::HouseholdParticulars};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{HouseholdId, Pii, PlaceId, Position};
use serde::{Deserialize, Deserializer};

/// What changes about a household; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct HouseholdCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// What kind of member of a team it is.
    kind: Option<MemberKind>,
    /// What neighbours call it.
    label: Option<Pii<String>>,
    /// The village or cluster it is in.
    place: Option<PlaceId>,
    /// Where it is.
    position: Option<Pii<Position>>,
    /// How to find it.
    how_to_find: Option<Pii<String>>,
    /// What a responder must know.
    floor_notes: Option<Pii<String>>,
    /// How many people are usually there, if that is more than are registered; null takes the number back.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 5000)]
    occupants: Occupants,
}

/// What a correction says of the number of occupants.
#[derive(Clone, Copy, Default)]
enum Occupants {
    /// Nothing: it was left out.
    #[default]
    Stay,
    /// So many from now on, or no number any more.
    Are(Option<u32>),
}

impl<'de> Deserialize<'de> for Occupants {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Are)
    }
}

impl Occupants {
    fn after(self, known: Option<u32>) -> Option<u32> {
        match self {
            Self::Stay => known,
            Self::Are(occupants) => occupants,
        }
    }
}

/// Corrects a household's particulars.
#[utoipa::path(patch, path = "/api/households/{id}", tag = "register", params(("id" = HouseholdId, Path)),
    request_body = HouseholdCorrection, responses((status = 200, body = HouseholdShown)))]
pub async fn correct_household(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<HouseholdId>,
    Body(input): Body<HouseholdCorrection>,
) -> Result<Json<HouseholdShown>, Problem> {
    let permit = caller.permit(Action::KeepHouseholds, Target::household(id))?;
    if let Some(place) = input.place {
        caller.permit(Action::KeepHouseholds, Target::place(place))?;
    }
    let reason = because(&input.reason)?;
    let done = permit
        .commit(async || {
            let known = api.register.household(id).await?;
            same_version(input.version, known.version, || api.household_shown(&caller, known.clone()))?;
            let particulars = HouseholdParticulars {
                member: input.kind.unwrap_or(known.member),
                place: api.known_place(input.place.unwrap_or(known.place))?,
                label: input.label.clone().unwrap_or(known.label),
                how_to_find: input.how_to_find.clone().unwrap_or(known.how_to_find),
                floor_notes: input.floor_notes.clone().unwrap_or(known.floor_notes),
                position: input.position.clone().or(known.position),
                occupants: input.occupants.after(known.occupants),
            };
            let context = permit.context();
            let commit =
                api.register.correct_household(&context, id, input.version, particulars, &reason).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(api.household_shown(&caller, api.register.household(done.answer).await?)))
}
