//! A press, its rings and its record, beside mosquitto doing the bare fan-out.
//!
//! The same load tool drives both with the same devices, heartbeats and presses, by turns, in one thread. The node does
//! what a node does: it checks the device's own topics, decides, rings twelve bells each on its own topic, hears each
//! bell's answer, and writes all of it down. mosquitto copies one message to twelve subscribers.

mod broker;
mod growth;
mod ring;
mod storm;
mod town;

use crate::{
    machine::Folder,
    plot::{Lines, Panel, Tone},
    report::{Report, Row, Wanted},
    server::Place,
};
use anyhow::ensure;
use broker::{Certificate, Mosquitto, Ours};
use liengia_sim::load::TEAM;
use ring::{Side, Sides};
use std::time::Duration;

/// Teams of the town: all of a province.
const PROVINCE: usize = 1_600;

/// Teams of it whose devices are connected while rings are measured: 10,008 devices.
const TEAMS: usize = 834;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Times that each side has its turn without TLS.
    turns: usize,
    /// Presses in a turn.
    presses: usize,
    /// Presses in a turn with TLS; there is one such turn a side.
    presses_tls: usize,
    /// Presses for each size of town.
    presses_of_a_town: usize,
}

/// Measures it.
pub async fn measure(quick: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("alarm")?;
    let effort = if quick {
        Effort { turns: 1, presses: 150, presses_tls: 80, presses_of_a_town: 35 }
    } else {
        Effort { turns: 2, presses: 380, presses_tls: 400, presses_of_a_town: 150 }
    };
    let certificate = Certificate::make(&folder)?;
    let place = Place::new(folder.join("town"))?;
    let town = town::found(&place, PROVINCE).await?;
    // Every measurement has the town to itself, in a node that has heard of no alarm before.
    let fresh = |name: &str| place.copy(folder.join(name));
    let some = town.first(TEAMS);
    let plain = ring::measure(&folder, &fresh("rings")?, &some, None, (effort.turns, effort.presses))?;
    let tls =
        ring::measure(&folder, &fresh("rings-tls")?, &some, Some(&certificate), (1, effort.presses_tls))?;
    let mut storms = vec![storm::measure(&folder, &fresh("storm")?, &town, None)?];
    if !quick {
        storms.push(storm::measure(&folder, &fresh("storm-tls")?, &town, Some(&certificate))?);
    }
    let growth = growth::measure(&folder, effort.presses_of_a_town, (&plain, PROVINCE)).await?;
    for sides in [&plain, &tls] {
        let (ours, peer) = (sides.ours.lost, sides.peer.lost);
        ensure!(ours + peer == 0, "{ours} rings were lost, and {peer} by {}", sides.peer_name);
    }
    let mut rows = ring_rows(&plain, false);
    rows.extend(ring_rows(&tls, true));
    rows.extend(storms.iter().flat_map(storm::Storm::rows));
    rows.extend(growth.rows());
    let mut panels = vec![times(&plain, &tls), recorded(&plain, &tls)];
    panels.extend(growth.panels());
    Ok(Report { bench: "alarm", says: says(), rows, panels, quick })
}

fn says() -> String {
    format!(
        "The town has {PROVINCE} teams of {TEAM}. {} devices are connected from 16 addresses, {} heartbeats a second; one \
         device of a team presses over MQTT (QoS 1), and the time runs until the last of the team's {TEAM} devices has its ring in hand. Program and \
         mosquitto take turns under the same load tool on the same machine. mosquitto copies one message to {TEAM} \
         subscribers and writes nothing; the program checks, decides, rings each bell on its own topic, hears \
         every bell's answer and writes it down with fsync. A press comes when the bells of the one before have \
         answered. Any lost ring fails the bench.",
        TEAMS * TEAM,
        broker::HEARTBEATS
    )
}

#[expect(clippy::too_many_lines, reason = "a table, row by row")]
fn ring_rows(sides: &Sides, tls: bool) -> Vec<Row> {
    let Sides { ours, peer, .. } = sides;
    let n = format!("{} devices, {} presses", sides.devices, ours.rings.count());
    let row = |plain, encrypted, what, ours: f64, peer: Option<f64>, wanted, fsync| Row {
        name: if tls { encrypted } else { plain },
        what,
        ours,
        peer: peer.map(|peer| (peer, sides.peer_name.clone())),
        wanted,
        n: n.clone(),
        tls: Some(tls),
        fsync,
    };
    let (p50, p99) = (|side: &Side| ms(side.rings.p50()), |side: &Side| ms(side.rings.p99()));
    let kb = if tls { Wanted::Told } else { Wanted::AtMost(20.0) };
    vec![
        row(
            "ring_p50_ms",
            "ring_p50_tls_ms",
            "press to the last of 12 bells, half of all",
            p50(ours),
            Some(p50(peer)),
            Wanted::TimesAtMost(1.5),
            Some(true),
        ),
        row(
            "ring_p99_ms",
            "ring_p99_tls_ms",
            "the same, 99 of 100",
            p99(ours),
            Some(p99(peer)),
            Wanted::TimesAtMost(2.0),
            Some(true),
        ),
        row(
            "press_recorded_p99_ms",
            "press_recorded_p99_tls_ms",
            "press to \"recorded\" on the device's own topic, 99 of 100",
            ms(ours.records.p99()),
            None,
            Wanted::AtMost(20.0),
            Some(true),
        ),
        row(
            "rings_lost",
            "rings_lost_tls",
            "rings that never came",
            real(ours.lost),
            Some(real(peer.lost)),
            Wanted::AtMost(0.0),
            Some(true),
        ),
        row(
            "kb_per_device",
            "kb_per_device_tls",
            "resident memory a connected device adds",
            ours.kb_each,
            Some(peer.kb_each),
            kb,
            None,
        ),
        row(
            "connect_s",
            "connect_tls_s",
            "all devices connected and subscribed",
            ours.connect.as_secs_f64(),
            Some(peer.connect.as_secs_f64()),
            Wanted::Told,
            None,
        ),
    ]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn real(count: usize) -> f64 {
    crate::machine::real(count as u64)
}

/// How many percent of all took at most so long.
fn curve(times: &liengia_sim::load::Latencies) -> Vec<(f64, f64)> {
    let share = |step: u32| f64::from(step).min(99.0) + if step == 100 { 0.9 } else { 0.0 };
    (0..=100).map(share).map(|percent| (ms(times.percentile(percent)), percent)).collect()
}

fn times(plain: &Sides, tls: &Sides) -> Panel {
    Panel::Lines(Lines {
        title: "Press to the last of 12 bells".into(),
        right: "milliseconds",
        up: "percent of presses",
        by_multiples: true,
        each: vec![
            ("liengia".into(), Tone::Ours, curve(&plain.ours.rings)),
            ("liengia, TLS".into(), Tone::OursToo, curve(&tls.ours.rings)),
            ("mosquitto, bare".into(), Tone::Peer, curve(&plain.peer.rings)),
            ("mosquitto, TLS".into(), Tone::PeerToo, curve(&tls.peer.rings)),
        ],
    })
}

fn recorded(plain: &Sides, tls: &Sides) -> Panel {
    Panel::Lines(Lines {
        title: "Press to \"recorded\", after fsync".into(),
        right: "milliseconds",
        up: "percent of presses",
        by_multiples: true,
        each: vec![
            ("liengia".into(), Tone::Ours, curve(&plain.ours.records)),
            ("liengia, TLS".into(), Tone::OursToo, curve(&tls.ours.records)),
        ],
    })
}
