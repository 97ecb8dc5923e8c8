//! One, four and sixteen times the devices; and, with all teams of a province, the return after a restart and the storm.

use super::{
    Mosquitto, Ours,
    broker::Connected,
    ms, real,
    ring::{Side, Sides, WARM_UP},
    town,
};
use crate::{
    plot::{Lines, Panel, Tone},
    report::{Row, Wanted},
    server::Place,
};
use anyhow::{Context as _, ensure};
use liengia_sim::load::TEAM;
use std::{path::Path, time::Duration};

/// Teams of the smaller towns: a sixteenth and a fourth of those of the town in which rings are measured.
const SMALLER: [usize; 2] = [52, 208];

/// Teams of a province.
const PROVINCE: usize = 1_600;

/// After that, what has not come is lost.
const LONGEST: Duration = Duration::from_secs(20);

/// How long all devices may take to come back.
const LONGEST_RETURN: Duration = Duration::from_secs(100);

/// What one size of town did.
struct Size {
    devices: usize,
    side: Side,
}

/// What was found.
pub struct Growth {
    sizes: Vec<Size>,
    storm: Duration,
    storm_peer: (Duration, String),
    back: Duration,
}

/// Measures it, beside what was found in the largest town.
pub async fn measure(folder: &Path, presses: usize, largest: &Sides) -> anyhow::Result<Growth> {
    let mut sizes = Vec::new();
    for teams in SMALLER {
        let untouched = Place::new(folder.join(format!("town-{teams}")))?;
        let town = town::found(&untouched, teams).await?;
        let mut side = Side::default();
        // No team presses twice: where there are fewer teams than presses, the town is as it was for the next ones.
        while side.rings.count() < presses {
            let place = untouched.copy(folder.join(format!("town-{teams}-{}", side.rings.count())))?;
            let ours = Ours::start(&place, &town, None)?;
            let connected = ours.connect(0)?;
            side.note(&connected);
            side.add(&connected, (teams - WARM_UP).min(presses - side.rings.count()))?;
            connected.clients.stop()?;
            ours.stop()?;
        }
        eprintln!("{} devices: ring p50 {:.2?}", town.devices.len(), side.rings.p50());
        sizes.push(Size { devices: town.devices.len(), side });
    }
    sizes.push(Size { devices: largest.devices, side: largest.ours.clone() });
    let place = Place::new(folder.join("town-of-a-province"))?;
    let town = town::found(&place, PROVINCE).await?;
    let mut ours = Ours::start(&place, &town, None)?;
    let connected = ours.connect(0)?;
    let back = back(&mut ours, &connected)?;
    eprintln!("{} devices back after a restart in {back:.1?}", town.devices.len());
    let storm = storm(&connected)?;
    eprintln!("every team at once: the last ring after {storm:.1?}");
    connected.clients.stop()?;
    ours.stop()?;
    let mosquitto = Mosquitto::start(folder, None)?;
    let connected = mosquitto.connect(PROVINCE * TEAM, 0)?;
    let storm_peer = (self::storm(&connected)?, mosquitto.name.clone());
    connected.clients.stop()?;
    mosquitto.stop()?;
    Ok(Growth { sizes, storm, storm_peer, back })
}

/// Restarts the node and waits until every device is back; how long that took from the first lost connection.
fn back(ours: &mut Ours, connected: &Connected) -> anyhow::Result<Duration> {
    ours.restart()?;
    let counts = connected.clients.wait_until(LONGEST_RETURN, |counts| counts.all_back.is_some())?;
    counts.all_back.map(|(since_loss, _)| since_loss).context("nothing was lost, so nothing came back")
}

/// Every team presses within a second; from the first press to the last ring.
fn storm(connected: &Connected) -> anyhow::Result<Duration> {
    let measured = connected.clients.storm(PROVINCE, Duration::from_secs(1), LONGEST)?;
    let (presses, lost) = (measured.presses, measured.lost);
    ensure!(presses == PROVINCE && lost == 0, "{presses} teams pressed, and {lost} rings were lost");
    Ok(measured.span)
}

impl Growth {
    /// The figures.
    #[expect(clippy::too_many_lines, reason = "a table, row by row")]
    pub fn rows(&self) -> Vec<Row> {
        let most = real(PROVINCE * TEAM);
        let plain = |name, what, ours, peer, wanted, n: String, fsync| Row {
            name,
            what,
            ours,
            peer,
            wanted,
            n,
            tls: Some(false),
            fsync,
        };
        let n = || format!("{most} devices, {PROVINCE} teams");
        let mut rows = vec![
            plain(
                "storm_last_ring_s",
                "every team presses within one second: first press to the last ring",
                self.storm.as_secs_f64(),
                Some((self.storm_peer.0.as_secs_f64(), self.storm_peer.1.clone())),
                Wanted::AtMost(10.0),
                n(),
                Some(true),
            ),
            plain(
                "reconnect_s",
                "first connection lost by a restart to all devices back",
                self.back.as_secs_f64(),
                None,
                Wanted::AtMost(30.0),
                n(),
                None,
            ),
        ];
        let names = [
            ("growth_1x_ring_p50_ms", "growth_1x_mb"),
            ("growth_4x_ring_p50_ms", "growth_4x_mb"),
            ("growth_16x_ring_p50_ms", "growth_16x_mb"),
        ];
        for (size, (ring, memory)) in self.sizes.iter().zip(names) {
            let n = || format!("{} devices, {} teams", size.devices, size.devices / TEAM);
            rows.push(plain(
                ring,
                "press to the last of 12 bells, half of all",
                ms(size.side.rings.p50()),
                None,
                Wanted::Told,
                n(),
                Some(true),
            ));
            rows.push(plain(
                memory,
                "resident memory of the whole node, all devices connected",
                size.side.resident_mb,
                None,
                Wanted::Told,
                n(),
                None,
            ));
        }
        let p50 = |at: usize| self.sizes.get(at).map_or(f64::NAN, |size| ms(size.side.rings.p50()));
        let at_first = Some((p50(0), "liengia at 1x".to_owned()));
        rows.push(plain(
            "growth",
            "ring p50 in ms at 16x, beside that at 1x",
            p50(2),
            at_first,
            Wanted::TimesAtMost(1.25),
            self.sizes.last().map_or_else(String::new, |size| format!("{} devices", size.devices)),
            Some(true),
        ));
        rows
    }

    /// The pictures.
    pub fn panels(&self) -> [Panel; 2] {
        let of = |value: fn(&Size) -> f64| {
            self.sizes.iter().map(|size| (real(size.devices), value(size))).collect()
        };
        let lines = |title: &str, up, lines| {
            Panel::Lines(Lines { title: title.into(), right: "devices", up, by_multiples: true, each: lines })
        };
        [
            lines(
                "Ring time as the town grows",
                "milliseconds",
                vec![
                    ("half of all".into(), Tone::Ours, of(|size| ms(size.side.rings.p50()))),
                    ("99 of 100".into(), Tone::OursToo, of(|size| ms(size.side.rings.p99()))),
                ],
            ),
            lines(
                "Memory as the town grows",
                "MiB, whole node",
                vec![("liengia".into(), Tone::Ours, of(|size| size.side.resident_mb))],
            ),
        ]
    }
}
