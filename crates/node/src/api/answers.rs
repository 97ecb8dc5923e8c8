//! `POST /api/hook/answers`: the key that a person pressed, brought by a gateway.

use super::{NO_MESSAGE, NOT_AN_ANSWER, NOT_NOW, NOT_SIGNED, OTHER_CONTENT, Shared, TOO_MANY_ANSWERS};
use crate::alarm_loop::Refused;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use bytes::Bytes;
use liengia_http::Problem;
use liengia_signal::hook::{Refusal, Signed};
use serde::Deserialize;
use std::time::Duration;

/// How long the answer waits for the disk, so that a yes means that it is written.
const SOON: Duration = Duration::from_millis(500);

/// The key that a person pressed.
#[derive(Deserialize, utoipa::ToSchema)]
#[expect(dead_code, reason = "for the document: the signed bytes themselves are read by the hook")]
pub struct HookAnswer {
    /// The message that is answered, as it was sent.
    message_id: String,
    /// 1: coming. 2: cannot come. 3: everyone of my home is out.
    digit: u8,
}

/// Takes the answer of a person to a text or call. The gateway signs it like its own messages (Standard Webhooks, see
/// hooks.md); a repeat with the same `webhook-id` counts once.
#[utoipa::path(post, path = "/api/hook/answers", tag = "node", request_body = HookAnswer,
    params(
        ("webhook-id" = String, Header, description = "an id of the gateway's own for this call, the same when it is repeated"),
        ("webhook-timestamp" = String, Header, description = "the second of signing, since 1970"),
        ("webhook-signature" = String, Header, description = "v1, and the base64 of HMAC-SHA-256 over id, time and body")),
    responses((status = 204, description = "It counts, or counted before.")))]
pub async fn hear(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = Signed {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: &body,
    };
    shared.answering.hear(&signed).map_err(told)?;
    // Where the disk fails, the answer stands on every board, and is written when it can be.
    shared.alarms.settled(SOON).await;
    Ok(StatusCode::NO_CONTENT)
}

fn told(refused: Refused) -> Problem {
    match refused {
        Refused::Call(Refusal::NotSigned) => Problem::new(NOT_SIGNED),
        Refused::Call(Refusal::NotNow(apart)) => Problem::new(NOT_NOW).with("apart", apart),
        Refused::Call(Refusal::OtherContent) => Problem::new(OTHER_CONTENT),
        Refused::Call(Refusal::Malformed | Refusal::NotAnAnswer) => Problem::new(NOT_AN_ANSWER),
        Refused::TooMany(wait) => Problem::new(TOO_MANY_ANSWERS).after(wait),
        Refused::NoMessage => Problem::new(NO_MESSAGE),
        Refused::Engine(refusal) => refusal.into(),
    }
}
