//! Requests and answers for tests, without a socket.

use crate::{Class, Kind, Language, says};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// An answer, taken in whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The code of the problem; empty where it is none.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The value of a cookie that the answer sets.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers.get_all(header::SET_COOKIE).iter().find_map(|cookie| {
            let (found, rest) = cookie.to_str().ok()?.split_once('=')?;
            (found == name).then(|| rest.split(';').next().unwrap_or_default().to_owned())
        })
    }
}

/// A request that a page of ours would send: JSON, the right origin, a new key.
pub fn request(method: Method, path: &str, body: Option<&Value>) -> Request<Body> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let key = NEXT.fetch_add(1, Ordering::Relaxed);
    let builder = Request::builder()
        .method(method)
        .uri(path)
        .header("sec-fetch-site", "same-origin")
        .header("idempotency-key", format!("00000000-0000-7000-8000-{key:012}"));
    let request = match body {
        Some(body) => {
            builder.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
        }
        None => builder.body(Body::empty()),
    };
    request.expect("a request")
}

/// Sends a request into a router.
///
/// # Panics
/// Where the router breaks off the answer.
pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.expect("a router answers");
    let (parts, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole answer").to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// What is missing in the texts of these kinds; empty when all is said in all languages.
pub fn unsaid(kinds: &[Kind]) -> Vec<String> {
    let mut missing = Vec::new();
    for kind in kinds {
        let id = format!("problem-{}", kind.code.replace('_', "-"));
        for id in [format!("{id}.detail"), id] {
            let silent = Language::ALL.into_iter().filter(|language| !says(*language, &id));
            missing.extend(silent.map(|language| format!("{language}: {id}")));
        }
    }
    missing
}

/// Whether this kind is ours to mend and not the caller's.
pub fn is_ours(kind: Kind) -> bool {
    kind.class == Class::Failed
}
