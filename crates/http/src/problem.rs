//! RFC 9457 problem answers.

use crate::{Arg, Args, Explain, FAILED, Field, Kind, Language, say};
use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
    response::IntoResponse,
};
use serde::Serialize;
use std::{sync::Arc, time::Duration};

/// A refusal or a failure, on its way to the caller. It is rendered in the caller's language by [`crate::shell`].
#[derive(Clone, Debug)]
pub struct Problem(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    args: Args,
    fields: Vec<Field>,
    retry_after: Option<Duration>,
    current: Option<serde_json::Value>,
    /// What the log may know. The caller never sees it.
    inside: String,
}

impl Problem {
    /// A problem of this kind whose texts need nothing filled in.
    pub fn new(kind: Kind) -> Self {
        Self(Arc::new(Inner {
            kind,
            args: Args::new(),
            fields: Vec::new(),
            retry_after: None,
            current: None,
            inside: String::new(),
        }))
    }

    /// Something failed on our side: `inside` goes to the log with a number, and the caller gets the number.
    pub fn failed(inside: impl std::fmt::Display) -> Self {
        Self::new(FAILED).changed(|inner| inner.inside = inside.to_string())
    }

    /// The same, its texts filled with this.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.changed(|inner| drop(inner.args.insert(name, value.into())))
    }

    /// The same, blaming this field.
    #[must_use]
    pub fn blaming(self, field: Field) -> Self {
        self.changed(|inner| inner.fields.push(field))
    }

    /// The same, to be tried again after this time.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        self.changed(|inner| inner.retry_after = Some(wait))
    }

    fn changed(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What is wrong with which field.
    pub fn fields(&self) -> &[Field] {
        &self.0.fields
    }

    /// What the log may know.
    pub(crate) fn inside(&self) -> &str {
        &self.0.inside
    }

    /// The answer in this language; `request` is the number to quote for a failure of ours.
    pub fn answer(&self, language: Language, request: Option<&str>) -> Response<Body> {
        let inner = &*self.0;
        let shown = self.shown(language, request);
        // Texts and JSON values serialise.
        let json = serde_json::to_vec(&shown).unwrap_or_default();
        let mut answer = Response::new(Body::from(json));
        *answer.status_mut() = inner.kind.class.status();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        if let Some(wait) = inner.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        answer.extensions_mut().insert(self.clone());
        answer
    }

    fn shown(&self, language: Language, request: Option<&str>) -> Shown {
        let inner = &*self.0;
        let id = format!("problem-{}", inner.kind.code.replace('_', "-"));
        let mut args = inner.args.clone();
        if let Some(wait) = inner.retry_after {
            args.entry("seconds").or_insert_with(|| Arg::from(whole_seconds(wait)));
        }
        if let Some(request) = request {
            args.insert("request", Arg::from(request));
        }
        let fields = inner.fields.iter().map(|field| ShownField {
            field: field.field.clone(),
            code: field.code,
            detail: say(language, &format!("field-{}", field.code.replace('_', "-")), &field.args),
        });
        Shown {
            kind: format!("/problems/{}", inner.kind.code),
            code: inner.kind.code,
            title: say(language, &id, &args),
            detail: say(language, &format!("{id}.detail"), &args),
            status: inner.kind.class.status().as_u16(),
            fields: fields.collect(),
            current: inner.current.clone(),
            request: request.map(ToOwned::to_owned),
        }
    }
}

/// Seconds after which the wait is over: rounded up, and at least one.
fn whole_seconds(wait: Duration) -> u64 {
    (wait + Duration::from_nanos(999_999_999)).as_secs().max(1)
}

/// A problem as the caller reads it (RFC 9457).
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Shown {
    /// The address of the problem's description.
    #[serde(rename = "type")]
    kind: String,
    /// The stable code, for programs.
    code: &'static str,
    /// What happened, for people, in the caller's language.
    title: String,
    /// What to do, in the caller's language.
    detail: String,
    /// The status code of the answer.
    status: u16,
    /// What is wrong with which field of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    fields: Vec<ShownField>,
    /// The record as it stands now, where a stale version was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<serde_json::Value>,
    /// The number to quote for a failure on our side.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

/// What is wrong with one field of the request.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ProblemField)]
pub(crate) struct ShownField {
    /// The path of the field, for instance `position.lat`.
    field: String,
    /// What is wrong, for programs.
    code: &'static str,
    /// What is wrong and what is needed, in the caller's language.
    detail: String,
}

impl utoipa::PartialSchema for Problem {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Shown::schema()
    }
}

impl utoipa::ToSchema for Problem {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        Shown::schemas(schemas);
    }
}

impl<E: Explain> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(Arc::new(Inner {
            kind: error.kind(),
            args: error.args(),
            fields: error.fields(),
            retry_after: error.retry_after(),
            current: error.current(),
            inside: error.to_string(),
        }))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        self.answer(Language::default(), None)
    }
}
