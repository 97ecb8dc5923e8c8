//! `/cap`: alarms for other warning systems. docs/reference/cap.md says what stands in them.

use super::{NO_CAP_MESSAGE, Shared, node_permit};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use liengia_access::{Action, Caller};
use liengia_http::{Path, Problem};
use liengia_journal::{Commit, Draft};
use liengia_kernel::AlarmId;
use liengia_signal::event::SignalEvent;
use serde::Serialize;

/// A test of the feed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CapTest {
    /// Where its message is.
    address: String,
}

/// The newest messages, as Atom.
#[utoipa::path(get, path = "/cap/feed.atom", tag = "node",
    responses((status = 200, description = "Atom, RFC 4287", content_type = "application/atom+xml")))]
pub async fn feed(State(shared): State<Shared>) -> Result<Response, Problem> {
    let text = shared.feeds.feed().await.map_err(Problem::failed)?;
    Ok(sent("application/atom+xml; charset=utf-8", text.to_string()))
}

/// One message, as CAP 1.2.
#[utoipa::path(get, path = "/cap/{file}", tag = "node",
    params(("file" = String, Path, description = "the message's identifier, and .xml")),
    responses((status = 200, description = "CAP 1.2", content_type = "application/cap+xml")))]
pub async fn message(State(shared): State<Shared>, Path(file): Path<String>) -> Result<Response, Problem> {
    let none = || Problem::new(NO_CAP_MESSAGE);
    let name = file.strip_suffix(".xml").ok_or_else(none)?;
    let text = shared.feeds.message(name).await.ok_or_else(none)?;
    Ok(sent("application/cap+xml; charset=utf-8", text))
}

/// Puts a message with the status `Test` into the feed, so that receivers can be tried out.
#[utoipa::path(post, path = "/api/cap/tests", tag = "node", responses((status = 201, body = CapTest)))]
pub async fn test(caller: Caller) -> Result<(StatusCode, Json<CapTest>), Problem> {
    let permit = node_permit(&caller, Action::KeepNode)?;
    let new = AlarmId::new(permit.now(), permit.entropy());
    let done = permit
        .commit(async || {
            let draft = Draft::of(&SignalEvent::CapTested { test: new });
            Ok::<_, Problem>((Commit::new(permit.context(), vec![draft]), new))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(CapTest { address: format!("/cap/liengia-{}-0.xml", done.answer) })))
}

fn sent(kind: &'static str, text: String) -> Response {
    let mut answer = text.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}
