//! `GET /api/places`: the tree of places.

use super::Api;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, PlaceKind};
use liengia_http::Problem;
use liengia_kernel::PlaceId;
use serde::Serialize;

/// A place of the tree.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PlaceShown {
    /// Its id.
    id: PlaceId,
    /// The place it is in.
    parent: Option<PlaceId>,
    /// What kind of place it is.
    kind: PlaceKind,
    /// What people call it.
    name: String,
}

/// All places.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PlacesShown {
    /// Every place, a parent before its children.
    items: Vec<PlaceShown>,
}

/// The tree of places.
#[utoipa::path(get, path = "/api/places", tag = "register", responses((status = 200, body = PlacesShown)))]
pub async fn list_places(State(api): State<Api>, caller: Caller) -> Result<Json<PlacesShown>, Problem> {
    caller.reach(Action::ReadPlaces)?;
    let items = api.access.tree(|tree| {
        tree.places()
            .map(|(id, place)| PlaceShown {
                id,
                parent: place.parent,
                kind: place.kind,
                name: place.name.clone(),
            })
            .collect()
    });
    Ok(Json(PlacesShown { items }))
}
