//! A real mosquitto on a free loopback port, and its own clients as the node's ear and mouth. All end with the test.

use base64::{Engine, engine::general_purpose::STANDARD};
use liengia_sim::{Broker, Tls};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::{
    fs::File,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        atomic::{AtomicU16, Ordering},
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    time::Duration,
};

/// How long a test waits for something that should take a moment.
pub const LONG: Duration = Duration::from_secs(30);
/// Lines that an ear keeps for the test.
const LINES: usize = 100_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port of this crate's range that nobody listens on, and what keeps it for this test while it is open: tests run in
/// processes of their own, and two that looked at the same time would find the same port free.
fn free_port() -> (u16, File) {
    let begin = u16::try_from(std::process::id() % 990).expect("less than 990");
    let candidates = (0..990).map(|_| 23_010 + (begin + NEXT.fetch_add(1, Ordering::Relaxed)) % 990);
    let mut free = candidates.filter_map(|port| {
        let claim = File::create(std::env::temp_dir().join(format!("liengia-sim-port-{port}"))).ok()?;
        let ours = claim.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok();
        ours.then_some((port, claim))
    });
    free.next().expect("one of 990 ports is free")
}

/// What a broker asks of its clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Open,
    /// Names with their passwords.
    Locked,
    /// TLS.
    Encrypted,
}

/// A broker.
pub struct Mosquitto {
    child: Child,
    folder: PathBuf,
    pub address: SocketAddr,
    root: Vec<u8>,
    _claim: File,
}

impl Mosquitto {
    pub fn open() -> Self {
        Self::start(Door::Open, &[])
    }

    pub fn start(door: Door, users: &[(String, String)]) -> Self {
        let (port, claim) = free_port();
        let folder = std::env::temp_dir().join(format!("liengia-sim-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the test's own broker is set up");
        let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
        let mut settings =
            vec![format!("listener {port} 127.0.0.1\nuser root\npersistence false\nlog_dest none")];
        settings.push(format!("allow_anonymous {}", door != Door::Locked));
        if door == Door::Locked {
            let lines: Vec<String> =
                users.iter().map(|(name, password)| format!("{name}:{password}\n")).collect();
            std::fs::write(at("users"), lines.concat()).expect("the test's own broker is set up");
            assert!(
                Command::new("mosquitto_passwd")
                    .args(["-U", &at("users")])
                    .status()
                    .expect("the test's own broker is set up")
                    .success()
            );
            settings.push(format!("password_file {}", at("users")));
        }
        let root = if door == Door::Encrypted { certificates(&at) } else { Vec::new() };
        if door == Door::Encrypted {
            settings.push(format!("certfile {}\nkeyfile {}", at("own.pem"), at("key.pem")));
        }
        std::fs::write(at("conf"), settings.join("\n") + "\n").expect("the test's own broker is set up");
        let child = launch(&folder);
        let broker = Self { child, folder, address: ([127, 0, 0, 1], port).into(), root, _claim: claim };
        broker.wait();
        broker
    }

    fn wait(&self) {
        // Nothing tells when a process listens; each look costs a moment.
        let listens = || TcpStream::connect_timeout(&self.address, Duration::from_millis(50)).is_ok();
        let tries = (0..600).any(|_| {
            listens() || {
                // Time itself is waited for: between two tries while the broker starts.
                std::thread::sleep(Duration::from_millis(10));
                false
            }
        });
        assert!(tries, "mosquitto does not listen");
    }

    pub fn plain(&self) -> Broker {
        Broker::plain(self.address)
    }

    pub fn encrypted(&self) -> Broker {
        let tls = Tls::trusting(std::slice::from_ref(&self.root), "localhost")
            .expect("the test's own broker is set up");
        Broker { address: self.address, tls: Some(tls) }
    }

    /// Kills it, as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().expect("the test's own broker is set up");
        self.child.wait().expect("the test's own broker is set up");
    }

    /// Starts it again on the same port.
    pub fn restart(&mut self) {
        self.child = launch(&self.folder);
        self.wait();
    }

    /// Says something, as a node would.
    pub fn say(&self, topic: &str, payload: &str) {
        let port = self.address.port().to_string();
        let said = Command::new("mosquitto_pub")
            .args(["-h", "127.0.0.1", "-p", &port, "-q", "1", "-t", topic, "-m", payload])
            .status();
        assert!(said.expect("the test's own broker is set up").success());
    }

    /// Hears everything that devices say, from now on.
    pub fn listen(&self) -> Ear {
        let port = self.address.port().to_string();
        let mut child = Command::new("mosquitto_sub")
            .args(["-h", "127.0.0.1", "-p", &port, "-q", "1", "-t", "lg/#", "-t", "probe", "-F", "%t %p"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("apt-get install mosquitto-clients");
        let (sender, lines) = sync_channel(LINES);
        let out = BufReader::new(child.stdout.take().expect("the test's own broker is set up"));
        std::thread::spawn(move || out.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok()));
        let ear = Ear { child, lines };
        let hears = || {
            self.say("probe", "");
            ear.lines.recv_timeout(Duration::from_millis(100)).is_ok()
        };
        assert!((0..100).any(|_| hears()), "mosquitto_sub hears nothing");
        ear
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        // It may be killed already, and its folder gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn launch(folder: &std::path::Path) -> Child {
    let path = if std::path::Path::new("/usr/sbin/mosquitto").exists() {
        "/usr/sbin/mosquitto"
    } else {
        "mosquitto"
    };
    let mut command = Command::new(path);
    command.arg("-c").arg(folder.join("conf")).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("apt-get install mosquitto")
}

/// An authority, and a certificate of it for `localhost` in files; the authority's own.
fn certificates(at: &dyn Fn(&str) -> String) -> Vec<u8> {
    let pem = |label: &str, der: &[u8]| {
        let text = STANDARD.encode(der);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).expect("the test's own broker is set up"))
            .collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    };
    let key = KeyPair::generate().expect("the test's own broker is set up");
    let mut params = CertificateParams::new(Vec::new()).expect("the test's own broker is set up");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = params.self_signed(&key).expect("the test's own broker is set up").der().to_vec();
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().expect("the test's own broker is set up");
    let signed = CertificateParams::new(vec!["localhost".to_owned()])
        .expect("the test's own broker is set up")
        .signed_by(&own, &issuer)
        .expect("the test's own broker is set up");
    std::fs::write(at("own.pem"), pem("CERTIFICATE", signed.der())).expect("the test's own broker is set up");
    std::fs::write(at("key.pem"), pem("PRIVATE KEY", &own.serialize_der()))
        .expect("the test's own broker is set up");
    root
}

/// What mosquitto's own client hears: a topic and a payload on each line.
pub struct Ear {
    child: Child,
    lines: Receiver<String>,
}

impl Ear {
    /// The next line of which this is true.
    pub fn until(&self, wanted: impl Fn(&str) -> bool) -> String {
        let mut heard = 0;
        loop {
            match self.lines.recv_timeout(LONG) {
                Ok(line) if wanted(&line) => return line,
                Ok(_) => heard += 1,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("not heard, among {heard} other lines")
                }
            }
        }
    }

    /// The next line with this topic and something in it.
    pub fn word(&self, topic: &str, part: &str) -> String {
        self.until(|line| {
            line.split_once(' ').is_some_and(|(t, payload)| t == topic && payload.contains(part))
        })
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // It may have ended with its broker.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
