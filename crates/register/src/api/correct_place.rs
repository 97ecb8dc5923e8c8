//! `PATCH /api/places/{id}`: another name, kind or place above it, with a reason.

use super::{Api, because, places::PlaceShown};
use crate::rules::RegisterError;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, PlaceKind, Target, rules::Place};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{Pii, PlaceId};
use serde::Deserialize;

/// What changes about a place; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PlaceCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// What people call it.
    name: Option<String>,
    /// What kind of place it is; only villages and clusters can become another kind.
    kind: Option<PlaceKind>,
    /// The place above it.
    parent: Option<PlaceId>,
}

/// Corrects a place.
#[utoipa::path(patch, path = "/api/places/{id}", tag = "register", params(("id" = PlaceId, Path)),
    request_body = PlaceCorrection, responses((status = 200, body = PlaceShown)))]
pub async fn correct_place(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PlaceId>,
    Body(input): Body<PlaceCorrection>,
) -> Result<Json<PlaceShown>, Problem> {
    let permit = caller.permit(Action::KeepPlaces, Target::place(id))?;
    if let Some(parent) = input.parent {
        // Both ends of the move must be within reach.
        caller.permit(Action::KeepPlaces, Target::place(parent))?;
    }
    let reason = because(&input.reason)?;
    let done = permit
        .commit(async || {
            let (known, version) = api.place(id).await?;
            same_version(input.version, version, || PlaceShown::new(id, &known, version))?;
            let right = Place {
                parent: input.parent.or(known.parent),
                kind: input.kind.unwrap_or(known.kind),
                name: input.name.clone().unwrap_or_else(|| known.name.clone()),
            };
            let fits = api.access.tree(|tree| tree.may_become(id, right.kind, right.parent));
            fits.map_err(RegisterError::from)?;
            let context = permit.context();
            let commit = api.register.correct_place(&context, id, version, (&known, &right), &reason)?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    let (place, version) = api.place(done.answer).await?;
    Ok(Json(PlaceShown::new(id, &place, version)))
}

impl Api {
    /// A place of the tree, and its version.
    async fn place(&self, id: PlaceId) -> Result<(Place, u64), Problem> {
        let versions = self.access.place_versions().await?;
        let known = self.access.tree(|tree| tree.place(id).cloned());
        let known = known.ok_or(RegisterError::NoPlace(id))?;
        Ok((known, versions.get(&id).copied().unwrap_or_default()))
    }
}
