//! `liengia verify FILE`: whether footage that was handed out is as it was recorded. It needs no node and no network.

use anyhow::{Context as _, bail};
use liengia_journal::in_words;
use liengia_watch::evidence::{Copied, Manifest, hex::digits, verify};
use std::{fs::File, path::Path};

/// Says what was found; fails if anything is not as it was exported.
pub fn check(file: &Path, key: Option<&str>) -> anyhow::Result<()> {
    let open = File::open(file).map_err(|why| anyhow::anyhow!("{}: {}", file.display(), in_words(&why)))?;
    let report = verify::check(&open).with_context(|| file.display().to_string())?;
    let manifest = &report.manifest;
    println!("Export {} of {}, made {}.", manifest.export, manifest.node, manifest.made_at);
    for footage in &manifest.files {
        println!("  {}: {} to {}, {} gaps", footage.name, footage.from, footage.until, footage.gaps.len());
    }
    copies(manifest);
    println!("{} fragments and {} proofs were checked.", report.fragments, report.proofs);
    println!("The hash of its manifest is {}: the node's record names the same.", digits(&report.sha256));
    let signer = digits(&manifest.public_key);
    match key {
        Some(key) if key.trim().eq_ignore_ascii_case(&signer) => {
            println!("It is signed with the key that was named.");
        }
        Some(_) => bail!("it is signed with another key than the one that was named: {signer}"),
        None => println!(
            "Its key is {signer}: compare it with the one that the node shows on its page of cameras."
        ),
    }
    if report.is_as_exported() {
        println!(
            "{}",
            match (manifest.files.is_empty(), manifest.copies.is_empty()) {
                (_, true) => "Everything is as it was recorded and signed.",
                (false, false) =>
                    "Everything is as it was signed, and all but the copies as it was recorded.",
                (true, false) =>
                    "Everything is as it was signed. Only copies are in it: no picture is as it was recorded.",
            }
        );
        return Ok(());
    }
    for finding in &report.findings {
        println!("- {finding}");
    }
    bail!("not everything is as it was exported; the first bad place stands above")
}

/// Says of copies that they are copies, and which recorded footage each was made of.
fn copies(manifest: &Manifest) {
    for Copied { name, from, until, masks, made_with, original, .. } in &manifest.copies {
        println!(
            "  {name}: {from} to {until}: a COPY, made by {made_with}, with {} parts covered.",
            masks.len()
        );
        let fragments = original.chain.map_or_else(
            || "no whole fragment".to_owned(),
            |chain| format!("fragments {} to {}", chain.first_fragment, chain.last_fragment),
        );
        println!(
            "    Its pictures are not the recorded ones. Those are {}, {fragments} of camera {}, with the hash {}; the node \
             was asked for them by export {}.",
            original.name,
            digits(&original.camera),
            digits(&original.fragments_sha256),
            manifest.export,
        );
    }
}
