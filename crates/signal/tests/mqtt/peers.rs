//! `mosquitto_pub` and `mosquitto_sub`, as anyone would use them.

use crate::support::{Node, PATIENCE, Paired};
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};
use tokio::{sync::mpsc, time::timeout};

const INSTALL: &str = "mosquitto_pub and mosquitto_sub are needed: install mosquitto-clients (apt-get install mosquitto-clients)";

pub fn at(program: &str, address: SocketAddr, who: Option<&Paired>) -> Command {
    let mut command = Command::new(program);
    command.args(["-h", &address.ip().to_string(), "-p", &address.port().to_string()]);
    if let Some(who) = who {
        command.args(["-u", &who.id.to_string(), "-P", &who.secret]);
    }
    command.stdin(Stdio::null());
    command
}

/// What a peer said and how it ended.
pub struct Said {
    pub text: String,
    pub fine: bool,
}

pub async fn run(mut command: Command) -> Said {
    let running = tokio::task::spawn_blocking(move || command.output());
    let output = timeout(PATIENCE, running).await.expect("it ends").expect("it runs").expect(INSTALL);
    let text = [output.stdout, output.stderr].concat();
    Said { text: String::from_utf8_lossy(&text).into_owned(), fine: output.status.success() }
}

/// Publishes as a device of this node.
pub async fn publish(node: &Node, who: &Paired, topic: &str, args: &[&str]) -> Said {
    publish_at(node.address(), Some(who), topic, args).await
}

pub async fn publish_at(address: SocketAddr, who: Option<&Paired>, topic: &str, args: &[&str]) -> Said {
    let mut command = at("mosquitto_pub", address, who);
    command.args(["-t", topic]).args(args);
    run(command).await
}

/// A `mosquitto_sub` that runs.
pub struct Listener {
    lines: mpsc::Receiver<String>,
    child: Child,
}

/// Subscribes, and returns once the broker has answered.
pub async fn listen(node: &Node, who: &Paired, args: &[&str]) -> Listener {
    listen_at(node.address(), who, args).await
}

pub async fn listen_at(address: SocketAddr, who: &Paired, args: &[&str]) -> Listener {
    // Line by line: into a pipe it would otherwise keep its words to itself.
    let mut command = Command::new("stdbuf");
    command.args(["-oL", "mosquitto_sub"]);
    let peer = at("mosquitto_sub", address, Some(who));
    command
        .args(peer.get_args())
        .stdin(Stdio::null())
        .args(["-d", "-v"])
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect(INSTALL);
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let (said, lines) = mpsc::channel(1_000);
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if said.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let mut listener = Listener { lines, child };
    listener.line("received SUBACK").await;
    listener
}

impl Listener {
    /// The next line that contains this.
    pub async fn line(&mut self, part: &str) -> String {
        let wanted = async {
            while let Some(line) = self.lines.recv().await {
                if line.contains(part) {
                    return line;
                }
            }
            panic!("mosquitto_sub ended before it said {part:?}")
        };
        timeout(PATIENCE, wanted).await.unwrap_or_else(|_| panic!("mosquitto_sub says {part:?}"))
    }

    /// Kills it, as a power cut would.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
