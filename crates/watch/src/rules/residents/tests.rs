//! What no vote changes, and what one needs.

use super::*;
use crate::{
    event::{CameraFacts, Consent, Payer, Span, VotedCamera},
    rules::{Incident, may_see as may_look, opened},
    views::Voted,
};
use liengia_journal::Commitment;
use liengia_kernel::{AlarmId, CameraId, HouseholdId, LookId, Position, SiteId};
use proptest::{prelude::*, sample::select};
use strum::VariantArray as _;

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;
const VILLAGE: PlaceId = PlaceId::from_bytes([1; 16]);
const ELSEWHERE: PlaceId = PlaceId::from_bytes([2; 16]);
const CAMERA: CameraId = CameraId::from_bytes([3; 16]);
const HOME: HouseholdId = HouseholdId::from_bytes([4; 16]);
const PERSON: PersonId = PersonId::from_bytes([5; 16]);
const OTHER: PersonId = PersonId::from_bytes([6; 16]);

fn at(days: i64) -> Timestamp {
    Timestamp::from_seconds(NOW + days * DAY)
}

fn place() -> Position {
    Position::new(21.0, 107.0).unwrap()
}

fn site() -> SiteFacts {
    SiteFacts {
        place: VILLAGE,
        name: "Ngã ba".into(),
        position: place(),
        purpose: SitePurpose::PublicSafety,
        words: String::new(),
        contact: "114".into(),
        paid_by: Payer::Residents,
        sound: false,
        keep_hours: 72,
    }
}

fn camera(owner: Owner) -> Camera {
    Camera {
        camera: CAMERA,
        facts: CameraFacts {
            site: SiteId::from_bytes([7; 16]),
            name: "Cổng".into(),
            position: place(),
            direction: 0,
            angle: 90,
            reach_m: 30,
            owner,
        },
        consent: None,
        consented: None,
        paused: false,
        masks: Vec::new(),
        bare: None,
        masking: Masking::None,
        reaim_asked_at: None,
        reaim_note: None,
        reaim_done: None,
        died_at: None,
        repair: None,
        voted: Some(Voted { village: VILLAGE, until: at(1), nothing_to_mask: true, objected: false }),
        aimed_at: at(-9),
        added_at: at(-9),
        removed_at: None,
        version: 1,
    }
}

fn looks(kind: LookKind, unit: Scope) -> LookAsked {
    let span = (kind == LookKind::Playback).then(|| Span { from: at(-1), to: at(0) });
    let purpose = LookPurpose::Residents;
    LookAsked {
        person: PERSON,
        unit,
        kind,
        purpose,
        span,
        alarm: None,
        shift: None,
        case: None,
        order: None,
        delay: None,
    }
}

fn resident() -> LookAsked {
    looks(LookKind::Live, Scope::Place(VILLAGE))
}

fn see(camera: &Camera, asked: &LookAsked) -> Result<(), Shut> {
    may_look(camera, asked, at(0), 7, &[])
}

fn vote() -> Vote {
    Vote { held_on: at(-3), homes: 100, present: 80, in_favour: 51, against: 20 }
}

fn voted() -> ResidentsVote {
    let cameras = vec![VotedCamera { camera: CAMERA, nothing_to_mask: true }];
    ResidentsVote { village: VILLAGE, vote: vote(), cameras, until: at(360) }
}

fn enter(voted: &ResidentsVote) -> Result<(), WatchError> {
    residents_asked(&site(), &[camera(Owner::Public)], voted, at(0))
}

fn counted(vote: Vote) -> Result<(), WatchError> {
    enter(&ResidentsVote { vote, ..voted() })
}

#[test]
fn more_than_half_of_all_homes_must_be_in_favour_whoever_came() {
    assert_eq!(counted(vote()), Ok(()));
    assert_eq!(counted(Vote { in_favour: 50, ..vote() }), Err(WatchError::NoMajority));
    let few = Vote { present: 30, in_favour: 30, against: 0, ..vote() };
    assert_eq!(counted(few), Err(WatchError::NoMajority));
    let odd = Vote { homes: 101, ..vote() };
    assert_eq!(counted(odd), Ok(()));
    assert_eq!(counted(Vote { in_favour: 50, ..odd }), Err(WatchError::NoMajority));
}

#[test]
fn numbers_that_cannot_be_are_refused() {
    let wrong = |vote, field| match counted(vote) {
        Err(WatchError::OutOfRange { field: found, .. }) => assert_eq!(found, field),
        other => panic!("{other:?}"),
    };
    wrong(Vote { present: 101, ..vote() }, "present");
    wrong(Vote { homes: 0, present: 0, in_favour: 0, against: 0, ..vote() }, "present");
    wrong(Vote { in_favour: 81, ..vote() }, "in_favour");
    wrong(Vote { against: 30, ..vote() }, "against");
    wrong(Vote { in_favour: u32::MAX, against: u32::MAX, ..vote() }, "in_favour");
}

#[test]
fn a_vote_lasts_a_year_from_its_meeting_at_most() {
    let until = |days| enter(&ResidentsVote { until: at(days), ..voted() });
    assert_eq!(until(363), Ok(()));
    assert_eq!(until(364), Err(WatchError::BadSpan));
    assert_eq!(until(0), Err(WatchError::BadSpan));
    assert_eq!(counted(Vote { held_on: at(1), ..vote() }), Err(WatchError::BadSpan));
}

#[test]
fn only_what_residents_paid_for_and_only_its_public_cameras_can_be_voted_about() {
    let of = |facts: SiteFacts, owner| residents_asked(&facts, &[camera(owner)], &voted(), at(0));
    for paid_by in [Payer::Budget, Payer::Household] {
        assert_eq!(of(SiteFacts { paid_by, ..site() }, Owner::Public), Err(WatchError::NotOfResidents));
    }
    assert_eq!(of(SiteFacts { paid_by: Payer::Both, ..site() }, Owner::Public), Ok(()));
    let at_home = SiteFacts { purpose: SitePurpose::Home, ..site() };
    assert_eq!(of(at_home, Owner::Public), Err(WatchError::NotOfResidents));
    assert_eq!(of(site(), Owner::Household(HOME)), Err(WatchError::NotOfResidents));
    assert_eq!(residents_asked(&site(), &[], &voted(), at(0)), Err(WatchError::NotOfResidents));
    let none = ResidentsVote { cameras: Vec::new(), ..voted() };
    assert_eq!(enter(&none), Err(WatchError::WhichCameras));
    let twice = ResidentsVote { cameras: [voted().cameras, voted().cameras].concat(), ..voted() };
    assert_eq!(enter(&twice), Err(WatchError::WhichCameras));
}

#[test]
fn another_person_agrees_while_it_waits() {
    let minutes = Commitment([0; 32]);
    let entered = Entered { voted: voted(), minutes, note: None, person: PERSON, at: at(0) };
    let agree = |who, days| residents_agreed(Some(&entered), who, at(days));
    assert_eq!(agree(PERSON, 1), Err(WatchError::SamePerson));
    assert_eq!(agree(OTHER, 29), Ok(()));
    assert_eq!(agree(OTHER, 30), Err(WatchError::NotAtThisStage));
    assert_eq!(residents_agreed(None, OTHER, at(1)), Err(WatchError::NotAtThisStage));
    let short = Entered { voted: ResidentsVote { until: at(2), ..voted() }, ..entered.clone() };
    assert_eq!(residents_agreed(Some(&short), OTHER, at(2)), Err(WatchError::NotAtThisStage));
}

#[test]
fn a_resident_sees_what_was_voted_live_and_masked_in_their_own_village() {
    let seen = camera(Owner::Public);
    let told = seen.voted.unwrap();
    assert_eq!(see(&seen, &resident()), Ok(()));
    let unsaid = Camera { voted: Some(Voted { nothing_to_mask: false, ..told }), ..seen.clone() };
    assert_eq!(see(&unsaid, &resident()), Err(Shut::NotMasked));
    assert_eq!(see(&Camera { masking: Masking::ByCamera, ..unsaid }, &resident()), Ok(()));
    let withheld = Camera { masking: Masking::Withheld, ..seen.clone() };
    assert_eq!(see(&withheld, &resident()), Err(Shut::NotMasked));
    let on_duty = LookAsked { purpose: LookPurpose::Accident, ..resident() };
    assert_eq!(see(&withheld, &on_duty), Ok(()));
    let objected = Camera { voted: Some(Voted { objected: true, ..told }), ..seen.clone() };
    assert_eq!(see(&objected, &resident()), Err(Shut::Objected));
    assert_eq!(see(&objected, &on_duty), Ok(()));
    let over = Camera { voted: Some(Voted { until: at(0), ..told }), ..seen.clone() };
    assert_eq!(see(&over, &resident()), Err(Shut::NotVoted));
    let playback = looks(LookKind::Playback, Scope::Place(VILLAGE));
    assert_eq!(see(&seen, &playback), Err(Shut::ResidentsOnlyLive));
    assert_eq!(see(&seen, &looks(LookKind::Live, Scope::Place(ELSEWHERE))), Err(Shut::NotYourVillage));
    assert_eq!(see(&seen, &looks(LookKind::Live, Scope::Household(HOME))), Err(Shut::NotYourVillage));
}

#[test]
fn a_residents_look_names_few_cameras_and_is_short() {
    let open = |many| {
        let cameras = vec![camera(Owner::Public); many];
        opened(LookId::from_bytes([8; 16]), &resident(), &cameras, at(0), 7, &[]).map(drop)
    };
    assert_eq!(open(MOST_OF_RESIDENT), Ok(()));
    assert_eq!(open(MOST_OF_RESIDENT + 1), Err(WatchError::WhichCameras));
    assert_eq!(longest_look(LookPurpose::Residents), Some(Duration::from_mins(5)));
    assert_eq!(longest_look(LookPurpose::DutyWatch), None);
}

fn any_voted() -> impl Strategy<Value = Option<Voted>> {
    let some = (select(vec![VILLAGE, ELSEWHERE]), -2..3_i64, any::<bool>(), any::<bool>());
    proptest::option::of(some.prop_map(|(village, days, nothing_to_mask, objected)| Voted {
        village,
        until: at(days),
        nothing_to_mask,
        objected,
    }))
}

fn any_camera() -> impl Strategy<Value = Camera> {
    let owner = select(vec![Owner::Public, Owner::Household(HOME)]);
    (owner, any_voted(), any::<bool>(), select(Masking::VARIANTS), any::<bool>()).prop_map(
        |(owner, voted, paused, masking, shared)| {
            let consent = shared.then(|| Consent {
                purposes: LookPurpose::VARIANTS.to_vec(),
                recorded: true,
                live: true,
                only_during_alarms: false,
                hours: None,
                until: None,
            });
            Camera { consent, paused, masking, voted, ..camera(owner) }
        },
    )
}

fn any_look() -> impl Strategy<Value = LookAsked> {
    let units = vec![Scope::Place(VILLAGE), Scope::Place(ELSEWHERE), Scope::Household(HOME)];
    (select(LookKind::VARIANTS), select(units), any::<bool>()).prop_map(|(kind, unit, spanned)| {
        let asked = looks(kind, unit);
        let span = asked.span.or_else(|| spanned.then(|| Span { from: at(-1), to: at(0) }));
        LookAsked { span, ..asked }
    })
}

proptest! {
    /// Whatever was consented to, whatever burns and whatever was voted.
    #[test]
    fn a_resident_sees_a_masked_live_public_picture_that_was_voted_and_to_which_no_home_objects_and_nothing_else(
        camera in any_camera(), asked in any_look(), burns in any::<bool>(),
    ) {
        let alarm = AlarmId::from_bytes([9; 16]);
        let incident = Incident { alarm, position: Some(place()), confirmed: burns };
        let asked = LookAsked { alarm: burns.then_some(alarm), ..asked };
        let seen = may_look(&camera, &asked, at(0), 7, &[incident]).is_ok();
        let voted = camera.voted.filter(|voted| {
            Scope::Place(voted.village) == asked.unit && at(0) < voted.until && !voted.objected
        });
        let masked = match camera.masking {
            Masking::ByCamera => true,
            Masking::None => voted.is_some_and(|voted| voted.nothing_to_mask),
            Masking::Withheld | Masking::OwnerSaysFine => false,
        };
        let live = asked.kind == LookKind::Live && asked.span.is_none();
        let public = camera.facts.owner == Owner::Public && !camera.paused;
        prop_assert_eq!(seen, voted.is_some() && masked && live && public);
    }
}
