//! What is measured: the node with a town in it, or mosquitto; and the certificate that both show.

use super::town::Town;
use crate::{
    machine,
    server::{self, Place, Running},
};
use anyhow::{Context as _, bail, ensure};
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::{
    Broker, Tls,
    load::{BareFanOut, Clients, Node, Options},
};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use std::{
    fmt::Write as _,
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

/// How long a load may take to connect.
const LONGEST: Duration = Duration::from_secs(100);

/// How long memory is left to settle before it is read.
const SETTLE: Duration = Duration::from_millis(1_500);

/// Heartbeats a second of all devices together.
pub const HEARTBEATS: u32 = 500;

/// A certificate for localhost, its key, and the CA that signed it.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Certificate and key.
    pub files: (PathBuf, PathBuf),
    ca: Vec<u8>,
}

impl Certificate {
    /// Has the node's own program make one in this folder.
    pub fn make(folder: &Path) -> anyhow::Result<Self> {
        let (ca, server) = (folder.join("ca"), folder.join("server"));
        let whose = ["--host", "localhost", "--address", "127.0.0.1", "--out"];
        let mut steps = [Command::new(server::binary()?), Command::new(server::binary()?)];
        steps[0].args(["tls", "ca"]).args(whose).arg(&ca);
        steps[1].args(["tls", "server"]).args(whose).arg(&server).arg("--ca").arg(&ca);
        for step in &mut steps {
            let said = step.output()?;
            ensure!(said.status.success(), "no certificate: {}", String::from_utf8_lossy(&said.stderr));
        }
        let ca = CertificateDer::from_pem_file(ca.join("ca.pem"))
            .context("the CA's certificate cannot be read")?;
        Ok(Self { files: (server.join("server.pem"), server.join("server.key")), ca: ca.to_vec() })
    }

    fn tls(&self) -> anyhow::Result<Tls> {
        Ok(Tls::trusting(std::slice::from_ref(&self.ca), "localhost")?)
    }
}

/// Devices at a broker.
pub struct Connected {
    /// The load tool.
    pub clients: Clients,
    /// How long it took until all were connected and subscribed.
    pub took: Duration,
    process: u32,
    /// What the broker held in memory before, in kilobytes.
    before_kb: f64,
}

impl Connected {
    /// What each connection holds in the broker's memory in kilobytes of 1,024 bytes, and the broker in mebibytes.
    pub fn memory(&self) -> (f64, f64) {
        // Time itself is waited for: what connecting used is given back, or is not.
        thread::sleep(SETTLE);
        let count = machine::real(self.clients.counts().clients as u64);
        let resident = machine::resident_kb(self.process);
        ((resident - self.before_kb) / count, resident / 1024.0)
    }
}

/// Connects a load to that process. Devices press team by team, from `first_team` on.
fn connected(
    process: u32,
    start: impl FnOnce(Options) -> std::io::Result<Clients>,
    first_team: usize,
) -> anyhow::Result<Connected> {
    let before_kb = machine::resident_kb(process);
    let clients = start(Options { heartbeats_per_second: HEARTBEATS, first_team, ..Options::default() })?;
    let took = clients.connected(LONGEST)?;
    Ok(Connected { clients, took, process, before_kb })
}

/// A running node with a town in it.
pub struct Ours {
    place: Place,
    running: Option<Running>,
    town: Town,
    tls: Option<Tls>,
}

impl Ours {
    /// Starts the node in which the town was founded.
    pub fn start(place: &Place, town: &Town, certificate: Option<&Certificate>) -> anyhow::Result<Self> {
        let place = Place { certificate: certificate.map(|made| made.files.clone()), ..place.clone() };
        let tls = certificate.map(Certificate::tls).transpose()?;
        let (running, _) = place.serve()?;
        Ok(Self { place, running: Some(running), town: town.clone(), tls })
    }

    /// Connects every device.
    pub fn connect(&self, first_team: usize) -> anyhow::Result<Connected> {
        let broker = Broker { address: self.place.mqtt, tls: self.tls.clone() };
        let wiring = Node { devices: self.town.devices.clone() };
        connected(self.process()?, |options| Clients::start(&broker, wiring, options), first_team)
    }

    /// Stops the node and starts it again.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        if let Some(running) = self.running.take() {
            running.stop()?;
        }
        self.running = Some(self.place.serve()?.0);
        Ok(())
    }

    /// A figure of /metrics.
    pub fn metric(&self, name: &str) -> anyhow::Result<u64> {
        self.place.metric(name)
    }

    /// The node's process.
    pub fn process(&self) -> anyhow::Result<u32> {
        self.running.as_ref().map(Running::id).context("the node does not run")
    }

    /// Stops it.
    pub fn stop(self) -> anyhow::Result<()> {
        self.running.map_or(Ok(()), Running::stop)
    }
}

/// A running mosquitto.
pub struct Mosquitto {
    address: SocketAddr,
    running: Running,
    tls: Option<Tls>,
    /// Its name and version.
    pub name: String,
}

impl Mosquitto {
    /// Starts it, for anybody and with no end of connections.
    pub fn start(folder: &Path, certificate: Option<&Certificate>) -> anyhow::Result<Self> {
        let program = Path::new("/usr/sbin/mosquitto");
        ensure!(program.exists(), "mosquitto is not installed; cargo xtask bench brings it");
        let address = server::free_address()?;
        let mut config = format!(
            "user root\nallow_anonymous true\nmax_connections -1\nset_tcp_nodelay true\nlog_dest none\n\
             persistence false\nlistener {} 127.0.0.1\n",
            address.port()
        );
        if let Some(made) = certificate {
            write!(config, "certfile {}\nkeyfile {}\n", made.files.0.display(), made.files.1.display())?;
        }
        let file = folder.join("mosquitto.conf");
        std::fs::write(&file, config)?;
        let running =
            Running::start(Command::new(program).arg("-c").arg(&file), &folder.join("mosquitto.log"))?;
        let clock = SystemClock::new();
        while TcpStream::connect(address).is_err() {
            if clock.elapsed() > LONGEST {
                bail!("mosquitto does not start: {}", std::fs::read_to_string(folder.join("mosquitto.log"))?);
            }
            thread::sleep(Duration::from_millis(5));
        }
        let said = Command::new(program).arg("-h").output()?.stdout;
        let version = String::from_utf8_lossy(&said);
        let version =
            version.lines().next().and_then(|line| line.split_whitespace().nth(2)).unwrap_or("of no version");
        let name = format!("mosquitto {version}");
        Ok(Self { address, running, tls: certificate.map(Certificate::tls).transpose()?, name })
    }

    /// Connects that many devices.
    pub fn connect(&self, devices: usize, first_team: usize) -> anyhow::Result<Connected> {
        let broker = Broker { address: self.address, tls: self.tls.clone() };
        let wiring = BareFanOut { clients: devices };
        connected(self.running.id(), |options| Clients::start(&broker, wiring, options), first_team)
    }

    /// Stops it.
    pub fn stop(self) -> anyhow::Result<()> {
        self.running.stop()
    }
}
