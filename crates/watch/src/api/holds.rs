//! `/api/holds`: footage that is kept longer.

use super::{Api, shown::HoldShown, sites::Why};
use crate::{event::Span, views::Hold};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Page, Paged, Path, Problem};
use liengia_kernel::{CameraId, HoldId, Pii, Timestamp};
use serde::Deserialize;

/// Footage to be kept longer.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewHold {
    /// Of which cameras: 1 to 16.
    cameras: Vec<CameraId>,
    /// Which footage.
    span: Span,
    /// Until when; at most a year from now.
    until: Timestamp,
    /// Under which number.
    case: Pii<String>,
    /// Why.
    reason: Pii<String>,
}

/// Keeps footage longer.
#[utoipa::path(post, path = "/api/holds", tag = "watch", request_body = NewHold,
    responses((status = 201, body = HoldShown)))]
pub async fn place_hold(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewHold>,
) -> Result<(StatusCode, Json<HoldShown>), Problem> {
    let permit = api.permit_over(&caller, Action::HoldFootage, &input.cameras).await?;
    let id = HoldId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            let what = (input.cameras.clone(), input.span.until(permit.now()), input.until);
            let commit =
                api.cameras.place_hold(&permit.context(), id, what, &input.case, &input.reason).await?;
            Ok::<_, Problem>((commit, id))
        })
        .await?;
    api.settled().await;
    let hold = Hold::find(&api.cameras.journal, &done.answer.to_string()).await?;
    let hold = hold.ok_or(crate::rules::WatchError::NoHold(done.answer))?;
    Ok((StatusCode::CREATED, Json(api.hold_shown(hold).await?)))
}

/// Keeps it no longer: it goes when all other footage of its age has gone.
#[utoipa::path(post, path = "/api/holds/{id}/end", tag = "watch", params(("id" = String, Path)), request_body = Why,
    responses((status = 204)))]
pub async fn end_hold(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<HoldId>,
    Body(input): Body<Why>,
) -> Result<StatusCode, Problem> {
    let hold = Hold::find(&api.cameras.journal, &id.to_string()).await?;
    let hold = hold.ok_or(crate::rules::WatchError::NoHold(id))?;
    let permit = api.permit_over(&caller, Action::HoldFootage, &hold.cameras).await?;
    permit
        .commit(async || {
            let commit = api.cameras.end_hold(&permit.context(), id, &input.reason).await?;
            Ok::<_, Problem>((commit, ()))
        })
        .await?;
    api.settled().await;
    Ok(StatusCode::NO_CONTENT)
}

/// What is kept longer now, in the order of their ids.
#[utoipa::path(get, path = "/api/holds", tag = "watch", params(Page),
    responses((status = 200, body = Paged<HoldShown>)))]
pub async fn list_holds(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<HoldShown>>, Problem> {
    caller.permit_over_the_whole(Action::ReadEvidence)?;
    let holds = Hold::all(&api.cameras.journal, api.running.now()).await?;
    let Paged { items, next } = Paged::of(holds, &page, |hold| hold.hold.clone())?;
    let mut shown = Vec::with_capacity(items.len());
    for hold in items {
        shown.push(api.hold_shown(hold).await?);
    }
    Ok(Json(Paged { items: shown, next }))
}
