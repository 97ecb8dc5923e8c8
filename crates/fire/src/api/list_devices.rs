//! `GET /api/devices`: bells, buttons and detectors, and how they are.

use super::Api;
use crate::{
    engine::{DeviceHealth, Link},
    shown::device::Device,
    views,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target, Where};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_kernel::{DeviceId, HouseholdId, TeamId};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
    sync::PoisonError,
};

/// Devices that the engine is asked about at a time: it stands still meanwhile.
const AT_A_TIME: usize = 256;

/// Which devices.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WhichDevices {
    /// Of this household.
    household: Option<HouseholdId>,
    /// Of this team's households.
    team: Option<TeamId>,
    /// In this state.
    #[param(inline)]
    state: Option<DeviceStateFilter>,
}

/// A state that a list is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceStateFilter {
    /// Heard lately.
    Ok,
    /// Silent for 100 s.
    Late,
    /// Silent for 180 s.
    Fault,
    /// Never heard.
    NeverSeen,
}

impl DeviceStateFilter {
    fn is(self, link: Link) -> bool {
        matches!(
            (self, link),
            (Self::Ok, Link::Ok)
                | (Self::Late, Link::Late)
                | (Self::Fault, Link::Fault)
                | (Self::NeverSeen, Link::NeverSeen)
        )
    }
}

/// Devices that the caller may see, in the order in which they were paired.
///
/// Of one household, whoever may read its devices; over households, or by how they are, whoever may know which are silent.
#[utoipa::path(get, path = "/api/devices", tag = "fire", params(WhichDevices, Page),
    responses((status = 200, body = Paged<Device>)))]
pub async fn list_devices(
    State(api): State<Api>,
    caller: Caller,
    Query(which): Query<WhichDevices>,
    page: Page,
) -> Result<Json<Paged<Device>>, Problem> {
    let of_one_home = which.household.is_some() && which.state.is_none();
    let action = if of_one_home { Action::ReadDevices } else { Action::ReadSilence };
    let reach = caller.reach(action)?;
    let rows = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let mut after = page.after::<DeviceId>()?;
    let mut found = Vec::new();
    while found.len() < rows {
        let some = api.devices_after(&reach, &which, after);
        let Some(last) = some.last() else { break };
        after = Some(last.device);
        let health = api.health_of(&some);
        let shown = api.named(caller.language(), |names| {
            let shown = some.iter().map(|known| Device::new(known, health.get(&known.device), names));
            shown.collect::<Vec<_>>()
        });
        found.extend(
            shown.into_iter().filter(|device| which.state.is_none_or(|state| state.is(device.state))),
        );
    }
    found.truncate(rows);
    Ok(Json(Paged::cut(found, &page, |device| device.id)))
}

impl Api {
    /// The next devices of these homes.
    fn devices_after(
        &self,
        reach: &Where,
        which: &WhichDevices,
        after: Option<DeviceId>,
    ) -> Vec<views::Device> {
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let from = after.map_or(Unbounded, Excluded);
        let wanted = |device: &&views::Device| {
            let team = directory.households.get(&device.household).and_then(|home| home.team);
            which.household.is_none_or(|household| household == device.household)
                && (which.team.is_none() || which.team == team)
                && self.within(reach, device.household)
        };
        let devices = directory.devices.range((from, Unbounded)).map(|(_, device)| device);
        devices.filter(wanted).take(AT_A_TIME).cloned().collect()
    }

    /// Whether a household stands where the caller may look.
    pub(super) fn within(&self, reach: &Where, household: HouseholdId) -> bool {
        let inside =
            |tree: &liengia_access::Tree| reach.nodes.iter().any(|node| tree.within(*node, household.into()));
        reach.everywhere || self.access.tree(inside)
    }

    /// How these devices are. The engine is asked about some of them at a time.
    pub(super) fn health_of<'a>(
        &self,
        devices: impl IntoIterator<Item = &'a views::Device>,
    ) -> BTreeMap<DeviceId, DeviceHealth> {
        let ids: Vec<DeviceId> = devices.into_iter().map(|device| device.device).collect();
        let now = self.alarms.now().wall;
        let mut health = BTreeMap::new();
        for some in ids.chunks(AT_A_TIME) {
            self.alarms.look(|state| {
                let known = some.iter().filter_map(|id| state.device_health(*id, now));
                health.extend(known.map(|known| (known.device, known)));
            });
        }
        health
    }

    /// A device's health as this caller may see it; none if they may not. For event streams.
    pub fn health_for(&self, caller: &Caller, health: &DeviceHealth) -> Option<Device> {
        if !caller.may(Action::ReadSilence, Target::household(health.household)) {
            return None;
        }
        self.named(caller.language(), |names| {
            let known = names.directory.devices.get(&health.device)?;
            Some(Device::new(known, Some(health), names))
        })
    }

    /// A device as this caller may see it.
    pub(super) async fn device_shown(&self, caller: &Caller, id: DeviceId) -> Result<Device, Problem> {
        let known = self.kit.device(id).await?;
        let health = self.health_of([&known]);
        Ok(self.named(caller.language(), |names| Device::new(&known, health.get(&id), names)))
    }
}
