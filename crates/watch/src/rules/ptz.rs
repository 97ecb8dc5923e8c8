//! Decisions about cameras that are turned, and about how they make their pictures.
//!
//! Promises: a home's camera is turned and set by nobody but its own people, who have it in their hands.

use super::{LookAsked, WatchError};
use crate::{
    event::{Imaging, ImagingOptions, LookKind, Range},
    views::Camera,
};

/// Whether whoever looks so may turn a camera: a public one, and only what is seen now.
pub fn may_move(camera: &Camera, asked: &LookAsked) -> Result<(), WatchError> {
    if camera.facts.owner.household().is_some() {
        return Err(WatchError::OfAHome);
    }
    if asked.kind == LookKind::Live { Ok(()) } else { Err(WatchError::WrongPurpose) }
}

/// Settings that a camera can be told.
pub fn imaging(camera: &Camera, asked: &Imaging, options: &ImagingOptions) -> Result<(), WatchError> {
    if camera.facts.owner.household().is_some() {
        return Err(WatchError::OfAHome);
    }
    let fits = |asked: Option<f32>, range: Option<Range>| {
        asked.is_none_or(|number| range.is_some_and(|range| range.holds(number)))
    };
    let wrong = |field| Err(WatchError::OutOfRange { field, least: 0, most: 100 });
    if !fits(asked.brightness, options.brightness) {
        return wrong("brightness");
    }
    if !fits(asked.contrast, options.contrast) {
        return wrong("contrast");
    }
    if asked.ir_cut.is_some_and(|filter| !options.ir_cut.contains(&filter)) {
        return wrong("ir_cut");
    }
    if asked.wide_range.is_some() && !options.wide_range { wrong("wide_range") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{IrCut, LookPurpose, Owner, Span},
        rules::testing::{at, home},
    };
    use liengia_access::Scope;
    use liengia_kernel::{PersonId, PlaceId, SeededEntropy};

    fn public() -> Camera {
        let mut camera = home();
        camera.facts.owner = Owner::Public;
        camera
    }

    #[test]
    fn only_what_is_seen_now_is_turned_and_never_a_homes_camera() {
        let entropy = SeededEntropy::new(4);
        let unit = Scope::Place(PlaceId::new(at(0), &entropy));
        let span = Span { from: at(0), to: at(60) };
        let back = LookAsked::handed_out(PersonId::new(at(0), &entropy), unit, LookPurpose::Accident, span);
        let live = LookAsked { kind: LookKind::Live, span: None, ..back.clone() };
        assert_eq!(may_move(&public(), &live), Ok(()));
        assert_eq!(may_move(&public(), &back), Err(WatchError::WrongPurpose));
        assert_eq!(may_move(&home(), &live), Err(WatchError::OfAHome));
    }

    #[test]
    fn a_camera_is_told_only_what_it_says_that_it_can() {
        let range = Some(Range { least: 10.0, most: 20.0 });
        let options =
            ImagingOptions { brightness: range, ir_cut: vec![IrCut::Auto], ..ImagingOptions::default() };
        let told = |asked: Imaging| imaging(&public(), &asked, &options);
        let nothing = Imaging::default();
        assert_eq!(told(Imaging { brightness: Some(20.0), ir_cut: Some(IrCut::Auto), ..nothing }), Ok(()));
        for beyond in [
            Imaging { brightness: Some(20.1), ..nothing },
            Imaging { brightness: Some(f32::NAN), ..nothing },
            Imaging { contrast: Some(1.0), ..nothing },
            Imaging { ir_cut: Some(IrCut::Off), ..nothing },
            Imaging { wide_range: Some(false), ..nothing },
        ] {
            assert!(matches!(told(beyond), Err(WatchError::OutOfRange { .. })), "{beyond:?}");
        }
        assert_eq!(imaging(&home(), &nothing, &options), Err(WatchError::OfAHome));
    }
}
