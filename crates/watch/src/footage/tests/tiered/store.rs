//! A real store (moto), and a line to it that can be cut.

use liengia_journal::testing::left_out;
use liengia_kernel::{Clock, SystemClock, SystemEntropy};
use std::{
    io::{self, BufRead as _, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::tier::{AccessKey, SealKey, Tier, TierSettings};

/// Whether a test must be left out because no store is here; then that is said.
pub fn no_store(test: &str) -> bool {
    let missing = python().is_none();
    if missing {
        left_out(test, "there is no moto; `cargo xtask setup` brings it where it can");
    }
    missing
}

/// A Python that has moto: the one of `cargo xtask setup`, or the machine's own.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/moto/bin/python");
    let has_it = |python: &PathBuf| {
        let asked = ["-c", "import moto.server, boto3"];
        let run = Command::new(python).args(asked).stdout(Stdio::null()).stderr(Stdio::null()).status();
        run.is_ok_and(|status| status.success())
    };
    [own, "python3".into()].into_iter().find(has_it)
}

/// A store; it ends with the test.
pub struct Store {
    server: Child,
    talk: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    pub address: String,
    pub key: (String, String),
}

impl Store {
    pub fn start(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store.py");
        let mut command = Command::new(python().unwrap());
        command
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = command.spawn().unwrap();
        let mut said = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let words: Vec<_> = line.split_whitespace().map(ToOwned::to_owned).collect();
        let [address, id, secret] = &words[..] else { panic!("the store did not start: {line:?}") };
        let talk = Mutex::new((server.stdin.take().unwrap(), said));
        Self { server, talk, address: address.clone(), key: (id.clone(), secret.clone()) }
    }

    fn ask(&self, line: &str) -> Option<Vec<String>> {
        let mut talk = self.talk.lock().unwrap();
        writeln!(talk.0, "{line}").unwrap();
        let mut answer = String::new();
        talk.1.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    pub fn objects(&self) -> Vec<String> {
        self.ask("objects").unwrap()
    }

    /// Uploads that were begun and did not end.
    pub fn uploads(&self) -> Vec<String> {
        self.ask("uploads").unwrap()
    }

    pub fn put(&self, name: &str) {
        self.ask(&format!("put {name}"));
    }

    pub fn drop(&self, name: &str) {
        self.ask(&format!("drop {name}"));
    }

    pub fn settings(&self) -> TierSettings {
        TierSettings {
            endpoint: self.address.clone(),
            bucket: "footage".into(),
            region: "us-east-1".into(),
            prefix: "hoa-an/0190".into(),
            key: AccessKey::parse(&format!("{}\n{}\n", self.key.0, self.key.1)).unwrap(),
            seal: SealKey::new([7; 32]),
            authorities: None,
            after: Duration::ZERO,
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A tier with these settings, by the machine's own clock.
pub fn tier(settings: &TierSettings) -> Tier {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    Tier::new(settings, clock, Arc::new(SystemEntropy)).unwrap()
}

/// A line between a node and a store.
pub struct Line {
    pub address: String,
    state: Arc<State>,
}

struct State {
    to: String,
    open: AtomicBool,
    /// Bytes that still get to the store; then it is silent.
    left: AtomicI64,
}

impl Line {
    pub fn to(store: &Store) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let to = store.address.trim_start_matches("http://").to_owned();
        let state = Arc::new(State { to, open: AtomicBool::new(true), left: AtomicI64::new(i64::MAX) });
        let carrying = state.clone();
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let state = carrying.clone();
                if state.open.load(Ordering::SeqCst) {
                    thread::spawn(move || state.carry(&near));
                }
            }
        });
        Self { address, state }
    }

    /// Nobody is there any more.
    pub fn cut(&self) {
        self.state.open.store(false, Ordering::SeqCst);
    }

    /// After so many more bytes to the store nothing moves.
    pub fn silent_after(&self, bytes: i64) {
        self.state.left.store(bytes, Ordering::SeqCst);
    }

    /// As if nothing had been.
    pub fn mend(&self) {
        self.state.left.store(i64::MAX, Ordering::SeqCst);
        self.state.open.store(true, Ordering::SeqCst);
    }

    /// Whether all that was let through has gone.
    pub fn is_silent(&self) -> bool {
        self.state.left.load(Ordering::SeqCst) <= 0
    }
}

impl State {
    fn carry(self: Arc<Self>, near: &TcpStream) {
        let Ok(far) = TcpStream::connect(&self.to) else { return };
        for end in [near, &far] {
            end.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        }
        let (back, there) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        let state = self.clone();
        let answers = thread::spawn(move || state.pass(there, back, false));
        self.pass(near.try_clone().unwrap(), far, true);
        let _ = near.shutdown(Shutdown::Both);
        let _ = answers.join();
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream, counted: bool) {
        let mut bytes = vec![0; 64 * 1024];
        while self.open.load(Ordering::SeqCst) {
            if self.left.load(Ordering::SeqCst) <= 0 {
                // Nothing moves: the line is looked at again, until it is cut or mended.
                thread::sleep(Duration::from_millis(20));
                continue;
            }
            match from.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) => {
                    if counted {
                        self.left.fetch_sub(i64::try_from(count).unwrap(), Ordering::SeqCst);
                    }
                    if to.write_all(&bytes[..count]).is_err() {
                        break;
                    }
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                }
                Err(_) => break,
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    }
}
