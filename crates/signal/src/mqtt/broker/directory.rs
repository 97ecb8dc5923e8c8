//! Which connections speak for which device.

use super::conn::Conn;
use liengia_kernel::DeviceId;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

/// All connections that said who they are.
#[derive(Default)]
pub(super) struct Directory {
    by_device: RwLock<HashMap<DeviceId, Vec<Arc<Conn>>>>,
}

/// What changes when a connection comes.
pub(super) struct Entered {
    /// Devices that had no connection before.
    pub(super) new: Vec<DeviceId>,
    /// Connections that this one replaces.
    pub(super) replaced: Vec<Arc<Conn>>,
}

impl Directory {
    fn read(&self) -> RwLockReadGuard<'_, HashMap<DeviceId, Vec<Arc<Conn>>>> {
        self.by_device.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<DeviceId, Vec<Arc<Conn>>>> {
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
        for device in keys(conn) {
            let conns = by_device.entry(device).or_insert_with(|| Vec::with_capacity(1));
            if conns.is_empty() {
                new.push(device);
            }
            conns.push(conn.clone());
        }
        Entered { new, replaced }
    }

    /// A connection ended. Answers the devices that have none any more.
    pub(super) fn leave(&self, conn: &Arc<Conn>) -> Vec<DeviceId> {
        let mut by_device = self.write();
        let mut gone = Vec::new();
        for device in keys(conn) {
            let Some(conns) = by_device.get_mut(&device) else { continue };
            conns.retain(|other| !Arc::ptr_eq(other, conn));
            if conns.is_empty() {
                by_device.remove(&device);
                gone.push(device);
            }
        }
        gone
    }

    /// The connections that speak for a device.
    pub(super) fn of(&self, device: DeviceId) -> Vec<Arc<Conn>> {
        self.read().get(&device).cloned().unwrap_or_default()
    }

    /// Looks at the connections that speak for each of these devices.
    pub(super) fn each_of<T>(
        &self,
        devices: impl IntoIterator<Item = (DeviceId, T)>,
        mut look: impl FnMut(DeviceId, T, &[Arc<Conn>]),
    ) {
        let by_device = self.read();
        for (device, about) in devices {
            look(device, about, by_device.get(&device).map_or(&[], Vec::as_slice));
        }
    }

    /// Whether any connection speaks for a device.
    pub(super) fn knows(&self, device: DeviceId) -> bool {
        self.read().contains_key(&device)
    }

    /// Looks at every connection; one that speaks for several devices comes several times.
    pub(super) fn each(&self, mut look: impl FnMut(&Arc<Conn>)) {
        self.read().values().flatten().for_each(&mut look);
    }
}

/// A client's own id and its devices', each once.
fn keys(conn: &Conn) -> HashSet<DeviceId> {
    let pass = conn.identity().map(|identity| &identity.pass);
    let devices = pass.into_iter().flat_map(|pass| pass.devices.iter().map(|served| served.device));
    devices.chain(pass.map(|pass| pass.client)).collect()
}
