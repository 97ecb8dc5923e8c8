//! Lists, a page at a time.

use crate::{Field, Problem, WRONG_QUERY};
use axum::{extract::FromRequestParts, http::request::Parts};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// Most items on one page.
pub const MAX_PAGE: u16 = 200;

/// Items on a page where the caller does not say.
const USUAL_PAGE: u16 = 50;

/// Most bytes of a cursor.
const MAX_CURSOR: usize = 1024;

/// Which part of a list is asked for: `?after=CURSOR&limit=1..200`.
#[derive(Clone, Debug, PartialEq, Eq, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    /// Most items on the page, 50 where it is left out.
    #[param(required = false, minimum = 1, maximum = 200)]
    limit: u16,
}

impl Page {
    /// The key after which the page begins, as [`Paged::cut`] gave it out; `None` for the first page.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
        let key = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        key.map(Some).ok_or_else(|| Problem::new(WRONG_QUERY).blaming(Field::new("after", "wrong_cursor")))
    }

    /// Items on this page.
    pub fn limit(&self) -> u16 {
        self.limit
    }

    /// Rows to read: one more than the page, which tells whether there is a next page.
    pub fn rows(&self) -> u64 {
        u64::from(self.limit) + 1
    }
}

impl<S: Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut page = Self { after: None, limit: USUAL_PAGE };
        let wrong = |field, code| {
            Problem::new(WRONG_QUERY).blaming(Field::new(field, code).with("most", i64::from(MAX_PAGE)))
        };
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "after" if value.len() <= MAX_CURSOR => page.after = Some(value.into_owned()),
                "after" => return Err(wrong("after", "wrong_cursor")),
                "limit" => match value.parse() {
                    Ok(limit) if (1..=MAX_PAGE).contains(&limit) => page.limit = limit,
                    _ => return Err(wrong("limit", "wrong_limit")),
                },
                _ => {}
            }
        }
        Ok(page)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Paged<T> {
    /// The items of this page, in the list's order.
    pub items: Vec<T>,
    /// Where the next page begins: hand it back as `after`. Null on the last page.
    pub next: Option<String>,
}

impl<T> Paged<T> {
    /// Cuts [`Page::rows`] rows to a page. `key` is what the list is ordered by: ids and times, never a name, since
    /// a cursor travels in addresses.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, page: &Page, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::from(page.limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().and_then(|last| cursor(&key(last))) } else { None };
        Self { items: rows, next }
    }

    /// A page of a list that is held in memory, in the order of `key`.
    pub fn of<K>(
        all: impl IntoIterator<Item = T>,
        page: &Page,
        key: impl Fn(&T) -> K,
    ) -> Result<Self, Problem>
    where
        K: Ord + Serialize + DeserializeOwned,
    {
        let after = page.after::<K>()?;
        let rest = all.into_iter().filter(|item| after.as_ref().is_none_or(|after| key(item) > *after));
        let mut rest: Vec<T> = rest.collect();
        rest.sort_by_cached_key(&key);
        Ok(Self::cut(rest, page, key))
    }

    /// The page with each item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Paged<U> {
        Paged { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}

fn cursor(key: &impl Serialize) -> Option<String> {
    serde_json::to_vec(key).ok().map(|json| BASE64_URL_SAFE_NO_PAD.encode(json))
}
