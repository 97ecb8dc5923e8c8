//! `bench`: measure the release build beside its peers.
//!
//! `liengia-bench NAME [--quick] --out FOLDER` does the measuring: it finds the node's binary in `LIENGIA_BIN`, writes
//! FOLDER/NAME.md and FOLDER/NAME.svg, and ends its standard output with one JSON object on a line of its own.

use crate::{
    place::{self, cargo},
    postgres::{self, Commits, Postgres},
    setup,
    steps::Steps,
    ui,
};
use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Name {
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

impl Name {
    fn as_str(self) -> &'static str {
        match self {
            Self::Alarm => "alarm",
            Self::Journal => "journal",
            Self::Node => "node",
            Self::Ui => "ui",
            Self::Record => "record",
            Self::Live => "live",
            Self::Playback => "playback",
        }
    }
}

/// How long a bench measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Within a minute.
    Quick,
    /// Within five minutes.
    Full,
    /// The largest load for ten minutes, where a bench has one.
    Long,
}

impl Length {
    fn argument(self) -> Option<&'static str> {
        match self {
            Self::Quick => Some("--quick"),
            Self::Full => None,
            Self::Long => Some("--long"),
        }
    }
}

/// Runs the task.
pub fn run(name: Name, length: Length) -> Result<()> {
    setup::ensure(setup::EVERYTHING)?;
    if matches!(name, Name::Record | Name::Live | Name::Playback) {
        setup::ensure(&[setup::Need::VideoParsers])?;
    }
    let mut steps = Steps::default();
    if ui::install(&mut steps)? && ui::build(&mut steps)? {
        let packages = ["--package", "liengia-node", "--package", "liengia-bench"];
        let arguments =
            [["build", "--quiet", "--release", "--locked"].as_slice(), packages.as_slice()].concat();
        steps.run("cargo build --release", &mut cargo(&arguments))?;
    }
    steps.end()?;
    measure(name, length)
}

fn measure(name: Name, length: Length) -> Result<()> {
    let server = (name == Name::Journal).then(|| Postgres::start(Commits::Durable)).transpose()?;
    let mut bench = place::wide_open(&place::target().join("release/liengia-bench"));
    bench.arg(name.as_str()).env("LIENGIA_BIN", place::release_binary());
    if let Some(server) = &server {
        bench.env(postgres::ADDRESS, &server.url);
    }
    bench.args(length.argument());
    let status = bench
        .arg("--out")
        .arg(place::root().join("docs/bench"))
        .status()
        .context("the bench does not start")?;
    if !status.success() {
        bail!("the bench {} failed ({status})", name.as_str());
    }
    Ok(())
}
