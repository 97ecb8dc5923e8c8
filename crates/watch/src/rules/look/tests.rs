//! The charter, line by line.

use super::*;
use crate::{
    event::{CameraFacts, Hours, Masking},
    views::Bare,
};
use liengia_kernel::{HouseholdId, SeededEntropy, SiteId};

const NOON: i64 = 1_800_000_000 - 1_800_000_000 % 86_400 + 12 * 3_600;

struct Street {
    home: HouseholdId,
    alarm: AlarmId,
    public: Camera,
    private: Camera,
}

fn now() -> Timestamp {
    Timestamp::from_seconds(NOON)
}

fn street() -> Street {
    let entropy = SeededEntropy::new(7);
    let home = HouseholdId::new(now(), &entropy);
    let facts = CameraFacts {
        site: SiteId::new(now(), &entropy),
        name: "Ngã tư".into(),
        position: Position::new(21.0, 107.0).unwrap(),
        direction: 0,
        angle: 90,
        reach_m: 50,
        owner: Owner::Public,
    };
    let camera = |owner| Camera {
        camera: CameraId::new(now(), &entropy),
        facts: CameraFacts { owner, ..facts.clone() },
        consent: None,
        consented: None,
        paused: false,
        masks: Vec::new(),
        masking: Masking::None,
        bare: None,
        reaim_asked_at: None,
        reaim_note: None,
        reaim_done: None,
        died_at: None,
        repair: None,
        voted: None,
        aimed_at: now(),
        added_at: now(),
        removed_at: None,
        version: 1,
    };
    let (public, private) = (camera(Owner::Public), camera(Owner::Household(home)));
    Street { home, alarm: AlarmId::new(now(), &entropy), public, private }
}

fn consent(purposes: &[LookPurpose]) -> Consent {
    Consent {
        purposes: purposes.to_vec(),
        recorded: true,
        live: true,
        only_during_alarms: false,
        hours: None,
        until: None,
    }
}

fn live(purpose: LookPurpose) -> LookAsked {
    let entropy = SeededEntropy::new(8);
    LookAsked {
        person: PersonId::new(now(), &entropy),
        unit: Scope::Place(liengia_kernel::PlaceId::new(now(), &entropy)),
        kind: LookKind::Live,
        purpose,
        span: None,
        alarm: None,
        shift: None,
        case: None,
        order: None,
        delay: None,
    }
}

fn back(purpose: LookPurpose, from: i64, to: i64) -> LookAsked {
    let at = |seconds| Timestamp::from_seconds(NOON + seconds);
    LookAsked { kind: LookKind::Playback, span: Some(Span { from: at(from), to: at(to) }), ..live(purpose) }
}

fn see(camera: &Camera, asked: &LookAsked) -> Result<(), Shut> {
    may_see(camera, asked, now(), 0, &[])
}

#[test]
fn the_newest_recorded_picture_is_part_of_a_live_look_at_public_cameras_alone() {
    let street = street();
    let watch = live(LookPurpose::DutyWatch);
    assert!(shows_newest(&watch, &street.public));
    assert!(!shows_newest(&watch, &street.private));
    assert!(!shows_newest(&live(LookPurpose::Residents), &street.public));
    assert!(!shows_newest(&back(LookPurpose::DutyWatch, -60, 0), &street.public));
}

#[test]
fn without_consent_nobody_but_the_owner_sees_a_homes_camera() {
    let street = street();
    for purpose in
        [LookPurpose::DutyWatch, LookPurpose::Alarm, LookPurpose::Offence, LookPurpose::CameraCheck]
    {
        assert_eq!(see(&street.private, &live(purpose)), Err(Shut::NoConsent));
        assert_eq!(see(&street.private, &back(purpose, -60, 0)), Err(Shut::NoConsent));
    }
    let own = LookAsked { unit: Scope::Household(street.home), ..live(LookPurpose::Owner) };
    assert_eq!(see(&street.private, &own), Ok(()));
    assert_eq!(see(&street.private, &live(LookPurpose::Owner)), Err(Shut::NotYours));
    assert_eq!(see(&street.public, &own), Err(Shut::NotYours));
}

#[test]
fn a_consent_opens_for_its_purposes_and_no_other_and_only_the_way_it_says() {
    let mut camera = street().private;
    camera.consent = Some(consent(&[LookPurpose::Offence]));
    assert_eq!(see(&camera, &live(LookPurpose::Offence)), Ok(()));
    assert_eq!(see(&camera, &live(LookPurpose::DutyWatch)), Err(Shut::NotForThis));
    camera.consent = Some(Consent { live: false, ..consent(&[LookPurpose::Offence]) });
    assert_eq!(see(&camera, &live(LookPurpose::Offence)), Err(Shut::NotThisWay));
    assert_eq!(see(&camera, &back(LookPurpose::Offence, -60, 0)), Ok(()));
    camera.consent = Some(Consent { recorded: false, ..consent(&[LookPurpose::Offence]) });
    assert_eq!(see(&camera, &back(LookPurpose::Offence, -60, 0)), Err(Shut::NotThisWay));
}

#[test]
fn a_pause_a_missing_mask_and_an_end_shut_it_whatever_was_consented_to() {
    let mut camera = street().private;
    camera.consent = Some(consent(&[LookPurpose::Offence]));
    let asked = live(LookPurpose::Offence);
    camera.paused = true;
    assert_eq!(see(&camera, &asked), Err(Shut::Paused));
    camera.paused = false;
    camera.masking = Masking::Withheld;
    assert_eq!(see(&camera, &asked), Err(Shut::NotMasked));
    camera.masking = Masking::OwnerSaysFine;
    assert_eq!(see(&camera, &asked), Ok(()));
    camera.consent = Some(Consent { until: Some(now()), ..consent(&[LookPurpose::Offence]) });
    assert_eq!(see(&camera, &asked), Err(Shut::Over));
}

#[test]
fn hours_count_for_now_and_for_both_ends_of_what_was_recorded() {
    let mut camera = street().private;
    let morning = Hours { from: 8 * 60, to: 11 * 60 };
    camera.consent = Some(Consent { hours: Some(morning), ..consent(&[LookPurpose::Offence]) });
    assert_eq!(see(&camera, &live(LookPurpose::Offence)), Err(Shut::NotNow));
    assert_eq!(see(&camera, &back(LookPurpose::Offence, -3 * 3_600, -2 * 3_600)), Ok(()));
    assert_eq!(see(&camera, &back(LookPurpose::Offence, -3 * 3_600, -600)), Err(Shut::NotNow));
    // Both ends lie in the morning, and a night between them.
    assert_eq!(see(&camera, &back(LookPurpose::Offence, -26 * 3_600, -2 * 3_600)), Err(Shut::NotNow));
    assert_eq!(may_see(&camera, &live(LookPurpose::Offence), now(), -2, &[]), Ok(()));
}

#[test]
fn hours_over_midnight_and_long_ones_hide_what_lies_outside() {
    let hour = 3_600;
    let mut camera = street().private;
    let mut with = |from: u16, to: u16, span: (i64, i64)| {
        let hours = Some(Hours { from: from * 60, to: to * 60 });
        camera.consent = Some(Consent { hours, ..consent(&[LookPurpose::Offence]) });
        // Now is noon.
        see(&camera, &back(LookPurpose::Offence, span.0 * hour, span.1 * hour))
    };
    // 22:00 to 05:00: the night, not the day between two of them.
    assert_eq!(with(22, 5, (-14, -7)), Ok(()));
    assert_eq!(with(22, 5, (-14, -6)), Err(Shut::NotNow));
    assert_eq!(with(22, 5, (-15, -8)), Err(Shut::NotNow));
    assert_eq!(with(22, 5, (-32, -13)), Err(Shut::NotNow));
    // 06:00 to 20:00: the day, not the night between two of them.
    assert_eq!(with(6, 20, (-30, -16)), Ok(()));
    assert_eq!(with(6, 20, (-17, -5)), Err(Shut::NotNow));
    // 18:00 to 06:00 is twelve hours, and 00:00 to 24:00 a day.
    assert_eq!(with(18, 6, (-18, -6)), Ok(()));
    assert_eq!(with(0, 24, (-36, -12)), Ok(()));
    assert_eq!(with(0, 24, (-36, -11)), Err(Shut::NotNow));
}

#[test]
fn nobody_asks_for_footage_of_the_future_or_holds_it() {
    let street = street();
    let look = LookId::new(now(), &SeededEntropy::new(1));
    let asked = back(LookPurpose::Accident, -60, 1);
    let opened = opened(look, &asked, std::slice::from_ref(&street.public), now(), 0, &[]);
    assert_eq!(opened.map(drop), Err(WatchError::BadSpan));
    let at = |seconds| Timestamp::from_seconds(NOON + seconds);
    let hold = |from, to| super::super::held(Span { from: at(from), to: at(to) }, at(3_600), now());
    assert_eq!(hold(-60, 0), Ok(()));
    assert_eq!(hold(-60, 1), Err(WatchError::BadSpan));
    assert_eq!(hold(-32 * 86_400, 0), Err(WatchError::BadSpan));
}

#[test]
fn a_drill_and_an_alarm_that_no_resident_confirmed_open_no_home() {
    let street = street();
    let mut camera = street.private;
    camera.consent = Some(consent(&[LookPurpose::Alarm]));
    let asked = LookAsked { alarm: Some(street.alarm), ..live(LookPurpose::Alarm) };
    let near = Some(camera.facts.position);
    let incident = Incident { alarm: street.alarm, position: near, confirmed: true };
    let with = |incident| may_see(&camera, &asked, now(), 0, &[incident]);
    assert_eq!(with(incident), Ok(()));
    assert_eq!(with(Incident { confirmed: false, ..incident }), Err(Shut::NoAlarm));
    assert_eq!(with(Incident { position: None, ..incident }), Err(Shut::NoAlarm));
    let far = Some(Position::new(21.1, 107.0).unwrap());
    assert_eq!(with(Incident { position: far, ..incident }), Err(Shut::NoAlarm));
    let other = AlarmId::new(now(), &SeededEntropy::new(99));
    assert_eq!(with(Incident { alarm: other, ..incident }), Err(Shut::NoAlarm));
    assert_eq!(see(&camera, &asked), Err(Shut::NoAlarm));
}

#[test]
fn only_during_alarms_is_for_every_purpose() {
    let mut camera = street().private;
    camera.consent = Some(Consent { only_during_alarms: true, ..consent(&[LookPurpose::Accident]) });
    assert_eq!(see(&camera, &live(LookPurpose::Accident)), Err(Shut::NoAlarm));
}

#[test]
fn an_order_reaches_what_is_recorded_and_never_a_live_picture() {
    let street = street();
    let mut camera = street.private;
    camera.paused = true;
    assert_eq!(see(&camera, &live(LookPurpose::Order)), Err(Shut::OrderNotLive));
    assert_eq!(see(&street.public, &live(LookPurpose::Order)), Err(Shut::OrderNotLive));
    assert_eq!(see(&camera, &back(LookPurpose::Order, -60, 0)), Ok(()));
}

#[test]
fn an_order_shows_nothing_that_was_recorded_without_the_masks_of_its_home() {
    let mut camera = street().private;
    let at = |seconds| Timestamp::from_seconds(NOON + seconds);
    camera.bare = Some(Bare { from: at(-300), to: Some(at(-200)) });
    for (from, to) in [(-400, -250), (-280, -270), (-250, 0)] {
        assert_eq!(see(&camera, &back(LookPurpose::Order, from, to)), Err(Shut::NotMasked), "{from} to {to}");
    }
    for (from, to) in [(-400, -300), (-200, 0)] {
        assert_eq!(see(&camera, &back(LookPurpose::Order, from, to)), Ok(()), "{from} to {to}");
    }
    camera.masking = Masking::Withheld;
    assert_eq!(see(&camera, &back(LookPurpose::Order, -60, 0)), Err(Shut::NotMasked));
}

#[test]
fn of_a_camera_that_was_taken_down_nothing_is_live_and_its_homes_consent_is_over() {
    let Street { home, mut public, mut private, .. } = street();
    private.consent = Some(consent(&[LookPurpose::Offence]));
    private.paused = true;
    for camera in [&mut public, &mut private] {
        camera.removed_at = Some(now());
        assert!(!camera.is_recorded(now()));
    }
    let own = |asked: LookAsked| LookAsked { unit: Scope::Household(home), ..asked };
    let back = |purpose| back(purpose, -60, 0);
    for purpose in [LookPurpose::Offence, LookPurpose::Order, LookPurpose::Owner, LookPurpose::Residents] {
        assert_eq!(see(&public, &live(purpose)), Err(Shut::TakenDown));
        assert_eq!(see(&private, &own(live(purpose))), Err(Shut::TakenDown));
    }
    assert_eq!(see(&public, &back(LookPurpose::Offence)), Ok(()));
    assert_eq!(see(&private, &back(LookPurpose::Offence)), Err(Shut::NoConsent));
    assert_eq!(see(&private, &back(LookPurpose::Order)), Ok(()));
    assert_eq!(see(&private, &own(back(LookPurpose::Owner))), Ok(()));
    assert_eq!(see(&private, &back(LookPurpose::Owner)), Err(Shut::NotYours));
    private.masking = Masking::Withheld;
    assert_eq!(see(&private, &back(LookPurpose::Order)), Err(Shut::NotMasked));
}

#[test]
fn a_look_names_cameras_a_purpose_and_what_belongs_to_it() {
    let street = street();
    let look = LookId::new(now(), &SeededEntropy::new(1));
    let open = |asked: &LookAsked, cameras: &[Camera]| opened(look, asked, cameras, now(), 0, &[]).map(drop);
    let public = [street.public.clone()];
    assert_eq!(open(&live(LookPurpose::Accident), &[]), Err(WatchError::WhichCameras));
    let many = vec![street.public.clone(); 17];
    assert_eq!(open(&live(LookPurpose::Accident), &many), Err(WatchError::WhichCameras));
    assert_eq!(open(&live(LookPurpose::Offence), &public), Err(WatchError::CaseNeeded));
    assert_eq!(open(&live(LookPurpose::DutyWatch), &public), Err(WatchError::WrongPurpose));
    assert_eq!(open(&live(LookPurpose::Alarm), &public), Err(WatchError::WrongPurpose));
    let spanned = LookAsked { span: back(LookPurpose::Accident, -60, 0).span, ..live(LookPurpose::Accident) };
    assert_eq!(open(&spanned, &public), Err(WatchError::BadSpan));
    assert_eq!(open(&back(LookPurpose::Accident, 0, 0), &public), Err(WatchError::BadSpan));
    assert_eq!(open(&back(LookPurpose::Accident, -40 * 86_400, 0), &public), Err(WatchError::BadSpan));
    assert_eq!(open(&live(LookPurpose::Accident), &public), Ok(()));
    let both = [street.public.clone(), street.private.clone()];
    let shut = WatchError::Shut { camera: street.private.camera, why: Shut::NoConsent };
    assert_eq!(open(&live(LookPurpose::Accident), &both), Err(shut));
}
