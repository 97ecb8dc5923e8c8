//! `GET /api/places`: the tree of places.

use super::Api;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, PlaceKind, rules::Place};
use liengia_http::{Page, Paged, Problem};
use liengia_kernel::PlaceId;
use serde::Serialize;
use std::collections::BTreeSet;

/// A place of the tree.
#[derive(Clone, Serialize, utoipa::ToSchema)]
pub struct PlaceShown {
    /// Its id.
    id: PlaceId,
    /// Send it back with a correction.
    version: u64,
    /// The place it is in.
    parent: Option<PlaceId>,
    /// What kind of place it is.
    kind: PlaceKind,
    /// What people call it.
    name: String,
}

impl PlaceShown {
    pub(super) fn new(id: PlaceId, place: &Place, version: u64) -> Self {
        Self { id, version, parent: place.parent, kind: place.kind, name: place.name.clone() }
    }
}

/// The tree of places, as far as the caller may read it, with the places above.
#[utoipa::path(get, path = "/api/places", tag = "register",
    params(Page), responses((status = 200, body = Paged<PlaceShown>)))]
pub async fn list_places(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<PlaceShown>>, Problem> {
    let reach = caller.reach(Action::ReadPlaces)?;
    let versions = api.access.place_versions().await?;
    let items: Vec<PlaceShown> = api.access.tree(|tree| {
        let within = |place: PlaceId| {
            reach.everywhere || reach.nodes.iter().any(|node| tree.within(*node, place.into()))
        };
        // A place is read with those above it: without them nobody knows where it is.
        let read: BTreeSet<PlaceId> = tree
            .places()
            .filter(|(id, _)| within(*id))
            .flat_map(|(id, _)| tree.climb(id).map(|(above, _)| above))
            .collect();
        tree.places()
            .filter(|(id, _)| read.contains(id))
            .map(|(id, place)| PlaceShown::new(id, place, versions.get(&id).copied().unwrap_or_default()))
            .collect()
    });
    Ok(Json(Paged::of(items, &page, |place| place.id)?))
}
