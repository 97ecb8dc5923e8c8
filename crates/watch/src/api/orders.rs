//! `/api/orders`: orders of courts and prosecutors. A copy is kept before anybody looks by one.

use super::Api;
use crate::{
    acts::OrderGiven,
    problems::NO_ORDER,
    rules::WatchError,
    views::{Order, OrderCopy},
};
use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liengia_access::{Action, Caller};
use liengia_http::{Body, Page, Paged, Path, Problem};
use liengia_kernel::{OrderId, Pii, Timestamp, shown};
use serde::{Deserialize, Serialize};

/// An order of which a copy is to be kept.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewOrder {
    /// Its number.
    number: Pii<String>,
    /// A PDF, JPEG or PNG of at most 2 MB, in base64.
    copy: Pii<String>,
}

/// An order of which a copy is kept.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct OrderShown {
    /// Its id.
    pub id: OrderId,
    /// Its number; none where it was erased.
    #[serde(serialize_with = "shown")]
    pub number: Option<Pii<String>>,
    /// When it was kept.
    pub kept_at: Timestamp,
}

/// Keeps the copy of an order.
#[utoipa::path(post, path = "/api/orders", tag = "watch", request_body = NewOrder,
    responses((status = 201, body = OrderShown)))]
pub async fn keep_order(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewOrder>,
) -> Result<(StatusCode, Json<OrderShown>), Problem> {
    let permit = caller.permit_over_the_whole(Action::KeepOrders)?;
    let id = OrderId::new(permit.now(), permit.entropy());
    let copy = STANDARD.decode(input.copy.expose()).map_err(|_| WatchError::BadCopy)?;
    let (person, unit) = (permit.person(), permit.grant().scope);
    let given = OrderGiven { person, unit, number: input.number, copy };
    let done = permit
        .commit(async || Ok::<_, Problem>((api.cameras.keep_order(&permit.context(), id, &given)?, id)))
        .await?;
    let kept = Order::find(&api.cameras.journal, done.answer).await?;
    Ok((StatusCode::CREATED, Json(order_shown(kept.ok_or(WatchError::NoOrder(done.answer))?))))
}

/// The orders of which copies are kept, the latest first.
#[utoipa::path(get, path = "/api/orders", tag = "watch", params(Page), responses((status = 200, body = Paged<OrderShown>)))]
pub async fn list_orders(
    State(api): State<Api>,
    caller: Caller,
    page: Page,
) -> Result<Json<Paged<OrderShown>>, Problem> {
    caller.permit_over_the_whole(Action::ReadEvidence)?;
    let orders = Order::last(&api.cameras.journal, page.after()?, page.rows()).await?;
    Ok(Json(Paged::cut(orders, &page, |order| order.order).map(order_shown)))
}

/// The copy of an order.
#[utoipa::path(get, path = "/api/orders/{id}/copy", tag = "watch", params(("id" = OrderId, Path)),
    responses((status = 200, description = "the copy", content_type = "application/pdf")))]
pub async fn read_order(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<OrderId>,
) -> Result<Response, Problem> {
    caller.permit_over_the_whole(Action::ReadEvidence)?;
    let copy = Order::copy(&api.cameras.journal, id).await?;
    let OrderCopy { media, bytes } = copy.ok_or_else(|| Problem::new(NO_ORDER))?;
    let name = format!("attachment; filename=\"order-{id}\"");
    let headers = [
        (header::CONTENT_TYPE, media.as_str()),
        (header::CONTENT_DISPOSITION, name.as_str()),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

fn order_shown(order: Order) -> OrderShown {
    OrderShown { id: order.order, number: order.number, kept_at: order.kept_at }
}
