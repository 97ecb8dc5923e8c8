//! All teams of a province at once: back after a restart, then every team presses within one second.

use super::{Certificate, Mosquitto, Ours, broker::Connected, town::Town};
use crate::{
    report::{Row, Wanted},
    server::Place,
};
use anyhow::{Context as _, ensure};
use liengia_sim::load::TEAM;
use std::{path::Path, time::Duration};

/// After that, what has not come is lost.
const LONGEST: Duration = Duration::from_secs(20);

/// How long all devices may take to come back.
const LONGEST_RETURN: Duration = Duration::from_secs(100);

/// What was found.
pub struct Storm {
    devices: usize,
    tls: bool,
    back: Duration,
    last_ring: Duration,
    peer: Duration,
    peer_name: String,
}

/// Measures it in this town, with TLS where there is a certificate.
pub fn measure(
    folder: &Path,
    place: &Place,
    town: &Town,
    certificate: Option<&Certificate>,
) -> anyhow::Result<Storm> {
    let (devices, tls) = (town.devices.len(), certificate.is_some());
    let mut ours = Ours::start(place, town, certificate)?;
    let connected = ours.connect(0)?;
    let back = back(&mut ours, &connected)?;
    eprintln!("TLS {tls}: {devices} devices back after a restart in {back:.1?}");
    let last_ring = storm(&connected, devices)?;
    eprintln!("TLS {tls}: every team at once, the last ring after {last_ring:.1?}");
    connected.clients.stop()?;
    ours.stop()?;
    let mosquitto = Mosquitto::start(folder, certificate)?;
    let connected = mosquitto.connect(devices, 0)?;
    let (peer, peer_name) = (storm(&connected, devices)?, mosquitto.name.clone());
    connected.clients.stop()?;
    mosquitto.stop()?;
    Ok(Storm { devices, tls, back, last_ring, peer, peer_name })
}

/// Restarts the node and waits until every device is back; how long that took from the first lost connection.
fn back(ours: &mut Ours, connected: &Connected) -> anyhow::Result<Duration> {
    ours.restart()?;
    let counts = connected.clients.wait_until(LONGEST_RETURN, |counts| counts.all_back.is_some())?;
    counts.all_back.map(|(since_loss, _)| since_loss).context("nothing was lost, so nothing came back")
}

/// Every team presses within a second; from the first press to the last ring.
fn storm(connected: &Connected, devices: usize) -> anyhow::Result<Duration> {
    let teams = devices / TEAM;
    let measured = connected.clients.storm(teams, Duration::from_secs(1), LONGEST)?;
    let (presses, lost) = (measured.presses, measured.lost);
    ensure!(presses == teams && lost == 0, "{presses} teams pressed, and {lost} rings were lost");
    Ok(measured.span)
}

impl Storm {
    /// The figures.
    pub fn rows(&self) -> [Row; 2] {
        let row = |plain, encrypted, what, ours: Duration, peer, most, fsync| Row {
            name: if self.tls { encrypted } else { plain },
            what,
            ours: ours.as_secs_f64(),
            peer,
            wanted: Wanted::AtMost(most),
            n: format!("{} devices, {} teams", self.devices, self.devices / TEAM),
            tls: Some(self.tls),
            fsync,
        };
        [
            row(
                "storm_last_ring_s",
                "storm_last_ring_tls_s",
                "every team presses within one second: first press to the last ring",
                self.last_ring,
                Some((self.peer.as_secs_f64(), self.peer_name.clone())),
                10.0,
                Some(true),
            ),
            row(
                "reconnect_s",
                "reconnect_tls_s",
                "first connection lost by a restart to all devices back",
                self.back,
                None,
                30.0,
                None,
            ),
        ]
    }
}
