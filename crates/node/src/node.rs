//! One node, wired: journal, access, register, alarms, broker, browsers.

use crate::{
    alarm_loop::{self, Bells, Numbers, Postman, Round},
    api,
    config::{Config, Gateway},
    gatekeeper::{self, Gatekeeper},
    identity::{Identity, write_durably},
    listen, pages,
    ports::{Reached, Screens, Wrong, topics},
    tls,
};
use anyhow::Context as _;
use axum::{Router, routing::get};
use liengia_access::{Access, AccessConfig, Built, PasswordCost};
use liengia_fire::{
    Kit,
    live::{self, Alarms, Hub},
    settings::{Mqtt, Settings},
};
use liengia_http::{Origins, ShellConfig};
use liengia_journal::{Database, Journal, JournalConfig, Part, Schema};
use liengia_kernel::{AlarmId, Clock, Entropy, Pii, SystemClock, SystemEntropy};
use liengia_register::Register;
use liengia_signal::{
    book::Book,
    hook::{self, Hook},
    mqtt::{Broker, BrokerConfig, Credentials, Limits},
    outgoing::{Client, Reach, Trust},
    push::{self, Contact, Pusher, VapidKey},
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use utoipa::openapi::OpenApi;

/// What the capabilities bring, in the order of their arrows.
pub const PARTS: [Part; 4] = [
    liengia_access::PART,
    liengia_register::views::PART,
    liengia_fire::views::PART,
    liengia_signal::book::PART,
];

/// Connections for reading.
const READERS: usize = 4;

/// How often a phone hears from the node.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// How long a start waits for what it has just written to be known everywhere.
const CATCH_UP: Duration = Duration::from_mins(1);

/// How long a message may take on its way to a push service or a gateway.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

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
    /// The broker.
    pub broker: Broker,
    /// What the endpoints are.
    pub document: OpenApi,
    /// Where browsers connect.
    pub listening: Vec<SocketAddr>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    gate: watch::Receiver<u64>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
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
    /// Starts a node.
    #[expect(clippy::too_many_lines, reason = "the wiring, once and in its order")]
    pub async fn start(config: &Config, setting: &Setting, extra: Router) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("cannot make the folder {}", config.data.display()))?;
        let identity = Identity::open(&config.data, &config.host, clock.now(), &*entropy)?;
        let journal = Journal::open(JournalConfig {
            database: database(config),
            commune: identity.commune,
            schema: Schema::new(PARTS),
            entropy: entropy.clone(),
            readers: READERS,
        })
        .await?;
        let register = Register { journal: journal.clone(), entropy: entropy.clone() };
        let kit = Kit { journal: journal.clone(), entropy: entropy.clone() };
        let origin = origin_of(config);
        let pages = std::iter::once(origin.as_str()).chain(setting.origins.iter().map(String::as_str));
        let origins = Origins::new(pages)?;
        let access = Access::open(
            journal.clone(),
            AccessConfig {
                clock: clock.clone(),
                entropy: entropy.clone(),
                directory: Arc::new(register.clone()),
                origin: origin.clone(),
                origins: origins.clone(),
                password_cost: PasswordCost::default(),
            },
        )
        .await?;
        let (stop, stopping) = watch::channel(false);
        let (postman, letters) = Postman::new();
        let hub = Hub::default();
        let bells = Arc::new(Bells { broker: OnceLock::new(), hub: hub.clone(), postman });
        let offset = config.alarm.utc_offset_hours;
        let opened =
            live::open(journal.clone(), clock.clone(), bells.clone(), offset, stopping.clone()).await?;
        let live::Opened { alarms, directory, seq: after } = opened;
        let mut tasks = Vec::new();
        let credentials = Arc::new(Credentials::new());
        gatekeeper::admit_all(&kit, &directory, &credentials).await?;
        let limits = Limits { connections: config.mqtt.max_connections, ..Limits::default() };
        let broker_config = BrokerConfig {
            plain: config.mqtt.listen.into_iter().collect(),
            tls: config.mqtt.tls_listen.into_iter().collect(),
            certificate: config.http.tls.as_ref().map(tls::for_devices).transpose()?,
            limits,
        };
        let (broker, inbox) = Broker::start(&broker_config, credentials.clone(), clock.clone())?;
        // Set once, here.
        let _ = bells.broker.set(broker.clone());
        tasks.push(tokio::spawn(alarm_loop::listen(
            inbox,
            alarms.clone(),
            directory.clone(),
            clock.clone(),
            entropy.clone(),
        )));
        let (kept, gate) = watch::channel(after);
        let keeper = Gatekeeper { kit: kit.clone(), credentials, broker: broker.clone(), kept };
        tasks.push(tokio::spawn(keeper.keep(after, stopping.clone())));
        let reach = if setting.push_to_loopback { Reach::PublicOrLoopback } else { Reach::Public };
        let book = Arc::new(Book::open(&journal, reach).await?);
        let vapid = vapid_key(&config.data.join("keys"), &*entropy)?;
        let outgoing = Outgoing::start(config, reach, &vapid, &clock, &entropy)?;
        let round = Round {
            directory: directory.clone(),
            alarms: alarms.clone(),
            book: book.clone(),
            pusher: outgoing.pusher,
            hook: outgoing.hook,
            numbers: numbers(config),
            clock: clock.clone(),
        };
        tasks.push(tokio::spawn(alarm_loop::go(round, letters, stopping.clone())));
        let wrong = Arc::new(Wrong {
            journal: journal.clone(),
            alarms: OnceLock::new(),
            clock: clock.clone(),
            failing_since: Mutex::new(None),
        });
        let _ = wrong.alarms.set(alarms.clone());
        let screens = Screens::default();
        let settings = Settings {
            emergency_number: config.alarm.emergency_number.as_str().into(),
            heartbeat: HEARTBEAT,
            mqtt: mqtt_for_devices(config, &broker),
            outline: None,
            phones: Arc::new(Reached { screens: screens.clone(), book: book.clone() }),
            faults: wrong,
        };
        let fire = liengia_fire::api::Api::new(
            alarms.clone(),
            kit.clone(),
            register.clone(),
            access.clone(),
            directory.clone(),
            settings,
        );
        let shared = api::Shared {
            fire,
            screens,
            access: access.clone(),
            register: register.clone(),
            alarms: alarms.clone(),
            hub,
            book,
            push_key: vapid.public_key().into(),
            broker: broker.clone(),
            clock: clock.clone(),
            stopping: stopping.clone(),
        };
        let Built { router, document, .. } = api::routes(&shared).build(&access);
        let shell = ShellConfig::new(origins, clock.clone(), entropy.clone());
        // Not the fallback: that one is the shell's, and says so of methods too.
        let pages = Router::new().route("/", get(pages::page)).route("/{*path}", get(pages::page));
        let whole = router.merge(extra).merge(pages);
        let (router, _counts) = liengia_http::shell(whole, shell);
        let router = router.merge(api::health(&shared));
        let certificate = config.http.tls.as_ref().map(tls::server_config).transpose()?;
        let mut listening = Vec::new();
        for address in &config.http.listen {
            let listener =
                TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
            listening.push(listener.local_addr()?);
            tasks.push(tokio::spawn(listen::serve(
                listener,
                certificate.clone(),
                router.clone(),
                stopping.clone(),
            )));
        }
        Ok(Self {
            journal,
            access,
            register,
            kit,
            alarms,
            broker,
            document,
            listening,
            clock,
            gate,
            stop,
            tasks,
        })
    }

    /// Waits until what is in the journal now is known to access, to the engine and to the broker's gate.
    pub async fn caught_up(&self) -> anyhow::Result<()> {
        let head = self.journal.head().await?;
        self.access.caught_up(head).await;
        self.alarms.caught_up(head, CATCH_UP).await;
        let mut gate = self.gate.clone();
        let _ = tokio::time::timeout(CATCH_UP, gate.wait_for(|seq| *seq >= head)).await;
        Ok(())
    }

    /// Stops: nothing that was acknowledged is lost, and what devices said until now is in the journal.
    pub async fn stop(self) {
        self.broker.stop().await;
        // Everybody who listens is gone already: then nothing is left to stop.
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        self.alarms.written().await;
        drop((self.register, self.kit, self.alarms, self.access));
        let _ = tokio::time::timeout(SEND_TIMEOUT, self.journal.close()).await;
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
    match (&config.http.tls, port) {
        (Some(_), 443) => format!("https://{}", config.host),
        (Some(_), port) => format!("https://{}:{port}", config.host),
        (None, port) => format!("http://{}:{port}", config.host),
    }
}

/// Where devices are told to connect.
fn mqtt_for_devices(config: &Config, broker: &Broker) -> Mqtt {
    let addresses = broker.addresses();
    let tls = addresses.tls.first().copied();
    let port = tls.or(addresses.plain.first().copied()).map_or(1883, |address| address.port());
    Mqtt { host: config.host.as_str().into(), port, tls: tls.is_some(), topics }
}

fn numbers(config: &Config) -> Numbers {
    let pii = |number: &Option<String>| number.clone().map(Pii::new);
    Numbers {
        on_call: pii(&config.alarm.on_call),
        village_security: pii(&config.alarm.village_security),
        next_post: pii(&config.alarm.next_post),
    }
}

/// The key with which the node signs pushes: made once, readable by the node alone.
fn vapid_key(folder: &Path, entropy: &dyn Entropy) -> anyhow::Result<VapidKey> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let path: PathBuf = folder.join("push.key");
    if path.exists() {
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        return VapidKey::load(&bytes).with_context(|| format!("{} is no push key", path.display()));
    }
    let key = VapidKey::generate(entropy);
    write_durably(&path, &key.to_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(key)
}

/// What leaves the node.
struct Outgoing {
    pusher: Option<Pusher<String>>,
    hook: Option<Hook<AlarmId>>,
}

impl Outgoing {
    fn start(
        config: &Config,
        reach: Reach,
        vapid: &VapidKey,
        clock: &Arc<dyn Clock>,
        entropy: &Arc<dyn Entropy>,
    ) -> anyhow::Result<Self> {
        let trust = Trust::of_this_machine().unwrap_or_else(|error| {
            tracing::warn!(%error, "no push and no gateway over https can be reached");
            Trust::nobody()
        });
        let contact = config.alarm.push_contact.clone().unwrap_or_else(|| format!("https://{}", config.host));
        let contact = Contact::new(&contact).context("alarm.push_contact")?;
        let client = Client::new(reach, &trust, SEND_TIMEOUT);
        let (pusher, outcomes) =
            push::start(client, vapid.clone(), contact, push::PACE, clock.clone(), entropy.clone());
        tokio::spawn(drain(outcomes));
        let gateways: Vec<hook::Gateway> =
            config.alarm.gateways.iter().map(gateway).collect::<Result<_, _>>()?;
        let hook = (!gateways.is_empty()).then(|| {
            let client = Client::new(Reach::Operator, &trust, hook::TIMEOUT);
            let (hook, outcomes) = hook::start(client, gateways, hook::PACE, clock.clone(), entropy.clone());
            tokio::spawn(drain(outcomes));
            hook
        });
        Ok(Self { pusher: Some(pusher), hook })
    }
}

fn gateway(gateway: &Gateway) -> anyhow::Result<hook::Gateway> {
    let path = &gateway.secret_file;
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let secret = hook::Secret::parse(text.trim()).with_context(|| path.display().to_string())?;
    let channels = gateway.channels.iter().filter_map(|channel| match channel.as_str() {
        "sms" => Some(hook::Channel::Sms),
        "voice" => Some(hook::Channel::Voice),
        "loudspeaker" => Some(hook::Channel::Loudspeaker),
        _ => None,
    });
    Ok(hook::Gateway::new(&gateway.name, &gateway.url, channels, secret, None)?)
}

/// Takes outcomes out, so that sending goes on.
async fn drain<T>(mut outcomes: tokio::sync::mpsc::Receiver<T>) {
    while outcomes.recv().await.is_some() {}
}
