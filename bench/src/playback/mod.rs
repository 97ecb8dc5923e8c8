//! Playback: how soon any moment of a month of 200 cameras is there; and how fast footage is exported and verified, beside
//! `cp` and `sha256sum` of the same bytes.

mod evidence;
mod picture;

use crate::{
    machine::{Folder, real},
    plot::{Bars, Panel, Tone},
    report::{Report, Row, Wanted},
    watched::{
        Commune,
        cameras::{self, Cameras},
        filled::{DAYS, fill},
    },
};
use anyhow::Context as _;
use liengia_kernel::{CameraId, Clock as _, SeededEntropy, SystemClock, Timestamp};
use std::{path::Path, thread, time::Duration};

/// How many cameras.
const CAMERAS: usize = 200;
/// Cameras of one look.
const OF_A_LOOK: usize = 16;
/// What is asked for around a moment.
const AROUND: Duration = Duration::from_secs(10);
/// An address at which no camera is.
const NOWHERE: &str = "rtsp://127.0.0.1:9/none";
/// After a start the folders are compared with the index.
const REST: Duration = Duration::from_secs(20);

/// Seeks, in milliseconds, sorted.
struct Seeks {
    all: Vec<f64>,
    found: Vec<f64>,
}

/// Measures it.
pub fn measure(quick: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("playback")?;
    let server = Cameras::start(&folder, &cameras::clip(&folder, 60)?)?;
    let mut commune = Commune::start(&folder)?;
    let ids = commune.put_up_all(&vec![NOWHERE.to_owned(); CAMERAS])?;
    commune.pause()?;
    let (began, file) = fill(&commune.place.data, &folder.join("sent"), &server.urls(1)[0], &ids)?;
    drop(server);
    commune.go_on()?;
    // Time itself is waited for.
    thread::sleep(REST);
    let began = Timestamp::from_micros(began);
    let seeks = seek(&mut commune, &ids, began, if quick { 500 } else { 5_000 })?;
    let first = *ids.first().context("no camera")?;
    let shown = picture::measure(&commune, first, if quick { 20 } else { 100 })?;
    commune.stop()?;
    let row = |name, what, ours, wanted| Row {
        name,
        what,
        ours,
        peer: None,
        wanted,
        n: format!("{CAMERAS} cameras, {DAYS} days, {} seeks", seeks.all.len()),
        tls: Some(false),
        fsync: None,
    };
    let p99 = at(&seeks.all, 0.99);
    let mut rows = vec![
        row(
            "seek_first_byte_p99_ms",
            "which piece of footage holds any moment, and its first byte",
            p99,
            Wanted::AtMost(20.0),
        ),
        row("seek_first_byte_p50_ms", "the same, median", at(&seeks.all, 0.5), Wanted::Told),
        row("seek_found_p99_ms", "of it, which piece holds the moment", at(&seeks.found, 0.99), Wanted::Told),
    ];
    rows.extend(of_pictures(&shown));
    let proved = evidence::measure(&folder, Path::new(&file), if quick { 3 } else { 9 })?;
    let mut panels = vec![Panel::Bars(Bars {
        title: "A press on a month: the picture, nine of ten, ms".into(),
        each: vec![("liengia".into(), shown.p90, Tone::Ours)],
        wanted: Some((500.0, "wanted: at most 500 ms".into())),
    })];
    panels.push(Panel::Bars(Bars {
        title: "Any moment of a month: first byte, 99th of 100, ms".into(),
        each: vec![("liengia".into(), p99, Tone::Ours)],
        wanted: Some((20.0, "wanted: at most 20 ms".into())),
    }));
    panels.extend(proved.panels);
    rows.extend(proved.rows);
    let says = format!(
        "The index holds {DAYS} days of {CAMERAS} cameras, a file each ten minutes, 1080p30 at 2 Mbit/s; names are hard \
         links to a few copies of one file that was really recorded, in the page cache. A seek is two requests over one \
         connection to the real node, for a moment and a camera by chance. Exports are made of such files and checked in \
         this process; `cp` and `sha256sum` take the same bytes from the same disk, by turns."
    );
    Ok(Report { bench: "playback", says, rows, panels, quick })
}

/// What Chromium showed.
fn of_pictures(shown: &picture::Shown) -> [Row; 2] {
    let row = |name, what, ours, wanted| Row {
        name,
        what,
        ours,
        peer: None,
        wanted,
        n: format!("{CAMERAS} cameras, {DAYS} days, {} seeks, Chromium {}", shown.times, shown.chromium),
        tls: Some(false),
        fsync: None,
    };
    let what = "from a press on the line of a month to the picture on the screen, nine of ten";
    [
        row("seek_picture_ms", what, shown.p90, Wanted::AtMost(500.0)),
        row("seek_picture_p50_ms", "the same, median", shown.p50, Wanted::Told),
    ]
}

/// The value below which this part of them is.
fn at(sorted: &[f64], part: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
    let place = (real(sorted.len() as u64) * part) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// Asks for moments by chance.
fn seek(commune: &mut Commune, ids: &[CameraId], began: Timestamp, times: usize) -> anyhow::Result<Seeks> {
    let chance = SeededEntropy::new(42);
    let end = SystemClock::new().now();
    let mut looks = Vec::new();
    for part in ids.chunks(OF_A_LOOK) {
        looks.push((commune.look(part, Some((began, end)))?, part));
    }
    let span = u64::try_from(end.as_micros() - began.as_micros())?;
    let mut seeks = Seeks { all: Vec::new(), found: Vec::new() };
    for _ in 0..times {
        let (look, part) = &looks[usize::try_from(chance.below(looks.len() as u64))?];
        let camera = part[usize::try_from(chance.below(part.len() as u64))?];
        let from = Timestamp::from_micros(began.as_micros() + i64::try_from(chance.below(span * 9 / 10))?);
        let clock = SystemClock::new();
        let of_camera = format!("/api/looks/{look}/cameras/{camera}");
        let found =
            commune.officer.get(&format!("{of_camera}/fragments?from={from}&to={}", from + AROUND))?;
        let asked = clock.elapsed();
        let one = found["fragments"].get(0).with_context(|| format!("nothing at {from}: {found}"))?;
        let name = found["files"][0]["name"].as_str().context("no file")?;
        let offset = one["offset"].as_u64().context("no offset")?;
        let length = one["length"].as_u64().context("no length")?;
        let first =
            commune.officer.first_byte(&format!("{of_camera}/files/{name}"), offset, offset + length)?;
        seeks.found.push(asked.as_secs_f64() * 1_000.0);
        seeks.all.push((asked + first).as_secs_f64() * 1_000.0);
    }
    seeks.all.sort_by(f64::total_cmp);
    seeks.found.sort_by(f64::total_cmp);
    Ok(seeks)
}
