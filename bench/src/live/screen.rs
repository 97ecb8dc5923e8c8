//! What is seen in Chromium: a script drives the browser; here its figures become rows.

use crate::{
    machine::Folder,
    plot::{Bars, Panel, Tone},
    report::{Row, Wanted},
};
use anyhow::{Context as _, bail};
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Figures of the script.
pub struct Seen(Value);

/// Name, what, most, and the picture's title.
const FIGURES: [(&str, &str, f64, &str); 3] = [
    (
        "glass_mse_ms",
        "burnt-in clock to what is on the screen, median, Media Source Extensions",
        500.0,
        "Glass to glass over a WebSocket, ms",
    ),
    (
        "glass_webrtc_ms",
        "burnt-in clock to what is on the screen, median, WebRTC",
        250.0,
        "Glass to glass over WebRTC, ms",
    ),
    (
        "wall16_core_pct",
        "processor time of Chromium with a wall of 16, per cent of a core",
        60.0,
        "A wall of 16, % of a core",
    ),
];

/// Runs it.
pub fn measure(folder: &Folder, quick: bool) -> anyhow::Result<Seen> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/watch.mjs");
    let said = Command::new("node")
        .arg(&script)
        .arg(&**folder)
        .arg(if quick { "10" } else { "30" })
        .stderr(Stdio::inherit())
        .output()
        .context("node does not start")?;
    if !said.status.success() {
        bail!("{} failed ({})", script.display(), said.status);
    }
    Ok(Seen(serde_json::from_slice(&said.stdout).context("the script tells no figures")?))
}

impl Seen {
    fn figure(&self, name: &str) -> Option<f64> {
        self.0[name].as_f64()
    }

    /// The rows.
    pub fn rows(&self) -> Vec<Row> {
        let chromium = self.0["chromium"].as_str().unwrap_or("of no version");
        let row = |(name, what, most, _)| {
            Some(Row {
                name,
                what,
                ours: self.figure(name)?,
                peer: None,
                wanted: Wanted::AtMost(most),
                n: format!("Chromium {chromium}"),
                tls: Some(false),
                fsync: None,
            })
        };
        FIGURES.into_iter().filter_map(row).collect()
    }

    /// The pictures.
    pub fn panels(&self) -> Vec<Panel> {
        let panel = |(name, _, most, title): (&str, &str, f64, &str)| {
            Some(Panel::Bars(Bars {
                title: title.into(),
                each: vec![("liengia".into(), self.figure(name)?, Tone::Ours)],
                wanted: Some((most, format!("wanted: at most {most}"))),
            }))
        };
        FIGURES.into_iter().filter_map(panel).collect()
    }
}
