//! What rings: the alarm engine, the broker, and the gate that knows every paired device.
//!
//! The broker and what hears its devices share one thread that does nothing else: from a press to the last bell no other
//! thread is woken, and neither a busy browser nor a slow disk comes between.

use super::{Ground, Tasks};
use crate::{
    alarm_loop::{self, Bells, Letter, Postman, Timing},
    config::Config,
    gatekeeper::{self, Gatekeeper},
    tls::Certificates,
};
use liengia_fire::live::{self, Alarms, Directory, Hub};
use liengia_signal::mqtt::{Broker, BrokerConfig, Credentials, Limits};
use std::sync::{Arc, RwLock};
use tokio::{
    runtime::Handle,
    sync::{mpsc, watch},
};

/// What rings.
pub struct Devices {
    /// The alarm engine.
    pub alarms: Alarms,
    /// Who is who, in memory.
    pub directory: Arc<RwLock<Directory>>,
    /// The broker.
    pub broker: Broker,
    /// News for open screens.
    pub hub: Hub,
    /// Where words to people are dropped.
    pub postman: Postman,
    /// The `seq` up to which the gate is true.
    pub gate: watch::Receiver<u64>,
    /// How long presses took to the disk.
    pub timing: Arc<Timing>,
    /// The node's certificate, if it has one.
    pub certificates: Option<Certificates>,
}

impl Devices {
    /// Starts the engine, then lets devices in. Also gives the words to people, for the round.
    pub async fn start(
        config: &Config,
        ground: &Ground,
        tasks: &mut Tasks,
    ) -> anyhow::Result<(Self, mpsc::Receiver<Letter>)> {
        let (postman, letters) = Postman::new();
        let hub = Hub::default();
        let timing = Arc::new(Timing::new(ground.clock.clone()));
        let bells = Arc::new(Bells::new(hub.clone(), postman.clone(), timing.clone()));
        let opened = live::open(
            ground.journal.clone(),
            ground.clock.clone(),
            bells.clone(),
            config.alarm.utc_offset_hours,
            tasks.stopping(),
        )
        .await?;
        let live::Opened { alarms, directory, seq: after } = opened;
        let credentials = Arc::new(Credentials::new());
        gatekeeper::admit_all(&ground.kit, &directory, &credentials).await?;
        let certificates = Certificates::of(config, ground.clock.now())?;
        let limits = Limits { connections: config.mqtt.max_connections, ..Limits::default() };
        let broker_config = BrokerConfig {
            plain: config.mqtt.listen.into_iter().collect(),
            tls: config.mqtt.tls_listen.into_iter().collect(),
            certificate: certificates.as_ref().map(Certificates::for_devices),
            limits,
            handshakes: Some(Handle::current()),
        };
        let rings = tasks.thread("rings")?;
        let (broker, inbox) = {
            let _there = rings.enter();
            Broker::start(&broker_config, credentials.clone(), ground.clock.clone(), ground.entropy.clone())?
        };
        bells.open(&broker);
        let listener = alarm_loop::Listener {
            alarms: alarms.clone(),
            directory: directory.clone(),
            clock: ground.clock.clone(),
            entropy: ground.entropy.clone(),
            timing: timing.clone(),
        };
        tasks.run_needed_on(&rings, "what hears devices", listener.listen(inbox));
        let (kept, gate) = watch::channel(after);
        let keeper = Gatekeeper {
            kit: ground.kit.clone(),
            credentials,
            broker: broker.clone(),
            clock: ground.clock.clone(),
            kept,
        };
        let left = gatekeeper::left_behind(&directory);
        tasks.run_needed("the keeper of the broker's gate", keeper.keep(left, after, tasks.stopping()));
        let devices = Self { alarms, directory, broker, hub, postman, gate, timing, certificates };
        Ok((devices, letters))
    }
}
