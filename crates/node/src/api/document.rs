//! `GET /api/openapi.json`: what may be asked of this node, with every answer and every problem.

use axum::{
    body::{Body, to_bytes},
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use liengia_http::MAX_BODY;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::time::timeout;

/// How long a body that means nothing here is read.
const PATIENCE: Duration = Duration::from_secs(1);

/// The document as text. It is written once all routes are known, this one among them; clones are the same document.
#[derive(Clone, Default)]
pub struct Document(Arc<OnceLock<Bytes>>);

impl Document {
    /// Takes it in; the first one stays.
    pub fn write(&self, text: String) {
        // Only one is ever made.
        let _ = self.0.set(text.into());
    }

    /// The text; empty before it is written.
    pub fn text(&self) -> Bytes {
        self.0.get().cloned().unwrap_or_default()
    }
}

/// The OpenAPI 3.1 document of this node's API.
#[utoipa::path(get, path = "/api/openapi.json", tag = "node",
    responses((status = 200, description = "an OpenAPI 3.1 document", content_type = "application/json")))]
pub async fn document(State(document): State<Document>, body: Body) -> Response {
    // A body that nobody reads would end the connection before so long an answer is through.
    let _ = timeout(PATIENCE, to_bytes(body, MAX_BODY)).await;
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], document.text()).into_response()
}
