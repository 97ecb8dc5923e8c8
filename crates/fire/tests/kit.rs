//! Devices, points and shifts, on both engines.

use liengia_fire::{
    Kit, KitActError,
    event::{Contents, Kind, PointFacts, Profile, Spot},
    rules::{KitError, PointParticulars},
    views::{Device, PART, Point, Shift},
};
use liengia_journal::{
    Journal,
    testing::{context, on_both_engines},
};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, PointId, Position, SeededEntropy};
use liengia_register::Ask;
use std::sync::Arc;

const PARTS: &[liengia_journal::Part] = &[liengia_register::views::PART, PART];
const HOME: HouseholdId = HouseholdId::from_bytes([1; 16]);
const BELL: (Kind, Profile, Spot) = (Kind::Bell, Profile::Liengia, Spot::GroundFloor);

fn kit(journal: Journal) -> Kit {
    Kit { journal, entropy: Arc::new(SeededEntropy::new(9)) }
}

fn ask(seconds: i64) -> Ask {
    Ask { context: context(seconds), once: None }
}

#[tokio::test]
async fn a_code_pairs_one_device_even_when_two_show_it_at_once() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        kit.open_pairing(&ask(0), b"code", HOME, BELL, None).await.unwrap();
        let (one, other) = (ask(1), ask(1));
        let (one, other) = tokio::join!(kit.pair(&one, b"code", false), kit.pair(&other, b"code", false));
        let outcomes = [one, other];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        assert_eq!(Device::all(&journal).await.unwrap().len(), 1);
        assert_eq!(kit.secrets().await.unwrap().len(), 1);
        let again = kit.pair(&ask(2), b"code", false).await;
        assert!(matches!(again, Err(KitActError::Refused(KitError::NoPairing))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_device_takes_the_place_of_a_broken_one() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        kit.open_pairing(&ask(0), b"first", HOME, BELL, None).await.unwrap();
        let old = kit.pair(&ask(1), b"first", false).await.unwrap();
        kit.open_pairing(&ask(2), b"second", HOME, BELL, Some(old.device)).await.unwrap();
        let new = kit.pair(&ask(3), b"second", true).await.unwrap();
        assert_ne!(old.secret, new.secret);
        let devices = Device::of_household(&journal, HOME).await.unwrap();
        assert_eq!(devices.iter().map(|device| device.device).collect::<Vec<_>>(), [new.device]);
        assert_eq!(
            kit.secrets().await.unwrap().iter().map(|(device, _)| *device).collect::<Vec<_>>(),
            [new.device]
        );
    })
    .await;
}

#[tokio::test]
async fn a_point_is_added_corrected_and_removed() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        let point = PointId::from_bytes([2; 16]);
        let particulars = |name: &str| PointParticulars {
            facts: PointFacts {
                place: PlaceId::from_bytes([3; 16]),
                name: name.into(),
                position: Position::new(16.0, 108.0).unwrap(),
                contents: vec![Contents::Hose, Contents::Extinguisher],
                access: "ngõ 3, rộng 2 m".into(),
            },
            keyholder: Pii::new("ông Bình, 0912".into()),
        };
        kit.add_point(&ask(0), point, particulars("Điểm số 1")).await.unwrap();
        let known = kit.point(point).await.unwrap();
        assert_eq!(known.facts.contents, [Contents::Extinguisher, Contents::Hose]);
        assert_eq!(kit.keyholder_of(point).await.unwrap().unwrap().expose(), "ông Bình, 0912");
        kit.correct_point(&ask(1), point, known.version, particulars("Điểm số 2")).await.unwrap();
        assert_eq!(kit.point(point).await.unwrap().facts.name, "Điểm số 2");
        kit.remove_point(&ask(2), point).await.unwrap();
        assert_eq!(Point::all(&journal).await.unwrap(), []);
        assert_eq!(kit.keyholder_of(point).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_shift_goes_from_one_officer_to_the_next() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        let (an, binh) = (PersonId::from_bytes([1; 16]), PersonId::from_bytes([2; 16]));
        let shift = kit.start_shift(&ask(0), an).await.unwrap();
        assert_eq!(kit.start_shift(&ask(1), an).await.unwrap(), shift);
        let refused = kit.start_shift(&ask(2), binh).await;
        assert!(matches!(refused, Err(KitActError::Refused(KitError::ShiftIsOn))), "{refused:?}");
        kit.hand_over(&ask(3), shift, an, Some(binh), &Pii::new("đêm yên tĩnh".into())).await.unwrap();
        assert_eq!(Shift::current(&journal).await.unwrap().unwrap().officer, binh);
        assert_eq!(Shift::last(&journal, 10).await.unwrap().len(), 2);
    })
    .await;
}
