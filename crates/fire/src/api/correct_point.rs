//! `PATCH /api/points/{id}`: a firefighting point's particulars are corrected, with a reason.

use super::Api;
use crate::{
    event::{Contents, PointFacts},
    rules::PointParticulars,
    shown::point::Point,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Path, Problem, same_version};
use liengia_kernel::{Pii, PlaceId, PointId, Position};
use liengia_register::api::because;
use serde::Deserialize;

/// What changes. What is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct PointCorrection {
    /// The version that was read.
    version: u64,
    /// Why it changes.
    reason: Pii<String>,
    /// The village it is in.
    place: Option<PlaceId>,
    /// What people call it.
    name: Option<String>,
    /// Where it is.
    position: Option<Position>,
    /// What stands there.
    contents: Option<Vec<Contents>>,
    /// How to get to it.
    access: Option<String>,
    /// Who has the key, and their phone; empty takes it out.
    keyholder: Option<Pii<String>>,
}

impl PointCorrection {
    fn applied(&self, facts: PointFacts, keyholder: Option<Pii<String>>) -> PointParticulars {
        PointParticulars {
            facts: PointFacts {
                place: self.place.unwrap_or(facts.place),
                name: self.name.clone().unwrap_or(facts.name),
                position: self.position.unwrap_or(facts.position),
                contents: self.contents.clone().unwrap_or(facts.contents),
                access: self.access.clone().unwrap_or(facts.access),
            },
            keyholder: self.keyholder.clone().or(keyholder).unwrap_or_default(),
        }
    }
}

/// Corrects a firefighting point.
#[utoipa::path(patch, path = "/api/points/{id}", tag = "fire", params(("id" = PointId, Path)),
    request_body = PointCorrection, responses((status = 200, body = Point)))]
pub async fn correct_point(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<PointId>,
    Body(input): Body<PointCorrection>,
) -> Result<Json<Point>, Problem> {
    let place = api.kit.point(id).await?.facts.place;
    let permit = caller.permit(Action::KeepPoints, Target::place(place))?;
    if let Some(place) = input.place {
        caller.permit(Action::KeepPoints, Target::place(place))?;
    }
    let reason = because(&input.reason)?;
    let done = permit
        .commit(async || {
            let known = api.kit.point(id).await?;
            let keyholder = api.kit.keyholder_of(id).await?;
            same_version(input.version, known.version, || Point::new(&known, keyholder.clone()))?;
            let particulars = input.applied(known.facts, keyholder);
            api.known_place(particulars.facts.place)?;
            let (context, reason) = (permit.context(), api.register.because(id, &reason));
            let commit = api.kit.correct_point(&context, id, input.version, particulars, reason).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    api.followed(&done.entries).await;
    let point = api.kit.point(id).await?;
    Ok(Json(Point::new(&point, api.kit.keyholder_of(id).await?)))
}
