//! A start on 200 cameras and a month of their footage: how soon the node serves, and how soon all are recorded.

use crate::{
    machine::Folder,
    report::{Row, Wanted},
    watched::{
        Commune,
        cameras::Cameras,
        filled::{DAYS, fill},
    },
};
use anyhow::ensure;
use liengia_kernel::{Clock as _, SystemClock};
use std::{thread, time::Duration};

/// How many cameras.
const CAMERAS: usize = 200;
/// How long all may take.
const LONGEST: Duration = Duration::from_mins(2);
/// A pause between two looks.
const MOMENT: Duration = Duration::from_millis(100);

/// Measures it.
pub fn rows(folder: &Folder, server: &Cameras) -> anyhow::Result<[Row; 2]> {
    let mut commune = Commune::start(folder)?;
    let ids = commune.put_up_all(&server.urls(CAMERAS))?;
    commune.pause()?;
    fill(&commune.place.data, &folder.join("sent"), &server.urls(1)[0], &ids)?;
    let clock = SystemClock::new();
    let started = commune.go_on()?;
    while recorded(&mut commune)? < CAMERAS {
        ensure!(clock.elapsed() < LONGEST, "only {} of {CAMERAS} are recorded", recorded(&mut commune)?);
        thread::sleep(MOMENT);
    }
    let all = clock.elapsed();
    commune.stop()?;
    let row = |name, what, ours: Duration, wanted| Row {
        name,
        what,
        ours: ours.as_secs_f64(),
        peer: None,
        wanted: Wanted::AtMost(wanted),
        n: format!("{CAMERAS} cameras, {DAYS} days of index"),
        tls: Some(false),
        fsync: Some(true),
    };
    Ok([
        row("start_s", "process start to the first good /readyz", started, 2.0),
        row("all_recording_s", "process start to the last camera's state being recording", all, 10.0),
    ])
}

/// How many cameras are recorded now.
fn recorded(commune: &mut Commune) -> anyhow::Result<usize> {
    let cameras = commune.cameras()?;
    Ok(cameras.iter().filter(|camera| camera["health"]["state"] == "recording").count())
}
