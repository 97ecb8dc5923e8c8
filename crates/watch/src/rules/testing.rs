//! A home's camera for the tests of this folder.

use crate::{
    event::{CameraFacts, Consent, LookPurpose, Mask, Masking, Owner, Payer, SiteFacts, SitePurpose},
    views::{Camera, Site},
};
use liengia_kernel::{CameraId, HouseholdId, PlaceId, Position, SeededEntropy, SiteId, Timestamp};

pub(crate) const MASK: Mask = Mask { x: 0, y: 0, width: 500, height: 1_000 };

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

/// A home's camera that is shared for looking into offences.
pub(crate) fn home() -> Camera {
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
        reaim_note: None,
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

/// The site of a camera.
pub(crate) fn site(camera: &Camera) -> Site {
    Site {
        site: camera.facts.site,
        facts: SiteFacts {
            place: PlaceId::from_bytes([1; 16]),
            name: "Ngã ba".into(),
            position: camera.facts.position,
            purpose: SitePurpose::PublicSafety,
            words: String::new(),
            contact: "Công an xã".into(),
            paid_by: Payer::Budget,
            sound: false,
            keep_hours: 72,
        },
        longer: None,
        version: 1,
    }
}
