//! `liengia verify` and `liengia rebuild`: the journal, looked at as a whole.

use super::meter::{self, show};
use crate::{config::Config, node};
use liengia_journal::{Schema, rebuild, verify};

/// Checks the whole chain; names the first bad entry.
pub async fn check_chain(config: &Config) -> anyhow::Result<()> {
    let verified = verify(node::database(config), show).await?;
    meter::done();
    for chain in &verified.chains {
        println!("{}: {} entries, whole (epoch {})", chain.commune, chain.seq, chain.epoch);
    }
    Ok(())
}

/// Makes every view anew; the node must be stopped.
pub async fn rebuild_views(config: &Config) -> anyhow::Result<()> {
    let rebuilt = rebuild::rebuild(node::database(config), Schema::new(node::PARTS), show).await?;
    meter::done();
    println!("{} entries replayed into {} rows.", rebuilt.entries, rebuilt.rows);
    Ok(())
}

/// Compares every view with what the entries give; the node may run.
pub async fn check_views(config: &Config) -> anyhow::Result<()> {
    let rebuilt = rebuild::check(node::database(config), Schema::new(node::PARTS), show).await?;
    meter::done();
    println!("{} entries give exactly the {} rows that are there.", rebuilt.entries, rebuilt.rows);
    Ok(())
}

/// The configuration of a node whose journal is looked at.
pub fn config(at: &crate::cli::At) -> anyhow::Result<Config> {
    Ok(Config::read(&at.config)?)
}
