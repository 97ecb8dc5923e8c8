use super::*;
use crate::{
    event::{CameraMasks, LookPurpose, Mask},
    rules::testing::{MASK, at, home},
    views::Bare,
};
use liengia_access::Scope;
use liengia_kernel::{PersonId, PlaceId, SeededEntropy};

fn asked(purpose: LookPurpose, from: i64, to: i64) -> LookAsked {
    let entropy = SeededEntropy::new(4);
    let unit = Scope::Place(PlaceId::new(at(0), &entropy));
    LookAsked::handed_out(PersonId::new(at(0), &entropy), unit, purpose, Span { from: at(from), to: at(to) })
}

fn wanted(only_copy: bool) -> CopyWanted {
    CopyWanted { masks: Vec::new(), only_copy }
}

fn out(camera: &Camera, asked: &LookAsked, copy: Option<&CopyWanted>) -> Result<(), Shut> {
    may_hand_out(camera, asked, copy, at(9_000), 0, &[])
}

#[test]
fn what_a_home_drew_and_nothing_blackens_goes_out_covered_or_not_at_all() {
    let withheld = Camera { masking: Masking::Withheld, ..home() };
    for purpose in [LookPurpose::Offence, LookPurpose::Order] {
        let asked = asked(purpose, 0, 60);
        assert_eq!(out(&withheld, &asked, None), Err(Shut::OnlyAsCopy));
        assert_eq!(out(&withheld, &asked, Some(&wanted(false))), Err(Shut::OnlyAsCopy));
        assert_eq!(out(&withheld, &asked, Some(&wanted(true))), Ok(()));
        assert_eq!(out(&home(), &asked, None), Ok(()));
    }
    let fine = Camera { masking: Masking::OwnerSaysFine, ..home() };
    assert_eq!(out(&fine, &asked(LookPurpose::Offence, 0, 60), None), Ok(()));
}

#[test]
fn a_copy_opens_nothing_that_its_home_did_not_consent_to() {
    let withheld = Camera { masking: Masking::Withheld, ..home() };
    let accident = asked(LookPurpose::Accident, 0, 60);
    assert_eq!(out(&withheld, &accident, Some(&wanted(true))), Err(Shut::NotForThis));
    let paused = Camera { paused: true, ..withheld };
    assert_eq!(out(&paused, &asked(LookPurpose::Offence, 0, 60), Some(&wanted(true))), Err(Shut::Paused));
}

#[test]
fn footage_of_when_a_camera_had_forgotten_its_masks_goes_out_covered_too() {
    let bare = Some(Bare { from: at(100), to: Some(at(200)) });
    let camera = Camera { bare, ..home() };
    let of = |from, to| out(&camera, &asked(LookPurpose::Offence, from, to), None);
    assert_eq!((of(0, 100), of(200, 300)), (Ok(()), Ok(())));
    for (from, to) in [(0, 101), (150, 160), (199, 300), (0, 300)] {
        assert_eq!(of(from, to), Err(Shut::OnlyAsCopy), "{from} {to}");
        let asked = asked(LookPurpose::Offence, from, to);
        assert_eq!(out(&camera, &asked, Some(&wanted(true))), Ok(()));
        assert_eq!(may_see(&camera, &asked, at(9_000), 0, &[]), Err(Shut::NotMasked));
    }
}

#[test]
fn a_copy_names_cameras_that_are_asked_for_once_and_lasts_two_hours_in_all() {
    let entropy = SeededEntropy::new(5);
    let cameras: Vec<_> = (0..4).map(|_| CameraId::new(at(0), &entropy)).collect();
    let span = |minutes: i64| Span { from: at(0), to: at(minutes * 60) };
    let covers = |cameras: &[CameraId], mask| CopyWanted {
        masks: cameras.iter().map(|camera| CameraMasks { camera: *camera, masks: vec![mask] }).collect(),
        only_copy: true,
    };
    let both = covers(&cameras[..2], MASK);
    assert_eq!(copy(both.clone(), &cameras[..2], span(60)), Ok(both.clone()));
    assert_eq!(copy(both.clone(), &cameras[..2], span(61)), Err(WatchError::BadSpan));
    assert_eq!(copy(both.clone(), &cameras[..1], span(1)), Err(WatchError::WhichCameras));
    let twice = covers(&[cameras[0], cameras[0]], MASK);
    assert_eq!(copy(twice, &cameras, span(1)), Err(WatchError::WhichCameras));
    assert!(copy(covers(&cameras[..1], Mask { x: 600, ..MASK }), &cameras, span(1)).is_err());
    let cut = CopyWanted { masks: vec![CameraMasks { camera: cameras[0], masks: vec![] }], only_copy: false };
    assert_eq!(copy(cut, &cameras, span(30)), Ok(wanted(false)));
}
