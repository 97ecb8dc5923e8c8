//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the node. They say nothing about anybody.

use super::Shared;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use liengia_journal::Writing;
use std::fmt::Write;

/// The endpoints, outside the shell: they need no session and take no part in its limits.
pub fn health(shared: &Shared) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(shared.clone())
}

/// Ready: the journal writes. An alarm rings either way.
async fn ready(State(shared): State<Shared>) -> impl IntoResponse {
    match &*shared.register.journal.writing().borrow() {
        Writing::Well => (StatusCode::OK, "ready\n"),
        Writing::Failing(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the journal cannot write; alarms still ring\n")
        }
    }
}

async fn metrics(State(shared): State<Shared>) -> impl IntoResponse {
    let mut page = String::new();
    let mut gauge = |name: &str, help: &str, value: u64| {
        // Writing to a text cannot fail.
        let _ = write!(
            page,
            "# HELP liengia_{name} {help}\n# TYPE liengia_{name} gauge\nliengia_{name} {value}\n"
        );
    };
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let open = shared.alarms.look(|state| state.open().count());
    let counts = shared.alarms.look(liengia_fire::engine::State::counts);
    let presence = shared.broker.presence();
    let writing = *shared.register.journal.writing().borrow() == Writing::Well;
    gauge("journal_writing", "1 while the journal can write.", u64::from(writing));
    gauge("alarms_open", "Open alarms and drills.", count(open));
    gauge("alarm_events_unrecorded", "Events that wait for the journal.", count(shared.alarms.unrecorded()));
    gauge("presses_repeated", "Presses that were counted before.", counts.repeated);
    gauge("presses_limited", "Presses beyond what one source may add.", counts.limited);
    gauge("alarms_adopted", "Alarms found ringing on bells.", counts.adopted);
    gauge("bells_told_again", "Bells told again because they did not confirm.", counts.told_again);
    gauge("mqtt_connections", "Connections of devices.", count(presence.connections));
    gauge("mqtt_strangers", "Connections that have not said who they are.", count(presence.strangers));
    gauge("event_streams", "Open phones and desks.", count(shared.hub.listeners()));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page)
}
