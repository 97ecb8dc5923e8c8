//! A bell, button or detector as its home, the leader and the desk see it.

use super::Names;
use crate::{
    engine::{DeviceHealth, Link, Rang},
    event::{Kind, Profile, Spot},
    views,
};
use liengia_kernel::{DeviceId, HouseholdId, Pii, Timestamp, shown};
use serde::Serialize;

/// A device and how it is.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Device {
    /// Its id, which is also its user name at the broker.
    pub id: DeviceId,
    /// Send it back with a change.
    pub version: u64,
    /// Whose it is.
    pub household: HouseholdId,
    /// What neighbours call that home.
    #[serde(serialize_with = "shown")]
    pub household_label: Pii<String>,
    /// What it is.
    pub kind: Kind,
    /// How it speaks.
    pub profile: Profile,
    /// Where in the home it is.
    pub spot: Spot,
    /// The same in words.
    pub label: String,
    /// Whether a drill sounds different on it; if not, it stays silent in a drill.
    pub second_sound: bool,
    /// Whether it is there.
    pub state: Link,
    /// When it was heard last.
    pub last_heard_at: Option<Timestamp>,
    /// Its charge.
    pub battery_percent: Option<u8>,
    /// Its charge is low.
    pub battery_low: bool,
    /// It was opened or taken off.
    pub tamper: bool,
    /// When somebody last heard it ringing.
    pub rang_at: Option<Timestamp>,
    /// Whether that is lately; null for what does not ring.
    pub rang_state: Option<Rang>,
}

impl Device {
    /// The device with its health; without one where no team, and so no alarm, has it.
    pub(crate) fn new(known: &views::Device, health: Option<&DeviceHealth>, names: &Names<'_>) -> Self {
        let spot = format!("fire-spot-{}", known.spot.to_string().replace('_', "-"));
        let unsupervised = if known.last_heard.is_some() { Link::Fault } else { Link::NeverSeen };
        Self {
            id: known.device,
            version: known.version,
            household: known.household,
            household_label: names.household(known.household),
            kind: known.kind,
            profile: known.profile,
            spot: known.spot,
            label: names.word(&spot).into_exposed(),
            second_sound: known.second_sound,
            state: health.map_or(unsupervised, |health| health.link),
            last_heard_at: health.map_or(known.last_heard, |health| health.last_heard_at),
            battery_percent: health.and_then(|health| health.battery_percent).or(known.battery_percent),
            battery_low: health.is_some_and(|health| health.battery_low),
            tamper: health.is_some_and(|health| health.tamper),
            rang_at: health.map_or(known.heard_at, |health| health.rang_at),
            rang_state: health.map_or(known.kind.rings().then_some(Rang::Never), |health| health.rang),
        }
    }
}
