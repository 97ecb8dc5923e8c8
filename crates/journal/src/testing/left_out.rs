//! What a test leaves out on a machine that lacks something: it is said where `cargo xtask test` counts it as skipped, and
//! never passed over in silence.

use std::{fmt::Display, io::Write as _};

/// Says that this is left out here, and why: what a machine may lack, like the right to mount a disk.
pub fn left_out(test: &str, why: impl Display) {
    // Past the test's own capture of what is printed, and where nobody can read it, nobody can be told.
    let _ = std::io::stderr().write_all(format!("\nLEFT OUT: {test}: {why}\n").as_bytes());
}

/// The same of what `cargo xtask setup` brings.
///
/// # Panics
/// Where nobody watches, on CI: there it must be.
pub fn not_installed(test: &str, why: impl Display) {
    let watched = std::env::var_os("CI").is_none_or(|value| value == "false" || value.is_empty());
    assert!(watched, "{test}: {why}; `cargo xtask setup` brings it");
    left_out(test, why);
}
