//! Recording: what a camera costs the node, beside `ffmpeg -c copy` and `splitmuxsink`, whether a picture is lost, and how
//! soon all is recorded after a start on a month of footage.
//!
//! All record the same clip from the same server on the same machine, one after another. Processor time is that of the
//! whole node, or of its peers' processes, user and system, once all cameras are recorded.

mod peers;
mod start;

use crate::{
    machine::{self, Folder, real},
    plot::{Bars, Line, Lines, Panel, Tone},
    report::{Report, Row, Wanted},
    watched::{
        Commune,
        cameras::{self, CLOCK, Cameras, RATE},
    },
};
use anyhow::{Context as _, ensure};
use liengia_watch::segment::walk;
use peers::{Peer, until_recording};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

/// How many cameras ours records.
const CAMERAS: [usize; 4] = [16, 50, 100, 150];
/// How many its peers record too.
const BESIDE: [usize; 2] = [16, 50];
/// Names of the rows.
const ROWS: [&str; 4] =
    ["cpu_s_per_cam_min_16", "cpu_s_per_cam_min_50", "cpu_s_per_cam_min_100", "cpu_s_per_cam_min_150"];
const SPLITMUX_ROWS: [&str; 2] = ["cpu_s_per_cam_min_16_splitmux", "cpu_s_per_cam_min_50_splitmux"];

/// How long the node is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

/// What one run of ours showed.
struct Run {
    cpu: f64,
    mib: f64,
    lost_packets: u64,
    pictures: u64,
    missing: u64,
    gaps: u64,
}

/// Measures it; `long` is the ten-minute run.
pub fn measure(quick: bool, long: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("record")?;
    let span = Duration::from_secs(if quick { 6 } else { 25 });
    let most = if long { Duration::from_mins(10) } else { span };
    let clip = cameras::clip(&folder, u32::try_from(most.as_secs())? + 60)?;
    let server = Cameras::start(&folder, &clip)?;
    let (mut rows, mut points, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for (place, many) in CAMERAS.into_iter().enumerate() {
        let whole = if place + 1 == CAMERAS.len() { most } else { span };
        let run = ours(&folder, &server.urls(many), whole)?;
        points.push((real(many as u64), run.cpu));
        let ffmpeg = BESIDE
            .contains(&many)
            .then(|| peer(&folder, many, span, |into| Peer::ffmpeg(into, &server.urls(many))));
        let ffmpeg = ffmpeg.transpose()?;
        rows.push(row(ROWS[place], run.cpu, many, ffmpeg.map(|cpu| (cpu, "ffmpeg -c copy"))));
        if let (Some(ffmpeg), Some(name)) = (ffmpeg, SPLITMUX_ROWS.get(place)) {
            let splitmux =
                peer(&folder, many, span, |into| Peer::splitmux(&folder, into, &server.urls(many)))?;
            rows.push(row(name, run.cpu, many, Some((splitmux, "GStreamer splitmuxsink"))));
            beside.push((many, run.cpu, ffmpeg, splitmux));
        }
        last = Some(run);
    }
    let run = last.context("no camera was recorded")?;
    rows.extend(lasting(&run, CAMERAS[CAMERAS.len() - 1]));
    rows.extend(start::rows(&folder, &server)?);
    let says = format!(
        "Each camera is 1080p30 H.264 at 2 Mbit/s with a key picture every 2 s, from gst-rtsp-server over TCP on the same \
         machine. Processor time is the recorder's own over {} s, once all cameras are recorded; ours hashes every \
         fragment and writes past the page cache, its peers do neither. Ours is the whole node with the sample commune \
         in it, nobody watching. A start is measured with 200 cameras and the index of a month of their footage.",
        span.as_secs()
    );
    Ok(Report { bench: "record", says, rows, panels: panels(&points, &beside), quick })
}

fn row(name: &'static str, cpu: f64, many: usize, peer: Option<(f64, &str)>) -> Row {
    let wanted = match peer {
        Some((_, "ffmpeg -c copy")) => Wanted::TimesAtMost(0.14),
        Some(_) => Wanted::Told,
        None => Wanted::AtMost(0.035),
    };
    Row {
        name,
        what: "processor time for a minute of one camera, s",
        ours: cpu,
        peer: peer.map(|(cpu, who)| (cpu, who.to_owned())),
        wanted,
        n: format!("{many} cameras"),
        tls: Some(false),
        fsync: Some(true),
    }
}

/// What the largest run showed besides.
fn lasting(run: &Run, many: usize) -> Vec<Row> {
    let row = |name, what, ours, wanted| Row {
        name,
        what,
        ours,
        peer: None,
        wanted,
        n: format!("{many} cameras"),
        tls: Some(false),
        fsync: Some(true),
    };
    vec![
        row("mib_per_cam", "peak memory above the idle node", run.mib, Wanted::AtMost(1.0)),
        row(
            "frames_lost",
            "pictures missing between the first and the last that ffprobe finds in the files",
            real(run.missing),
            Wanted::AtMost(0.0),
        ),
        row(
            "gaps",
            "fragments before which something is missing, also between files",
            real(run.gaps),
            Wanted::AtMost(0.0),
        ),
        row("packets_lost", "packets that never came", real(run.lost_packets), Wanted::Told),
        row("frames_recorded", "pictures recorded", real(run.pictures), Wanted::Told),
    ]
}

fn ours(folder: &Folder, urls: &[String], span: Duration) -> anyhow::Result<Run> {
    let mut commune = Commune::start(folder)?;
    let process = commune.process()?;
    // What the start used is given back, or is not.
    thread::sleep(REST);
    let idle = machine::resident_kb(process);
    let ids = urls.iter().map(|url| commune.put_up("Ngã tư", url)).collect::<Result<Vec<_>, _>>()?;
    let footage = commune.place.data.join("footage");
    until_recording(&footage, urls.len())?;
    let before = machine::cpu(process);
    // What is measured is time itself.
    thread::sleep(span);
    let cpu = per_camera_minute(machine::cpu(process).saturating_sub(before), urls.len(), span);
    let mib = (machine::peak_kb(process) - idle) / 1024.0 / real(urls.len() as u64);
    let mut lost_packets = 0;
    for id in &ids {
        let health = commune.officer.get(&format!("/api/cameras/{id}"))?["health"].take();
        ensure!(health["state"] == "recording", "a camera is not recorded: {health}");
        lost_packets += health["lost_packets"].as_u64().unwrap_or_default();
    }
    commune.stop()?;
    let (pictures, missing) = pictures(&footage)?;
    Ok(Run { cpu, mib, lost_packets, pictures, missing, gaps: gaps(&footage)? })
}

fn peer(
    folder: &Folder,
    many: usize,
    span: Duration,
    start: impl FnOnce(&Path) -> anyhow::Result<Peer>,
) -> anyhow::Result<f64> {
    let into = empty(folder)?;
    let peer = start(&into)?;
    until_recording(&into, many)?;
    let before = peer.cpu();
    // What is measured is time itself.
    thread::sleep(span);
    Ok(per_camera_minute(peer.cpu().saturating_sub(before), many, span))
}

fn per_camera_minute(cpu: Duration, many: usize, span: Duration) -> f64 {
    cpu.as_secs_f64() / real(many as u64) / (span.as_secs_f64() / 60.0)
}

/// An empty folder for what is recorded.
fn empty(folder: &Folder) -> anyhow::Result<PathBuf> {
    let into = folder.join("recorded");
    drop(fs::remove_dir_all(&into));
    fs::create_dir_all(&into)?;
    Ok(into)
}

/// Pictures that were recorded, and those that are missing between the first and the last of each file.
fn pictures(folder: &Path) -> anyhow::Result<(u64, u64)> {
    let (mut found, mut missing) = (0, 0);
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            let (more, lacking) = pictures(&path)?;
            (found, missing) = (found + more, missing + lacking);
            continue;
        }
        let said = Command::new("ffprobe")
            .args(["-v", "warning", "-of", "csv=p=0", "-show_entries", "packet=pts"])
            .arg(&path)
            .output()?;
        ensure!(said.stderr.is_empty(), "{}: {}", path.display(), String::from_utf8_lossy(&said.stderr));
        let text = String::from_utf8(said.stdout)?;
        let times: Vec<i64> = text.lines().filter_map(|line| line.trim_matches(',').parse().ok()).collect();
        let (first, last) = (times.iter().min(), times.iter().max());
        let (first, last) = first.zip(last).with_context(|| format!("{} is empty", path.display()))?;
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of pictures a second")]
        let step = CLOCK / RATE as i64;
        let due = u64::try_from((last - first + step / 2) / step + 1)?;
        missing += due.saturating_sub(times.len() as u64);
        found += times.len() as u64;
    }
    Ok((found, missing))
}

/// Fragments that say that something is missing between them and the one before, in whichever file that lies.
fn gaps(folder: &Path) -> anyhow::Result<u64> {
    let mut gaps = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gaps += self::gaps(&path)?;
            continue;
        }
        for fragment in walk(&File::open(&path)?) {
            let header = fragment?.header;
            let is_first = header.previous == [0; 32];
            gaps += u64::from(header.gap && !is_first);
        }
    }
    Ok(gaps)
}

fn panels(points: &[(f64, f64)], beside: &[(usize, f64, f64, f64)]) -> Vec<Panel> {
    let line: Line = ("liengia".into(), Tone::Ours, points.to_vec());
    let mut panels = vec![Panel::Lines(Lines {
        title: "Processor time for a minute of one camera".into(),
        right: "cameras",
        up: "s",
        by_multiples: false,
        each: vec![line],
    })];
    for (many, ours, ffmpeg, splitmux) in beside {
        panels.push(Panel::Bars(Bars {
            title: format!("Processor time for a camera-minute, {many} cameras, s"),
            each: vec![
                ("liengia".into(), *ours, Tone::Ours),
                ("ffmpeg -c copy".into(), *ffmpeg, Tone::Peer),
                ("splitmuxsink".into(), *splitmux, Tone::PeerToo),
            ],
            wanted: Some((0.14 * ffmpeg, "wanted: at most 0.14 of ffmpeg's".into())),
        }));
    }
    panels
}
