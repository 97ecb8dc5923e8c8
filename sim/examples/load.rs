//! Measures a bare broker: `cargo run -p liengia-sim --example load -- 127.0.0.1:23100 [clients] [alarms] [heartbeats a second]`.

use liengia_sim::{
    Broker,
    load::{BareFanOut, Clients, Measured, Options},
};
use std::{error::Error, net::SocketAddr, time::Duration};

fn show(name: &str, measured: &Measured) {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (rings, lost) = (&measured.rings, measured.lost);
    println!(
        "{name}: {} presses, p50 {:.2} p99 {:.2} max {:.2} ms, {lost} lost, {} repeated, span {:.1} ms",
        measured.presses,
        ms(rings.p50()),
        ms(rings.p99()),
        ms(rings.max()),
        measured.repeated,
        ms(measured.span)
    );
}

fn main() -> Result<(), Box<dyn Error>> {
    let argument = |n: usize| std::env::args().nth(n);
    let address: SocketAddr = argument(1).unwrap_or_else(|| "127.0.0.1:1883".to_owned()).parse()?;
    let number = |n, default: usize| argument(n).map_or(Ok(default), |text| text.parse());
    let (clients, alarms) = (number(2, 9_996)?, number(3, 200)?);
    let options = Options { heartbeats_per_second: u32::try_from(number(4, 500)?)?, ..Options::default() };
    let load = Clients::start(&Broker::plain(address), BareFanOut { clients }, options)?;
    let took = load.connected(Duration::from_mins(2))?;
    println!("{} clients connected and subscribed in {:.2} s", load.counts().clients, took.as_secs_f64());
    let five = Duration::from_secs(5);
    show("warm-up", &load.one_by_one(20, Duration::from_millis(20), five)?);
    show("one by one", &load.one_by_one(alarms, Duration::from_millis(20), five)?);
    let teams = load.counts().clients / liengia_sim::load::TEAM;
    show("storm", &load.storm(teams, Duration::from_secs(1), Duration::from_secs(15))?);
    println!("{:?}", load.counts());
    Ok(load.stop()?)
}
