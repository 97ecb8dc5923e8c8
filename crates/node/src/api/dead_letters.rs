//! `/api/hook/dead-letters`: texts and calls that could not be delivered.

use super::{NO_DEAD_LETTER, Shared, node_permit};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_fire::problems::ALARM_CLOSED;
use liengia_http::{Path, Problem};
use liengia_journal::Commit;
use liengia_kernel::{AlarmId, Timestamp};
use liengia_signal::hook::{DeadLetter, MessageId};
use serde::Serialize;

/// What could not be delivered, and how the gateways do.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeadLetters {
    /// The newest 1,000, the newest first.
    letters: Vec<DeadLetterShown>,
    /// All since the start, those among them that made room.
    count: u64,
    /// The gateways, in the order in which they are asked.
    gateways: Vec<GatewayShown>,
}

/// A text or call that could not be delivered. It names nobody.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeadLetterShown {
    /// Its id.
    id: String,
    /// Its alarm or drill, if the node remembers.
    alarm: Option<AlarmId>,
    /// When it was handed in.
    at: Timestamp,
    /// When it was given up.
    died_at: Timestamp,
    /// `live`, `drill` or `test`.
    mode: String,
    /// `sms`, `voice` or `loudspeaker`.
    channel: String,
    /// Rounds over the gateways.
    attempts: u32,
    /// The last gateway that was asked.
    gateway: Option<String>,
    /// What stood in its way last, for whoever looks after the gateways.
    why: String,
}

/// How one gateway does.
#[derive(Serialize, utoipa::ToSchema)]
pub struct GatewayShown {
    /// Its name.
    name: String,
    /// What it said last, if it is in trouble.
    trouble: Option<String>,
    /// Since when.
    since: Option<Timestamp>,
    /// Messages it took.
    taken: u64,
    /// Times it was in trouble or refused.
    not_taken: u64,
}

/// What could not be delivered since the start.
#[utoipa::path(get, path = "/api/hook/dead-letters", tag = "node", responses((status = 200, body = DeadLetters)))]
pub async fn list(State(shared): State<Shared>, caller: Caller) -> Result<Json<DeadLetters>, Problem> {
    node_permit(&caller, Action::ReadNode)?;
    let Some(hook) = &shared.hook else {
        return Ok(Json(DeadLetters { letters: Vec::new(), count: 0, gateways: Vec::new() }));
    };
    let letters = hook.dead_letters().into_iter().map(|letter| shown(&shared, letter)).collect();
    let gateways = hook.health().into_iter().map(|health| GatewayShown {
        name: health.name,
        trouble: health.trouble.map(|(why, _)| why.to_string()),
        since: health.trouble.map(|(_, since)| since),
        taken: health.taken,
        not_taken: health.not_taken,
    });
    Ok(Json(DeadLetters { letters, count: hook.counts().dead, gateways: gateways.collect() }))
}

/// Sends a dead letter again, while its alarm is open: nothing old rings.
#[utoipa::path(post, path = "/api/hook/dead-letters/{id}/send", tag = "node", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn send_again(
    State(shared): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = node_permit(&caller, Action::KeepNode)?;
    let none = || Problem::new(NO_DEAD_LETTER);
    let hook = shared.hook.as_ref().ok_or_else(none)?;
    let id: MessageId = id.parse().map_err(|_| none())?;
    let done =
        permit.commit(async || Ok::<_, Problem>((Commit::new(permit.context(), Vec::new()), ()))).await?;
    if done.repeated {
        return Ok(StatusCode::NO_CONTENT);
    }
    let called = shared.calls.find(&id).ok_or_else(none)?;
    if !shared.alarms.look(|state| state.open().any(|open| open == called.alarm)) {
        return Err(Problem::new(ALARM_CLOSED));
    }
    hook.send_again(&id, ()).map_err(|_| none())?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(shared: &Shared, letter: DeadLetter) -> DeadLetterShown {
    let word = |value: Result<serde_json::Value, serde_json::Error>| match value {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    };
    DeadLetterShown {
        alarm: shared.calls.find(&letter.id).map(|called| called.alarm),
        id: letter.id.to_string(),
        at: letter.at,
        died_at: letter.died_at,
        mode: word(serde_json::to_value(letter.mode)),
        channel: word(serde_json::to_value(letter.channel)),
        attempts: letter.attempts,
        gateway: letter.gateway,
        why: letter.why.to_string(),
    }
}
