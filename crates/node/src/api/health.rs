//! `/healthz`, `/readyz`, `/metrics`: for whoever runs the node. They say nothing about anybody.

use super::{
    Shared,
    metrics::{MetricsDoor, metrics},
};
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use liengia_http::Counts;
use liengia_journal::Writing;
use std::sync::Arc;

/// What these endpoints share.
#[derive(Clone)]
pub(super) struct Looked {
    pub(super) shared: Shared,
    pub(super) counts: Arc<Counts>,
    pub(super) door: Arc<MetricsDoor>,
}

/// The endpoints, outside the shell: they need no session and take no part in its limits.
pub fn health(shared: &Shared, counts: Arc<Counts>, door: MetricsDoor) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Looked { shared: shared.clone(), counts, door: Arc::new(door) })
}

/// Ready: the journal writes. An alarm rings either way.
async fn ready(State(looked): State<Looked>) -> impl IntoResponse {
    match &*looked.shared.register.journal.writing().borrow() {
        Writing::Well => (StatusCode::OK, "ready\n"),
        Writing::Failing(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the journal cannot write; alarms still ring\n")
        }
    }
}
