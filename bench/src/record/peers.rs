//! Recorders to measure beside: `ffmpeg -c copy`, a process for each camera, and `splitmuxsink`, one for all.

use crate::machine::{self, Folder};
use anyhow::{Context as _, bail};
use liengia_kernel::{Clock as _, SystemClock};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Records each address into a file of its own, all in one process.
const SPLITMUX: &str = "
import sys, gi
gi.require_version('Gst', '1.0')
from gi.repository import Gst, GLib
Gst.init(None)
kept = []
for number, url in enumerate(sys.argv[2:]):
    line = (f'rtspsrc location={url} protocols=tcp latency=0 ! rtph264depay ! h264parse ! '
            f'splitmuxsink location={sys.argv[1]}/{number}-%05d.mp4 max-size-time=60000000000')
    kept.append(Gst.parse_launch(line))
    kept[-1].set_state(Gst.State.PLAYING)
GLib.MainLoop().run()
";

/// How long all may take until their files grow.
const LONGEST_START: Duration = Duration::from_mins(1);
/// A pause between two looks.
const MOMENT: Duration = Duration::from_millis(100);

/// Processes that record; they end when this is dropped.
pub struct Peer(Vec<Child>);

impl Peer {
    /// `ffmpeg -c copy` into fragmented MP4, as ours is.
    pub fn ffmpeg(folder: &Path, urls: &[String]) -> anyhow::Result<Self> {
        let mut all = Self(Vec::new());
        for (number, url) in urls.iter().enumerate() {
            let child = Command::new("ffmpeg")
                .args(["-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-i", url, "-c", "copy"])
                .args(["-movflags", "frag_keyframe+empty_moov"])
                .arg(folder.join(format!("{number}.mp4")))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .context("ffmpeg does not start")?;
            all.0.push(child);
        }
        Ok(all)
    }

    /// `splitmuxsink`, which is part of `GStreamer`.
    pub fn splitmux(folder: &Folder, into: &Path, urls: &[String]) -> anyhow::Result<Self> {
        let script = folder.join("splitmux.py");
        std::fs::write(&script, SPLITMUX)?;
        let child = Command::new("/usr/bin/python3")
            .arg(&script)
            .arg(into)
            .args(urls)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("no GStreamer")?;
        Ok(Self(vec![child]))
    }

    /// Processor time so far.
    pub fn cpu(&self) -> Duration {
        self.0.iter().map(|child| machine::cpu(child.id())).sum()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended by itself.
            drop(child.kill());
        }
        for child in &mut self.0 {
            drop(child.wait());
        }
    }
}

/// Waits until so many files below the folder hold pictures; answers how long that took.
pub fn until_recording(folder: &Path, files: usize) -> anyhow::Result<Duration> {
    let clock = SystemClock::new();
    while grown(folder) < files {
        if clock.elapsed() > LONGEST_START {
            bail!("only {} of {files} cameras are recorded", grown(folder));
        }
        thread::sleep(MOMENT);
    }
    Ok(clock.elapsed())
}

/// Files with more in them than an init segment.
fn grown(folder: &Path) -> usize {
    const LITTLE: u64 = 16_384;
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => grown(&entry.path()),
            Ok(data) => usize::from(data.len() > LITTLE),
            Err(_) => 0,
        })
        .sum()
}
