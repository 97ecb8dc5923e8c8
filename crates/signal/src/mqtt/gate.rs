//! Who may come in and what they may touch. The broker asks; whoever holds the roster answers, from memory.
//!
//! Promises: deny is the default, nobody comes in without a secret, and what a client may touch is exactly the topics
//! of the devices it speaks for.

use super::{profile::Profile, secret::SecretHash, topic};
use liengia_kernel::DeviceId;
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

/// How many devices one client may speak for: a bridge, or the box in an alley.
pub const DEVICES_PER_CLIENT: usize = 512;

/// The port through which the broker asks. It is called for every connection and must not wait for anything.
pub trait Gate: Send + Sync {
    /// What these credentials open, or nothing.
    fn admit(&self, knock: &Knock<'_>) -> Option<Arc<Pass>>;
}

/// Somebody at the gate.
#[derive(Clone, Copy)]
pub struct Knock<'a> {
    /// The user name.
    pub username: &'a str,
    /// The password as it was sent.
    pub password: &'a [u8],
    /// It comes over TLS.
    pub encrypted: bool,
}

/// What a device is, as far as its words are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Rings.
    Bell,
    /// Is pressed.
    Button,
    /// Smells smoke or feels heat.
    Detector,
    /// Rings, and is pressed or smells smoke.
    Combined,
}

impl Kind {
    /// It can ring.
    pub const fn rings(self) -> bool {
        matches!(self, Self::Bell | Self::Combined)
    }
}

/// A device and how it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The device.
    pub device: DeviceId,
    /// What it is.
    pub kind: Kind,
    /// How it speaks.
    pub profile: Profile,
    /// Its name behind a bridge, if it is not the device's id.
    pub name: Option<String>,
}

/// What a client may do: speak for these devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Whose credentials they are: the device itself, the bridge, or the box.
    pub client: DeviceId,
    /// The devices, at most [`DEVICES_PER_CLIENT`].
    pub devices: Vec<Served>,
}

impl Pass {
    /// A device that speaks for itself.
    pub fn for_device(device: DeviceId, kind: Kind, profile: Profile) -> Self {
        Self { client: device, devices: vec![Served { device, kind, profile, name: None }] }
    }

    /// Whether it may publish there.
    pub fn may_publish(&self, name: &str) -> bool {
        topic::owner(name).is_some_and(|(owner, below)| {
            if self.devices.iter().any(|served| served.device == owner && served.profile == Profile::Liengia)
            {
                return topic::is_upward(below);
            }
            self.speaks_below(owner)
        })
    }

    /// Whether it may subscribe to that: every topic that the filter can match must be its own.
    pub fn may_subscribe(&self, filter: &str) -> bool {
        topic::owner(filter).is_some_and(|(owner, _)| {
            owner == self.client || self.devices.iter().any(|served| served.device == owner)
        })
    }

    /// Whether it stands before other devices and so says much that is of no interest here.
    pub fn is_bridge(&self) -> bool {
        self.devices.iter().any(|served| served.profile.is_bridged())
    }

    /// The device that a topic speaks of, and what stands below its own part.
    pub(super) fn device_at<'a>(&self, name: &'a str) -> Option<(&Served, &'a str)> {
        let (owner, below) = topic::owner(name)?;
        let direct =
            self.devices.iter().find(|served| served.device == owner && !served.profile.is_bridged());
        if let Some(served) = direct {
            return Some((served, below));
        }
        if owner != self.client {
            return None;
        }
        // Behind a bridge: by the name given there, else by the device's id.
        let (first, after) = below.split_once('/').unwrap_or((below, ""));
        let id = topic::device(first);
        self.devices.iter().filter(|served| served.profile.is_bridged()).find_map(|served| {
            let Some(name) = &served.name else {
                return (id == Some(served.device)).then_some((served, after));
            };
            match below.strip_prefix(name.as_str())? {
                "" => Some((served, "")),
                rest => rest.strip_prefix('/').map(|rest| (served, rest)),
            }
        })
    }

    fn speaks_below(&self, owner: DeviceId) -> bool {
        let bridged = owner == self.client && self.is_bridge();
        bridged || self.devices.iter().any(|served| served.device == owner && !served.profile.is_bridged())
    }
}

impl Served {
    /// The name by which its bridge calls it.
    pub fn spoken_name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.device.to_string())
    }
}

/// The roster in memory: a [`Gate`] that the node keeps up to date.
#[derive(Default)]
pub struct Credentials {
    clients: RwLock<BTreeMap<DeviceId, (SecretHash, Kept)>>,
}

/// What is kept of a client that is not here: most are one device, whose pass is made when it comes.
#[derive(Clone)]
enum Kept {
    /// A device that speaks for itself.
    Device(Kind, Profile),
    /// Any other.
    Whole(Arc<Pass>),
}

impl Kept {
    fn of(pass: Pass) -> Self {
        match pass.devices.as_slice() {
            [only] if only.device == pass.client && only.name.is_none() => {
                Self::Device(only.kind, only.profile)
            }
            _ => Self::Whole(Arc::new(pass)),
        }
    }

    fn pass(&self, client: DeviceId) -> Arc<Pass> {
        match self {
            Self::Device(kind, profile) => Arc::new(Pass::for_device(client, *kind, *profile)),
            Self::Whole(pass) => pass.clone(),
        }
    }
}

impl Credentials {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Many clients at once, in no order, which leaves no room unused.
    pub fn put_all(&self, all: impl IntoIterator<Item = (SecretHash, Pass)>) {
        let all = all.into_iter().map(|(secret, mut pass)| {
            pass.devices.truncate(DEVICES_PER_CLIENT);
            (pass.client, (secret, Kept::of(pass)))
        });
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        let known = std::mem::take(&mut *clients);
        *clients = known.into_iter().chain(all).collect();
    }

    /// A client as it now is. One that is connected keeps what it had until `Broker::disconnect`.
    pub fn put(&self, secret: SecretHash, mut pass: Pass) {
        pass.devices.truncate(DEVICES_PER_CLIENT);
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.insert(pass.client, (secret, Kept::of(pass)));
    }

    /// A client that may no longer come in.
    pub fn remove(&self, client: DeviceId) {
        self.clients.write().unwrap_or_else(PoisonError::into_inner).remove(&client);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.clients.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Gate for Credentials {
    fn admit(&self, knock: &Knock<'_>) -> Option<Arc<Pass>> {
        let nobody = SecretHash::from_bytes([0; 32]);
        let known = knock.username.parse::<DeviceId>().ok().and_then(|id| {
            let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
            clients.get(&id).map(|(secret, kept)| (id, *secret, kept.clone()))
        });
        // An unknown name costs the same hash as a wrong password.
        let fits = known.as_ref().map_or(nobody, |(_, secret, _)| *secret).fits(knock.password);
        known.filter(|_| fits).map(|(client, _, kept)| kept.pass(client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, Timestamp};

    fn ids() -> (DeviceId, DeviceId) {
        let entropy = SeededEntropy::new(1);
        (
            DeviceId::new(Timestamp::from_seconds(1), &entropy),
            DeviceId::new(Timestamp::from_seconds(1), &entropy),
        )
    }

    #[test]
    fn only_the_right_secret_opens() {
        let (mine, other) = ids();
        let secret = "5f1c9a77e0b34d5288aa10f4c2d3e9b6";
        let roster = Credentials::new();
        roster.put(SecretHash::of(secret.as_bytes()), Pass::for_device(mine, Kind::Bell, Profile::Liengia));
        let admit = |username: &str, password: &[u8]| {
            roster.admit(&Knock { username, password, encrypted: false }).map(|pass| pass.client)
        };
        let good = secret.as_bytes();
        assert_eq!(admit(&mine.to_string(), good), Some(mine));
        assert_eq!(admit(&mine.to_string(), b"wrong"), None);
        assert_eq!(admit(&mine.to_string(), b""), None);
        assert_eq!(admit(&other.to_string(), good), None);
        assert_eq!(admit("admin", good), None);
        assert_eq!(admit("", &[0; 32]), None);
        roster.remove(mine);
        assert_eq!(admit(&mine.to_string(), good), None);
    }

    #[test]
    fn a_device_touches_only_its_own_topics() {
        let (mine, other) = ids();
        let pass = Pass::for_device(mine, Kind::Bell, Profile::Liengia);
        assert!(pass.may_publish(&format!("lg/{mine}/press")));
        assert!(
            pass.may_subscribe(&format!("lg/{mine}/ring")) && pass.may_subscribe(&format!("lg/{mine}/#"))
        );
        for foreign in [format!("lg/{other}/press"), format!("lg/{mine}"), "lg/press".into(), "press".into()]
        {
            assert!(!pass.may_publish(&foreign), "{foreign}");
        }
        assert!(
            !pass.may_publish(&format!("lg/{mine}/ring")),
            "what the node says is not the device's to say"
        );
        for foreign in ["#", "+/#", "lg/#", "lg/+/ring", "$SYS/#", "$share/a/lg/#", "+"] {
            assert!(!pass.may_subscribe(foreign), "{foreign}");
        }
        assert!(!pass.may_subscribe(&format!("lg/{other}/ring")));
        assert!(!pass.may_subscribe(&format!("$share/a/lg/{mine}/ring")));
    }

    #[test]
    fn a_box_in_the_alley_speaks_for_its_devices_and_no_other() {
        let (boxed, bell) = ids();
        let pass = Pass {
            client: boxed,
            devices: vec![Served { device: bell, kind: Kind::Bell, profile: Profile::Liengia, name: None }],
        };
        assert!(pass.may_publish(&format!("lg/{bell}/rang")) && pass.may_subscribe(&format!("lg/{bell}/#")));
        assert!(!pass.may_publish(&format!("lg/{boxed}/press")), "the box itself is no button");
        assert_eq!(
            pass.device_at(&format!("lg/{bell}/rang")).map(|(served, below)| (served.device, below)),
            Some((bell, "rang"))
        );
    }

    #[test]
    fn a_bridge_calls_its_devices_by_name() {
        let (bridge, smoke) = ids();
        let profile = Profile::Zigbee2Mqtt { siren: crate::mqtt::profile::Siren::Warning };
        let pass = Pass {
            client: bridge,
            devices: vec![Served {
                device: smoke,
                kind: Kind::Detector,
                profile,
                name: Some("kitchen/smoke".into()),
            }],
        };
        let at = |below: &str| {
            pass.device_at(&format!("lg/{bridge}/{below}"))
                .map(|(served, rest)| (served.device, rest.to_owned()))
        };
        assert_eq!(at("kitchen/smoke"), Some((smoke, String::new())));
        assert_eq!(at("kitchen/smoke/availability"), Some((smoke, "availability".into())));
        assert_eq!(at("kitchen/smoker"), None);
        assert!(
            pass.may_publish(&format!("lg/{bridge}/bridge/state"))
                && pass.may_subscribe(&format!("lg/{bridge}/#"))
        );
    }
}
