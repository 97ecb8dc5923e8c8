//! Devices, points and shifts, on both engines; and the words for devices that the guide teaches.

use liengia_fire::{
    Kit, KitActError,
    event::{Contents, Kind, PointFacts, Profile, SirenKind, Spot},
    rules::{KitError, PointParticulars},
    views::{Device, PART, Point, Shift},
};
use liengia_journal::{
    CommitError, Journal,
    testing::{context, on_both_engines},
};
use liengia_kernel::{
    DeviceId, HouseholdId, PersonId, Pii, PlaceId, PointId, Position, SeededEntropy, Timestamp,
};
use liengia_register::Register;
use std::sync::Arc;

const PARTS: &[liengia_journal::Part] = &[liengia_register::views::PART, PART];
const HOME: HouseholdId = HouseholdId::from_bytes([1; 16]);
const NEW: DeviceId = DeviceId::from_bytes([5; 16]);
const NEWER: DeviceId = DeviceId::from_bytes([6; 16]);
const BELL: (Kind, Profile, Spot, Option<SirenKind>) =
    (Kind::Bell, Profile::Liengia, Spot::GroundFloor, None);

fn kit(journal: Journal) -> Kit {
    Kit { journal, entropy: Arc::new(SeededEntropy::new(9)) }
}

/// Decides and commits, as an endpoint does; answers what the act answers beside its commit.
macro_rules! act {
    ($kit:ident.$act:ident($at:expr $(, $argument:expr)*)) => {{
        let (commit, answer) = $kit.$act(&context($at) $(, $argument)*).await.unwrap();
        $kit.journal.commit(commit).await.map(|_| answer)
    }};
}

/// The same for acts that answer nothing.
macro_rules! change {
    ($kit:ident.$act:ident($at:expr $(, $argument:expr)*)) => {
        $kit.journal.commit($kit.$act(&context($at) $(, $argument)*).await.unwrap()).await.unwrap()
    };
}

#[tokio::test]
async fn a_code_pairs_one_device_even_when_two_show_it_at_once() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        act!(kit.open_pairing(0, (NEW, b"code"), HOME, BELL, None)).unwrap();
        let (first, second) = (context(1), context(1));
        let (one, other) = tokio::join!(kit.pair(&first, b"code", false), kit.pair(&second, b"code", false));
        let (one, other) = (journal.commit(one.unwrap().0), journal.commit(other.unwrap().0));
        let (one, other) = tokio::join!(one, other);
        assert!(one.is_ok(), "{one:?}");
        assert_eq!(other.unwrap_err(), CommitError::KeyReused);
        assert_eq!(Device::all(&journal).await.unwrap().len(), 1);
        assert_eq!(kit.secrets().await.unwrap().len(), 1);
        let again = kit.pair(&context(2), b"code", false).await;
        assert!(matches!(again, Err(KitActError::Refused(KitError::NoPairing))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_pairing_may_get_another_code_and_the_first_opens_nothing_then() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        act!(kit.open_pairing(0, (NEW, b"first"), HOME, BELL, None)).unwrap();
        act!(kit.another_code(1, (NEW, b"second"))).unwrap();
        let first = kit.pair(&context(2), b"first", false).await;
        assert!(matches!(first, Err(KitActError::Refused(KitError::NoPairing))), "{first:?}");
        assert_eq!(act!(kit.pair(3, b"second", false)).unwrap().device, NEW);
        let over = kit.another_code(&context(4), (NEW, b"third")).await;
        assert!(matches!(over, Err(KitActError::Refused(KitError::NoPairing))), "{over:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_device_takes_the_place_of_a_broken_one() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        act!(kit.open_pairing(0, (NEW, b"first"), HOME, BELL, None)).unwrap();
        let old = act!(kit.pair(1, b"first", false)).unwrap();
        act!(kit.open_pairing(2, (NEWER, b"second"), HOME, BELL, Some(old.device))).unwrap();
        let new = act!(kit.pair(3, b"second", true)).unwrap();
        assert_ne!(old.secret, new.secret);
        assert_eq!((old.device, new.device), (NEW, NEWER));
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
async fn what_a_household_had_that_is_no_more_opens_nothing() {
    on_both_engines(PARTS, async |journal| {
        let kit = kit(journal.clone());
        assert!(kit.remove_devices_of(HOME, Timestamp::from_seconds(0)).await.unwrap().is_none());
        act!(kit.open_pairing(0, (NEW, b"first"), HOME, BELL, None)).unwrap();
        act!(kit.pair(1, b"first", false)).unwrap();
        act!(kit.open_pairing(2, (NEWER, b"second"), HOME, BELL, None)).unwrap();
        let taken = kit.remove_devices_of(HOME, Timestamp::from_seconds(3)).await.unwrap().unwrap();
        journal.commit(taken).await.unwrap();
        assert!(Device::of_household(&journal, HOME).await.unwrap().is_empty());
        assert!(kit.secrets().await.unwrap().is_empty());
        let late = kit.pair(&context(4), b"second", false).await;
        assert!(matches!(late, Err(KitActError::Refused(KitError::NoPairing))), "{late:?}");
        assert!(kit.remove_devices_of(HOME, Timestamp::from_seconds(5)).await.unwrap().is_none());
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
        change!(kit.add_point(0, point, particulars("Điểm số 1")));
        let known = kit.point(point).await.unwrap();
        assert_eq!(known.facts.contents, [Contents::Extinguisher, Contents::Hose]);
        assert_eq!(kit.keyholder_of(point).await.unwrap().unwrap().expose(), "ông Bình, 0912");
        let register = Register { journal: journal.clone(), entropy: Arc::new(SeededEntropy::new(9)) };
        let because = || register.because(point, &Pii::new("chuyển chỗ".into()));
        change!(kit.correct_point(1, point, known.version, particulars("Điểm số 2"), because()));
        assert_eq!(kit.point(point).await.unwrap().facts.name, "Điểm số 2");
        change!(kit.remove_point(2, point, because()));
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
        let shift = act!(kit.start_shift(0, an, |_| true)).unwrap();
        assert_eq!(act!(kit.start_shift(1, an, |_| true)).unwrap(), shift);
        let refused = kit.start_shift(&context(2), binh, |officer| officer == an).await;
        assert!(matches!(refused, Err(KitActError::Refused(KitError::ShiftIsOn))), "{refused:?}");
        change!(kit.hand_over(3, shift, an, Some(binh), &Pii::new("đêm yên tĩnh".into())));
        assert_eq!(Shift::current(&journal).await.unwrap().unwrap().officer, binh);
        assert_eq!(Shift::last(&journal, None, 10).await.unwrap().len(), 2);
        let taken = act!(kit.start_shift(4, an, |_| false)).unwrap();
        let shifts = Shift::last(&journal, None, 10).await.unwrap();
        assert_eq!((shifts[0].shift, shifts[0].ended_at), (taken, None));
        assert_eq!((shifts[1].ended_at, shifts[1].successor), (Some(Timestamp::from_seconds(4)), Some(an)));
        let first = Shift::last(&journal, None, 1).await.unwrap();
        let rest = Shift::last(&journal, Some((first[0].started_at, first[0].shift)), 10).await.unwrap();
        assert_eq!((first.len(), rest), (1, shifts[1..].to_vec()), "the next page");
    })
    .await;
}

/// The words that follow this in the guide on attaching devices.
fn words_after(says: &str) -> Vec<&'static str> {
    let guide = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/devices.md"));
    guide.split(says).skip(1).filter_map(|rest| rest.split(['`', '"']).next()).collect()
}

#[test]
fn what_the_guide_says_to_pair_a_device_as_is_what_a_pairing_takes() {
    let makes = [words_after("make `"), words_after("make: `")].concat();
    assert!(makes.len() > 3, "{makes:?}");
    for make in makes {
        assert!(serde_json::from_value::<Profile>(make.into()).is_ok(), "there is no make {make}");
    }
    let sirens = [words_after("`\"siren\": \""), words_after("` or `\"")].concat();
    assert_eq!(sirens.len(), 2, "{sirens:?}");
    for siren in sirens {
        assert!(serde_json::from_value::<SirenKind>(siren.into()).is_ok(), "there is no siren {siren}");
    }
}
