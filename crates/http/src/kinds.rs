//! The problems that any endpoint may answer with.

use crate::{Class, Explain, Kind};
use liengia_journal::{CommitError, EraseError, QueryError};
use std::time::Duration;

/// The body is not JSON.
pub const NOT_JSON: Kind = Kind::new(Class::Malformed, "not_json");
/// The body is announced as something else than JSON.
pub const WRONG_MEDIA_TYPE: Kind = Kind::new(Class::WrongKind, "wrong_media_type");
/// Fields of the request are missing, unknown or of the wrong kind.
pub const WRONG_FIELDS: Kind = Kind::new(Class::Refused, "wrong_fields");
/// The body is longer than this endpoint takes.
pub const BODY_TOO_LARGE: Kind = Kind::new(Class::TooLarge, "body_too_large");
/// The body ended early.
pub const BODY_CUT_SHORT: Kind = Kind::new(Class::Malformed, "body_cut_short");
/// The query of the address cannot be read.
pub const WRONG_QUERY: Kind = Kind::new(Class::Malformed, "wrong_query");
/// Nothing stands at this address.
pub const NO_SUCH_ADDRESS: Kind = Kind::new(Class::NotFound, "no_such_address");
/// Something stands at this address, but does not take this method.
pub const NO_SUCH_METHOD: Kind = Kind::new(Class::WrongMethod, "no_such_method");
/// A write came without its key.
pub const IDEMPOTENCY_KEY_NEEDED: Kind = Kind::new(Class::Malformed, "idempotency_key_needed");
/// The key came before with another request.
pub const IDEMPOTENCY_KEY_REUSED: Kind = Kind::new(Class::Refused, "idempotency_key_reused");
/// The record changed since the caller read it.
pub const CHANGED_MEANWHILE: Kind = Kind::new(Class::Conflict, "changed_meanwhile");
/// Another site sent this write.
pub const OTHER_SITE: Kind = Kind::new(Class::NotAllowed, "other_site");
/// More is asked at once than the node can take.
pub const BUSY: Kind = Kind::new(Class::Busy, "busy");
/// The answer took too long.
pub const TOO_SLOW: Kind = Kind::new(Class::Busy, "too_slow");
/// The record cannot be written now; nothing was changed.
pub const NOT_SAVED: Kind = Kind::new(Class::Busy, "not_saved");
/// The command is larger than a commit may be.
pub const TOO_MUCH_AT_ONCE: Kind = Kind::new(Class::Refused, "too_much_at_once");
/// Nothing was erased, because the list of what was erased cannot be written.
pub const NOT_ERASED: Kind = Kind::new(Class::Busy, "not_erased");
/// It is erased, but the list beside the backups does not say so yet.
pub const ERASED_NOT_LISTED: Kind = Kind::new(Class::Busy, "erased_not_listed");
/// Something failed on our side.
pub const FAILED: Kind = Kind::new(Class::Failed, "failed");

/// All of them, for the texts' test.
pub const SHARED: [Kind; 19] = [
    NOT_JSON,
    WRONG_MEDIA_TYPE,
    WRONG_FIELDS,
    BODY_TOO_LARGE,
    BODY_CUT_SHORT,
    WRONG_QUERY,
    NO_SUCH_ADDRESS,
    NO_SUCH_METHOD,
    IDEMPOTENCY_KEY_NEEDED,
    IDEMPOTENCY_KEY_REUSED,
    CHANGED_MEANWHILE,
    OTHER_SITE,
    BUSY,
    TOO_SLOW,
    NOT_SAVED,
    TOO_MUCH_AT_ONCE,
    NOT_ERASED,
    ERASED_NOT_LISTED,
    FAILED,
];

impl Explain for CommitError {
    fn kind(&self) -> Kind {
        match self {
            Self::Conflict { .. } => CHANGED_MEANWHILE,
            Self::KeyReused => IDEMPOTENCY_KEY_REUSED,
            Self::Busy => BUSY,
            Self::TooLarge => TOO_MUCH_AT_ONCE,
            Self::Storage(_) | Self::Closed(_) => NOT_SAVED,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        (self.kind().class == Class::Busy).then_some(Duration::from_secs(2))
    }
}

impl Explain for EraseError {
    fn kind(&self) -> Kind {
        match self {
            Self::Commit(error) => error.kind(),
            Self::NoList | Self::List(_) => NOT_ERASED,
            Self::NotListed(_) => ERASED_NOT_LISTED,
            Self::BadOwner(_) | Self::Query(_) => FAILED,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Commit(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl Explain for QueryError {
    fn kind(&self) -> Kind {
        FAILED
    }
}
