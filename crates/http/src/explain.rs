//! How an error of a capability becomes a problem that a person can read.

use crate::Arg;
use axum::http::StatusCode;
use std::{collections::BTreeMap, time::Duration};

/// What sort of refusal it is. The one place where a status code is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The request cannot be read.
    Malformed,
    /// Nobody is signed in.
    SignedOut,
    /// The caller may not do this here.
    NotAllowed,
    /// There is no such thing, or the caller may not know that there is.
    NotFound,
    /// There is such an address, but not this method.
    WrongMethod,
    /// It does not fit with how things stand now.
    Conflict,
    /// It was there and is not any more: used, expired, revoked.
    Gone,
    /// Too many bytes.
    TooLarge,
    /// Not the media type that is needed.
    WrongKind,
    /// It was understood, and its content is refused.
    Refused,
    /// Too many tries.
    TooMany,
    /// It failed on our side.
    Failed,
    /// It cannot be done at this moment.
    Busy,
}

impl Class {
    /// The status code.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A kind of problem: its stable code, and the class that decides its status. The texts `problem-CODE` (what happened)
/// and `problem-CODE.detail` (what to do) stand in texts/, with `_` of the code written `-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// The code, for instance `changed_meanwhile`.
    pub code: &'static str,
    /// Its class.
    pub class: Class,
}

impl Kind {
    /// The kind of this class and code.
    pub const fn new(class: Class, code: &'static str) -> Self {
        Self { code, class }
    }
}

/// What the texts of a problem are filled with.
pub type Args = BTreeMap<&'static str, Arg>;

/// What is wrong with one field of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The path of the field, for instance `position.lat`.
    pub field: String,
    /// What is wrong; its text is `field-CODE`.
    pub code: &'static str,
    /// What the text is filled with.
    pub args: Args,
}

impl Field {
    /// A field with something wrong.
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code, args: Args::new() }
    }

    /// The same, its text filled with this.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.insert(name, value.into());
        self
    }
}

/// An error that can be told to the caller. Each capability's error enum implements it, and `?` in a handler does the rest.
pub trait Explain: std::error::Error + Send + Sync + 'static {
    /// Its kind.
    fn kind(&self) -> Kind;

    /// What its texts are filled with. Never personal data that the caller may not read.
    fn args(&self) -> Args {
        Args::new()
    }

    /// Which fields of the request are wrong.
    fn fields(&self) -> Vec<Field> {
        Vec::new()
    }

    /// When to try again.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// The record as it stands now, where a stale version was sent.
    fn current(&self) -> Option<serde_json::Value> {
        None
    }
}
