use super::{super::testing, *};
use crate::event::{Consent, Hours, LookPurpose, Masking};
use liengia_kernel::SeededEntropy;

/// Metres to the north of the alarm.
const DEGREE_M: f64 = 111_195.0;

fn there() -> Position {
    Position::new(21.0, 107.0).unwrap()
}

fn now() -> Timestamp {
    testing::at(0)
}

/// A camera so far from the alarm.
fn camera(number: u64, metres: f64, owner: Owner) -> Camera {
    let mut camera = testing::home();
    camera.camera = CameraId::new(now(), &SeededEntropy::new(number));
    camera.facts.position = Position::new(21.0 + metres / DEGREE_M, 107.0).unwrap();
    camera.facts.owner = owner;
    camera
}

fn public(number: u64, metres: f64) -> Camera {
    Camera { consent: None, ..camera(number, metres, Owner::Public) }
}

/// A home's camera that is recorded, and shared for offences alone.
fn home(number: u64, metres: f64) -> Camera {
    camera(number, metres, testing::home().facts.owner)
}

/// A home's camera that is shared for alarms.
fn shared(number: u64, metres: f64) -> Camera {
    let mut camera = home(number, metres);
    let consent = camera.consent.take().unwrap();
    camera.consent = Some(Consent { purposes: vec![LookPurpose::Alarm], live: true, ..consent });
    camera
}

fn ids(cameras: &[&Camera]) -> Vec<CameraId> {
    cameras.iter().map(|camera| camera.camera).collect()
}

fn brought(cameras: &[Camera]) -> Vec<CameraId> {
    nearest_to_look(cameras, there(), now(), 7)
}

#[test]
fn homes_that_share_nothing_for_alarms_crowd_out_no_camera_that_can_be_looked_at() {
    let mut street: Vec<Camera> = (0..4).map(|number| home(number, 10.0)).collect();
    street.extend([public(10, 200.0), shared(11, 100.0), public(12, 400.0), public(13, 501.0)]);
    let nearest = ids(&[&street[5], &street[4], &street[6]]);
    assert_eq!(brought(&street), nearest);
    street.extend([public(14, 20.0), public(15, 30.0)]);
    assert_eq!(brought(&street), ids(&[&street[8], &street[9], &street[5], &street[4]]));
}

#[test]
fn a_home_is_brought_to_the_desk_only_while_it_shares_its_camera_for_alarms_there() {
    let with = |change: &dyn Fn(&mut Camera)| {
        let mut camera = shared(1, 50.0);
        change(&mut camera);
        !brought(&[camera]).is_empty()
    };
    let hour = |at: Timestamp| u16::try_from((at.as_seconds() / 60 + 7 * 60).rem_euclid(24 * 60)).unwrap();
    let (this, next) = (hour(now()), hour(testing::at(3_600)));
    assert!(with(&|_| {}));
    assert!(with(&|camera| camera.consent.as_mut().unwrap().hours = Some(Hours { from: this, to: next })));
    assert!(!with(&|camera| camera.consent.as_mut().unwrap().hours = Some(Hours { from: next, to: this })));
    assert!(!with(&|camera| camera.consent.as_mut().unwrap().live = false));
    assert!(!with(&|camera| camera.consent.as_mut().unwrap().until = Some(now())));
    assert!(!with(&|camera| camera.consent = None));
    assert!(!with(&|camera| camera.paused = true));
    assert!(!with(&|camera| camera.masking = Masking::Withheld));
    assert!(brought(&[shared(1, 301.0)]).is_empty(), "beyond that, an alarm opens no home's camera");
}

#[test]
fn footage_is_kept_of_the_nearest_of_either_kind_that_record() {
    let mut street: Vec<Camera> = (0..5_u32).map(|number| home(number.into(), number.into())).collect();
    street.extend((100..105_u32).map(|number| public(number.into(), number.into())));
    street.push(public(20, 501.0));
    street[1].paused = true;
    street[2].consent.as_mut().unwrap().recorded = false;
    let kept = nearest_to_keep(&street, there(), now());
    let [a, b, c, d] = [&street[5], &street[6], &street[7], &street[8]];
    assert_eq!(kept, ids(&[a, b, c, d, &street[0], &street[3], &street[4]]));
}
