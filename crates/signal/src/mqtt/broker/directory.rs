//! Which connections speak for which device.

use super::conn::Conn;
use crate::mqtt::gate::Served;
use liengia_kernel::DeviceId;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

/// All connections that said who they are.
#[derive(Default)]
pub(super) struct Directory {
    by_device: RwLock<Speakers>,
}

type Speakers = HashMap<DeviceId, Vec<Speaker>>;

/// A connection that speaks for a device. What the device is stands here once more: where many are told at once, each
/// further place to look it up is one that no cache knows.
pub(super) struct Speaker {
    pub(super) conn: Arc<Conn>,
    /// Whose connection it is.
    pub(super) client: DeviceId,
    /// None where the id is a bridge's or a box's own.
    pub(super) served: Option<Served>,
}

/// What changes when a connection comes.
pub(super) struct Entered {
    /// Devices that had no connection before.
    pub(super) new: Vec<DeviceId>,
    /// Connections that this one replaces.
    pub(super) replaced: Vec<Arc<Conn>>,
}

impl Directory {
    fn read(&self) -> RwLockReadGuard<'_, Speakers> {
        self.by_device.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Speakers> {
        self.by_device.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection said who it is. The same client under the same name is replaced; of too many of one client the one
    /// that was silent longest goes, one that subscribed to nothing first.
    pub(super) fn enter(&self, conn: &Arc<Conn>, most: usize, now: Duration) -> Entered {
        let Some(identity) = conn.identity() else {
            return Entered { new: Vec::new(), replaced: Vec::new() };
        };
        let mut by_device = self.write();
        let client = identity.pass.client;
        let mut others: Vec<_> = by_device
            .get(&client)
            .into_iter()
            .flatten()
            .map(|speaker| &speaker.conn)
            .filter(|other| other.identity().is_some_and(|other| other.pass.client == client))
            .cloned()
            .collect();
        let mut replaced = Vec::new();
        others.retain(|other| {
            let same = other.identity().is_some_and(|other| other.client_id == identity.client_id);
            if same {
                replaced.push(other.clone());
            }
            !same
        });
        if others.len() >= most.max(1) {
            let least = others.iter().max_by_key(|other| (!other.listens(), other.silent_for(now)));
            replaced.extend(least.cloned());
        }
        let mut new = Vec::new();
        for (device, served) in keys(conn) {
            let speakers = by_device.entry(device).or_insert_with(|| Vec::with_capacity(1));
            if speakers.is_empty() {
                new.push(device);
            }
            speakers.push(Speaker { conn: conn.clone(), client, served: served.cloned() });
        }
        Entered { new, replaced }
    }

    /// A connection ended. Answers the devices that have none any more.
    pub(super) fn leave(&self, conn: &Arc<Conn>) -> Vec<DeviceId> {
        let mut by_device = self.write();
        let mut gone = Vec::new();
        for (device, _) in keys(conn) {
            let Some(speakers) = by_device.get_mut(&device) else { continue };
            speakers.retain(|other| !Arc::ptr_eq(&other.conn, conn));
            if speakers.is_empty() {
                by_device.remove(&device);
                gone.push(device);
            }
        }
        gone
    }

    /// The connections that speak for a device.
    pub(super) fn of(&self, device: DeviceId) -> Vec<Arc<Conn>> {
        self.read().get(&device).into_iter().flatten().map(|speaker| speaker.conn.clone()).collect()
    }

    /// Looks at who speaks for each of these devices, all of them together. Nobody comes or goes meanwhile.
    pub(super) fn look<T, R>(
        &self,
        devices: impl IntoIterator<Item = (DeviceId, T)>,
        look: impl FnOnce(Vec<(&[Speaker], T)>) -> R,
    ) -> R {
        let by_device = self.read();
        let devices = devices.into_iter();
        look(
            devices
                .map(|(device, about)| (by_device.get(&device).map_or(&[][..], Vec::as_slice), about))
                .collect(),
        )
    }

    /// Whether any connection speaks for a device.
    pub(super) fn knows(&self, device: DeviceId) -> bool {
        self.read().contains_key(&device)
    }

    /// Looks at every connection; one that speaks for several devices comes several times.
    pub(super) fn each(&self, mut look: impl FnMut(&Arc<Conn>)) {
        self.read().values().flatten().for_each(|speaker| look(&speaker.conn));
    }
}

/// A client's own id and its devices', each once.
fn keys(conn: &Conn) -> HashMap<DeviceId, Option<&Served>> {
    let Some(identity) = conn.identity() else { return HashMap::new() };
    let devices = identity.pass.devices.iter().map(|served| (served.device, Some(served)));
    [(identity.pass.client, None)].into_iter().chain(devices).collect()
}
