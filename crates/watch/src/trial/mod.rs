//! Trying a camera out before it is recorded: what it sends, and what about it should be changed.
//!
//! Promises: takes no longer than asked for and some seconds to connect, and reads no more than [`MOST_READ`] bytes, whatever
//! the camera sends; hangs up. Nothing is stored, and nothing heard is kept. It blocks: call it on a thread that may.

mod advice;
mod call;

pub use crate::record::CameraState as Trouble;
pub use advice::Advice;
pub use call::{MOST_READ, try_camera};

use crate::{media::Codec, record::Certificate};

/// What came of trying a camera out.
#[derive(Debug)]
pub struct Trial {
    /// What was seen, or what is wrong: one of the words of a camera that is recorded.
    pub outcome: Result<Seen, Trouble>,
    /// What is wrong in English, for a log; never a password.
    pub reason: Option<String>,
    /// The certificate that it shows, if it is spoken to over TLS: to be known of it from now on.
    pub certificate: Option<Certificate>,
}

/// What a camera sends.
#[derive(Debug)]
pub struct Seen {
    /// How its pictures are coded, as browsers call it (RFC 6381).
    pub codec: String,
    /// Picture width in pixels.
    pub width: u16,
    /// Picture height in pixels.
    pub height: u16,
    /// All that it sends, in thousands of bits a second.
    pub kilobits_per_s: u32,
    /// Pictures a second, by the camera's own time.
    pub pictures_per_s: f32,
    /// Between its last two key pictures, in milliseconds; none if there were no two.
    pub key_interval_ms: Option<u32>,
    /// How the sound is coded that it offers.
    pub sound: Option<Codec>,
    /// How far its clock is ahead of the node's, in milliseconds; none if it tells no time.
    pub clock_error_ms: Option<i64>,
    /// A key picture as a file of its own (fragmented MP4), to be shown with `codec`.
    pub still: Option<Vec<u8>>,
    /// What should be changed, each once and always in the same order.
    pub advice: Vec<Advice>,
}
