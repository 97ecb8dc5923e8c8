//! The programs beside which footage is tried.

use liengia_journal::testing::not_installed;
use std::process::{Command, Stdio};

/// Whether a test must be left out, because ffmpeg is not here; then that is said.
pub fn no_ffmpeg(test: &str) -> bool {
    left_out(test, "ffprobe", &["-version"], "there is no ffmpeg")
}

/// Whether a test must be left out because this program does not answer; then that is said.
pub fn left_out(test: &str, program: &str, arguments: &[&str], why: &str) -> bool {
    let run = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let missing = !run.is_ok_and(|status| status.success());
    if missing {
        not_installed(test, why);
    }
    missing
}
