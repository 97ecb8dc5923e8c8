//! Decisions about devices.

use super::KitError;
use crate::{
    event::KitEvent,
    views::{Device, Pairing},
};
use liengia_kernel::{HouseholdId, Timestamp};
use std::time::Duration;

/// How long a pairing code works.
pub const PAIRING_LASTS: Duration = Duration::from_mins(15);

/// Whether a household can pair a device that takes this one's place.
pub fn pairing_is_open(household: HouseholdId, replaced: Option<&Device>) -> Result<(), KitError> {
    match replaced {
        Some(old) if old.household != household => Err(KitError::NotThisHome),
        _ => Ok(()),
    }
}

/// The device of this pairing.
pub fn pair_device(
    pairing: Option<&Pairing>,
    second_sound: bool,
    now: Timestamp,
) -> Result<KitEvent, KitError> {
    let pairing = pairing.ok_or(KitError::NoPairing)?;
    if pairing.expires_at <= now {
        return Err(KitError::PairingExpired);
    }
    Ok(KitEvent::DevicePaired {
        device: pairing.device,
        household: pairing.household,
        device_kind: pairing.kind,
        profile: pairing.profile,
        spot: pairing.spot,
        second_sound,
        replaces: pairing.replaces,
        siren: pairing.siren,
    })
}

/// A device that is taken away.
pub fn remove_device(known: &Device) -> KitEvent {
    KitEvent::DeviceRemoved { device: known.device, household: known.household }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Kind, Profile, Spot};
    use liengia_kernel::DeviceId;

    fn pairing() -> Pairing {
        Pairing {
            device: DeviceId::from_bytes([2; 16]),
            household: HouseholdId::from_bytes([1; 16]),
            kind: Kind::Bell,
            profile: Profile::Liengia,
            spot: Spot::GroundFloor,
            replaces: None,
            siren: None,
            expires_at: Timestamp::from_seconds(900),
        }
    }

    #[test]
    fn a_code_works_until_it_expires() {
        let pair = |seconds| pair_device(Some(&pairing()), false, Timestamp::from_seconds(seconds));
        assert!(pair(899).is_ok());
        assert_eq!(pair(900), Err(KitError::PairingExpired));
        assert_eq!(pair_device(None, false, Timestamp::from_seconds(1)), Err(KitError::NoPairing));
    }
}
