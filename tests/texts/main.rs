//! The texts that people read: texts/{vi,en,id}/<area>.ftl, shared by Rust and the browser.
//!
//! Promises: the three languages say the same things with the same variables, each id once, in composed letters (NFC),
//! and every id that the code asks for is there.

mod read;
mod same;
mod used;

/// The languages, the first being the one that the others follow.
const LANGUAGES: [&str; 3] = ["vi", "en", "id"];
