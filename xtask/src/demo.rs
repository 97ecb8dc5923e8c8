//! `demo`: build what is stale, then become `liengia demo`.

use crate::{
    place::{self, cargo},
    setup,
    steps::Steps,
    ui,
};
use anyhow::{Context as _, Result, bail};
use std::os::unix::process::CommandExt as _;

/// Runs the task: never returns when all is well, since this process becomes the demo and so gets its signals.
pub fn run(options: &[String]) -> Result<()> {
    setup::ensure(setup::TO_RUN)?;
    if place::has("ui/package.json") {
        build_ui()?;
    }
    // Shown as it runs: the first build takes minutes, and cargo says best how far it is.
    let built = cargo(&["build", "--locked", "--package", "liengia-node"])
        .status()
        .context("cargo does not start")?;
    if !built.success() {
        bail!("the node could not be built; what cargo said stands above");
    }
    let failed = place::wide_open(&place::dev_binary()).arg("demo").args(options).exec();
    Err(failed).with_context(|| format!("{} does not start", place::dev_binary().display()))
}

fn build_ui() -> Result<()> {
    if !setup::has_node() {
        let there = place::has("ui/dist");
        let shown = if there {
            "the UI built earlier is shown"
        } else {
            "the pages only say that the UI is not built"
        };
        eprintln!("Node.js 20.19 or newer and npm are not here, so {shown}.");
        return Ok(());
    }
    let mut steps = Steps::default();
    let _ = ui::install(&mut steps)? && ui::build(&mut steps)?;
    steps.end()
}
