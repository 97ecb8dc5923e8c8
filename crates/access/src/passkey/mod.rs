//! Passkeys: WebAuthn level 3, as far as a passkey needs it.
//!
//! Promises: every byte that a browser sends is read with bounds; the question is ours, is answered once and within five
//! minutes; the page was ours; the person was verified by the authenticator; the signature is the stored key's. Never:
//! attestation (which maker built the authenticator is none of our business, so `attStmt` is not read), a question
//! that tells whether a login exists (every passkey is discoverable, so none is asked for).
//!
//! The signatures are checked by `ring`, which the TLS stack brings anyway. The webauthn-rs crate would do the same and bring
//! some hundred crates, most of them for attestation.

mod acts;
mod cbor;
mod message;
mod options;
mod questions;
mod verify;

pub(crate) use acts::MAX_PASSKEYS;
pub(crate) use message::{Credential, Registered};
pub(crate) use options::{asking, making};
pub(crate) use questions::Questions;
