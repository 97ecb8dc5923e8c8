//! How soon the picture of a moment is on the screen: a script drives Chromium, the real desk and the filled node.

use crate::watched::Commune;
use anyhow::{Context as _, bail};
use liengia_kernel::CameraId;
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// What Chromium showed, in milliseconds.
pub struct Shown {
    /// Half of them were there by then.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// How many.
    pub times: usize,
    /// Of which browser.
    pub chromium: String,
}

/// Presses the line of a month by chance, and waits for the picture each time.
pub fn measure(commune: &Commune, camera: CameraId, times: usize) -> anyhow::Result<Shown> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/seek.mjs");
    let said = Command::new("node")
        .arg(&script)
        .args([
            &format!("http://localhost:{}", commune.place.http.port()),
            commune.site(),
            &camera.to_string(),
            &times.to_string(),
        ])
        .env("COOKIES", commune.officer.cookies())
        .stderr(Stdio::inherit())
        .output()
        .context("node does not start")?;
    if !said.status.success() {
        bail!("{} failed ({})", script.display(), said.status);
    }
    let told: Value = serde_json::from_slice(&said.stdout).context("the script tells no figures")?;
    let figure = |name: &str| told[name].as_f64().with_context(|| format!("no {name}"));
    let chromium = told["chromium"].as_str().unwrap_or("of no version").to_owned();
    Ok(Shown { p50: figure("p50")?, p90: figure("p90")?, times, chromium })
}
