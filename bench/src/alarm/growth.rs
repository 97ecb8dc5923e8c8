//! One, four and sixteen times the devices.

use super::{
    Ours, ms, real,
    ring::{Side, Sides, WARM_UP},
    town,
};
use crate::{
    plot::{Lines, Panel, Tone},
    report::{Row, Wanted},
    server::Place,
};
use std::path::Path;

/// Teams of the smaller towns: a sixteenth and a fourth of those of the town in which rings are measured.
const SMALLER: [usize; 2] = [52, 208];

/// What one size of town did.
struct Size {
    devices: usize,
    teams: usize,
    side: Side,
}

/// What was found.
pub struct Growth {
    sizes: Vec<Size>,
}

/// Measures it, beside what was found in the largest town, which has so many teams.
pub async fn measure(
    folder: &Path,
    presses: usize,
    (largest, teams): (&Sides, usize),
) -> anyhow::Result<Growth> {
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
        sizes.push(Size { devices: town.devices.len(), teams, side });
    }
    sizes.push(Size { devices: largest.devices, teams, side: largest.ours.clone() });
    Ok(Growth { sizes })
}

impl Growth {
    /// The figures.
    pub fn rows(&self) -> Vec<Row> {
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
        let mut rows = Vec::new();
        let names = [
            ("growth_1x_ring_p50_ms", "growth_1x_mb"),
            ("growth_4x_ring_p50_ms", "growth_4x_mb"),
            ("growth_16x_ring_p50_ms", "growth_16x_mb"),
        ];
        for (size, (ring, memory)) in self.sizes.iter().zip(names) {
            let n = || format!("{} devices, {} teams", size.devices, size.teams);
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
            self.sizes
                .last()
                .map_or_else(String::new, |size| format!("{} devices, {} teams", size.devices, size.teams)),
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
