//! What every sample keeps to, whatever its seed.

use super::*;
use crate::sample::families::PHONE_PREFIX;
use liengia_kernel::{HouseholdId, Pii, TeamId, fold, nfc};
use std::collections::{BTreeMap, BTreeSet};

const SEEDS: [u64; 4] = [1, 7, 42, 2026];

fn texts(commune: &Commune) -> Vec<String> {
    let shown =
        |text: &Option<Pii<String>>| text.iter().map(|text| text.expose().clone()).collect::<Vec<_>>();
    let mut texts: Vec<String> = commune.places.iter().map(|place| place.name.clone()).collect();
    texts.extend(commune.teams.iter().map(|team| team.name.clone()));
    for home in &commune.households {
        texts.push(home.label.expose().clone());
        texts.extend(shown(&home.how_to_find));
        texts.extend(shown(&home.floor_notes));
        texts.extend(home.devices.iter().map(|device| device.label.clone()));
    }
    for person in commune.people() {
        texts.push(person.name.expose().clone());
        texts.extend(person.help.iter().map(|help| help.note.expose().clone()));
    }
    for point in &commune.points {
        texts.extend([point.name.clone(), point.access.clone(), point.contents_line()]);
    }
    texts.extend(commune.mediation.iter().map(|team| team.name.clone()));
    texts.extend(commune.models.iter().map(|model| model.name.clone()));
    texts
}

#[test]
fn a_commune_has_the_size_that_it_promises() {
    for seed in SEEDS {
        let commune = Sample::commune(seed);
        let with_team = commune.households.iter().filter(|home| home.team.is_some()).count();
        let kinds: BTreeSet<HouseholdKind> = commune.households.iter().map(|home| home.kind).collect();
        let villages = commune.places.iter().filter(|place| place.kind == PlaceKind::Village).count();
        assert_eq!((commune.teams.len(), with_team, commune.households.len(), villages), (30, 300, 306, 9));
        assert_eq!(kinds.len(), 6, "a school, an agency, a company, boats, a boarding house: {kinds:?}");
        let people = commune.people().count();
        assert!((1_100..=1_300).contains(&people), "seed {seed}: {people} people");
        let devices = commune.devices().count();
        assert!((820..=980).contains(&devices), "seed {seed}: {devices} devices");
        assert_eq!(commune.points.len(), 10);
    }
}

#[test]
fn a_school_and_a_company_have_more_people_than_are_listed_by_name() {
    for seed in SEEDS {
        let commune = Sample::commune(seed);
        for home in &commune.households {
            let many = matches!(home.kind, HouseholdKind::School | HouseholdKind::Company);
            assert_eq!(home.occupants.is_some(), many, "{:?}", home.kind);
            assert!(home.occupants.is_none_or(|occupants| occupants as usize > home.people.len()));
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_commune() {
    assert_eq!(Sample::commune(7), Sample::commune(7));
    assert_ne!(Sample::commune(7).id, Sample::commune(8).id);
}

#[test]
fn every_text_is_composed_and_can_be_searched_without_diacritics() {
    let province = Sample::province(3);
    for commune in [Sample::commune(7), province.commune(0).unwrap(), province.commune(53).unwrap()] {
        for text in texts(&commune) {
            assert_eq!(nfc(&text), text);
            let folded = fold(&text).replace('–', "-");
            assert!(folded.is_ascii() && !folded.is_empty(), "{text} folds to {folded}");
            assert!(!text.contains("  ") && !text.contains('{'), "{text}");
        }
    }
}

#[test]
fn no_two_homes_of_a_commune_have_one_label() {
    for seed in SEEDS {
        let commune = Sample::commune(seed);
        let labels: BTreeSet<&String> = commune.households.iter().map(|home| home.label.expose()).collect();
        assert_eq!(labels.len(), commune.households.len());
    }
}

#[test]
fn a_home_without_a_number_says_how_to_find_it() {
    let commune = Sample::commune(7);
    let numbered = |home: &Household| home.label.expose().contains("số ");
    assert!(commune.households.iter().filter(|home| !numbered(home)).count() > 50);
    assert!(commune.households.iter().all(|home| numbered(home) || home.how_to_find.is_some()));
}

#[test]
fn every_team_has_5_to_15_homes_and_no_home_two_teams() {
    let province = Sample::province(1);
    for commune in province.communes().take(6).chain([Sample::commune(7)]) {
        let mut seen: BTreeSet<HouseholdId> = BTreeSet::new();
        for team in &commune.teams {
            assert!((5..=15).contains(&team.households.len()), "{}", team.households.len());
            assert!(team.households.iter().all(|home| seen.insert(*home)));
            let members: Vec<HouseholdId> = commune.members(team.id).map(|home| home.id).collect();
            assert_eq!(members, team.households);
        }
    }
}

/// Whether `at` lies inside the smallest convex shape around `spots`: in no direction farther out than all of them.
fn within(spots: &[Position], at: Position) -> bool {
    (0..32).all(|step| {
        let (sin, cos) = (f64::from(step) * std::f64::consts::TAU / 32.0).sin_cos();
        let along = |p: Position| p.lon() * 0.934 * cos + p.lat() * sin;
        spots.iter().any(|spot| along(*spot) > along(at))
    })
}

#[test]
fn no_two_teams_overlap_on_the_map() {
    let province = Sample::province(1);
    for commune in province.communes().step_by(13).chain(SEEDS.map(Sample::commune)) {
        let positions = |team: TeamId| commune.members(team).map(|home| home.position).collect::<Vec<_>>();
        let teams: Vec<(TeamId, Vec<Position>)> =
            commune.teams.iter().map(|team| (team.id, positions(team.id))).collect();
        let mut inside = 0;
        for (team, spots) in &teams {
            let others = teams.iter().filter(|(other, _)| other != team).flat_map(|(_, homes)| homes);
            inside += others.filter(|home| within(spots, **home)).count();
        }
        // A hamlet's path may bend around a house or two of its neighbours.
        assert!(inside * 100 <= commune.households.len() * 3, "{inside} homes stand among another team's");
    }
}

#[test]
fn homes_stand_apart_and_near_the_middle_of_their_commune() {
    let province = Sample::province(1);
    for (commune, reach) in province
        .communes()
        .step_by(9)
        .map(|commune| (commune, 5_000.0))
        .chain([(Sample::commune(7), 1_300.0)])
    {
        let middle = commune.places[0].position;
        for (index, home) in commune.households.iter().enumerate() {
            assert!(home.position.metres_to(middle) < reach, "{} m", home.position.metres_to(middle));
            let others = commune.households[index + 1..].iter();
            let nearest =
                others.map(|other| other.position.metres_to(home.position)).fold(f64::INFINITY, f64::min);
            assert!(nearest > 3.0, "two homes {nearest} m apart");
        }
        let outline = &commune.map.outline;
        assert!(outline.len() >= 6 && outline.iter().all(|at| at.metres_to(middle) < reach * 1.6));
    }
}

#[test]
fn adjacent_teams_name_each_other_and_are_near() {
    let province = Sample::province(1);
    for commune in province.communes().step_by(13).chain([Sample::commune(7)]) {
        let teams: BTreeMap<TeamId, &Team> = commune.teams.iter().map(|team| (team.id, team)).collect();
        for team in &commune.teams {
            for neighbour in &team.adjacent {
                assert!(teams[neighbour].adjacent.contains(&team.id) && *neighbour != team.id);
                let pairs = commune.members(team.id).flat_map(|home| {
                    commune.members(*neighbour).map(|other| home.position.metres_to(other.position))
                });
                assert!(pairs.fold(f64::INFINITY, f64::min) <= teams::NEAREST_WITHIN_M);
            }
        }
    }
    let lonely = Sample::commune(7).teams.iter().filter(|team| team.adjacent.is_empty()).count();
    assert_eq!(lonely, 0, "in a small commune every team has a neighbour");
}

#[test]
fn every_team_is_led_by_two_homes() {
    for commune in [Sample::commune(7), Sample::province(1).commune(20).unwrap()] {
        for team in &commune.teams {
            let home_of =
                |person| commune.members(team.id).find(|home| home.people.iter().any(|p| p.id == person));
            let (leader, deputy) = (home_of(team.leader).unwrap(), home_of(team.deputy).unwrap());
            assert_ne!(leader.id, deputy.id);
            let led_by = leader.people.iter().find(|person| person.id == team.leader).unwrap();
            assert!(led_by.adult && led_by.can_respond && led_by.trained.contains(&Skill::Extinguisher));
        }
    }
}

#[test]
fn no_phone_can_be_dialled_and_no_two_people_share_one() {
    let province = Sample::province(1);
    let mut seen = BTreeSet::new();
    for commune in province.communes() {
        for phone in commune.people().filter_map(|person| person.phone.as_ref()) {
            let phone = phone.expose();
            // Numbers in Vietnam begin with 02 (lines), 03, 05, 07, 08, 09 (mobiles) or 1 (services).
            assert!(phone.starts_with(PHONE_PREFIX) && phone.len() == 10 && phone.starts_with("01"));
            assert!(seen.insert(phone.clone()));
        }
    }
}

#[test]
fn most_homes_have_a_bell_and_two_buttons_and_some_devices_are_ill() {
    let commune = Sample::commune(7);
    let count = |home: &Household, kind| home.devices.iter().filter(|device| device.kind == kind).count();
    let full = |home: &&Household| count(home, DeviceKind::Bell) == 1 && count(home, DeviceKind::Button) == 2;
    assert!(commune.households.iter().filter(full).count() > 240);
    assert!(commune.households.iter().any(|home| home.devices.is_empty()));
    assert!(commune.devices().any(|(_, device)| device.kind == DeviceKind::Detector));
    let ill = |test: fn(&Condition) -> bool| {
        commune.devices().filter(|(_, device)| test(&device.condition)).count()
    };
    assert!(ill(|condition| matches!(condition, Condition::LowBattery { .. })) >= 5);
    assert!(ill(|condition| *condition == Condition::Silent) >= 2);
    assert!(ill(|condition| *condition == Condition::NeverSeen) >= 2);
}

#[test]
fn the_province_has_exactly_the_size_of_the_programme() {
    let mut sums = [0_usize; 7];
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for commune in Sample::province(5).communes() {
        sums[0] += 1;
        sums[1] += commune.places.iter().filter(|place| place.kind == PlaceKind::Village).count();
        sums[2] += commune.teams.len();
        sums[3] += commune.points.len();
        sums[4] += commune.mediation.len();
        sums[5] += commune.mediation.iter().map(|team| team.mediators.len()).sum::<usize>();
        sums[6] += commune.models.len();
        assert!(commune.mediation.iter().all(|team| team.mediators.len() >= 3));
        assert!(
            commune.mediation.iter().all(|team| team.mediators.iter().any(|(_, sex)| *sex == Sex::Woman))
        );
        assert!(names.insert(commune.places[0].name.clone()));
        assert!(commune.households.iter().all(|home| ids.insert(home.id)));
    }
    assert_eq!(sums, [54, 1_452, 1_600, 500, 1_500, 9_200, 65]);
    assert!((15_000..17_000).contains(&ids.len()), "{} homes", ids.len());
}

#[test]
fn the_province_is_the_same_for_the_same_seed_and_made_one_commune_at_a_time() {
    let (one, other) = (Sample::province(5), Sample::province(5));
    assert_eq!(one.place, other.place);
    assert_eq!(one.commune(17), other.communes().nth(17));
}

#[test]
fn parents_come_before_children() {
    let commune = Sample::commune(7);
    let mut seen: Vec<PlaceId> = commune.above.iter().map(|place| place.id).collect();
    for place in &commune.places {
        assert!(place.parent.is_some_and(|parent| seen.contains(&parent)));
        seen.push(place.id);
    }
    assert!(commune.households.iter().all(|home| seen.contains(&home.place)));
}
