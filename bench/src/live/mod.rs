//! Live view: how soon a picture goes out again that came in, what a hundred viewers cost, and what is seen in Chromium.

mod fanout;
mod proxy;
mod screen;
mod viewer;

use crate::{
    machine::{Folder, real},
    plot::{Bars, Panel, Tone},
    report::{Report, Row, Wanted},
    watched::{
        Commune,
        cameras::{self, Cameras},
    },
};
use anyhow::ensure;
use liengia_kernel::{Clock as _, SystemClock};
use proxy::Proxy;
use std::{sync::Arc, time::Duration};
use viewer::{Heard, Viewer};

/// Viewers of one camera.
const VIEWERS: usize = 100;
/// How long a camera may take until it is recorded.
const RECORDED: Duration = Duration::from_secs(30);

/// Measures it.
#[expect(clippy::too_many_lines, reason = "a table, row by row")]
pub fn measure(quick: bool) -> anyhow::Result<Report> {
    let folder = Folder::new("live")?;
    let span = Duration::from_secs(if quick { 8 } else { 30 });
    let server = Cameras::start(&folder, &cameras::clip(&folder, 120)?)?;
    let clock = Arc::new(SystemClock::new());
    let proxy = Proxy::start(server.port(), clock.clone())?;
    let mut commune = Commune::start(&folder)?;
    let id = commune.put_up("Ngã tư", &proxy.url("/cam0"))?;
    until_recorded(&mut commune, &id)?;
    let look = commune.look(&[id.parse()?], None)?;
    let path = format!("/api/looks/{look}/cameras/{id}/live");
    let mut through = through(&commune, &path, &proxy, span, &clock)?;
    through.sort_by(f64::total_cmp);
    ensure!(!through.is_empty(), "no picture was recognised");
    let fanout = fanout::measure(&commune, &path, VIEWERS, span)?;
    commune.stop()?;
    drop((proxy, server));
    let seen = screen::measure(&folder, quick)?;
    let p99 = through[(through.len() - 1) * 99 / 100];
    let one = |name, what, ours, wanted, n| Row {
        name,
        what,
        ours,
        peer: None,
        wanted,
        n,
        tls: Some(false),
        fsync: None,
    };
    let pictures = format!("{} pictures of 1080p30 at 2 Mbit/s", through.len());
    let mut rows = vec![
        one(
            "packet_to_browser_p99_ms",
            "a picture's last packet to its last byte at a viewer",
            p99,
            Wanted::AtMost(50.0),
            pictures.clone(),
        ),
        one(
            "packet_to_browser_p50_ms",
            "the same, median",
            through[through.len() / 2],
            Wanted::Told,
            pictures,
        ),
        Row {
            name: "fanout_100_cpu_ratio",
            what: "processor time for viewers alone, s",
            ours: fanout.ours,
            peer: Some((fanout.bare, "the same bytes written to as many sockets".into())),
            wanted: Wanted::TimesAtMost(2.0),
            n: format!("{VIEWERS} viewers, {:.0} s", real(span.as_secs())),
            tls: Some(false),
            fsync: None,
        },
    ];
    rows.extend(seen.rows());
    let bar = |title: &str, each, wanted: f64, label: &str| {
        Panel::Bars(Bars { title: title.into(), each, wanted: Some((wanted, label.into())) })
    };
    let mut panels = vec![
        bar(
            "A picture's last packet to its last byte at a viewer, ms",
            vec![("99th of 100".into(), p99, Tone::Ours)],
            50.0,
            "wanted: at most 50 ms",
        ),
        bar(
            &format!("Processor time for {VIEWERS} viewers, s"),
            vec![("liengia".into(), fanout.ours, Tone::Ours), ("bare".into(), fanout.bare, Tone::Peer)],
            2.0 * fanout.bare,
            "wanted: at most twice",
        ),
    ];
    panels.extend(seen.panels());
    let says = "The camera is gst-rtsp-server behind a relay that notes when a picture's last packet passes; its viewer \
                knows the picture again by its last bytes. For viewers the node's processor time while a hundred watch is \
                taken less that while one does, beside a thread that writes what that one gets to as many sockets. In \
                Chromium the simulator's cameras are watched on the desk's own wall, and their burnt-in clock is read from \
                what is on the screen."
        .to_owned();
    Ok(Report { bench: "live", says, rows, panels, quick })
}

fn until_recorded(commune: &mut Commune, id: &str) -> anyhow::Result<()> {
    let clock = SystemClock::new();
    while commune.officer.get(&format!("/api/cameras/{id}"))?["health"]["state"] != "recording" {
        ensure!(clock.elapsed() < RECORDED, "the camera is not recorded");
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// How long pictures take through the node, in milliseconds.
fn through(
    commune: &Commune,
    path: &str,
    proxy: &Proxy,
    span: Duration,
    clock: &SystemClock,
) -> anyhow::Result<Vec<f64>> {
    let mut viewer = Viewer::of(commune.officer.view(path)?);
    let until = clock.elapsed() + span;
    let mut took = Vec::new();
    // What was kept for those who come is old.
    let fresh = clock.elapsed() + Duration::from_secs(1);
    while clock.elapsed() < until {
        let Heard { binary, bytes } = viewer.next()?;
        let now = clock.elapsed();
        if binary && now > fresh {
            let passed = proxy.passed(&bytes);
            took.extend(passed.map(|passed| now.saturating_sub(passed).as_secs_f64() * 1_000.0));
        }
    }
    Ok(took)
}
