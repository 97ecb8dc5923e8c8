//! `liengia openapi`: the document from which the browser's client is made.

use crate::{
    config::Config,
    node::{Node, Setting},
};
use anyhow::Context as _;
use liengia_kernel::{Entropy as _, SystemEntropy};
use std::path::Path;

/// Prints the document of a node that is started for it alone, in a folder of its own.
pub async fn print() -> anyhow::Result<()> {
    let mut name = [0; 8];
    SystemEntropy.fill(&mut name);
    let folder = std::env::temp_dir().join(format!("liengia-openapi-{:016x}", u64::from_le_bytes(name)));
    let printed = printed(&folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    println!("{}", printed?);
    Ok(())
}

async fn printed(folder: &Path) -> anyhow::Result<String> {
    let text = format!(
        "data = '{}'\nhost = \"localhost\"\n[http]\nlisten = [\"127.0.0.1:0\"]\n[mqtt]\nlisten = \"127.0.0.1:0\"\n",
        folder.display()
    );
    let config = Config::parse(Path::new("the document's configuration"), &text)?;
    let node = Node::start(&config, &Setting::default(), axum::Router::new()).await?;
    let document = node.document.to_pretty_json().context("the document cannot be written")?;
    node.stop().await;
    Ok(document)
}
