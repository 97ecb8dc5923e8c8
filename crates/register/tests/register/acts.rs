//! The register's acts and views, on both engines.

use liengia_access::{Directory, Where};
use liengia_journal::{
    Actor, Context, Journal,
    testing::{context, on_both_engines},
};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, Position, SeededEntropy, TeamId};
use liengia_register::{
    ActError, NewHome, NewPerson, NewTeam, Register,
    event::{MemberKind, Training},
    rules::{HouseholdParticulars, PersonParticulars, RegisterError, Warning},
    views::{Household, HouseholdFilter, PART, Person, Team, TeamFilter},
};
use std::sync::Arc;

const PARTS: &[liengia_journal::Part] = &[liengia_access::PART, PART];
const VILLAGE: PlaceId = PlaceId::from_bytes([1; 16]);

fn register(journal: Journal) -> Register {
    Register { journal, entropy: Arc::new(SeededEntropy::new(5)) }
}

fn now() -> Context {
    context(1_000)
}

/// Decides and commits, as an endpoint does.
macro_rules! act {
    ($register:ident.$act:ident($($argument:expr),*)) => {
        $register.journal.decide(async || $register.$act(&now(), $($argument),*).await).await
    };
}

fn household(byte: u8) -> HouseholdId {
    HouseholdId::from_bytes([byte; 16])
}

fn person_id(byte: u8) -> PersonId {
    PersonId::from_bytes([100 + byte; 16])
}

fn home(label: &str) -> HouseholdParticulars {
    HouseholdParticulars {
        member: MemberKind::Home,
        place: VILLAGE,
        label: Pii::new(label.into()),
        how_to_find: Pii::new("cổng xanh".into()),
        floor_notes: Pii::default(),
        position: Some(Pii::new(Position::new(16.0, 108.0).expect("a position"))),
        occupants: None,
    }
}

fn adult(name: &str) -> PersonParticulars {
    PersonParticulars {
        name: Pii::new(name.into()),
        phone: Pii::new("0912 345 678".into()),
        born: None,
        adult: true,
        tenant: false,
        can_respond: true,
        trained: vec![Training::Extinguisher],
    }
}

/// Erases a person, as the endpoint does.
async fn erase(register: &Register, person: PersonId) {
    let commit = register.erase_person(&now(), person, &because()).await.unwrap();
    register.journal.erase([person], commit).await.unwrap();
}

fn because() -> Pii<String> {
    Pii::new("họ chuyển nhà".into())
}

fn everywhere() -> Where {
    Where { everywhere: true, ..Where::default() }
}

#[tokio::test]
async fn a_household_is_found_by_its_label_its_people_and_their_phone_without_diacritics() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        act!(register.add_household(household(1), home("Nhà bà Lan, số 12"), None)).unwrap();
        act!(register.add_household(household(2), home("Nhà ông Đạt"), None)).unwrap();
        act!(register.add_person(person_id(1), household(2), adult("Nguyễn Thị Hạnh"))).unwrap();
        for (search, wanted) in [("ba lan", 1), ("DAT", 2), ("nguyen thi", 2), ("0912345", 2)] {
            let filter = HouseholdFilter {
                search: Some(search.into()),
                people_within: everywhere(),
                limit: 10,
                ..HouseholdFilter::default()
            };
            let found = Household::list(&journal, &filter).await.unwrap();
            assert_eq!(
                found.iter().map(|found| found.household).collect::<Vec<_>>(),
                [household(wanted)],
                "{search}"
            );
        }
        let nothing =
            HouseholdFilter { search: Some("100%".into()), limit: 10, ..HouseholdFilter::default() };
        assert_eq!(Household::list(&journal, &nothing).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn lists_come_in_pages_in_the_order_of_labels() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        for (byte, label) in [(1, "Đông"), (2, "An"), (3, "Bắc")] {
            act!(register.add_household(household(byte), home(label), None)).unwrap();
        }
        let mut filter = HouseholdFilter { limit: 2, ..HouseholdFilter::default() };
        let first = Household::list(&journal, &filter).await.unwrap();
        assert_eq!(first.iter().map(|h| h.label.expose().as_str()).collect::<Vec<_>>(), ["An", "Bắc"]);
        filter.after = Some(first[1].household);
        let second = Household::list(&journal, &filter).await.unwrap();
        assert_eq!(second.iter().map(|h| h.label.expose().as_str()).collect::<Vec<_>>(), ["Đông"]);
    })
    .await;
}

#[tokio::test]
async fn a_team_is_formed_led_joined_to_its_neighbours_and_dissolved() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        let (seven, eight) = (TeamId::from_bytes([7; 16]), TeamId::from_bytes([8; 16]));
        let (lan, hanh) = (person_id(1), person_id(2));
        act!(register.add_household(household(1), home("A"), None)).unwrap();
        act!(register.add_person(lan, household(1), adult("Lan"))).unwrap();
        act!(register.add_person(hanh, household(1), adult("Hạnh"))).unwrap();
        let (commit, warning) =
            register.form_team(&now(), seven, VILLAGE, "Tổ 7", &[household(1)]).await.unwrap();
        journal.commit(commit).await.unwrap();
        assert_eq!(warning, Some(Warning::TooFew { count: 1 }));
        let (commit, _) = register.form_team(&now(), eight, VILLAGE, "Tổ 8", &[]).await.unwrap();
        journal.commit(commit).await.unwrap();
        let version = register.team(seven).await.unwrap().version;
        act!(register.name_leaders(seven, version, [Some(lan), Some(hanh)], &because())).unwrap();
        let version = register.team(seven).await.unwrap().version;
        act!(register.name_neighbours(seven, version, &[eight], &because())).unwrap();
        let team = register.team(seven).await.unwrap();
        assert_eq!((team.leader, team.deputy, team.households), (Some(lan), Some(hanh), 1));
        assert_eq!(register.team(eight).await.unwrap().neighbours, [seven]);
        act!(register.dissolve_team(seven, team.version, &because())).unwrap();
        assert_eq!(register.household(household(1)).await.unwrap().team, None);
        assert_eq!(register.team(eight).await.unwrap().neighbours, []);
        let standing =
            Team::list(&journal, &TeamFilter { limit: 10, ..TeamFilter::default() }).await.unwrap();
        assert_eq!(standing.iter().map(|team| team.team).collect::<Vec<_>>(), [eight]);
    })
    .await;
}

#[tokio::test]
async fn how_many_are_usually_there_is_kept_and_corrected_and_taken_back() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        let school = |occupants| HouseholdParticulars {
            member: MemberKind::School,
            occupants,
            ..home("Trường tiểu học số 1")
        };
        act!(register.add_household(household(1), school(Some(120)), None)).unwrap();
        for occupants in [Some(5_000), None, Some(1)] {
            let version = register.household(household(1)).await.unwrap().version;
            act!(register.correct_household(household(1), version, school(occupants), &because())).unwrap();
            assert_eq!(register.household(household(1)).await.unwrap().occupants, occupants);
        }
        let version = register.household(household(1)).await.unwrap().version;
        let too_many =
            act!(register.correct_household(household(1), version, school(Some(5_001)), &because()));
        let wanted = RegisterError::OutOfRange { field: "occupants", least: 1, most: 5_000 };
        assert!(matches!(too_many, Err(ActError::Refused(ref error)) if *error == wanted), "{too_many:?}");
        let loaded = NewHome {
            household: household(2),
            particulars: school(Some(420)),
            team: None,
            people: Vec::new(),
        };
        journal.commit(register.load_homes(&now(), vec![loaded]).unwrap()).await.unwrap();
        assert_eq!(register.household(household(2)).await.unwrap().occupants, Some(420));
    })
    .await;
}

#[tokio::test]
async fn two_people_who_correct_one_household_do_not_overwrite_each_other() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        act!(register.add_household(household(1), home("A"), None)).unwrap();
        let version = register.household(household(1)).await.unwrap().version;
        act!(register.correct_household(household(1), version, home("B"), &because())).unwrap();
        let late = act!(register.correct_household(household(1), version, home("C"), &because()));
        assert!(matches!(late, Err(ActError::Refused(RegisterError::ChangedMeanwhile { .. }))), "{late:?}");
        assert_eq!(register.household(household(1)).await.unwrap().label.expose(), "B");
    })
    .await;
}

#[tokio::test]
async fn an_erased_person_is_nowhere_and_the_journal_never_knew_their_name() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        let person = person_id(1);
        act!(register.add_household(household(1), home("Nhà bà Lan"), None)).unwrap();
        act!(register.add_person(person, household(1), adult("Trần Thị Lan"))).unwrap();
        act!(register.write_help_note(person, &Pii::new("nằm liệt, tầng 2".into()))).unwrap();
        assert!(register.person(person).await.unwrap().help);
        erase(&register, person).await;
        assert_eq!(Person::find(&journal, person).await.unwrap(), None);
        assert_eq!(Person::help_note(&journal, person).await.unwrap(), None);
        let told = format!("{:?}", journal.entries_after(0, 100).await.unwrap());
        for secret in ["Lan", "912345678", "tầng 2", "chuyển nhà"] {
            assert!(!told.contains(secret), "{secret} is in the journal");
        }
    })
    .await;
}

#[tokio::test]
async fn a_person_whose_help_note_was_read_can_still_be_corrected_and_erased() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        let person = person_id(1);
        act!(register.add_household(household(1), home("A"), None)).unwrap();
        act!(register.add_person(person, household(1), adult("Lan"))).unwrap();
        act!(register.write_help_note(person, &Pii::new("đi chậm".into()))).unwrap();
        let version = register.person(person).await.unwrap().version;
        let reader = Context { actor: Actor::Person(person_id(2)), ..now() };
        let (read, note) = register.read_help_note(&reader, person, None).await.unwrap();
        assert_eq!((read.drafts.len(), note.unwrap().expose().as_str()), (1, "đi chậm"));
        journal.commit(read).await.unwrap();
        act!(register.correct_person(person, version, adult("Lan Anh"), &because())).unwrap();
        erase(&register, person).await;
        assert_eq!(Person::find(&journal, person).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn access_hears_where_somebody_lives_until_they_are_erased() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        let (person, stranger) = (person_id(1), person_id(2));
        act!(register.add_household(household(1), home("A"), None)).unwrap();
        act!(register.add_person(person, household(1), adult("Lan"))).unwrap();
        assert_eq!(register.home_of(person).await.unwrap(), Some(household(1)));
        assert_eq!(register.home_of(stranger).await.unwrap(), None);
        erase(&register, person).await;
        assert_eq!(register.home_of(person).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_household_with_people_is_not_removed() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        act!(register.add_household(household(1), home("A"), None)).unwrap();
        let version = register.household(household(1)).await.unwrap().version;
        let person = person_id(1);
        act!(register.add_person(person, household(1), adult("Lan"))).unwrap();
        let refused = act!(register.remove_household(household(1), version, &because()));
        assert!(
            matches!(refused, Err(ActError::Refused(RegisterError::NotEmpty { count: 1 }))),
            "{refused:?}"
        );
        erase(&register, person).await;
        act!(register.remove_household(household(1), version, &because())).unwrap();
        assert_eq!(Household::find(&journal, household(1)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_load_says_what_single_acts_would_have_said() {
    on_both_engines(PARTS, async |journal| {
        let register = register(journal.clone());
        let (seven, lan) = (TeamId::from_bytes([7; 16]), person_id(1));
        let team = NewTeam {
            team: seven,
            place: VILLAGE,
            name: "Tổ 7".into(),
            leader: Some(lan),
            deputy: None,
            neighbours: vec![TeamId::from_bytes([8; 16])],
        };
        let help = Some(Pii::new("đi chậm".into()));
        let people = vec![NewPerson { person: lan, particulars: adult("Lan"), help }];
        let home =
            NewHome { household: household(1), particulars: home("Nhà bà Lan"), team: Some(seven), people };
        journal.commit(register.load_teams(&now(), &[team]).unwrap()).await.unwrap();
        journal.commit(register.load_homes(&now(), vec![home]).unwrap()).await.unwrap();
        let team = register.team(seven).await.unwrap();
        assert_eq!((team.leader, team.households), (Some(lan), 1));
        assert!(register.person(lan).await.unwrap().help);
        assert_eq!(register.household(household(1)).await.unwrap().team, Some(seven));
    })
    .await;
}
