//! `liengia`: one program for a commune and for a province.

mod acme;
mod alarm_loop;
mod api;
mod backups;
mod ca_page;
mod callers;
mod cap;
mod cli;
mod commands;
mod config;
mod demo;
mod gatekeeper;
mod identity;
mod incidents;
mod keys;
mod listen;
mod logs;
mod node;
mod pages;
mod ports;
mod reactions;
mod supervisor;
mod tend;
mod tls;
#[cfg(test)]
mod upgrade_tests;
mod wiring;

use anyhow::{Context, bail};
use clap::Parser;
use cli::{At, Cli, Command, ReportWhat, TlsWhat};
use config::Config;
use liengia_kernel::{Clock as _, SystemClock};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("liengia: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes, each said once, and those of the system in words.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain() {
        let words = cause.downcast_ref().map_or_else(|| cause.to_string(), liengia_journal::in_words);
        if told.is_empty() {
            told = words;
        } else if !told.ends_with(&words) {
            told = format!("{told}: {words}");
        }
    }
    told
}

fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(at) => runtime()?.block_on(serve(&at)),
        Command::Check(at) => runtime()?.block_on(check(&at)),
        Command::Verify(of) => match of.file {
            Some(file) => commands::evidence::check(&file, of.key.as_deref()),
            None => runtime()?.block_on(commands::journal::check_chain(&commands::journal::config(&of.at)?)),
        },
        Command::Rebuild(how) => {
            let config = commands::journal::config(&how.at)?;
            runtime()?.block_on(async {
                if how.check {
                    commands::journal::check_views(&config).await
                } else {
                    commands::journal::rebuild_views(&config).await
                }
            })
        }
        Command::Backup(of) => {
            runtime()?.block_on(commands::backup::backup(&commands::journal::config(&of.at)?, &of))
        }
        Command::Restore(of) => {
            runtime()?.block_on(commands::backup::restore(&commands::journal::config(&of.at)?, &of))
        }
        Command::BackupKey { file } => commands::backup::make_key(&file),
        Command::Report(report) => match report.what {
            ReportWhat::Check { file, key } => commands::report::check(&file, key.as_deref()),
        },
        Command::Openapi => runtime()?.block_on(commands::openapi::print()),
        Command::Routes => runtime()?.block_on(commands::openapi::print_routes()),
        Command::Tls(tls) => certificates(&tls.what),
        Command::Demo(options) => runtime()?.block_on(demo::run(&options)),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads to run on")
}

async fn serve(at: &At) -> anyhow::Result<()> {
    let config = Config::read(&at.config)?;
    let problems = config.problems();
    if !problems.is_empty() {
        bail!("{} cannot be used:\n- {}", at.config.display(), problems.join("\n- "));
    }
    logs::begin(&config.log);
    for worry in config.worries(SystemClock::new().now()) {
        tracing::warn!(worry, "this must be mended; `liengia check` tells more");
    }
    // Whoever asks while it starts is heard too: it stops as it should, once it has started.
    let asked_to_stop = stop_signal()?;
    let node = node::Node::start(&config, &node::Setting::default(), axum::Router::new()).await?;
    if let Some(link) = node.access.set_up_link() {
        println!("Set this node up (the link works once, for 24 hours):\n{}", link.expose());
    }
    tracing::info!(listening = ?node.listening, mqtt = ?node.broker.addresses(), "serving");
    supervisor::ready();
    tokio::select! {
        () = asked_to_stop => {}
        what = node.lost() => {
            // It would go on and look well. Whoever started it starts it anew; bells ring on meanwhile.
            tracing::error!(what, "this node ends at once: it cannot do without what has ended");
            std::process::exit(1);
        }
        () = async { supervisor::live(node.alarms.clone()).await; std::future::pending().await } => {}
    }
    tracing::info!("stopping");
    supervisor::stopping();
    node.stop().await;
    Ok(())
}

/// Listens, from now on, for the system or a person to ask the program to stop; waits until one does.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("Ctrl-C cannot be listened for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn check(at: &At) -> anyhow::Result<()> {
    let commands::check::Found { problems, notes } = commands::check::look(&at.config).await?;
    for note in notes {
        println!("To note: {note}.");
    }
    match problems.len() {
        0 => println!("{} is good.", at.config.display()),
        1 => bail!("{} has a problem:\n- {}", at.config.display(), problems.concat()),
        some => bail!("{} has {some} problems:\n- {}", at.config.display(), problems.join("\n- ")),
    }
    Ok(())
}

fn certificates(what: &TlsWhat) -> anyhow::Result<()> {
    let today = SystemClock::new().now().at_offset(0).date();
    match what {
        TlsWhat::Ca(of) => {
            commands::tls::make_ca(&of.host, of.address, &of.out, today)?;
            println!("The CA is in {}. Keep that folder offline; give desks ca.pem.", of.out.display());
        }
        TlsWhat::Server { of, ca } => {
            let chain = commands::tls::issue(ca, &of.host, of.address, &of.out, today)?;
            println!(
                "The server's certificate is {}, its key {}. The key must be the node's: chown liengia: FILE, unless it was.",
                chain.display(),
                chain.with_extension("key").display()
            );
        }
    }
    Ok(())
}
