//! A small ONVIF client: cameras found in the network, their streams, privacy masks, movements and pictures' settings
//! (ONVIF Core, Media, Media2, PTZ and Imaging; SOAP 1.2; WS-Discovery; WS-Security `UsernameToken`).
//!
//! Promises: everything that a camera or a stranger in the network sends is hostile: the result is a value or a [`Flaw`],
//! never a panic, never an endless loop, and never more than a bounded amount of memory (256 KiB an answer, 8,192 elements
//! of 32 levels; 256 cameras found). No answer sends us to another machine than the one that was asked. The password goes
//! over the network only as a proof, never in plain, and is never shown. Entities and document types are refused. It
//! blocks, an exchange no longer than its patience and some seconds to connect (see [`Client::end_within`] for all of them):
//! call it on a thread that may.

mod address;
mod call;
mod client;
mod clock;
mod discovery;
mod flaw;
mod http;
mod imaging;
mod mask;
mod profile;
mod ptz;
mod seek;
mod services;
mod soap;
mod xml;

#[cfg(test)]
#[path = "tests/hostile.rs"]
mod hostile;

pub use crate::event::{Imaging, ImagingOptions, IrCut, Range};
pub use address::Address;
pub use client::{Client, Maker};
pub use discovery::Found;
pub use flaw::Flaw;
pub use mask::{CannotMask, Masked};
pub use profile::{Codec, Profile, pick};
pub use ptz::{Preset, Speed};
pub use seek::discover;
