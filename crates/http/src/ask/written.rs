//! Writes are done once, however often they arrive.

use super::body::take;
use crate::{BUSY, Field, IDEMPOTENCY_KEY_NEEDED, Problem, TOO_SLOW, shell::Strangers};
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, Method, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use liengia_journal::{Hash, Idempotency};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Most bytes of a body, where its route names no other limit.
pub const MAX_BODY: usize = 64 * 1024;

/// The longest that a body may take to come in: until it is there, its request holds a place that others need.
pub const BODY_PATIENCE: Duration = Duration::from_secs(3);

/// The key that the caller gave this write: `Idempotency-Key: UUID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(uuid::Uuid);

/// A write as it came in: its key, and the hash of the whole request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    key: Option<IdempotencyKey>,
    fingerprint: Hash,
}

impl Written {
    /// The journal's key for this write of `caller`: an opaque name that no other caller has.
    /// `answer` is what a repeat needs to give the same answer again: ids, never personal data.
    pub fn once(&self, caller: &str, answer: String) -> Result<Idempotency, Problem> {
        let key = self.key(caller)?;
        Ok(Idempotency { key, fingerprint: self.fingerprint, answer })
    }

    /// The same key, before there is an answer.
    pub fn key(&self, caller: &str) -> Result<String, Problem> {
        let IdempotencyKey(key) = self.key.ok_or_else(key_needed)?;
        Ok(format!("{caller}/{key}"))
    }

    /// The hash of method, path and body.
    pub fn fingerprint(&self) -> Hash {
        self.fingerprint
    }
}

fn key_needed() -> Problem {
    Problem::new(IDEMPOTENCY_KEY_NEEDED).blaming(Field::new("Idempotency-Key", "missing"))
}

/// Whether this method changes something.
pub(crate) fn is_write(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Takes in the body of a write, at most `limit` bytes, and leaves its [`Written`] for the extractors. Every route
/// that writes stands behind it, once it is known whose request it is.
pub async fn remember_writes(limit: usize, request: Request, next: Next) -> Response {
    if !is_write(request.method()) {
        return next.run(request).await;
    }
    match remember(limit, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The same where anyone may write: of those whom nobody knows, only a few are waited for at once.
pub async fn remember_strangers_writes(limit: usize, request: Request, next: Next) -> Response {
    if !is_write(request.method()) {
        return next.run(request).await;
    }
    let strangers = request.extensions().get::<Strangers>().cloned();
    let peer = request.extensions().get().copied();
    let remembered = match strangers.as_ref().map(|strangers| strangers.take(peer)) {
        Some(None) => Err(Problem::new(BUSY).after(Duration::from_secs(2))),
        // The place is for the waiting alone.
        _place => remember(limit, request).await,
    };
    match remembered {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// How long a longer body may take: of a scanned page over a weak network.
const LONG_BODY_PATIENCE: Duration = Duration::from_mins(1);

async fn remember(limit: usize, request: Request) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    let patience = if limit > MAX_BODY { LONG_BODY_PATIENCE } else { BODY_PATIENCE };
    let body = tokio::time::timeout(patience, take(body, Some(limit))).await;
    let body = body.map_err(|_| Problem::new(TOO_SLOW).after(Duration::from_secs(5)))??;
    let mut digest = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &body] {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    parts.extensions.insert(Written { key: key_of(&parts.headers), fingerprint: digest.finalize().into() });
    Ok(Request::from_parts(parts, body.into()))
}

fn key_of(headers: &HeaderMap) -> Option<IdempotencyKey> {
    let text = headers.get("idempotency-key")?.to_str().ok()?;
    uuid::Uuid::try_parse(text).ok().map(IdempotencyKey)
}

impl<S: Sync> FromRequestParts<S> for Written {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // A route that is not behind `remember_writes` is a mistake of ours.
        let written = parts.extensions.get::<Self>().copied();
        let written = written.ok_or_else(|| Problem::failed("this route does not remember writes"))?;
        if written.key.is_none() { Err(key_needed()) } else { Ok(written) }
    }
}
