//! `test` and `ci`: everything that is checked before a change is taken.
//!
//! Promises: one failed step does not hide the next one's; the run ends with one line that counts all tests.

use crate::{
    generated,
    place::{self, cargo, npm},
    postgres::{self, Commits, Postgres},
    setup::{self, answers},
    steps::{Steps, in_words, now, skip},
    ui,
};
use anyhow::Result;
use std::{env, process::Command};

/// Runs the task: `quick` leaves the browser out, `ci` is for a machine that nobody watches.
pub fn run(quick: bool, ci: bool) -> Result<()> {
    let started = now();
    setup::ensure(setup::EVERYTHING)?;
    setup::second_store();
    let mut steps = Steps::default();
    steps.run("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    let ui = ui_tests(&mut steps)?;
    let built = rust_tests(&mut steps, ci)?;
    if built && place::has("crates/node") {
        steps.check("OpenAPI document", generated::same_document);
    }
    if !quick && place::has("ui/tests/real") {
        if ui && built {
            let mut journeys = npm(&["run", "test:journeys"]);
            steps.run("journeys", journeys.env("LIENGIA_BIN", place::dev_binary()))?;
        } else {
            skip("journeys", "they need the UI and the node, and one was not built");
        }
    }
    eprintln!("all steps: {}", in_words(started.elapsed()));
    steps.end_with_tally()
}

/// The UI: types, style, unit tests, build. `true` when it is built.
fn ui_tests(steps: &mut Steps) -> Result<bool> {
    if !place::has("ui/package.json") {
        return Ok(false);
    }
    let committed = generated::types();
    if !ui::install(steps)? {
        return Ok(false);
    }
    steps.run("npm run check", &mut npm(&["run", "check"]))?;
    steps.check("TypeScript client", || generated::same_types(&committed));
    steps.run("npm test", &mut npm(&["test"]))?;
    // Before the node, which takes it in.
    ui::build(steps)
}

/// Rust: lints, build, tests on both engines, examples in documents. `true` when it is built.
fn rust_tests(steps: &mut Steps, ci: bool) -> Result<bool> {
    let everything = ["--workspace", "--all-targets", "--locked"];
    let lint = [["clippy", "--quiet"].as_slice(), &everything, &["--", "--deny", "warnings"]].concat();
    steps.run("clippy", &mut cargo(&lint))?;
    if answers("cargo-deny", &["--version"]) {
        steps
            .run("cargo deny", &mut cargo(&["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    } else {
        skip("cargo deny", "it is not installed: `cargo install cargo-deny` brings it");
    }
    // Targets and tests in one go, so that the tests find the node's binary built of the very same crates.
    if !steps.run("cargo build", &mut cargo(&[["build", "--quiet"].as_slice(), &everything].concat()))? {
        skip("tests", "they were not built");
        return Ok(false);
    }
    let own = match env::var_os(postgres::ADDRESS) {
        Some(_) => None,
        None => Some(Postgres::start(Commits::Fast)?),
    };
    let mut tests = test_runner(ci);
    if let Some(postgres) = &own {
        tests.env(postgres::ADDRESS, &postgres.url);
    }
    steps.run("tests", tests.env("LIENGIA_BIN", place::dev_binary()))?;
    steps.run("examples", &mut cargo(&["test", "--doc", "--workspace", "--locked"]))?;
    Ok(true)
}

/// nextest where it is installed, otherwise cargo's own runner.
fn test_runner(ci: bool) -> Command {
    if answers("cargo-nextest", &["--version"]) {
        let profile = if ci { "ci" } else { "default" };
        return cargo(&["nextest", "run", "--workspace", "--locked", "--profile", profile]);
    }
    cargo(&["test", "--workspace", "--locked", "--lib", "--bins", "--tests", "--no-fail-fast"])
}
