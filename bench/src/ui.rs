//! The apps in Chromium, served by the real node. A script drives the browser; here its figures become rows.

use crate::{
    machine::Folder,
    plot::{Bars, Panel, Tone},
    report::{Report, Row, Wanted},
};
use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Measures it.
#[expect(clippy::too_many_lines, reason = "a table, row by row")]
pub fn measure(quick: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("ui")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/measure.mjs");
    let (loads, presses) = if quick { ("3", "3") } else { ("9", "9") };
    let said = Command::new("node")
        .arg(&script)
        .arg(&*folder)
        .args([loads, presses])
        .stderr(Stdio::inherit())
        .output()
        .context("node does not start")?;
    if !said.status.success() {
        bail!("{} failed ({})", script.display(), said.status);
    }
    let found: Value = serde_json::from_slice(&said.stdout).context("the script tells no figures")?;
    let (usable, board) = (middle(&found["visits"])?, middle(&found["boards"])?);
    let home = found["home_gz_kb"].as_f64().context("the script tells no size")?;
    let chromium = found["chromium"].as_str().unwrap_or("of no version");
    let row = |name, what, ours, wanted, n: String, fsync| Row {
        name,
        what,
        ours,
        peer: None,
        wanted: Wanted::AtMost(wanted),
        n,
        tls: Some(false),
        fsync,
    };
    let rows = vec![
        row(
            "home_gz_kb",
            "everything the phone fetches until FIRE can be pressed, gzip",
            home,
            60.0,
            "1 household".into(),
            None,
        ),
        row(
            "home_usable_s",
            "first visit to FIRE can be pressed, median",
            usable,
            3.0,
            format!("{loads} visits"),
            None,
        ),
        row(
            "press_to_board_ms",
            "the phone's request leaves to the board has painted it, median",
            board,
            500.0,
            format!("{presses} presses, 30 teams"),
            Some(true),
        ),
    ];
    let bar = |title: &str, value, wanted: f64, label: &str| {
        Panel::Bars(Bars {
            title: title.into(),
            each: vec![("liengia".into(), value, Tone::Ours)],
            wanted: Some((wanted, label.into())),
        })
    };
    let panels = vec![
        bar("First load of the phone app, kB gzip", home, 60.0, "wanted: at most 60 kB"),
        bar("First visit until FIRE can be pressed, s", usable, 3.0, "wanted: at most 3 s"),
        bar("Press to the desk's board, ms", board, 500.0, "wanted: at most 500 ms"),
    ];
    let says = format!(
        "The sample commune's node serves its own apps to Chromium {chromium} on the same machine, plain HTTP on \
         loopback. First visits: nothing cached, processor slowed down four times, 400 kbit/s, 100 ms latency. \
         Presses: a finger holds FIRE on the phone app, an officer's board is open in another window."
    );
    Ok(Report { bench: "ui", says, rows, panels, quick })
}

/// The median.
fn middle(values: &Value) -> anyhow::Result<f64> {
    let values = values.as_array().context("the script tells no times")?;
    let mut values: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
    ensure!(!values.is_empty(), "the script tells no times");
    values.sort_by(f64::total_cmp);
    Ok(values[values.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::middle;
    use serde_json::json;

    #[test]
    fn the_middle_is_the_median() {
        assert!((middle(&json!([9.0, 1.0, 2.0])).unwrap() - 2.0).abs() < 1e-9);
        assert!(middle(&json!([])).is_err());
    }
}
