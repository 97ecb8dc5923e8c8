//! The broker itself: it listens, lets devices in, hands what they say to the node and takes commands to them.
//!
//! Promises: sending a command writes to the sockets at once, from the caller's own thread; stopping hands over what was
//! heard before it ends; the same address can be listened on again at once. It keeps no session, no retained message and
//! no queue for an absent device, but for rings that still hold.

mod config;
mod conn;
mod counts;
mod directory;
mod hearing;
mod introduction;
mod lanes;
mod link;
mod listen;
mod meter;
mod packets;
mod session;
mod setting;
mod shared;
mod standing;
mod strangers;
mod tls;

pub use config::{BadCertificate, BrokerConfig, Certificate, Limits, StartError};
pub use counts::Counts;
pub use lanes::Inbox;
pub use shared::Told;

use super::{gate::Gate, message::Command, wire::reason};
use directory::Directory;
use lanes::Lanes;
use liengia_kernel::{Clock, DeviceId, Entropy};
use meter::Meters;
use setting::Setting;
use shared::Shared;
use standing::Standing;
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use strangers::Strangers;
use tokio::{
    net::TcpListener,
    runtime::Handle,
    sync::mpsc,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};

/// How often silent and stuck connections are looked for.
const SWEEP: Duration = Duration::from_secs(1);
/// How long stopping waits for connections to end.
const FAREWELL: Duration = Duration::from_secs(5);

/// The broker. Clones are the same broker.
#[derive(Clone)]
pub struct Broker {
    shared: Arc<Shared>,
    tasks: Arc<Tasks>,
    addresses: Arc<Addresses>,
}

/// Where a broker listens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Without TLS.
    pub plain: Vec<SocketAddr>,
    /// With TLS.
    pub tls: Vec<SocketAddr>,
}

/// How many are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Connections, said who they are or not.
    pub connections: usize,
    /// Those that have not.
    pub strangers: usize,
}

/// Tasks and connections that end with the last handle.
struct Tasks {
    shared: Arc<Shared>,
    running: Mutex<Vec<JoinHandle<()>>>,
    /// Ends when the last session did.
    over: tokio::sync::Mutex<mpsc::Receiver<()>>,
}

impl Tasks {
    fn abort(&self) -> Vec<JoinHandle<()>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.iter().for_each(JoinHandle::abort);
        std::mem::take(&mut *running)
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.abort();
        self.shared.strangers.close();
        self.shared.directory.each(|conn| conn.close());
    }
}

impl Broker {
    /// Starts on the current runtime. What devices say comes out of the [`Inbox`].
    pub fn start(
        config: &BrokerConfig,
        gate: Arc<dyn Gate>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<(Self, Inbox), StartError> {
        let certificate = config.certificate.as_ref().map(tls::server_config).transpose()?;
        if certificate.is_none() && !config.tls.is_empty() {
            return Err(StartError::NoCertificate);
        }
        let plain = bind_all(&config.plain)?;
        let tls = bind_all(&config.tls)?;
        let handshakes = config.handshakes.clone().unwrap_or_else(Handle::current);
        let (lanes, inbox) = Lanes::new(config.limits.urgent, config.limits.ordinary);
        let (token, over) = mpsc::channel(1);
        let shared = Arc::new(Shared {
            setting: Arc::new(Setting::new(config.limits, Handle::current(), handshakes)),
            gate,
            clock,
            entropy,
            directory: Directory::default(),
            standing: Standing::default(),
            meters: Meters::default(),
            endings: AtomicU64::new(0),
            strangers: Arc::new(Strangers::default()),
            certificate: RwLock::new(certificate),
            open: Mutex::new(Some((lanes, token))),
        });
        let addresses = Addresses { plain: local(&plain), tls: local(&tls) };
        let mut running = vec![tokio::spawn(sweep(shared.clone()))];
        for (listeners, encrypted) in [(plain, false), (tls, true)] {
            let accepting = listeners.into_iter().map(|one| listen::accept(shared.clone(), one, encrypted));
            running.extend(accepting.map(tokio::spawn));
        }
        let tasks = Tasks {
            shared: shared.clone(),
            running: Mutex::new(running),
            over: tokio::sync::Mutex::new(over),
        };
        Ok((Self { shared, tasks: Arc::new(tasks), addresses: Arc::new(addresses) }, inbox))
    }

    /// Where it listens.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Tells one device. Written to its connections before this returns, as far as they take it.
    pub fn tell(&self, device: DeviceId, command: &Command) -> Told {
        self.tell_all([device], command)
    }

    /// Tells many devices the same. The payload is made once.
    pub fn tell_all(&self, devices: impl IntoIterator<Item = DeviceId>, command: &Command) -> Told {
        self.shared.tell(devices, command)
    }

    /// Whether a connection speaks for the device.
    pub fn is_connected(&self, device: DeviceId) -> bool {
        self.shared.directory.knows(device)
    }

    /// Ends a client's connections: it was taken off the roster, or what it may do changed and it should come again.
    pub fn disconnect(&self, client: DeviceId) {
        // Counted before anybody is looked for: who comes in meanwhile sees it and is asked again.
        self.shared.endings.fetch_add(1, Ordering::SeqCst);
        for conn in self.shared.directory.of(client) {
            if conn.identity().is_some_and(|identity| identity.pass.client == client) {
                conn.say_goodbye(reason::ADMINISTRATIVE);
            }
        }
    }

    /// Uses another certificate from now on. Connections that are there stay.
    pub fn replace_certificate(&self, certificate: &Certificate) -> Result<(), BadCertificate> {
        let config = tls::server_config(certificate)?;
        *self.shared.certificate.write().unwrap_or_else(PoisonError::into_inner) = Some(config);
        Ok(())
    }

    /// What was counted since the start.
    pub fn counts(&self) -> Counts {
        self.shared.setting.counters.snapshot()
    }

    /// How many are there now.
    pub fn presence(&self) -> Presence {
        let connections = self.shared.open().map_or(0, |(_, token)| token.strong_count().saturating_sub(2));
        Presence { connections, strangers: self.shared.strangers.count() }
    }

    /// Stops: no new connections, a goodbye to all, and what they said until then is in the [`Inbox`], which then ends.
    pub async fn stop(&self) {
        for task in self.tasks.abort() {
            drop(task.await); // Until its socket is closed, nobody else can listen there.
        }
        self.shared.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.shared.strangers.close();
        let mut all = Vec::new();
        self.shared.directory.each(|conn| all.push(conn.clone()));
        for conn in all {
            conn.say_goodbye(reason::SHUTTING_DOWN);
        }
        let mut over = self.tasks.over.lock().await;
        if timeout(FAREWELL, over.recv()).await.is_err() {
            tracing::warn!("some MQTT connections did not end in time");
        }
    }
}

async fn sweep(shared: Arc<Shared>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        shared.sweep();
    }
}

fn bind_all(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, StartError> {
    addresses.iter().map(|address| listen::bind(*address)).collect()
}

fn local(listeners: &[TcpListener]) -> Vec<SocketAddr> {
    listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
}
