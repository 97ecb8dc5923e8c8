//! `POST /api/points`: a new firefighting point.

use super::Api;
use crate::{
    event::{Contents, PointFacts},
    rules::PointParticulars,
    shown::point::Point,
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Problem};
use liengia_kernel::{Pii, PlaceId, PointId, Position};
use liengia_register::rules::RegisterError;
use serde::Deserialize;

/// A point to add.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewPoint {
    /// The village it is in.
    place: PlaceId,
    /// What people call it.
    name: String,
    /// Where it is.
    position: Position,
    /// What stands there.
    contents: Vec<Contents>,
    /// How to get to it.
    #[serde(default)]
    access: String,
    /// Who has the key, and their phone.
    #[serde(default)]
    keyholder: Pii<String>,
}

impl NewPoint {
    fn particulars(&self) -> PointParticulars {
        PointParticulars {
            facts: PointFacts {
                place: self.place,
                name: self.name.clone(),
                position: self.position,
                contents: self.contents.clone(),
                access: self.access.clone(),
            },
            keyholder: self.keyholder.clone(),
        }
    }
}

/// Adds a firefighting point.
#[utoipa::path(post, path = "/api/points", tag = "fire", request_body = NewPoint,
    responses((status = 201, body = Point)))]
pub async fn add_point(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewPoint>,
) -> Result<(StatusCode, Json<Point>), Problem> {
    let permit = caller.permit(Action::KeepPoints, Target::place(input.place))?;
    let id = PointId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            api.known_place(input.place)?;
            let commit = api.kit.add_point(&permit.context(), id, input.particulars()).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    api.followed(&done.entries).await;
    let point = api.kit.point(done.answer).await?;
    let keyholder = api.kit.keyholder_of(done.answer).await?;
    Ok((StatusCode::CREATED, Json(Point::new(&point, keyholder))))
}

impl Api {
    /// Refuses a place that is not in the tree.
    pub(super) fn known_place(&self, place: PlaceId) -> Result<(), RegisterError> {
        let known = self.access.tree(|tree| tree.place(place).is_some());
        if known { Ok(()) } else { Err(RegisterError::NoPlace(place)) }
    }
}
