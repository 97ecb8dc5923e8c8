//! `liengia demo`: a sample commune on this machine, its devices simulated over real MQTT and its cameras over real RTSP, and a link for each role.

mod cameras;
mod film;
mod roles;
mod seed;

use crate::{
    cli,
    config::Config,
    logs,
    node::{Node, Setting},
    wiring::open_journal,
};
use anyhow::Context as _;
use axum::{Router, http::header, routing::get};
use liengia_fire::Kit;
use liengia_kernel::{Clock as _, Entropy, SystemClock, SystemEntropy};
use liengia_register::Register;
use liengia_sim::{
    Broker,
    device::{Neighbourhood, Setup, SimDevice},
    sample::{Commune, Sample},
};
use seed::Basin;
use std::{net::SocketAddr, path::Path, sync::Arc, time::Instant};

/// The seed of the sample: the same people and places at every start.
const SEED: u64 = 19_082_005;

/// Serves the demo until it is asked to stop.
pub async fn run(options: &cli::Demo) -> anyhow::Result<()> {
    let began = now();
    if options.fresh && options.data.exists() {
        std::fs::remove_dir_all(&options.data)
            .with_context(|| format!("cannot remove {}", options.data.display()))?;
    }
    let config = config(options, has_ipv6())?;
    logs::begin(&config.log);
    let asked_to_stop = crate::stop_signal()?;
    let origins =
        roles::HOSTS.iter().map(|host| format!("http://{host}.localhost:{}", options.port)).collect();
    let setting = Setting { origins, push_to_loopback: true };
    let communes: Vec<Commune> = match options.scale {
        cli::Scale::Commune => vec![Sample::commune(SEED)],
        cli::Scale::Province => Sample::province(SEED).communes().collect(),
    };
    fill(&config, &communes).await?;
    let with_cameras = !options.without_cameras;
    if let (true, Some(commune), [disk, ..]) = (with_cameras, communes.first(), &config.footage()[..]) {
        let clock: Arc<dyn liengia_kernel::Clock> = Arc::new(SystemClock::new());
        film::pour(disk, commune, options.utc_offset_hours, &clock)?;
    }
    let node = Node::start(&config, &setting, door()).await?;
    node.caught_up().await?;
    // Of a whole province, the devices of one commune live: all of them would need more connections than a machine has.
    let lively = communes.iter().take(usize::from(!options.without_devices));
    let devices: Vec<SimDevice> = lively.flat_map(SimDevice::of).collect();
    let count = devices.len();
    let address = node.broker.addresses().plain.first().copied().context("the broker listens nowhere")?;
    let simulated = (count > 0).then(|| Setup::new(Broker::plain(address), devices, SEED));
    let neighbourhood = simulated.map(|setup| Neighbourhood::start(&setup)).transpose()?;
    let first = communes.first().context("the sample has no commune")?;
    let listen = SocketAddr::from(([127, 0, 0, 1], options.camera_port));
    let cameras = if with_cameras {
        Some(cameras::start(&node, first, listen, options.utc_offset_hours).await?)
    } else {
        None
    };
    let links = roles::links(&node, first, options.port).await?;
    println!("\nLiên Gia, demo ({:.1} s): {}", began.elapsed().as_secs_f64(), told(&communes, count));
    println!("{links}");
    if let Some(street) = &cameras {
        println!(
            "Cameras speak RTSP on {}, and ONVIF on {}.",
            street.cameras.address(),
            street.devices.address()
        );
    }
    println!("Devices speak MQTT on {address}. Stop with Ctrl-C.\n");
    asked_to_stop.await;
    neighbourhood.map_or(Ok(()), Neighbourhood::stop)?;
    node.stop().await;
    drop(cameras);
    Ok(())
}

/// Pours the sample in, unless it is there. The node does not run yet: it then reads the whole at once, which is much
/// quicker than following it entry by entry.
async fn fill(config: &Config, communes: &[Commune]) -> anyhow::Result<()> {
    let now = SystemClock::new().now();
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let journal = open_journal(config, now, &entropy).await?;
    let mut missing = Vec::new();
    let mut with_above = true;
    for commune in communes {
        let Some(root) = commune.places.first() else { continue };
        // A place that is there has a history.
        if journal.history(&root.id.to_string(), 0, 1).await?.is_empty() {
            missing.push(commune);
        } else {
            with_above = false;
        }
    }
    let register = Register { journal: journal.clone(), entropy: entropy.clone() };
    let kit = Kit { journal: journal.clone(), entropy };
    let basin = Basin { journal: &journal, register: &register, kit: &kit, now };
    for (done, commune) in missing.iter().enumerate() {
        if missing.len() > 1 {
            eprint!("\rsample: commune {} of {}", done + 1, missing.len());
        }
        basin.pour(commune, with_above).await?;
        with_above = false;
    }
    drop((register, kit));
    journal.close().await;
    Ok(())
}

fn told(communes: &[Commune], devices: usize) -> String {
    let sum = |count: fn(&Commune) -> usize| communes.iter().map(count).sum::<usize>();
    format!(
        "{} teams, {} homes, {} people, {} fire points, {devices} devices",
        sum(|commune| commune.teams.len()),
        sum(|commune| commune.households.len()),
        sum(|commune| commune.people().count()),
        sum(|commune| commune.points.len()),
    )
}

/// Whether this machine has a loopback address of IPv6.
fn has_ipv6() -> bool {
    std::net::TcpListener::bind((std::net::Ipv6Addr::LOCALHOST, 0)).is_ok()
}

fn config(options: &cli::Demo, ipv6: bool) -> anyhow::Result<Config> {
    let data = std::path::absolute(&options.data).context("the data folder has no absolute path")?;
    let data = data.display();
    let also = if ipv6 { format!(", \"[::1]:{}\"", options.port) } else { String::new() };
    let text = format!(
        "data = '{data}'\nhost = \"localhost\"\n[http]\nlisten = [\"127.0.0.1:{}\"{also}]\n\
         [mqtt]\nlisten = \"127.0.0.1:{}\"\n\
         [watch]\nwebrtc = \"127.0.0.1:0\"\n[alarm]\nutc_offset_hours = {}\n[log]\nlevel = \"warn\"\nformat = \"text\"\n",
        options.port, options.mqtt_port, options.utc_offset_hours
    );
    let path = Path::new("the demo's configuration");
    Config::parse(path, &text).map_err(Into::into)
}

/// The door of the demo: a page that hands a one-time code in and opens the app of its role.
fn door() -> Router {
    let page =
        |kind: &'static str, text: &'static str| get(async move || ([(header::CONTENT_TYPE, kind)], text));
    Router::new()
        .route("/demo", page("text/html; charset=utf-8", include_str!("enter.html")))
        .route("/demo/enter.js", page("text/javascript; charset=utf-8", include_str!("enter.js")))
}

#[expect(clippy::disallowed_methods, reason = "says how long the start took, and decides nothing")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::database;
    use clap::Parser as _;
    use liengia_journal::{
        Statement,
        testing::{folder, raw},
    };
    use liengia_sim::sample::PlaceKind;

    fn options(more: &[&str]) -> cli::Demo {
        let said = [["liengia", "demo"].as_slice(), more].concat();
        let cli::Command::Demo(options) = cli::Cli::parse_from(said).command else {
            panic!("demo is a command");
        };
        options
    }

    fn sum(communes: &[Commune], count: fn(&Commune) -> usize) -> usize {
        communes.iter().map(count).sum()
    }

    #[test]
    fn the_province_has_the_size_of_the_programme() {
        let options = options(&["--scale", "province"]);
        assert!(matches!(options.scale, cli::Scale::Province));
        let communes: Vec<Commune> = Sample::province(SEED).communes().collect();
        let villages = |commune: &Commune| {
            commune.places.iter().filter(|place| place.kind == PlaceKind::Village).count()
        };
        assert_eq!((communes.len(), sum(&communes, villages)), (54, 1_452));
        let told = told(&communes, 0);
        assert!(told.starts_with("1600 teams, ") && told.contains(" 500 fire points,"), "{told}");
    }

    /// All 54 would take half a minute and more, so it is three; no other is poured in otherwise than these.
    #[tokio::test]
    async fn communes_of_the_province_are_poured_in_whole_and_none_of_them_twice() {
        let folder = folder();
        let config = config(&options(&["--data", &folder.display().to_string()]), false).unwrap();
        let communes: Vec<Commune> = Sample::province(SEED).communes().take(3).collect();
        assert!(communes.iter().all(|commune| commune.above == communes[0].above));
        // A start that was broken off behind the first of them, a whole one, and one that finds all of them there.
        for there in [1, 3, 3] {
            let poured = &communes[..there];
            fill(&config, poured).await.unwrap();
            let places = communes[0].above.len() + sum(poured, |commune| commune.places.len());
            for (table, wanted) in [
                ("access_places", places),
                ("teams", sum(poured, |commune| commune.teams.len())),
                ("households", sum(poured, |commune| commune.households.len())),
                ("people", sum(poured, |commune| commune.people().count())),
                ("devices", sum(poured, |commune| commune.devices().count())),
                ("points", sum(poured, |commune| commune.points.len())),
            ] {
                let count = Statement::new(format!("SELECT COUNT(*) FROM {table}"), Vec::new());
                let found = raw(&database(&config), &count).await.unwrap()[0].int(0).unwrap();
                assert_eq!(usize::try_from(found).unwrap(), wanted, "{table} of {there} communes");
            }
        }
    }

    #[test]
    fn a_machine_without_ipv6_shows_the_demo_on_the_address_that_it_has() {
        let options = options(&["--port", "8090"]);
        let listens = |ipv6| config(&options, ipv6).unwrap().http.listen;
        assert_eq!(listens(true), ["127.0.0.1:8090".parse().unwrap(), "[::1]:8090".parse().unwrap()]);
        assert_eq!(listens(false), ["127.0.0.1:8090".parse().unwrap()]);
    }
}
