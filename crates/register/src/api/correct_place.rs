//! `PATCH /api/places/{id}`: another name, or another place above it.

use super::Api;
use crate::{Register, rules::RegisterError};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem};
use liengia_kernel::PlaceId;
use serde::{Deserialize, Serialize};

/// What changes about a place.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PlaceCorrection {
    /// Its new name.
    name: Option<String>,
    /// The place above it from now on.
    parent: Option<PlaceId>,
}

/// The place that was corrected.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PlaceCorrected {
    /// Its id.
    id: PlaceId,
}

/// Corrects a place.
#[utoipa::path(patch, path = "/api/places/{id}", tag = "register", params(("id" = PlaceId, Path)),
    request_body = PlaceCorrection, responses((status = 200, body = PlaceCorrected)))]
pub async fn correct_place(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PlaceId>,
    Body(input): Body<PlaceCorrection>,
) -> Result<Json<PlaceCorrected>, Problem> {
    let permit = caller.permit(Action::KeepPlaces, Target::place(id))?;
    if let Some(parent) = input.parent {
        // Both ends of the move must be within reach.
        caller.permit(Action::KeepPlaces, Target::place(parent))?;
        api.access
            .tree(|tree| match tree.place(id) {
                Some(place) => tree.may_hang(place.kind, Some(parent), Some(id)),
                None => Ok(()),
            })
            .map_err(RegisterError::from)?;
    }
    let done = permit
        .commit(async || {
            api.known_place(id)?;
            let parent = input.parent.map(Some);
            let commit = Register::correct_place(&permit.context(), id, input.name.as_deref(), parent)?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(PlaceCorrected { id: done.answer }))
}
