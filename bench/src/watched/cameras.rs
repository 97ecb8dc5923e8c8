//! Cameras to record: gst-rtsp-server with a clip of 1080p30 at 2 Mbit/s, a key picture every 2 s, over TCP.

use crate::machine::Folder;
use anyhow::{Context as _, ensure};
use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// The same server as in the recorder's tests.
const SERVER: &str = include_str!("../../../crates/watch/tests/camera.py");
/// How many addresses it has; each plays its clip anew to everyone who comes.
const ADDRESSES: usize = 8;
/// Seconds of noise that are made; the clip repeats them.
const MADE: u32 = 20;

/// Pictures a second.
pub const RATE: f64 = 30.0;
/// Units of a picture's time.
pub const CLOCK: i64 = 90_000;

/// A running server; it ends when this is dropped.
pub struct Cameras {
    server: Child,
    port: u16,
}

/// Makes a clip of at least so many seconds.
pub fn clip(folder: &Folder, seconds: u32) -> anyhow::Result<PathBuf> {
    let (made, clip) = (folder.join("made.mp4"), folder.join("clip.mp4"));
    let source = format!("testsrc2=size=1920x1080:rate=30:duration={MADE}");
    let rate = ["-b:v", "2M", "-minrate", "2M", "-maxrate", "2M", "-bufsize", "2M"];
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-vf", "noise=alls=12:allf=t,format=yuv420p"])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline"])
        .args(rate)
        .args(["-x264-params", "keyint=60:min-keyint=60:scenecut=0:bframes=0"])
        .arg(&made)
        .status()
        .context("ffmpeg does not start")?;
    ensure!(status.success(), "ffmpeg makes no clip");
    let again = (seconds / MADE).to_string();
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-stream_loop", &again, "-i"])
        .arg(&made)
        .args(["-c", "copy"])
        .arg(&clip)
        .status()?;
    ensure!(status.success(), "ffmpeg repeats no clip");
    Ok(clip)
}

impl Cameras {
    /// Starts them with this clip.
    pub fn start(folder: &Folder, clip: &PathBuf) -> anyhow::Result<Self> {
        let script = folder.join("cameras.py");
        std::fs::write(&script, SERVER)?;
        let mut server = Command::new("/usr/bin/python3")
            .arg(&script)
            .arg(clip)
            .arg("h264")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("no gst-rtsp-server")?;
        let mut port = String::new();
        let said = server.stdout.take().context("it says nothing")?;
        BufReader::new(said).read_line(&mut port)?;
        Ok(Self { server, port: port.trim().parse().context("gst-rtsp-server does not start")? })
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The addresses of so many cameras.
    pub fn urls(&self, many: usize) -> Vec<String> {
        (0..many).map(|camera| format!("rtsp://127.0.0.1:{}/cam{}", self.port, camera % ADDRESSES)).collect()
    }
}

impl Drop for Cameras {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
