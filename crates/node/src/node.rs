//! One node at work: journal, access, register, alarms, broker, browsers. How its parts are put together stands in
//! [`crate::wiring`].

use crate::{
    api::Document,
    config::Config,
    wiring::{Browsers, Devices, Eyes, Ground, Outgoing, Parts, Tasks},
};
use axum::Router;
use liengia_access::{Access, RouteEntry};
use liengia_fire::{Kit, live::Alarms};
use liengia_journal::{Database, Journal, Part};
use liengia_kernel::Clock;
use liengia_register::Register;
use liengia_signal::mqtt::Broker;
use liengia_watch::{acts::Cameras, api::Api, running::Running};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::sync::watch;

/// What the capabilities bring, in the order of their arrows.
pub const PARTS: [Part; 5] = [
    liengia_access::PART,
    liengia_register::views::PART,
    liengia_fire::views::PART,
    liengia_watch::views::PART,
    liengia_signal::book::PART,
];

/// How long a start waits for what it has just written to be known everywhere.
const CATCH_UP: Duration = Duration::from_mins(1);

/// How long a stop waits for the journal.
const CLOSING: Duration = Duration::from_secs(5);

/// A node that serves.
pub struct Node {
    /// The journal.
    pub journal: Journal,
    /// Accounts, sessions, roles.
    pub access: Access,
    /// Who is where.
    pub register: Register,
    /// Devices, points, shifts.
    pub kit: Kit,
    /// The alarm engine.
    pub alarms: Alarms,
    /// Cameras, as the records have them.
    pub cameras: Cameras,
    /// What is recorded.
    running: Running,
    /// The broker.
    pub broker: Broker,
    /// What the endpoints are.
    pub document: Document,
    /// Who may come through which.
    pub routes: Vec<RouteEntry>,
    /// Where browsers connect.
    pub listening: Vec<SocketAddr>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    gate: watch::Receiver<u64>,
    tasks: Tasks,
}

/// What differs between a node in service and a demo.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// Other origins that pages may come from, besides the node's own.
    pub origins: Vec<String>,
    /// Pushes may go to this machine.
    pub push_to_loopback: bool,
}

impl Node {
    /// Starts a node: the records first, then what rings, then what tells people, and browsers last.
    pub async fn start(config: &Config, setting: &Setting, extra: Router) -> anyhow::Result<Self> {
        let mut tasks = Tasks::new();
        let ground = Ground::open(config, setting).await?;
        let (devices, letters) = Devices::start(config, &ground, &mut tasks).await?;
        let outgoing = Outgoing::start(config, setting, &ground, &devices, letters, &mut tasks).await?;
        let eyes = Eyes::start(config, &ground, &devices, &mut tasks).await?;
        let parts = Parts { ground: &ground, devices: &devices, outgoing: &outgoing, eyes: &eyes };
        let browsers = Browsers::open(config, parts, extra, &mut tasks).await?;
        let Eyes { api: Api { cameras, running, .. } } = eyes;
        let Ground { journal, access, register, kit, clock, .. } = ground;
        let Devices { alarms, broker, gate, .. } = devices;
        let Browsers { document, routes, listening } = browsers;
        Ok(Self {
            journal,
            access,
            register,
            kit,
            alarms,
            cameras,
            running,
            broker,
            document,
            routes,
            listening,
            clock,
            gate,
            tasks,
        })
    }

    /// Waits until what is in the journal now is known to access, to the engine and to the broker's gate.
    pub async fn caught_up(&self) -> anyhow::Result<()> {
        let head = self.journal.head().await?.seq;
        self.access.caught_up(head).await;
        self.alarms.caught_up(head, CATCH_UP).await;
        let mut gate = self.gate.clone();
        let _ = tokio::time::timeout(CATCH_UP, gate.wait_for(|seq| *seq >= head)).await;
        Ok(())
    }

    /// Lets what is recorded follow what was written beside the API.
    pub async fn align_cameras(&self) -> anyhow::Result<()> {
        Ok(self.running.align(&self.cameras).await?)
    }

    /// Waits until something ended before its time that the node cannot do without; tells what.
    pub fn lost(&self) -> impl Future<Output = &'static str> + Send + 'static + use<> {
        let (tasks, engine) = (self.tasks.lost(), self.alarms.lost());
        let (journal, access) = (self.journal.ended(), self.access.ended());
        async move {
            tokio::select! {
                what = tasks => what,
                what = engine => what,
                () = journal => "the journal's writer",
                () = access => "what follows sessions and roles",
            }
        }
    }

    /// Stops: nothing that was acknowledged is lost, and what devices said until now is in the journal.
    pub async fn stop(self) {
        self.tasks.leave();
        self.broker.stop().await;
        self.tasks.stop().await;
        self.alarms.written().await;
        // Footage that waits is on the disk before the journal closes.
        let running = self.running;
        let _ = tokio::task::spawn_blocking(move || running.stop()).await;
        drop((self.register, self.kit, self.alarms, self.cameras, self.access));
        let _ = tokio::time::timeout(CLOSING, self.journal.close()).await;
    }
}

/// Where the journal is.
pub fn database(config: &Config) -> Database {
    match &config.database.postgres {
        Some(url) => Database::Postgres(url.clone()),
        None => Database::Sqlite(config.data.join("journal.db")),
    }
}

/// Where people open pages.
pub fn origin_of(config: &Config) -> String {
    let port = config.http.listen.first().map_or(443, SocketAddr::port);
    match (config.secure(), port) {
        (true, 443) => format!("https://{}", config.host),
        (true, port) => format!("https://{}:{port}", config.host),
        (false, port) => format!("http://{}:{port}", config.host),
    }
}
