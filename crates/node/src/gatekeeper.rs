//! Keeps the broker's gate true: a device that was paired may come in, one that was taken away is out at once.

use anyhow::Context as _;
use liengia_fire::{
    Kit,
    event::{FireEvent, Kind, KitEvent, Profile},
    live::Directory,
    views::Device,
};
use liengia_journal::Event;
use liengia_kernel::DeviceId;
use liengia_signal::mqtt::{self, Broker, Credentials, Pass, SecretHash, Siren};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::watch;

/// Lets every paired device in.
pub async fn admit_all(
    kit: &Kit,
    directory: &RwLock<Directory>,
    credentials: &Credentials,
) -> anyhow::Result<()> {
    let secrets = kit.secrets().await.context("the devices' secrets cannot be read")?;
    let directory = directory.read().unwrap_or_else(PoisonError::into_inner);
    for (device, secret) in secrets {
        if let Some(device) = directory.devices.get(&device) {
            admit(credentials, device, secret);
        }
    }
    Ok(())
}

fn admit(credentials: &Credentials, device: &Device, secret: [u8; 32]) {
    let kind = match device.kind {
        Kind::Bell => mqtt::Kind::Bell,
        Kind::Button => mqtt::Kind::Button,
        Kind::Detector => mqtt::Kind::Detector,
        Kind::Combined => mqtt::Kind::Combined,
    };
    let profile = match device.profile {
        Profile::Liengia => mqtt::Profile::Liengia,
        Profile::Zigbee2mqtt => mqtt::Profile::Zigbee2Mqtt { siren: Siren::default() },
        Profile::Tasmota => mqtt::Profile::Tasmota,
        Profile::Esphome => mqtt::Profile::EspHome,
    };
    credentials.put(SecretHash::from_bytes(secret), Pass::for_device(device.device, kind, profile));
}

/// Follows pairings and removals.
pub struct Gatekeeper {
    /// The kit.
    pub kit: Kit,
    /// Who may come in.
    pub credentials: Arc<Credentials>,
    /// Where they come in.
    pub broker: Broker,
    /// The `seq` up to which the gate is true.
    pub kept: watch::Sender<u64>,
}

impl Gatekeeper {
    /// Follows the journal after `seq` until `stop` is true.
    pub async fn keep(self, after: u64, mut stop: watch::Receiver<bool>) {
        let mut entries = self.kit.journal.subscribe(after);
        loop {
            let entry = tokio::select! {
                entry = entries.next() => entry,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match entry {
                Ok(Some(entry)) => {
                    if &*entry.slice == KitEvent::SLICE
                        && let Ok(FireEvent::Kit(event)) = entry.event()
                    {
                        self.changed(event).await;
                    }
                    self.kept.send_replace(entry.seq);
                }
                Ok(None) => return,
                Err(error) => tracing::error!(%error, "pairings cannot be followed"),
            }
        }
    }

    async fn changed(&self, event: KitEvent) {
        match event {
            KitEvent::DevicePaired { device, replaces, .. } => {
                match (self.kit.device(device).await, self.kit.secret(device).await) {
                    (Ok(known), Ok(Some(secret))) => admit(&self.credentials, &known, secret),
                    // Taken away again before we looked.
                    (Ok(_), Ok(None)) => {}
                    (Err(error), _) | (_, Err(error)) => {
                        tracing::error!(%error, "a paired device cannot be let in");
                    }
                }
                if let Some(old) = replaces {
                    self.shut_out(old);
                }
            }
            KitEvent::DeviceRemoved { device, .. } => self.shut_out(device),
            _ => {}
        }
    }

    fn shut_out(&self, device: DeviceId) {
        self.credentials.remove(device);
        self.broker.disconnect(device);
    }
}
