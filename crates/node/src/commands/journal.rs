//! `liengia verify` and `liengia rebuild`: the journal, looked at as a whole.

use crate::{config::Config, node};
use anyhow::Context as _;
use liengia_journal::{Progress, Schema, Step, rebuild, verify};
use std::io::Write as _;

/// Checks the whole chain; names the first bad entry.
pub async fn check_chain(config: &Config) -> anyhow::Result<()> {
    let verified = verify(node::database(config), show).await?;
    eprintln!();
    for chain in &verified.chains {
        println!("{}: {} entries, whole (epoch {})", chain.commune, chain.seq, chain.epoch);
    }
    Ok(())
}

/// Makes every view anew; the node must be stopped.
pub async fn rebuild_views(config: &Config) -> anyhow::Result<()> {
    let rebuilt = rebuild::rebuild(node::database(config), Schema::new(node::PARTS), show).await?;
    eprintln!();
    println!("{} entries replayed into {} rows.", rebuilt.entries, rebuilt.rows);
    Ok(())
}

/// Compares every view with what the entries give; the node may run.
pub async fn check_views(config: &Config) -> anyhow::Result<()> {
    let rebuilt = rebuild::check(node::database(config), Schema::new(node::PARTS), show).await?;
    eprintln!();
    println!("{} entries give exactly the {} rows that are there.", rebuilt.entries, rebuilt.rows);
    Ok(())
}

/// The configuration of a node whose journal is looked at.
pub fn config(at: &crate::cli::At) -> anyhow::Result<Config> {
    Config::read(&at.config).with_context(|| "the journal's place stands in the configuration".to_owned())
}

/// Shows how far a long work is.
pub fn show(progress: Progress) {
    let doing = match progress.step {
        Step::Verifying => "checking",
        Step::Replaying => "replaying",
        Step::Copying => "carrying over",
        Step::Comparing => "comparing",
    };
    eprint!("\r{doing}: {} of {}        ", progress.done, progress.total);
    // A terminal that is gone needs no progress.
    let _ = std::io::stderr().flush();
}
