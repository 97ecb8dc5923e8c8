//! `/api/delays`: telling those concerned later, where notice would endanger someone. A second officer and the auditor agree.

use super::{Api, delay_shown::DelayShown, sites::Why};
use crate::{
    acts::DelayRequest,
    event::LookPurpose,
    views::{Delay, DelaysOpen},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Permit, Role};
use liengia_http::{Body, Page, Paged, Path, Problem};
use liengia_kernel::{CameraId, DelayId, OrderId, Pii};
use serde::Deserialize;
use std::time::Duration;

/// How far back it is counted.
const COUNTED: Duration = Duration::from_hours(365 * 24);

/// That those concerned be told later.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewDelay {
    /// Of looks at which cameras: 1 to 16.
    cameras: Vec<CameraId>,
    /// Of looks for what: an offence, or an order.
    purpose: LookPurpose,
    /// The number of the case, where an offence is looked into.
    #[serde(default)]
    case: Pii<String>,
    /// The order of which a copy is kept, where one is the purpose.
    order: Option<OrderId>,
    /// Who could be in danger, and how.
    reason: Pii<String>,
}

/// Asks that those concerned be told later.
#[utoipa::path(post, path = "/api/delays", tag = "watch", request_body = NewDelay,
    responses((status = 201, body = DelayShown)))]
pub async fn ask_delay(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewDelay>,
) -> Result<(StatusCode, Json<DelayShown>), Problem> {
    let permit = api.permit_over(&caller, Action::AskDelay, &input.cameras).await?;
    let id = DelayId::new(permit.now(), permit.entropy());
    let asked = DelayRequest {
        person: permit.person(),
        unit: permit.grant().scope,
        cameras: input.cameras,
        purpose: input.purpose,
        case: input.case,
        order: input.order,
        reason: input.reason,
    };
    let done = permit
        .commit(async || Ok::<_, Problem>((api.cameras.ask_delay(&permit.context(), id, &asked).await?, id)))
        .await?;
    Ok((StatusCode::CREATED, Json(api.one_delay(done.answer, &permit).await?)))
}

/// Agrees: as the second officer, or as the auditor. With both it holds for thirty days.
#[utoipa::path(post, path = "/api/delays/{id}/agree", tag = "watch", params(("id" = DelayId, Path)),
    responses((status = 200, body = DelayShown)))]
pub async fn agree_delay(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DelayId>,
) -> Result<Json<DelayShown>, Problem> {
    let permit = api.permit_for_delay(&caller, Action::DecideDelay, id).await?;
    let auditor = permit.grant().role == Role::Auditor;
    permit
        .commit(async || {
            let agree = api.cameras.agree_delay(&permit.context(), id, permit.person(), auditor).await?;
            Ok::<_, Problem>((agree, ()))
        })
        .await?;
    Ok(Json(api.one_delay(id, &permit).await?))
}

/// Does not agree.
#[utoipa::path(post, path = "/api/delays/{id}/refuse", tag = "watch", params(("id" = DelayId, Path)),
    request_body = Why, responses((status = 200, body = DelayShown)))]
pub async fn refuse_delay(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DelayId>,
    Body(input): Body<Why>,
) -> Result<Json<DelayShown>, Problem> {
    let permit = api.permit_for_delay(&caller, Action::DecideDelay, id).await?;
    permit
        .commit(async || {
            let context = permit.context();
            let refuse = api.cameras.refuse_delay(&context, id, permit.person(), &input.reason);
            Ok::<_, Problem>((refuse.await?, ()))
        })
        .await?;
    Ok(Json(api.one_delay(id, &permit).await?))
}

/// Asks once more: both must agree again, before its time is over.
#[utoipa::path(post, path = "/api/delays/{id}/renew", tag = "watch", params(("id" = DelayId, Path)),
    request_body = Why, responses((status = 200, body = DelayShown)))]
pub async fn renew_delay(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DelayId>,
    Body(input): Body<Why>,
) -> Result<Json<DelayShown>, Problem> {
    let permit = api.permit_for_delay(&caller, Action::AskDelay, id).await?;
    permit
        .commit(async || {
            let context = permit.context();
            let renew = api.cameras.renew_delay(&context, id, permit.person(), &input.reason);
            Ok::<_, Problem>((renew.await?, ()))
        })
        .await?;
    Ok(Json(api.one_delay(id, &permit).await?))
}

/// Tells those concerned now.
#[utoipa::path(post, path = "/api/delays/{id}/tell", tag = "watch", params(("id" = DelayId, Path)),
    responses((status = 200, body = DelayShown)))]
pub async fn give_notice(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<DelayId>,
) -> Result<Json<DelayShown>, Problem> {
    let permit = api.permit_for_delay(&caller, Action::AskDelay, id).await?;
    permit
        .commit(async || {
            let context = permit.context();
            let give = api.cameras.give_notice(&context, id, Some(permit.person()));
            Ok::<_, Problem>((give.await?, ()))
        })
        .await?;
    Ok(Json(api.one_delay(id, &permit).await?))
}

/// What was asked for, the latest first.
#[utoipa::path(get, path = "/api/delays", tag = "watch", params(Page), responses((status = 200, body = Paged<DelayShown>)))]
pub async fn list_delays(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<DelayShown>>, Problem> {
    caller.permit_over_the_whole(Action::ReadEvidence)?;
    let delays = Delay::last(&api.cameras.journal, page.after()?, page.rows()).await?;
    let Paged { items, next } = Paged::cut(delays, &page, |delay| (delay.asked_at, delay.delay));
    let mut shown = Vec::with_capacity(items.len());
    for delay in items {
        shown.push(api.delay_shown(delay, caller.person()).await?);
    }
    Ok(Json(Paged { items: shown, next }))
}

/// How often telling those concerned is put off: of the commune, and of nobody in particular.
#[utoipa::path(get, path = "/api/public/delays", tag = "watch", responses((status = 200, body = DelaysOpen)))]
pub async fn count_delays(State(api): State<Api>) -> Result<Json<DelaysOpen>, Problem> {
    Ok(Json(delays_open(&api).await?))
}

/// The same for the public page.
pub(super) async fn delays_open(api: &Api) -> Result<DelaysOpen, Problem> {
    let now = api.running.now();
    Ok(Delay::counts(&api.cameras.journal, now, now - COUNTED).await?)
}

impl Api {
    async fn permit_for_delay(
        &self,
        caller: &Caller,
        action: Action,
        id: DelayId,
    ) -> Result<Permit, Problem> {
        let known = self.cameras.delay(id).await?;
        self.permit_over(caller, action, &known.cameras).await
    }

    async fn one_delay(&self, id: DelayId, permit: &Permit) -> Result<DelayShown, Problem> {
        self.delay_shown(self.cameras.delay(id).await?, permit.person()).await
    }
}
