//! `cargo xtask`: the project's own tasks.
//!
//! Promises: each task does all of its own set-up, says each step and how long it took, is silent about what went
//! well and shows everything about what did not. It changes nothing outside the repository, but for the Debian
//! packages that a task needs and that root may install.

mod bench;
mod build;
mod demo;
mod generated;
mod migrations;
mod place;
mod postgres;
mod setup;
mod steps;
mod tally;
mod test;
mod ui;

use anyhow::Result;
use bench::Length;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own tasks. Each does its own set-up: as root it installs the Debian packages that it misses,
/// otherwise it says which.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build, then run a sample commune with simulated devices; prints one link per role.
    Demo {
        /// Handed to `liengia demo`, for example `--scale province` or `--port 8080`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
        options: Vec<String>,
    },
    /// Check everything: style, lints, generated files, the UI, all tests on both databases, and the browser.
    Test {
        /// Leave out the browser.
        #[arg(long)]
        quick: bool,
    },
    /// Build what is shipped: one release binary with the UI inside.
    Build,
    /// Measure beside the peers and write docs/bench/NAME.md and NAME.svg.
    Bench {
        /// What to measure.
        name: bench::Name,
        /// At most a minute: shorter runs, never fewer devices, cameras or rows.
        #[arg(long)]
        quick: bool,
        /// Ten minutes of the largest load, where a bench has one.
        #[arg(long, conflicts_with = "quick")]
        long: bool,
    },
    /// What the project's CI runs: `test`, with the settings for a machine that nobody watches.
    Ci,
    /// Write the generated files anew: the OpenAPI document and the TypeScript client.
    Generate,
    /// Show the list of migrations that may no longer change, or add the new ones to it.
    Migrations {
        /// Add the new ones.
        #[arg(long)]
        lock: bool,
    },
    /// Run a command beside a throw-away PostgreSQL, whose address it finds in `LIENGIA_TEST_PG`.
    Postgres {
        /// The command, for example `cargo nextest run -p liengia-journal`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Only install, or name, what the other tasks need.
    Setup,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Demo { options } => demo::run(&options),
        Task::Test { quick } => test::run(quick, place::is_ci()),
        Task::Build => build::run(),
        Task::Bench { name, quick: true, .. } => bench::run(name, Length::Quick),
        Task::Bench { name, long, .. } => bench::run(name, if long { Length::Long } else { Length::Full }),
        Task::Ci => test::run(false, true),
        Task::Generate => generated::write(),
        Task::Migrations { lock } => migrations::run(lock),
        Task::Postgres { command } => postgres::beside(&command),
        Task::Setup => {
            setup::ensure(setup::EVERYTHING)?;
            setup::second_store();
            Ok(())
        }
    }
}
