//! What an endpoint is asked: body, query, path, and the key under which a write is done once.

mod body;
mod path;
mod query;
mod written;

pub use body::Body;
pub use path::Path;
pub use query::Query;
pub(crate) use written::is_write;
pub use written::{
    BODY_PATIENCE, IdempotencyKey, MAX_BODY, Written, remember_strangers_writes, remember_writes,
};
