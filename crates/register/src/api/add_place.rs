//! `POST /api/places`: a new place in the tree.

use super::Api;
use crate::{Register, rules::RegisterError};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, PlaceKind, Target};
use liengia_http::{Body, Problem};
use liengia_kernel::PlaceId;
use serde::{Deserialize, Serialize};

/// A place to add.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewPlace {
    /// The place it is in.
    parent: PlaceId,
    /// What kind of place it is.
    kind: PlaceKind,
    /// What people call it.
    name: String,
}

/// The place that was added.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PlaceAdded {
    /// Its id.
    id: PlaceId,
}

/// Adds a place.
#[utoipa::path(post, path = "/api/places", tag = "register", request_body = NewPlace,
    responses((status = 200, body = PlaceAdded)))]
pub async fn add_place(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewPlace>,
) -> Result<Json<PlaceAdded>, Problem> {
    let permit = caller.permit(Action::KeepPlaces, Target::place(input.parent))?;
    api.access
        .tree(|tree| tree.may_hang(input.kind, Some(input.parent), None))
        .map_err(RegisterError::from)?;
    let id = PlaceId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            let commit =
                Register::add_place(&permit.context(), id, Some(input.parent), input.kind, &input.name)?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    Ok(Json(PlaceAdded { id: done.answer }))
}
