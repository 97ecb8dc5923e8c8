//! `/api/hook/dead-letters`: texts, calls and pushes that could not be delivered.

use super::{NO_DEAD_LETTER, Shared, node_permit};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller};
use liengia_fire::problems::ALARM_CLOSED;
use liengia_http::{Page, Paged, Path, Problem};
use liengia_journal::{Commit, Draft};
use liengia_kernel::{AlarmId, Timestamp};
use liengia_signal::{
    book::Unreached,
    event::SignalEvent,
    hook::{DeadLetter, Health, Hook, MessageId, Why},
};
use serde::Serialize;
use std::cmp::Reverse;

/// What could not be delivered, and how the gateways do.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DeadLetters {
    /// Texts and calls of the last 30 days (the newest 1,000), and phones and browsers that pushes do not reach. What
    /// can be sent again comes first, then the newest.
    items: Vec<Undelivered>,
    /// Where the next page begins: hand it back as `after`. Null on the last page.
    next: Option<String>,
    /// All on all pages.
    total: usize,
    /// The gateways, in the order in which they are asked.
    gateways: Vec<GatewayShown>,
}

/// What stood in the way.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Obstacle {
    /// `no_gateway`, `too_old`, `refused`, `trouble`, `not_known`, `not_ours`, `sent_elsewhere`, `unreachable`,
    /// `untrusted`, `timed_out`, `broken` or `not_allowed`.
    code: String,
    /// The HTTP status, where there was one.
    status: Option<u16>,
}

impl From<Why> for Obstacle {
    fn from(why: Why) -> Self {
        let (code, status) = why.code();
        Self { code: code.to_owned(), status }
    }
}

/// A text or call that could not be delivered, or a phone or browser that pushes do not reach. It names nobody.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Undelivered {
    /// Its id.
    id: String,
    /// Its alarm or drill, if the node remembers.
    alarm: Option<AlarmId>,
    /// That is open: the letter can be sent again. A push is tried again by the next ring.
    open: bool,
    /// When it was given up; of a push, the first that did not arrive.
    since: Timestamp,
    /// `live`, `drill` or `test`.
    mode: String,
    /// `sms`, `voice`, `loudspeaker` or `push`.
    channel: String,
    /// The last gateway that was asked; of a push, its service.
    by: Option<String>,
    /// What stood in its way last.
    why: Obstacle,
}

impl Undelivered {
    /// As the list is ordered.
    fn key(&self) -> (bool, Reverse<Timestamp>, String) {
        (!self.open, Reverse(self.since), self.id.clone())
    }

    fn letter(shared: &Shared, letter: DeadLetter) -> Self {
        let word = |value: Result<serde_json::Value, serde_json::Error>| match value {
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        };
        let alarm = shared.calls.find(&letter.id).map(|called| called.alarm);
        Self {
            alarm,
            open: alarm.is_some_and(|alarm| shared.is_open(alarm)),
            id: letter.id.to_string(),
            since: letter.died_at,
            mode: word(serde_json::to_value(letter.mode)),
            channel: word(serde_json::to_value(letter.channel)),
            by: letter.gateway,
            why: letter.why.into(),
        }
    }
}

impl From<Unreached> for Undelivered {
    fn from(unreached: Unreached) -> Self {
        Self {
            id: unreached.subscription,
            alarm: None,
            open: false,
            since: unreached.failing.since,
            mode: "live".to_owned(),
            channel: "push".to_owned(),
            by: Some(unreached.service),
            why: Obstacle { code: unreached.failing.why, status: None },
        }
    }
}

/// How one gateway does.
#[derive(Serialize, utoipa::ToSchema)]
pub struct GatewayShown {
    /// Its name.
    name: String,
    /// What it said last, if it is in trouble.
    trouble: Option<Obstacle>,
    /// Since when.
    since: Option<Timestamp>,
    /// Messages it took.
    taken: u64,
    /// Times it was in trouble or refused.
    not_taken: u64,
}

impl From<Health> for GatewayShown {
    fn from(health: Health) -> Self {
        Self {
            name: health.name,
            trouble: health.trouble.map(|(why, _)| why.into()),
            since: health.trouble.map(|(_, since)| since),
            taken: health.taken,
            not_taken: health.not_taken,
        }
    }
}

/// What could not be delivered.
#[utoipa::path(get, path = "/api/hook/dead-letters", tag = "node", params(Page),
    responses((status = 200, body = DeadLetters)))]
pub async fn list(
    State(shared): State<Shared>,
    caller: Caller,
    page: Page,
) -> Result<Json<DeadLetters>, Problem> {
    node_permit(&caller, Action::ReadNode)?;
    let letters =
        shared.undelivered.dead.list().into_iter().map(|letter| Undelivered::letter(&shared, letter));
    let pushes = shared.book.unreached().into_iter().map(Undelivered::from);
    let all: Vec<Undelivered> = letters.chain(pushes).collect();
    let total = all.len();
    let Paged { items, next } = Paged::of(all, &page, Undelivered::key)?;
    let gateways = shared.hook.as_ref().map(Hook::health).unwrap_or_default();
    Ok(Json(DeadLetters {
        items,
        next,
        total,
        gateways: gateways.into_iter().map(GatewayShown::from).collect(),
    }))
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
    let letter: MessageId = id.parse().map_err(|_| none())?;
    let done = permit
        .commit(async || {
            if !shared.undelivered.dead.has(&letter) {
                return Err(none());
            }
            let alarm = shared.calls.find(&letter).ok_or_else(none)?.alarm;
            if !shared.is_open(alarm) {
                return Err(Problem::new(ALARM_CLOSED));
            }
            let event = SignalEvent::DeadLetterSent { letter: letter.clone(), alarm };
            let commit = Commit::new(permit.context(), vec![Draft::of(&event)]);
            Ok((commit.beside([shared.undelivered.forgetting(&letter)]), ()))
        })
        .await?;
    if !done.repeated {
        hook.send_again(&letter, ()).map_err(|_| none())?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes what could not be delivered off the list: a text, a call, or the mark of a phone that pushes do not reach.
#[utoipa::path(delete, path = "/api/hook/dead-letters/{id}", tag = "node", params(("id" = String, Path)),
    responses((status = 204)))]
pub async fn discard(
    State(shared): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let permit = node_permit(&caller, Action::KeepNode)?;
    let none = || Problem::new(NO_DEAD_LETTER);
    let letter: MessageId = id.parse().map_err(|_| none())?;
    let unreached = || shared.book.unreached().iter().any(|push| push.subscription == letter.as_str());
    permit
        .commit(async || {
            if !shared.undelivered.dead.has(&letter) && !unreached() {
                return Err(none());
            }
            let event = SignalEvent::DeadLetterDiscarded { letter: letter.clone() };
            let commit = Commit::new(permit.context(), vec![Draft::of(&event)]);
            Ok((commit.beside([shared.undelivered.forgetting(&letter)]), ()))
        })
        .await?;
    shared.undelivered.dead.forget(|dead| dead.id == letter);
    shared.book.note(letter.as_str(), None, shared.clock.now());
    Ok(StatusCode::NO_CONTENT)
}

impl Shared {
    fn is_open(&self, alarm: AlarmId) -> bool {
        self.alarms.look(|state| state.open().any(|open| open == alarm))
    }
}
