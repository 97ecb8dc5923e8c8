//! A commune whose cameras are measured: the real node, poured full by its own demo, and its officer.

mod browser;
pub mod cameras;
pub mod filled;

pub use browser::Browser;

use crate::{
    machine::Folder,
    server::{self, Place, Running},
};
use anyhow::Context as _;
use liengia_kernel::{CameraId, Timestamp};
use serde_json::{Value, json};
use std::{fs, process::Command, time::Duration};

/// A node with a site for cameras, and its officer.
pub struct Commune {
    /// Where it is.
    pub place: Place,
    /// The node's process; none while it is paused.
    running: Option<Running>,
    /// The officer, signed in.
    pub officer: Browser,
    site: String,
    position: Value,
}

impl Commune {
    /// Pours the sample commune in, and starts the node on it.
    pub fn start(folder: &Folder) -> anyhow::Result<Self> {
        let place = Place::new(folder.join("commune"))?;
        // What the run before left.
        drop(fs::remove_dir_all(&place.data));
        let [code, another] = pour(&place, folder)?;
        let (running, _) = place.serve()?;
        let (mut officer, mut relief) = (Browser::new(place.http), Browser::new(place.http));
        officer.welcome(&code)?;
        relief.welcome(&another)?;
        let villages = officer.get("/api/places")?;
        let all = villages["items"].as_array().or_else(|| villages.as_array()).context("no places")?;
        let village =
            all.iter().find(|one| one["kind"] == "village").or_else(|| all.last()).context("no village")?;
        let position = json!({ "lat": 20.99, "lon": 105.5 });
        let facts = json!({
            "place": village["id"], "name": "Ngã tư chợ", "position": position, "purpose": "traffic",
            "contact": "Công an xã", "paid_by": "both", "keep_hours": 72,
        });
        let site = officer.post("/api/sites", &facts)?;
        let site = site["id"].as_str().context("no site")?.to_owned();
        let longer = format!("/api/sites/{site}/longer");
        officer.post(&longer, &json!({ "hours": 720, "reason": "a month is measured" }))?;
        relief.post(&format!("{longer}/agree"), &json!({}))?;
        Ok(Self { place, running: Some(running), officer, site, position })
    }

    /// The site at which its cameras stand.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Puts a camera up; its id.
    pub fn put_up(&mut self, name: &str, url: &str) -> anyhow::Result<String> {
        let camera = json!({
            "household": null, "door": { "url": url },
            "facts": {
                "site": self.site, "name": name, "position": self.position, "direction": 0, "angle": 80, "reach_m": 40,
            },
        });
        let made = self.officer.post("/api/cameras", &camera)?;
        Ok(made["id"].as_str().context("no camera")?.to_owned())
    }

    /// Puts cameras up, one at each address; their ids.
    pub fn put_up_all(&mut self, urls: &[String]) -> anyhow::Result<Vec<CameraId>> {
        let ids = urls.iter().zip(1..).map(|(url, number)| {
            let id: CameraId = self.put_up(&format!("Camera {number}"), url)?.parse()?;
            Ok(id)
        });
        ids.collect()
    }

    /// All cameras, as the node tells of them.
    pub fn cameras(&mut self) -> anyhow::Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.officer.get(&format!("/api/cameras?limit=100{after}"))?;
            all.extend(page["items"].as_array().context("no cameras")?.iter().cloned());
            let Some(next) = page["next"].as_str() else { return Ok(all) };
            after = format!("&after={next}");
        }
    }

    /// The node's process.
    pub fn process(&self) -> anyhow::Result<u32> {
        Ok(self.running.as_ref().context("the node is paused")?.id())
    }

    /// Opens a look at these cameras; its id. `span`: from and to, of what was recorded.
    pub fn look(
        &mut self,
        cameras: &[CameraId],
        span: Option<(Timestamp, Timestamp)>,
    ) -> anyhow::Result<String> {
        let kind = if span.is_some() { "playback" } else { "live" };
        let span = span.map(|(from, to)| json!({ "from": from, "to": to }));
        let look = json!({ "cameras": cameras, "kind": kind, "purpose": "accident", "span": span });
        let look = self.officer.post("/api/looks", &look)?;
        Ok(look["id"].as_str().context("no look")?.to_owned())
    }

    /// Stops the node, to be started again.
    pub fn pause(&mut self) -> anyhow::Result<()> {
        self.running.take().map_or(Ok(()), Running::stop)
    }

    /// Starts it again; how long that took.
    pub fn go_on(&mut self) -> anyhow::Result<Duration> {
        let (running, took) = self.place.serve()?;
        self.running = Some(running);
        self.officer.hang_up();
        Ok(took)
    }

    /// Stops the node.
    pub fn stop(mut self) -> anyhow::Result<()> {
        self.pause()
    }
}

/// Has the demo fill the folder; the code of the officer's link.
fn pour(place: &Place, folder: &Folder) -> anyhow::Result<[String; 2]> {
    let log = folder.join("pour.log");
    let mut command = Command::new(server::binary()?);
    command.args(["demo", "--without-devices", "--without-cameras", "--data"]).arg(&place.data);
    command.args(["--port", &place.http.port().to_string(), "--mqtt-port", &place.mqtt.port().to_string()]);
    let mut running = Running::start(&mut command, &log)?;
    server::line_in(&log, "Devices speak MQTT", &mut running)?;
    running.stop()?;
    let said = fs::read_to_string(&log)?;
    let code = |role: &str| -> anyhow::Result<String> {
        let line = said.lines().find(|line| line.split_whitespace().next() == Some(role));
        let link = line.and_then(|line| line.split_whitespace().nth(1)).context("no link for an officer")?;
        Ok(link.rsplit(':').next().unwrap_or_default().to_owned())
    };
    Ok([code("officer")?, code("relief")?])
}
