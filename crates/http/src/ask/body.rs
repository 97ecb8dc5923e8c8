//! JSON bodies, read strictly: unknown fields are refused, and each refusal names its field.

use crate::{
    BODY_CUT_SHORT, BODY_TOO_LARGE, Field, NOT_JSON, Problem, WRONG_FIELDS, WRONG_MEDIA_TYPE, ask::MAX_BODY,
};
use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header::CONTENT_TYPE},
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// The JSON body of the request.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(WRONG_MEDIA_TYPE));
        }
        // `remember_writes` has taken it in already, within the limit of its route.
        let bytes =
            to_bytes(request.into_body(), usize::MAX).await.map_err(|_| Problem::new(BODY_CUT_SHORT))?;
        read(&bytes).map(Self)
    }
}

/// Whether the body is announced as JSON; only that content type cannot be sent by another site's form.
fn is_json(headers: &HeaderMap) -> bool {
    let announced = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    announced.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

pub(crate) async fn take(body: axum::body::Body, limit: Option<usize>) -> Result<axum::body::Bytes, Problem> {
    let limit = limit.unwrap_or(MAX_BODY);
    to_bytes(body, limit).await.map_err(|error| {
        let too_long =
            std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("limit"));
        if too_long {
            Problem::new(BODY_TOO_LARGE).with("most", limit / 1024)
        } else {
            Problem::new(BODY_CUT_SHORT)
        }
    })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut unknown = Vec::new();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut note = |path: serde_ignored::Path<'_>| {
        if unknown.len() < MAX_FIELDS {
            unknown.push(path.to_string());
        }
    };
    let strict = serde_ignored::Deserializer::new(&mut json, &mut note);
    let value = serde_path_to_error::deserialize(strict).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    if unknown.is_empty() {
        return Ok(value);
    }
    Err(unknown.into_iter().fold(Problem::new(WRONG_FIELDS), |problem, path| {
        problem.blaming(Field::new(shortened(&path), "unknown"))
    }))
}

/// Most fields that one answer names.
const MAX_FIELDS: usize = 16;

/// Most letters of a field's path that are repeated to the caller.
const MAX_PATH: usize = 100;

/// The problem for what serde says. Its words are not repeated: they quote the value, which may be personal.
fn refusal(path: &str, error: &serde_json::Error) -> Problem {
    if error.classify() != Category::Data {
        return Problem::new(NOT_JSON).with("line", error.line()).with("column", error.column());
    }
    let said = error.to_string();
    let named = said.split('`').nth(1).unwrap_or_default();
    let (code, inner) = if said.starts_with("missing field") {
        ("missing", named)
    } else if said.starts_with("unknown field") {
        ("unknown", "")
    } else if said.starts_with("duplicate field") {
        ("twice", named)
    } else if said.starts_with("invalid type") {
        ("wrong_type", "")
    } else {
        ("wrong_value", "")
    };
    let path = match (path, inner) {
        (path, "") => path.to_owned(),
        (".", inner) => inner.to_owned(),
        (path, inner) => format!("{path}.{inner}"),
    };
    Problem::new(WRONG_FIELDS).blaming(Field::new(shortened(&path), code))
}

fn shortened(path: &str) -> String {
    path.chars().take(MAX_PATH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Household {
        label: String,
        position: Option<Position>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Position {
        lat: f64,
    }

    fn refused(json: &str) -> (Kind, Vec<(String, &'static str)>) {
        let problem = read::<Household>(json.as_bytes()).unwrap_err();
        (problem.kind(), problem.fields().iter().map(|field| (field.field.clone(), field.code)).collect())
    }

    fn wrong(field: &str, code: &'static str) -> (Kind, Vec<(String, &'static str)>) {
        (WRONG_FIELDS, vec![(field.to_owned(), code)])
    }

    #[test]
    fn a_good_body_is_read() {
        let read: Household = read(br#"{"label": "12", "position": {"lat": 1}}"#).unwrap();
        assert_eq!(read.position, Some(Position { lat: 1.0 }));
    }

    #[test]
    fn each_refusal_names_its_field() {
        assert_eq!(refused("{}"), wrong("label", "missing"));
        assert_eq!(refused(r#"{"label": 7}"#), wrong("label", "wrong_type"));
        assert_eq!(refused(r#"{"label": "a", "position": {}}"#), wrong("position.lat", "missing"));
        assert_eq!(
            refused(r#"{"label": "a", "position": {"lat": "x"}}"#),
            wrong("position.lat", "wrong_type")
        );
        assert_eq!(refused(r#"{"label": "a", "label": "b"}"#), wrong("label", "twice"));
    }

    #[test]
    fn unknown_fields_are_refused_however_deep() {
        assert_eq!(refused(r#"{"label": "a", "admin": true}"#), wrong("admin", "unknown"));
        let deep = refused(r#"{"label": "a", "position": {"lat": 1, "alt": 2}}"#);
        assert_eq!(deep.0, WRONG_FIELDS);
        assert!(deep.1[0].0.ends_with("alt"), "{deep:?}");
    }

    #[test]
    fn what_is_not_json_is_said_to_be_so() {
        for text in ["", "{", "{\"label\": \"a\"} {}", "\u{feff}{}", "NaN", "{\"label\": \"\\ud800\"}"] {
            let (kind, _) = refused(text);
            assert_eq!(kind, NOT_JSON, "{text}");
        }
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(refused(&deep).0, NOT_JSON | WRONG_FIELDS));
    }
}
