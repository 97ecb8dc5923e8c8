//! A node of the sample commune: the binary, its folder, its addresses, and who can sign in to it.

use crate::http::Browser;
use liengia_kernel::{Clock as _, SystemClock};
use liengia_sim::sample::{Commune, Sample};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// The demo's own seed.
const SEED: u64 = 19_082_005;

/// How long things may take on a machine that has much else to do.
pub const LONG: Duration = Duration::from_mins(1);

/// Waits until `wanted` gives something.
pub fn until<T>(what: &str, mut wanted: impl FnMut() -> Option<T>) -> T {
    let clock = SystemClock::new();
    loop {
        if let Some(found) = wanted() {
            return found;
        }
        assert!(clock.elapsed() < LONG, "not within {LONG:?}: {what}");
        // Between two looks at the condition.
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The program.
pub fn liengia() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liengia"));
    command.stdin(Stdio::null());
    command
}

/// What a command said.
pub fn told(done: &Output) -> String {
    String::from_utf8_lossy(&[done.stdout.as_slice(), &done.stderr].concat()).into_owned()
}

/// The environment in which a program's wall clock is so far off, like `+90m`, and its timers run as ever; none where
/// Debian's `faketime` is missing.
pub fn faketime(offset: &str) -> Option<[(&'static str, String); 4]> {
    let libraries = ["x86_64", "aarch64"]
        .map(|machine| format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketime.so.1"));
    let library = libraries.into_iter().find(|path| Path::new(path).exists())?;
    Some([
        ("LD_PRELOAD", library),
        ("FAKETIME", offset.to_owned()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ])
}

/// A folder that goes when it is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = format!("outside-{}-{count}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is below target/ and goes with it.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The sample that the demo pours in.
pub fn sample() -> &'static Commune {
    static SAMPLE: OnceLock<Commune> = OnceLock::new();
    SAMPLE.get_or_init(|| Sample::commune(SEED))
}

/// A port of the loopback address that nobody has now, and that no connection is given as its own: those begin at 32768.
pub fn free() -> SocketAddr {
    static ASKED: AtomicU32 = AtomicU32::new(0);
    loop {
        let turn = std::process::id().wrapping_mul(16) + ASKED.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(10_000 + turn % 22_000).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

/// A node: a folder, its configuration, and the process while it runs.
pub struct Node {
    pub folder: Folder,
    pub data: PathBuf,
    pub http: SocketAddr,
    pub mqtt: SocketAddr,
    codes: BTreeMap<String, String>,
    child: Option<Child>,
}

impl Node {
    /// A folder with the sample commune in it, as `liengia demo` pours it in; the demo's own links open it.
    pub fn of_the_sample(name: &str) -> Self {
        let mut node = Self::empty(name);
        let mut demo = node.demo(&["--port", "0", "--mqtt-port", "0", "--camera-port", "0"]);
        terminate(&demo);
        assert!(demo.wait().unwrap().success(), "the demo stops");
        node
    }

    /// The demo itself, at work, without its devices: it may push to this machine, which a node in service never does.
    pub fn as_a_demo(name: &str) -> Self {
        let mut node = Self::empty(name);
        let [http, mqtt] = [node.http, node.mqtt].map(|address| address.port().to_string());
        let demo =
            node.demo(&["--without-devices", "--without-cameras", "--port", &http, "--mqtt-port", &mqtt]);
        node.child = Some(demo);
        node
    }

    /// Starts the demo on this folder, and waits until it has told its links.
    fn demo(&mut self, options: &[&str]) -> Child {
        let links = self.folder.join("links");
        let mut demo = liengia()
            .arg("demo")
            .args(options)
            .arg("--data")
            .arg(&self.data)
            .stdout(File::create(&links).unwrap())
            .stderr(File::create(self.folder.join("demo-log")).unwrap())
            .spawn()
            .unwrap();
        let told = until("the demo prints its links", || {
            assert!(demo.try_wait().unwrap().is_none(), "the demo ended");
            Some(fs::read_to_string(&links).unwrap()).filter(|told| told.contains("Stop with Ctrl-C"))
        });
        let line = |line: &str| {
            let mut words = line.split_whitespace();
            let (role, link) = (words.next()?, words.next()?);
            Some((role.to_owned(), link.split_once('#')?.1.to_owned()))
        };
        self.codes = told.lines().filter_map(line).collect();
        demo
    }

    /// A node that was never started.
    pub fn empty(name: &str) -> Self {
        let folder = Folder::new(name);
        let data = folder.join("data");
        let node = Self { folder, data, http: free(), mqtt: free(), codes: BTreeMap::new(), child: None };
        node.configure("", "");
        node
    }

    /// The same commune on this node: links that were not used yet work here, too.
    pub fn knows_links_of(&mut self, other: &Self) {
        self.codes.clone_from(&other.codes);
    }

    /// Writes its configuration: the usual one, with these lines below `[http]` and at its end.
    pub fn configure(&self, http: &str, more: &str) {
        let text = format!(
            "data = '{}'\nhost = \"localhost\"\n[http]\nlisten = [\"{}\"]\n{http}\n[mqtt]\nlisten = \"{}\"\n{more}\n",
            self.data.display(),
            self.http,
            self.mqtt
        );
        fs::write(self.config(), text).unwrap();
    }

    pub fn config(&self) -> PathBuf {
        self.folder.join("liengia.toml")
    }

    /// Starts it, and waits until it serves.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// The same in this environment.
    pub fn start_with(&mut self, environment: &[(&str, &str)]) {
        let log = File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
        let out = log.try_clone().unwrap();
        let mut command = liengia();
        command.arg("serve").arg("--config").arg(self.config()).stdout(out).stderr(log);
        command.envs(environment.iter().copied());
        self.child = Some(command.spawn().unwrap());
        let address = self.http;
        until("the node serves", || {
            assert!(self.child.as_mut().unwrap().try_wait().unwrap().is_none(), "{}", self.logged());
            TcpStream::connect_timeout(&address, Duration::from_secs(1)).ok()
        });
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        terminate(&child);
        let status = until("the node stops", || child.try_wait().unwrap());
        assert!(status.success(), "{status}\n{}", self.logged());
    }

    pub fn logged(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.join("log")).unwrap_or_default()).into_owned()
    }

    /// Runs one of the program's commands on this node.
    pub fn command(&self, arguments: &[&str]) -> Output {
        liengia().args(arguments).arg("--config").arg(self.config()).output().unwrap()
    }

    /// Somebody without a session.
    pub fn anyone(&self) -> Browser {
        Browser::new(self.http)
    }

    /// Somebody in this role, by the demo's one-time link.
    pub fn sign_in(&self, role: &str) -> Browser {
        let (kind, code) = self.codes[role].split_once(':').unwrap();
        let mut browser = self.anyone();
        let answer = match kind {
            "join" => browser.post("/api/join", &json!({ "code": code, "device_label": "a phone" })),
            _ => browser.post("/api/welcome", &json!({ "code": code })),
        };
        assert!(answer.status < 300, "{role}: {} {}", answer.status, answer.text());
        browser
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It ended by itself: then there is nothing to end.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            println!("the node's log:\n{}", self.logged());
        }
    }
}

fn terminate(child: &Child) {
    let asked = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
    assert!(asked.unwrap().success());
}
