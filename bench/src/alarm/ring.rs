//! Rings and records of both sides, by turns.

use super::{Certificate, Mosquitto, Ours, broker::Connected, town::Town};
use crate::server::Place;
use anyhow::ensure;
use liengia_sim::load::Latencies;
use std::{path::Path, time::Duration};

/// Between two presses, about.
const GAP: Duration = Duration::from_millis(20);

/// After that, what has not come is lost.
const LONGEST: Duration = Duration::from_secs(5);

/// Presses of a turn that are not counted: the first touch what was never touched.
pub const WARM_UP: usize = 15;

/// Presses that are each sent twice.
const REPEATS: usize = 20;

/// What one side did.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// From the press to the last bell.
    pub rings: Latencies,
    /// From the press to its record.
    pub records: Latencies,
    /// Rings that never came.
    pub lost: usize,
    /// Memory of a connection.
    pub kb_each: f64,
    /// Memory of all.
    pub resident_mb: f64,
    /// All connected.
    pub connect: Duration,
}

impl Side {
    /// Presses, and takes in what came of it.
    pub fn add(&mut self, connected: &Connected, presses: usize) -> anyhow::Result<()> {
        let warm = connected.clients.one_by_one(WARM_UP, GAP, LONGEST)?;
        ensure!(warm.lost == 0 && warm.unrecorded == 0, "the first presses lost {} rings", warm.lost);
        let measured = connected.clients.one_by_one(presses, GAP, LONGEST)?;
        ensure!(measured.repeated == 0, "{} rings came to a bell that had them", measured.repeated);
        ensure!(measured.unrecorded == 0, "{} presses were never recorded", measured.unrecorded);
        self.rings = self.rings.iter().chain(measured.rings.iter()).collect();
        self.records = self.records.iter().chain(measured.recorded.iter()).collect();
        self.lost += measured.lost;
        Ok(())
    }

    /// Notes what connecting cost.
    pub fn note(&mut self, connected: &Connected) {
        (self.kb_each, self.resident_mb) = connected.memory();
        self.connect = connected.took;
    }
}

/// What both did.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// The program.
    pub ours: Side,
    /// mosquitto.
    pub peer: Side,
    /// Its name and version.
    pub peer_name: String,
    /// Devices of each.
    pub devices: usize,
}

/// Measures both sides, by turns; no team presses twice in the program.
pub fn measure(
    folder: &Path,
    place: &Place,
    town: &Town,
    certificate: Option<&Certificate>,
    (turns, presses): (usize, usize),
) -> anyhow::Result<Sides> {
    let mut sides = Sides { devices: town.devices.len(), ..Sides::default() };
    let mut next_team = 0;
    let ours = Ours::start(place, town, certificate)?;
    for turn in 0..turns {
        let connected = ours.connect(next_team)?;
        if turn == 0 {
            sides.ours.note(&connected);
        }
        sides.ours.add(&connected, presses)?;
        next_team += WARM_UP + presses;
        if turn == 0 && certificate.is_none() {
            counted_once(&ours, &connected)?;
            next_team += REPEATS;
        }
        connected.clients.stop()?;
        let mosquitto = Mosquitto::start(folder, certificate)?;
        let connected = mosquitto.connect(town.devices.len(), 0)?;
        if turn == 0 {
            sides.peer.note(&connected);
            sides.peer_name.clone_from(&mosquitto.name);
        }
        sides.peer.add(&connected, presses)?;
        connected.clients.stop()?;
        mosquitto.stop()?;
        let (ours, peer) = (&sides.ours.rings, &sides.peer.rings);
        let tls = certificate.is_some();
        eprintln!(
            "rings, TLS {tls}: p50 {:.2?} and p99 {:.2?}, mosquitto {:.2?} and {:.2?}",
            ours.p50(),
            ours.p99(),
            peer.p50(),
            peer.p99()
        );
    }
    ours.stop()?;
    Ok(sides)
}

/// Sends presses twice each: the second must change nothing and ring nothing.
fn counted_once(ours: &Ours, connected: &Connected) -> anyhow::Result<()> {
    let before = (ours.metric("alarms_open")?, ours.metric("presses_repeated_total")?);
    let measured = connected.clients.twice(REPEATS, GAP, LONGEST)?;
    let after = (ours.metric("alarms_open")?, ours.metric("presses_repeated_total")?);
    let (opened, repeated) = (after.0 - before.0, after.1 - before.1);
    ensure!(
        opened == REPEATS as u64
            && repeated == REPEATS as u64
            && measured.repeated == 0
            && measured.lost == 0,
        "{REPEATS} presses were sent twice: {opened} alarms, {repeated} known to be repeats, {measured:?}"
    );
    Ok(())
}
