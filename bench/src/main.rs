//! `liengia-bench NAME [--quick | --long] --out FOLDER`: the program measured beside its peers.
//!
//! Promises: program and peer get the same load from the same tool in the same run; every row says how many devices
//! or rows, whether TLS and whether fsync; a short run shortens time and never the numbers. The table and the plot go
//! to FOLDER/NAME.md and FOLDER/NAME.svg, and the last line of standard output is one JSON object. It never judges:
//! a figure that misses what is wanted is written down like any other.

mod alarm;
mod journal;
mod live;
mod machine;
mod node;
mod playback;
mod plot;
mod record;
mod report;
mod server;
mod ticks;
mod ui;
mod watched;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use report::Report;
use std::path::PathBuf;

/// Measures the program beside its peers.
#[derive(Debug, Parser)]
#[command(name = "liengia-bench")]
struct Cli {
    /// What to measure.
    name: Name,
    /// Within a minute: less time, the same numbers.
    #[arg(long)]
    quick: bool,
    /// Ten minutes of the largest load, where a bench has one.
    #[arg(long, conflicts_with = "quick")]
    long: bool,
    /// The folder for the table and the plot.
    #[arg(long)]
    out: PathBuf,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// A press, its rings and its record, beside mosquitto.
    Alarm,
    /// Entries a second, verifying and rebuilding, beside the bare databases.
    Journal,
    /// Start, memory and size of the node.
    Node,
    /// First load and press to board, in Chromium.
    Ui,
    /// What a camera costs that is recorded, beside `ffmpeg` and `GStreamer`.
    Record,
    /// How soon a picture is on a screen, and what viewers cost.
    Live,
    /// How soon any moment of a month is there; exports beside `cp` and `sha256sum`.
    Playback,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads to measure with")?;
    let report: Report = runtime.block_on(async {
        match cli.name {
            Name::Alarm => alarm::measure(cli.quick).await,
            Name::Node => node::measure(cli.quick),
            Name::Ui => ui::measure(cli.quick),
            Name::Journal => journal::measure(cli.quick).await,
            Name::Record => record::measure(cli.quick, cli.long),
            Name::Live => live::measure(cli.quick),
            Name::Playback => playback::measure(cli.quick),
        }
    })?;
    report.write(&cli.out).with_context(|| format!("cannot write into {}", cli.out.display()))?;
    println!("{}", report.markdown());
    println!("{}", report.json());
    Ok(())
}
