//! `liengia openapi` and `liengia routes`: the document from which the browser's client is made, and the table of doors.

use crate::{
    config::Config,
    node::{Node, Setting},
};
use anyhow::Context as _;
use liengia_access::routes_text;
use liengia_kernel::{Entropy as _, SystemEntropy};
use serde_json::Value;
use std::path::Path;

/// Prints the document of a node that is started for it alone, in a folder of its own.
pub async fn print() -> anyhow::Result<()> {
    let text = with_a_node(|node| {
        let document: Value = serde_json::from_slice(&node.document.text()).context("it is no document")?;
        serde_json::to_string_pretty(&document).context("it cannot be written")
    });
    println!("{}", text.await?);
    Ok(())
}

/// Prints every route of such a node, with the actions that it asks a permit for.
pub async fn print_routes() -> anyhow::Result<()> {
    print!("{}", with_a_node(|node| Ok(routes_text(&node.routes))).await?);
    Ok(())
}

async fn with_a_node(make: impl FnOnce(&Node) -> anyhow::Result<String>) -> anyhow::Result<String> {
    let mut name = [0; 8];
    SystemEntropy.fill(&mut name);
    let folder = std::env::temp_dir().join(format!("liengia-openapi-{:016x}", u64::from_le_bytes(name)));
    let made = made(&folder, make).await;
    let _ = std::fs::remove_dir_all(&folder);
    made
}

async fn made(folder: &Path, make: impl FnOnce(&Node) -> anyhow::Result<String>) -> anyhow::Result<String> {
    let text = format!(
        "data = '{}'\nhost = \"localhost\"\n[http]\nlisten = [\"127.0.0.1:0\"]\n[mqtt]\nlisten = \"127.0.0.1:0\"\n",
        folder.display()
    );
    let config = Config::parse(Path::new("the document's configuration"), &text)?;
    let node = Node::start(&config, &Setting::default(), axum::Router::new()).await?;
    let text = make(&node);
    node.stop().await;
    text
}
