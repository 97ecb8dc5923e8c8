//! Corrections rest on the version that the caller read.

use crate::{CHANGED_MEANWHILE, Explain, Kind};
use serde::Serialize;

/// The record changed since the caller read it; the answer carries it as it is now.
#[derive(Debug, thiserror::Error)]
#[error("the record changed meanwhile: look at it again and decide again")]
pub struct Changed {
    current: Option<serde_json::Value>,
}

impl Explain for Changed {
    fn kind(&self) -> Kind {
        CHANGED_MEANWHILE
    }

    fn current(&self) -> Option<serde_json::Value> {
        self.current.clone()
    }
}

/// Refuses a correction that rests on another version than the record's own; `record` makes what the caller then reads.
pub fn same_version<R: Serialize>(sent: u64, stored: u64, record: impl FnOnce() -> R) -> Result<(), Changed> {
    if sent == stored { Ok(()) } else { Err(Changed { current: serde_json::to_value(record()).ok() }) }
}
