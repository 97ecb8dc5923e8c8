//! The node at rest: how soon it serves, what it holds in memory, how big it is.
//!
//! The sample province is poured in once, by the program itself; what is measured are starts on what is there.

use crate::{
    machine::{self, Folder},
    plot::{Bars, Panel, Tone},
    report::{Report, Row, Wanted},
    server::{self, Place, Running},
};
use anyhow::Context as _;
use liengia_kernel::{Clock as _, SystemClock};
use std::{process::Command, thread, time::Duration};

/// How long the node is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

/// Measures it.
#[expect(clippy::too_many_lines, reason = "a table, row by row")]
pub fn measure(quick: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("node")?;
    let place = Place::new(folder.join("province"))?;
    let (loaded, what) = load(&place, &folder)?;
    let mut starts = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..if quick { 5 } else { 15 } {
        let (running, took) = place.serve()?;
        starts.push(took.as_secs_f64());
        if memory.len() < if quick { 1 } else { 3 } {
            // Time itself is waited for: what the start used is given back, or is not.
            thread::sleep(REST);
            memory.push(machine::resident_kb(running.id()) / 1024.0);
        }
        running.stop()?;
    }
    starts.sort_by(f64::total_cmp);
    let binary = server::binary()?;
    #[expect(clippy::cast_precision_loss, reason = "a file's size is far below 2^52")]
    let size = binary.metadata().with_context(|| binary.display().to_string())?.len() as f64 / 1_048_576.0;
    let idle = memory.iter().copied().fold(0.0, f64::max);
    let row = |name, what, ours, wanted, fsync| Row {
        name,
        what,
        ours,
        peer: None,
        wanted,
        n: NUMBERS.into(),
        tls: None,
        fsync,
    };
    let (median, slowest) = (starts[starts.len() / 2], starts[starts.len() - 1]);
    let rows = vec![
        row(
            "start_s",
            "process start to the first good /readyz, median of starts on what is there",
            median,
            Wanted::AtMost(1.0),
            Some(true),
        ),
        row("start_slowest_s", "the slowest of them", slowest, Wanted::Told, Some(true)),
        row("idle_mb", "resident memory 3 s after the start, most of all", idle, Wanted::AtMost(80.0), None),
        row("binary_mb", "the binary with both apps and all texts", size, Wanted::Told, None),
        row(
            "load_s",
            "the province poured in once, every entry, view and vault row",
            loaded.as_secs_f64(),
            Wanted::Told,
            Some(true),
        ),
    ];
    let bar = |title: &str, value, wanted: f64, label: &str| {
        Panel::Bars(Bars {
            title: title.into(),
            each: vec![("liengia".into(), value, Tone::Ours)],
            wanted: Some((wanted, label.into())),
        })
    };
    let panels = vec![
        bar("Start with the sample province, s", median, 1.0, "wanted: at most 1 s"),
        bar("Memory at rest, MiB", idle, 80.0, "wanted: at most 80 MiB"),
    ];
    let says = format!(
        "The node with the whole sample province in it ({what}), no device connected, its files in the page cache. \
         Memory is `VmRSS`."
    );
    Ok(Report { bench: "node", says, rows, panels, quick })
}

/// What the rows are about.
const NUMBERS: &str = "54 communes, 1,600 teams";

/// Pours the province in; answers how long that took, and what the program says is in it now.
fn load(place: &Place, folder: &Folder) -> anyhow::Result<(Duration, String)> {
    let log = folder.join("load.log");
    let clock = SystemClock::new();
    let mut command = Command::new(server::binary()?);
    command
        .args(["demo", "--scale", "province", "--without-devices", "--without-cameras", "--data"])
        .arg(&place.data);
    command.args(["--port", &place.http.port().to_string(), "--mqtt-port", &place.mqtt.port().to_string()]);
    let mut running = Running::start(&mut command, &log)?;
    let said = server::line_in(&log, "Liên Gia, demo", &mut running)?;
    let took = clock.elapsed();
    running.stop()?;
    let what = said.rsplit("): ").next().unwrap_or_default().to_owned();
    Ok((took, what))
}
