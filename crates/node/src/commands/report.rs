//! `liengia report check`: whether a saved report is as the node signed it. From the file alone.

use anyhow::{Context as _, bail};
use liengia_fire::seal;
use std::path::Path;

/// Says in words what of it is whole, and fails where anything is not.
pub fn check(file: &Path, key: Option<&str>) -> anyhow::Result<()> {
    let named = || file.display().to_string();
    let text = std::fs::read(file).with_context(named)?;
    let report = serde_json::from_slice(&text).map_err(|_| seal::NoReport).with_context(named)?;
    let checked = seal::check(&report).with_context(named)?;
    println!("The report on {}, made at {}.", checked.alarm, checked.made_at);
    let say = |is: bool, whole: &str, broken: &str| println!("{}", if is { whole } else { broken });
    say(
        checked.sealed,
        "Whole: the seal. It was signed with the key that stands in it.",
        "NOT WHOLE: the seal. The signature does not fit it, so nothing in this file can be relied on.",
    );
    say(
        checked.timeline,
        "Whole: what happened, minute by minute, is as it was signed.",
        "NOT WHOLE: what happened was changed after it was signed.",
    );
    say(
        checked.rest,
        "Whole: the rest (homes, counts, durations, gaps, the end) is as it was signed.",
        "NOT WHOLE: the rest (homes, counts, durations, gaps, the end) was changed after it was signed.",
    );
    let theirs = key.map(|key| key.trim().eq_ignore_ascii_case(&checked.public_key));
    match theirs {
        Some(true) => println!("Whole: the key is the one you named."),
        Some(false) => println!(
            "NOT WHOLE: it was signed with another key than the one you named: {}",
            checked.public_key
        ),
        None => println!(
            "The key: {}\nAnybody can make a key. Compare it with the one that the node tells at /api/report-key, or that \
             stands on a printed report, or name that one with --key.",
            checked.public_key
        ),
    }
    if !checked.is_whole() || theirs == Some(false) {
        bail!("{} is not as it was signed", file.display());
    }
    Ok(())
}
