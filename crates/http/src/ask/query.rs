//! The query of the address, read strictly.

use crate::{Field, Problem, WRONG_QUERY};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

/// What [`crate::Page`] reads from the same query.
const PAGING: [&str; 2] = ["after", "limit"];

/// The query of the address as `T`; an unknown name is refused, except those of a page.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut unknown = None;
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut note = |path: serde_ignored::Path<'_>| {
        let path = path.to_string();
        if !PAGING.contains(&path.as_str()) {
            unknown.get_or_insert(path);
        }
    };
    let strict = serde_ignored::Deserializer::new(serde_urlencoded::Deserializer::new(pairs), &mut note);
    let wrong = |field: String, code| {
        let field: String = field.chars().take(100).collect();
        Problem::new(WRONG_QUERY).blaming(Field::new(field, code))
    };
    let value = serde_path_to_error::deserialize(strict).map_err(|error| {
        let missing = error.inner().to_string().starts_with("missing field");
        let named = error.inner().to_string().split('`').nth(1).map(ToOwned::to_owned);
        match named {
            Some(named) if missing => wrong(named, "missing"),
            _ => wrong(error.path().to_string(), "wrong_value"),
        }
    })?;
    match unknown {
        Some(path) => Err(wrong(path, "unknown")),
        None => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Filter {
        search: Option<String>,
        open: bool,
    }

    #[test]
    fn paging_stands_beside_a_filter_and_anything_else_is_refused() {
        let filter: Filter = read("open=true&search=L%C3%AA&after=x&limit=5").unwrap();
        assert_eq!(filter, Filter { search: Some("Lê".into()), open: true });
        for query in ["", "open=maybe", "open=true&serch=x", "open=true&open=false"] {
            let problem = read::<Filter>(query).unwrap_err();
            assert_eq!((problem.kind(), problem.fields().len()), (WRONG_QUERY, 1), "{query}");
        }
    }
}
