//! What ffmpeg makes of the cameras.

use crate::viewer::{UTC_OFFSET, cameras, guarded};
use liengia_kernel::{Clock, SystemClock};
use liengia_sim::camera::{Camera, Cameras, Misbehaviour, Size};
use std::{
    io::Write,
    process::{Command, Output, Stdio},
    time::Duration,
};

/// Whether a test must be left out, because ffmpeg is not here; then that is said. Where nobody watches, on CI, it must be.
fn missing(test: &str) -> bool {
    let run = Command::new("ffprobe").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let missing = !run.is_ok_and(|status| status.success());
    if missing {
        let watched = std::env::var_os("CI").is_none_or(|value| value == "false" || value.is_empty());
        assert!(watched, "{test}: there is no ffmpeg; `cargo xtask setup` brings it");
        // Past the test's own capture of what is printed; where nobody can read it, nobody can be told.
        let _ = std::io::stderr().write_all(format!("\nLEFT OUT: {test}: there is no ffmpeg\n").as_bytes());
    }
    missing
}

fn run(program: &str, url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(["-hide_banner", "-v", "warning", "-rtsp_transport", "tcp"]);
    let arguments: Vec<&str> =
        arguments.iter().map(|word| if *word == "URL" { url } else { *word }).collect();
    command.args(arguments).stdin(Stdio::null()).output().expect("it runs")
}

/// What it printed; it must have nothing to complain of.
fn quietly(output: &Output) -> &[u8] {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
    &output.stdout
}

/// The brightness of a stream's next picture, pixel by pixel.
fn picture(url: &str) -> Vec<u8> {
    let shown =
        run("ffmpeg", url, &["-i", "URL", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]);
    quietly(&shown).to_vec()
}

/// The milliseconds of the local day that the bar of a picture tells.
fn told(picture: &[u8], size: Size) -> u32 {
    let middle = size.square() / 2;
    let white = |square: usize| picture[middle * size.width() + square * size.square() + middle] > 128;
    (0..32).fold(0, |bits, square| bits << 1 | u32::from(white(square)))
}

/// The milliseconds of the local day now.
fn now() -> i64 {
    let local = SystemClock::new().now().as_micros() / 1_000 + i64::from(UTC_OFFSET) * 3_600_000;
    local.rem_euclid(86_400_000)
}

fn both() -> Cameras {
    let large = Camera { size: Size::Large, rate: 25, ..Camera::new("large", 2) };
    cameras(vec![Camera::new("medium", 1), large])
}

#[test]
fn ffprobe_counts_the_pictures_of_every_stream_and_says_nothing_else() {
    if missing("ffprobe_counts_the_pictures_of_every_stream_and_says_nothing_else") {
        return;
    }
    let both = both();
    let streams = [("/cam1", "640,360", 45), ("/cam2", "1280,720", 75), ("/cam2/sub", "320,192", 15)];
    for (path, size, count) in streams {
        let url = format!("rtsp://{}{path}", both.address());
        // Three seconds of real time, over a boundary of key pictures.
        let shown = [
            "-read_intervals",
            "%+3",
            "-count_frames",
            "-show_entries",
            "stream=width,height,nb_read_frames",
        ];
        let output = run("ffprobe", &url, &[&shown[..], &["-of", "csv=p=0", "-i", "URL"]].concat());
        let text = String::from_utf8_lossy(quietly(&output)).trim().to_owned();
        let (shape, frames) = text.rsplit_once(',').expect("three numbers");
        let frames: i32 = frames.parse().expect("a count");
        assert_eq!(shape, size);
        // A busy machine leaves pictures out; ffprobe reads one or two past the end.
        assert!((count * 8 / 10..=count + 3).contains(&frames), "{frames} pictures of {path}");
    }
}

#[test]
fn a_picture_tells_the_time_at_which_it_was_taken() {
    if missing("a_picture_tells_the_time_at_which_it_was_taken") {
        return;
    }
    let both = both();
    for (path, size) in [("/cam1", Size::Medium), ("/cam2", Size::Large), ("/cam1/sub", Size::Small)] {
        let before = now();
        let picture = picture(&format!("rtsp://{}{path}", both.address()));
        let after = now();
        assert_eq!(picture.len(), size.width() * size.height());
        let told = i64::from(told(&picture, size));
        let since = (told - before).rem_euclid(86_400_000);
        assert!(since <= (after - before).rem_euclid(86_400_000), "{told} is not from {before} to {after}");
    }
}

#[test]
fn the_right_password_shows_the_picture_and_a_wrong_one_nothing() {
    if missing("the_right_password_shows_the_picture_and_a_wrong_one_nothing") {
        return;
    }
    let one = guarded(vec![Camera::new("one", 1)], Some(("admin", "s3cret-word")));
    let url = |password: &str| format!("rtsp://admin:{password}@{}/cam1", one.address());
    assert_eq!(picture(&url("s3cret-word")).len(), 640 * 360);
    let refused = run("ffprobe", &url("wrong"), &["-i", "URL"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("401"));
}

#[test]
fn a_change_of_size_is_followed_without_a_word() {
    if missing("a_change_of_size_is_followed_without_a_word") {
        return;
    }
    let change_size_at = Some(Duration::from_secs(1));
    let misbehaviour = Misbehaviour { change_size_at, ..Misbehaviour::default() };
    let one = cameras(vec![Camera { misbehaviour, ..Camera::new("one", 1) }]);
    let arguments = ["-read_intervals", "%+3", "-show_entries", "frame=width", "-of", "csv=p=0", "-i", "URL"];
    let output = run("ffprobe", &one.url(0), &arguments);
    let text = String::from_utf8_lossy(quietly(&output)).into_owned();
    let widths: Vec<&str> = text.lines().map(|line| line.trim_end_matches(',')).collect();
    let changed = widths.iter().position(|width| *width == "320").expect("the size changed");
    assert!(widths[..changed].iter().all(|width| *width == "640") && changed > 0, "{widths:?}");
    assert!(widths[changed..].iter().all(|width| *width == "320"), "{widths:?}");
}
