//! ffmpeg, beside which the encoder is tried.

use std::{
    io::Write,
    process::{Command, Stdio},
    thread,
};

/// Whether a test must be left out, because ffmpeg is not here; then that is said. Where nobody watches, on CI, it must be.
pub(super) fn missing(test: &str) -> bool {
    let run = Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let missing = !run.is_ok_and(|status| status.success());
    if missing {
        let watched = std::env::var_os("CI").is_none_or(|value| value == "false" || value.is_empty());
        assert!(watched, "{test}: there is no ffmpeg; `cargo xtask setup` brings it");
        // Past the test's own capture of what is printed; where nobody can read it, nobody can be told.
        let _ = std::io::stderr().write_all(format!("\nLEFT OUT: {test}: there is no ffmpeg\n").as_bytes());
    }
    missing
}

/// What ffmpeg makes of these bytes; it must have nothing to say.
pub(super) fn run(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-hide_banner", "-v", "warning", "-err_detect", "explode"]).args(arguments);
    let mut running = ffmpeg
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ffmpeg starts");
    let mut stdin = running.stdin.take().expect("it was piped");
    let input = input.to_vec();
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = running.wait_with_output().expect("ffmpeg ends");
    writer.join().expect("the writer ends").expect("ffmpeg reads all");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    output.stdout
}
