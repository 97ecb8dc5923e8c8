//! Programs that are measured: started on loopback, asked whether they are ready, stopped with all they hold.

use anyhow::{Context as _, bail, ensure};
use liengia_kernel::{Clock as _, SystemClock};
use std::{
    ffi::OsString,
    fmt::Write as _,
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::Duration,
};

/// The unit as which the node runs where it serves people: it is measured with that environment.
const UNIT: &str = include_str!("../../packaging/liengia.service");

/// How long anything may take to start.
const LONGEST_START: Duration = Duration::from_mins(2);

/// How long a program may take to end before it is killed.
const LONGEST_END: Duration = Duration::from_secs(20);

/// A pause between two looks.
const MOMENT: Duration = Duration::from_millis(2);

/// A running program; it is killed when this is dropped.
pub struct Running(Child);

impl Running {
    /// Starts it; what it says goes into this file.
    pub fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let file = File::create(log)?;
        let child = command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).spawn();
        Ok(Self(child.with_context(|| format!("{} does not start", command.get_program().display()))?))
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to stop, as systemd does, and waits until it has.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status()?;
        if !asked.success() {
            bail!("the process {} cannot be asked to stop", self.id());
        }
        let clock = SystemClock::new();
        while clock.elapsed() < LONGEST_END {
            if self.0.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(MOMENT);
        }
        bail!("the process {} does not stop within {LONGEST_END:?}", self.id())
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The environment that the unit gives.
pub fn settings() -> impl Iterator<Item = (&'static str, &'static str)> {
    UNIT.lines().filter_map(|line| line.strip_prefix("Environment=")?.split_once('='))
}

/// The node's binary.
pub fn binary() -> anyhow::Result<PathBuf> {
    let binary: OsString =
        std::env::var_os("LIENGIA_BIN").context("LIENGIA_BIN names no node; run cargo xtask bench")?;
    Ok(binary.into())
}

/// Where the search for the next free port goes on. Below the ports that the system gives to outgoing connections: of
/// those a load of thousands of devices may take any.
static NEXT_PORT: AtomicU16 = AtomicU16::new(0);

/// An address on loopback at which nobody listens.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    const FIRST: u16 = 15_000;
    const COUNT: u16 = 16_000;
    // Runs at the same time begin apart.
    let start = u16::try_from(std::process::id() % u32::from(COUNT))?;
    for _ in 0..COUNT {
        let step = NEXT_PORT.fetch_add(1, Ordering::Relaxed);
        let address = SocketAddr::from(([127, 0, 0, 1], FIRST + start.wrapping_add(step) % COUNT));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port from {FIRST} on is free on 127.0.0.1")
}

/// A node's folder, ports and certificate.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its data.
    pub data: PathBuf,
    /// For browsers.
    pub http: SocketAddr,
    /// For devices.
    pub mqtt: SocketAddr,
    /// Certificate and key; with them devices speak TLS, and so do browsers.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

impl Place {
    /// A node with its data in this folder, on free ports.
    pub fn new(data: PathBuf) -> anyhow::Result<Self> {
        Ok(Self { data, http: free_address()?, mqtt: free_address()?, certificate: None })
    }

    /// The same node once more, with a copy of its data in this folder. It must not run.
    pub fn copy(&self, data: PathBuf) -> anyhow::Result<Self> {
        let copied = Command::new("cp").arg("-r").arg(&self.data).arg(&data).status()?;
        ensure!(copied.success(), "{} cannot be copied", self.data.display());
        Self::new(data)
    }

    /// Writes the configuration; answers where.
    fn configure(&self) -> anyhow::Result<PathBuf> {
        let Self { data, http, mqtt, .. } = self;
        let listen = if self.certificate.is_some() { "tls_listen" } else { "listen" };
        let mut text =
            format!("data = '{}'\nhost = \"localhost\"\n[http]\nlisten = [\"{http}\"]\n", data.display());
        if let Some((certificate, key)) = &self.certificate {
            write!(
                text,
                "[http.tls]\ncertificate = '{}'\nkey = '{}'\n",
                certificate.display(),
                key.display()
            )?;
        }
        write!(text, "[mqtt]\n{listen} = \"{mqtt}\"\nmax_connections = 40000\n[log]\nlevel = \"warn\"\n")?;
        let path = data.with_extension("toml");
        std::fs::write(&path, text)?;
        Ok(path)
    }

    /// Starts the node and waits until it is ready; answers how long that took.
    pub fn serve(&self) -> anyhow::Result<(Running, Duration)> {
        let (config, log) = (self.configure()?, self.data.with_extension("log"));
        let clock = SystemClock::new();
        let mut command = Command::new(binary()?);
        let mut running =
            Running::start(command.args(["serve", "--config"]).arg(&config).envs(settings()), &log)?;
        let is_ready = || match self.certificate {
            // Whoever speaks TLS there answers; devices are let in from the same moment on.
            Some(_) => TcpStream::connect(self.http).is_ok(),
            None => get(self.http, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")),
        };
        while !is_ready() {
            if running.has_ended() || clock.elapsed() > LONGEST_START {
                bail!("the node does not start; it said:\n{}", std::fs::read_to_string(&log)?);
            }
            thread::sleep(MOMENT);
        }
        Ok((running, clock.elapsed()))
    }

    /// A figure of /metrics.
    pub fn metric(&self, name: &str) -> anyhow::Result<u64> {
        let page = get(self.http, "/metrics")?;
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("liengia_{name} ")));
        line.and_then(|value| value.trim().parse().ok()).with_context(|| format!("/metrics has no {name}"))
    }
}

/// What a server answers to a GET, head and all.
pub fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Waits until a line that begins so stands in the file; answers it.
pub fn line_in(log: &Path, start: &str, running: &mut Running) -> anyhow::Result<String> {
    let clock = SystemClock::new();
    loop {
        let said = File::open(log)?;
        if let Some(line) =
            BufReader::new(said).lines().map_while(Result::ok).find(|line| line.starts_with(start))
        {
            return Ok(line);
        }
        if running.has_ended() || clock.elapsed() > LONGEST_START {
            bail!("it never said {start:?}; it said:\n{}", std::fs::read_to_string(log)?);
        }
        thread::sleep(MOMENT * 10);
    }
}
