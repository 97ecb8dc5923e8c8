//! Many devices and points at once: for an import, and for the sample commune.

use super::{Kit, KitActError, device::Secret};
use crate::{
    event::{Kind, KitEvent, Profile, Spot},
    rules::{self, PointParticulars},
};
use liengia_journal::{Commit, Context, Draft, Salt, statement};
use liengia_kernel::{DeviceId, HouseholdId, PointId};

/// A device to load; nobody pairs it, since whoever loads it knows its secret.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is.
    pub household: HouseholdId,
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub spot: Spot,
    /// Whether a drill sounds different on it.
    pub second_sound: bool,
    /// What it signs in with.
    pub secret: Secret,
}

impl Kit {
    /// Loads devices that speak our own topics.
    pub fn load_devices(&self, context: &Context, devices: &[NewDevice]) -> Commit {
        let mut commit = Commit::new(context.clone(), Vec::new());
        for new in devices {
            commit.drafts.push(Draft::of(&KitEvent::DevicePaired {
                device: new.device,
                household: new.household,
                device_kind: new.kind,
                profile: Profile::Liengia,
                spot: new.spot,
                second_sound: new.second_sound,
                replaces: None,
                siren: None,
            }));
            commit.beside.push(statement!(
                "INSERT INTO device_secrets (commune, device, sha256) VALUES ($1, $2, $3)",
                self.journal.commune(),
                new.device,
                new.secret.sha256()
            ));
        }
        commit
    }

    /// Loads firefighting points.
    pub fn load_points(
        &self,
        context: &Context,
        points: Vec<(PointId, PointParticulars)>,
    ) -> Result<Commit, KitActError> {
        let mut commit = Commit::new(context.clone(), Vec::new());
        for (point, particulars) in points {
            let PointParticulars { facts, keyholder } = particulars.checked()?;
            let kept = (!keyholder.expose().is_empty())
                .then(|| self.note(point, Salt::new(&*self.entropy), &keyholder));
            let (commitment, keep) = kept.unzip();
            commit.drafts.push(Draft::of(&rules::add_point(point, facts, commitment)));
            commit = commit.beside(keep);
        }
        Ok(commit)
    }
}
