//! What access refuses, and what the caller can do about it.

use crate::Action;
use liengia_http::{Args, Class, Explain, Kind};

/// Nobody is signed in.
pub const SIGNED_OUT: Kind = Kind::new(Class::SignedOut, "signed_out");
/// The caller may not do this here.
pub const NOT_ALLOWED: Kind = Kind::new(Class::NotAllowed, "not_allowed");

/// Why access refuses.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no session, or it ended.
    #[error("nobody is signed in: sign in, or scan a code of your household")]
    SignedOut,
    /// No role of the caller reaches that far with this action.
    #[error("no role of the caller allows {0} here")]
    NotAllowed(Action),
    /// A handler asked for an action that its route does not declare: a mistake of ours.
    #[error("the route does not declare the action {0}")]
    Undeclared(Action),
}

impl Explain for AccessError {
    fn kind(&self) -> Kind {
        match self {
            Self::SignedOut => SIGNED_OUT,
            Self::NotAllowed(_) => NOT_ALLOWED,
            Self::Undeclared(_) => liengia_http::FAILED,
        }
    }

    fn args(&self) -> Args {
        Args::new()
    }
}
