//! What the program puts on paper and screens for a camera or a person to read: QR codes, and codes in six words.
//!
//! Promises: plain values in, text out. It never knows what a code is for.

mod qr;
mod words;

pub use qr::{MOST_BYTES, TooMuchText, qr_svg};
pub use words::{BITS, BadWords, Code, WORDS, list};
