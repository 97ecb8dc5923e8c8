//! Live pictures: what a camera sends now, for whoever watches.
//!
//! Promises: a picture goes out as a fragment of its own as soon as it is whole, its bytes once for any number of viewers;
//! whoever joins begins at once with a key picture; a viewer that does not keep up skips to the next key picture and holds
//! up nobody; what is kept for viewers is bounded in pieces and in bytes. While nobody watches, nothing is copied. It never
//! decides who may watch.

mod cutter;
mod pace;
mod screen;
mod still;

pub use cutter::{Cutter, Sample};
pub use screen::{Following, Screen};
pub use still::{alone, still};

use bytes::Bytes;

/// Which of a camera's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// The one that is recorded.
    Main,
    /// A smaller one, for many pictures on a screen; where a camera has none, the main one.
    Sub,
}

/// What a viewer gets, in the order in which it must be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// How to play what follows, and that it begins anew: the next picture is a key picture.
    Start {
        /// The init segment.
        init: Bytes,
        /// The codecs as browsers call them (RFC 6381), pictures and then sound, joined by commas.
        codec: String,
        /// Picture width in pixels.
        width: u16,
        /// Picture height in pixels.
        height: u16,
    },
    /// One picture.
    Picture {
        /// A `moof` and an `mdat`.
        bytes: Bytes,
        /// Whether a decoder can begin with it.
        key: bool,
        /// When it was taken, in microseconds since 1970 UTC by the node's clock.
        wall_us: i64,
    },
    /// One frame of sound.
    Sound {
        /// A `moof` and an `mdat`.
        bytes: Bytes,
    },
    /// The connection was lost, or the camera's time leapt: a start follows when there are pictures again.
    Gap,
}
