//! How fast one press reaches the last of twelve bells, with thousands of devices connected, beside a bare mosquitto.
//!
//! `cargo run --release -p liengia-signal --example fanout [devices] [tls]` starts itself once more as the broker and
//! measures from outside; where mosquitto is installed, the same load then goes to mosquitto (plain only).

#[path = "fanout/load.rs"]
mod load;
#[path = "fanout/node.rs"]
mod node;

use load::{Dialect, Report};
use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

/// Bells of a team.
pub const TEAM: usize = 12;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let devices = arguments.iter().find_map(|one| one.parse().ok()).unwrap_or(9_996) / TEAM * TEAM;
    let tls = arguments.iter().any(|one| one == "tls");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    if arguments.first().is_some_and(|one| one == "node") {
        runtime.block_on(node::run(devices, tls));
        return;
    }
    let (child, address, authority) = ours(devices, tls);
    let report = runtime.block_on(load::run(devices, address, child.0.id(), Dialect::Own, authority));
    print("liengia", devices, tls, &report);
    drop(child);
    if let Some((child, address)) = mosquitto().filter(|_| !tls) {
        let report = runtime.block_on(load::run(devices, address, child.0.id(), Dialect::Plain, None));
        print("mosquitto", devices, tls, &report);
    }
}

/// A program that ends with us.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn ours(devices: usize, tls: bool) -> (Ended, SocketAddr, Option<Vec<u8>>) {
    let own = std::env::current_exe().expect("this program");
    let mut command = Command::new(own);
    command.args(["node", &devices.to_string()]).args(tls.then_some("tls")).stdout(Stdio::piped());
    let mut child = command.spawn().expect("itself");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let address = lines.next().and_then(|line| line.parse().ok()).expect("the broker tells its address");
    let authority = tls.then(|| {
        lines.next().expect("and its certificate").split(',').filter_map(|byte| byte.parse().ok()).collect()
    });
    (Ended(child), address, authority)
}

fn mosquitto() -> Option<(Ended, SocketAddr)> {
    let program =
        ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].into_iter().find(|path| Path::new(path).exists())?;
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let file = std::env::temp_dir().join(format!("fanout-{}.conf", std::process::id()));
    let mut config = std::fs::File::create(&file).expect("a file");
    writeln!(
        config,
        "listener {} 127.0.0.1\nallow_anonymous true\nmax_connections -1\nset_tcp_nodelay true\nlog_dest none",
        address.port()
    )
    .expect("written");
    let child = Command::new(program).arg("-c").arg(&file).spawn().expect("mosquitto");
    while std::net::TcpStream::connect(address).is_err() {
        std::thread::yield_now();
    }
    Some((Ended(child), address))
}

fn print(name: &str, devices: usize, tls: bool, report: &Report) {
    println!(
        "{name}: {devices} devices, tls {tls}: connected in {:.2} s, {:.1} kB each; ring p50 {:.2} p99 {:.2} max {:.2} ms \
         over {} alarms, {} missed; storm of {} teams {:.2} s; server CPU {:.1} s",
        report.connect_s,
        report.kb_each,
        report.at(50),
        report.at(99),
        report.at(100),
        report.rings_ms.len(),
        report.missed,
        devices / TEAM,
        report.storm_s,
        report.cpu_s,
    );
}
