//! Cameras: what records them, what keeps the records of them, and what alarms do with their footage.

use super::{Devices, Ground, Tasks};
use crate::{
    config::Config,
    identity::make_folder,
    incidents::Burning,
    reactions::{AlarmKeepsFootage, GoneHomeHasNoCameras, ShiftEndsItsWatch},
};
use anyhow::Context as _;
use liengia_watch::{
    acts::Cameras,
    api::Api,
    running::{Running, RunningConfig},
    settings::Settings,
    tier::TierSettings,
    webrtc::Webrtc,
};
use std::{
    net::{SocketAddr, UdpSocket},
    sync::Arc,
};

/// The cameras of a node.
pub struct Eyes {
    /// Their endpoints.
    pub api: Api,
}

impl Eyes {
    /// Starts recording what is to be recorded. A disk that is not there keeps nothing else from starting.
    pub async fn start(
        config: &Config,
        ground: &Ground,
        devices: &Devices,
        tasks: &mut Tasks,
    ) -> anyhow::Result<Self> {
        let cameras = Cameras {
            journal: ground.journal.clone(),
            entropy: ground.entropy.clone(),
            doors: ground.keys.door.clone(),
        };
        let disks = config.footage();
        if config.watch.disks.is_empty() {
            let folder = config.data.join("footage");
            make_folder(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let running = Running::start(RunningConfig {
            disks,
            data: config.data.clone(),
            free_bytes: config.watch.free_bytes,
            camera_bytes: config.watch.camera_bytes,
            tier: tier(config, ground),
            node: config.host.clone(),
            key: ground.keys.export.clone(),
            clock: ground.clock.clone(),
            entropy: ground.entropy.clone(),
        })?;
        running.align(&cameras).await.context("cameras cannot be read")?;
        let burning = Burning {
            alarms: devices.alarms.clone(),
            directory: devices.directory.clone(),
            kit: ground.kit.clone(),
            access: ground.access.clone(),
        };
        follow(&cameras, &running, (ground, &burning), tasks);
        let webrtc = config.watch.webrtc.and_then(|address| {
            // Everything else goes on without it, live pictures too.
            let started = webrtc(address, ground);
            started.inspect_err(|error| tracing::error!(%error, "no live pictures over WebRTC")).ok()
        });
        let settings = Settings {
            utc_offset_hours: config.alarm.utc_offset_hours,
            incidents: Arc::new(burning),
            origin: ground.origin.as_str().into(),
            origins: ground.origins.clone(),
        };
        let api = Api {
            cameras,
            running,
            webrtc,
            register: ground.register.clone(),
            access: ground.access.clone(),
            settings,
        };
        Ok(Self { api })
    }
}

/// What goes on with cameras and footage by itself.
fn follow(cameras: &Cameras, running: &Running, (ground, burning): (&Ground, &Burning), tasks: &mut Tasks) {
    let (cameras, clock) = (cameras.clone(), ground.clock.clone());
    tasks.run(running.clone().tend(cameras.clone(), tasks.stopping()));
    let keeps = AlarmKeepsFootage {
        burning: burning.clone(),
        cameras: cameras.clone(),
        running: running.clone(),
        clock: clock.clone(),
    };
    tasks.run(keeps.watch(tasks.stopping()));
    let watch = ShiftEndsItsWatch { journal: ground.journal.clone(), running: running.clone() };
    tasks.run(watch.watch(tasks.stopping()));
    let (access, running) = (ground.access.clone(), running.clone());
    tasks.run(GoneHomeHasNoCameras { access, cameras, running, clock }.watch(tasks.stopping()));
}

/// The store beside the disks. Where it cannot be used, cameras are recorded all the same.
fn tier(config: &Config, ground: &Ground) -> Option<TierSettings> {
    let tier = config.watch.tier.as_ref()?;
    let settings = ground.keys.door.as_ref().context("the node's camera.key cannot be read");
    let settings = settings.and_then(|door| tier.settings(ground.journal.commune(), door.for_footage()));
    let why = |error: &anyhow::Error| {
        tracing::error!(error = format!("{error:#}"), "no footage goes to the tier; run `liengia check`");
    };
    settings.inspect_err(why).ok()
}

/// The port of live views over WebRTC; told to browsers as it is.
fn webrtc(address: SocketAddr, ground: &Ground) -> anyhow::Result<Webrtc> {
    let socket = UdpSocket::bind(address).with_context(|| format!("{address} cannot be used"))?;
    let bound = socket.local_addr()?;
    Ok(Webrtc::start(socket, &[bound], ground.clock.clone(), ground.entropy.clone())?)
}
