//! A home's camera for the tests of this folder.

use crate::{
    event::{CameraFacts, Consent, LookPurpose, Mask, Masking, Owner},
    views::Camera,
};
use liengia_kernel::{CameraId, HouseholdId, Position, SeededEntropy, SiteId, Timestamp};

pub(super) const MASK: Mask = Mask { x: 0, y: 0, width: 500, height: 1_000 };

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

/// A home's camera that is shared for looking into offences.
pub(super) fn home() -> Camera {
    let entropy = SeededEntropy::new(3);
    Camera {
        camera: CameraId::new(at(0), &entropy),
        facts: CameraFacts {
            site: SiteId::new(at(0), &entropy),
            name: "Cổng".into(),
            position: Position::new(21.0, 107.0).unwrap(),
            direction: 0,
            angle: 90,
            reach_m: 50,
            owner: Owner::Household(HouseholdId::new(at(0), &entropy)),
        },
        consent: Some(Consent {
            purposes: vec![LookPurpose::Offence],
            recorded: true,
            live: false,
            only_during_alarms: false,
            hours: None,
            until: None,
        }),
        consented: None,
        paused: false,
        masks: vec![MASK],
        masking: Masking::ByCamera,
        bare: None,
        reaim_asked_at: None,
        reaim_done: None,
        died_at: None,
        repair: None,
        voted: None,
        aimed_at: at(0),
        added_at: at(0),
        removed_at: None,
        version: 1,
    }
}
