//! A node: the binary, its folder, its address; started, killed, stopped, started again.

use crate::{
    commune::Template,
    door::{Door, Trust},
    http::Browser,
};
use liengia_kernel::{Clock as _, SystemClock};
use std::{
    fs::{self, File},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

/// How long a node may take to serve, on a machine that has other things to do.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// How long a node may take to stop when it is asked to.
const STOPS_WITHIN: Duration = Duration::from_secs(20);

/// Between two looks at a condition.
pub const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// The program: what `LIENGIA_BIN` names, or what stands beside this test.
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("LIENGIA_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let path = profile.join("liengia");
    assert!(path.exists(), "{} is not there: cargo build -p liengia-node", path.display());
    path
}

/// Waits until `wanted` gives something; what it is not, after so long, is told.
pub fn until<T>(what: &str, longest: Duration, mut wanted: impl FnMut() -> Option<T>) -> T {
    let clock = SystemClock::new();
    loop {
        if let Some(found) = wanted() {
            return found;
        }
        assert!(clock.elapsed() < longest, "not within {longest:?}: {what}");
        // Between two looks at the condition.
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// A folder that goes when it is dropped, unless the test failed: then it is left for whoever looks into it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU16 = AtomicU16::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("faults-{}-{count}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("left to be looked into: {}", self.0.display());
            return;
        }
        // What cannot be removed is below target/ and goes with it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A loopback address that no other test on this machine has: the process id stands in it. A node that starts again
/// finds its port free, since no client is ever given one on this address.
fn own_address() -> (IpAddr, u16) {
    static COUNT: AtomicU16 = AtomicU16::new(0);
    let pid = std::process::id();
    let [_, high, mid, low] = (pid << 2 | 1).to_be_bytes();
    let port = 8100 + 3 * COUNT.fetch_add(1, Ordering::Relaxed);
    (IpAddr::V4(Ipv4Addr::new(127, high, mid, low)), port)
}

/// A node of the sample commune.
pub struct Node {
    pub folder: Folder,
    pub data: PathBuf,
    pub http: SocketAddr,
    pub mqtt: SocketAddr,
    /// The CA behind its certificate, where it has one.
    trust: Option<Trust>,
    log: PathBuf,
    prepare: Box<dyn Fn(&Path) -> Command>,
    child: Option<Child>,
}

impl Node {
    /// A node of the sample commune that is not started yet, with its data in its own folder.
    pub fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let data = folder.path().join("data");
        Self::at(folder, data)
    }

    /// The same with its data elsewhere, for instance on a disk that will fail.
    pub fn at(folder: Folder, data: PathBuf) -> Self {
        Template::get().copy_to(&data);
        let (ip, port) = own_address();
        let node = Self {
            log: folder.path().join("log"),
            folder,
            data,
            http: SocketAddr::new(ip, port),
            mqtt: SocketAddr::new(ip, port + 1),
            trust: None,
            prepare: Box::new(|binary| Command::new(binary)),
            child: None,
        };
        node.configure(&node.data, "info");
        node
    }

    /// Has the program run in another way, for instance beneath another program.
    pub fn run_as(&mut self, prepare: impl Fn(&Path) -> Command + 'static) {
        self.prepare = Box::new(prepare);
    }

    /// Writes its configuration.
    pub fn configure(&self, data: &Path, level: &str) {
        let text = format!(
            "data = '{}'\nhost = \"localhost\"\n[http]\nlisten = [\"{}\"]\n[mqtt]\nlisten = \"{}\"\n\
             [log]\nlevel = \"{level}\"\n",
            data.display(),
            self.http,
            self.mqtt
        );
        fs::write(self.config(), text).unwrap();
    }

    /// Has its footage lie on these disks, of which a megabyte stays free.
    pub fn footage_on(&self, disks: &[PathBuf]) {
        let disks: Vec<_> = disks.iter().map(|disk| format!("'{}'", disk.display())).collect();
        let watch = format!("[watch]\ndisks = [{}]\nfree_bytes = 1048576\n", disks.join(", "));
        let text = fs::read_to_string(self.config()).unwrap();
        fs::write(self.config(), text + &watch).unwrap();
    }

    /// Gives it a certificate of a CA of its own: from its next start it speaks TLS with browsers, and with devices at a
    /// door of their own.
    pub fn secure(&mut self) {
        let [chain, key] = self.certify();
        self.trust = Some(Trust::in_ca(&self.folder.path().join("ca/ca.pem")));
        let text = fs::read_to_string(self.config()).unwrap();
        let tls = format!(
            "tls = {{ certificate = '{}', key = '{}' }}\n[mqtt]\ntls_listen = \"{}\"\n",
            chain.display(),
            key.display(),
            self.devices().address
        );
        fs::write(self.config(), text.replace("[mqtt]\n", &tls)).unwrap();
    }

    /// Makes a CA and a server's certificate of it: its chain and its key.
    pub fn certify(&self) -> [PathBuf; 2] {
        let tls = |arguments: &[&str]| {
            let mut command = Command::new(binary());
            let done = command.arg("tls").args(arguments).current_dir(self.folder.path()).output().unwrap();
            assert!(done.status.success(), "{}", told(&done));
        };
        tls(&["ca", "--host", "localhost", "--out", "ca"]);
        tls(&["server", "--host", "localhost", "--ca", "ca", "--out", "server"]);
        ["server.pem", "server.key"].map(|name| self.folder.path().join("server").join(name))
    }

    /// Where devices connect: behind TLS where it has a certificate.
    pub fn devices(&self) -> Door {
        let mut address = self.mqtt;
        address.set_port(self.mqtt.port() + u16::from(self.trust.is_some()));
        Door { address, trust: self.trust.clone() }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("liengia.toml")
    }

    /// Where its log is.
    pub fn log(&self) -> PathBuf {
        self.log.clone()
    }

    /// Has it written elsewhere.
    pub fn log_to(&mut self, path: PathBuf) {
        self.log = path;
    }

    /// Its log until now.
    pub fn logged(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log()).unwrap_or_default()).into_owned()
    }

    /// Starts it, and waits until it serves.
    pub fn start(&mut self) {
        self.begin();
        self.serves();
    }

    /// Starts it.
    pub fn begin(&mut self) {
        assert!(self.child.is_none(), "it runs");
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = (self.prepare)(&binary());
        command.arg("serve").arg("--config").arg(self.config());
        let out = log.try_clone().unwrap();
        let child = command.stdin(Stdio::null()).stdout(out).stderr(log).spawn();
        self.child = Some(child.unwrap());
    }

    /// Waits until it serves.
    pub fn serves(&mut self) {
        let (http, log) = (self.http, self.log());
        let child = self.child.as_mut().unwrap();
        until("the node serves", STARTS_WITHIN, || {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the node ended: {status}\n{}", fs::read_to_string(&log).unwrap_or_default());
            }
            TcpStream::connect_timeout(&http, Duration::from_secs(1)).ok()
        });
    }

    /// Starts it with something broken: how it ended, or none if it serves all the same (and is killed).
    pub fn ends_or_serves(&mut self) -> Option<ExitStatus> {
        self.begin();
        let http = self.http;
        let child = self.child.as_mut().unwrap();
        let ended = until("the node ends or serves", STARTS_WITHIN, || {
            let ended = child.try_wait().unwrap();
            (ended.is_some() || TcpStream::connect(http).is_ok()).then_some(ended)
        });
        if ended.is_none() {
            self.kill();
        }
        self.child = None;
        ended
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// SIGKILL, as when the power goes or the memory is full: no chance to do anything.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status();
        assert!(status.unwrap().success());
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(&mut self) {
        self.signal("TERM");
        let mut child = self.child.take().unwrap();
        let status = until("the node stops", STOPS_WITHIN, || child.try_wait().unwrap());
        assert!(status.success(), "it stopped with {status}\n{}", self.logged());
    }

    /// Runs one of the program's commands on this node.
    pub fn command(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.args(arguments).arg("--config").arg(self.config()).stdin(Stdio::null()).output().unwrap()
    }

    /// The chain is whole.
    pub fn verifies(&self) {
        let done = self.command(&["verify"]);
        assert!(done.status.success(), "verify: {}", told(&done));
    }

    /// The views are what the entries give.
    pub fn views_agree(&self) {
        let done = self.command(&["rebuild", "--check"]);
        assert!(done.status.success(), "rebuild --check: {}", told(&done));
    }

    /// Somebody without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(Door { address: self.http, trust: self.trust.clone() })
    }

    /// One line of /metrics.
    pub fn metric(&self, name: &str) -> u64 {
        let page = self.browser().get("/metrics").text();
        let line = page.lines().find_map(|line| line.strip_prefix(&format!("liengia_{name} ")));
        line.unwrap_or_else(|| panic!("no metric {name} in\n{page}")).parse().unwrap()
    }
}

/// What a command said.
pub fn told(done: &Output) -> String {
    let text = [done.stdout.as_slice(), &done.stderr].concat();
    format!("{}\n{}", done.status, String::from_utf8_lossy(&text))
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It ended by itself: then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let log = self.logged();
            let lines: Vec<&str> = log.lines().collect();
            println!("the end of the node's log:");
            for line in &lines[lines.len().saturating_sub(40)..] {
                println!("  {line}");
            }
        }
    }
}
