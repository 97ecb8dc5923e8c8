//! The register's endpoints, one file each.

mod add_household;
mod add_person;
mod add_place;
mod correct_household;
mod correct_person;
mod correct_place;
mod correct_team;
mod dissolve_team;
mod erase_person;
mod form_team;
mod list_households;
mod list_teams;
mod move_household;
mod name_leaders;
mod name_neighbours;
mod places;
mod read_help;
mod read_history;
mod read_household;
mod read_team;
mod remove_household;
pub mod shown;
mod write_help;

use crate::{
    ActError, Register,
    problems::{
        ALREADY_THERE, BAD_PHONE, CHILD_RESPONDER, EMPTY_TEXT, NO_HOUSEHOLD, NO_PERSON, NO_PLACE, NO_REASON,
        NO_TEAM, NOT_EMPTY, NOT_OF_THE_TEAM, OWN_NEIGHBOUR, SAME_PERSON, TOO_MANY_ITEMS, WRONG_PLACE,
    },
    rules::{self, RegisterError},
    views::{Household, Person, Team},
};
use liengia_access::{Access, Action, Caller, Routes, Target, Where};
use liengia_http::{CHANGED_MEANWHILE, ERASED_NOT_LISTED, NOT_ERASED, WRONG_FIELDS, WRONG_QUERY};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId};
pub use read_history::{Happened, history_of};
use shown::{HouseholdShown, HouseholdWhole, PersonShown, TeamShown};
use utoipa_axum::routes;

/// What the register's handlers share.
#[derive(Clone)]
pub struct Api {
    /// The register.
    pub register: Register,
    /// The tree of places.
    pub access: Access,
}

/// The register's endpoints.
#[rustfmt::skip]
pub fn routes() -> Routes<Api> {
    use Action as May;
    Routes::new()
        .route(&[May::ReadPlaces], routes!(places::list_places), &[WRONG_QUERY])
        .route(&[May::KeepPlaces], routes!(add_place::add_place), &[EMPTY_TEXT, NO_PLACE, WRONG_PLACE])
        .route(&[May::KeepPlaces], routes!(correct_place::correct_place),
            &[EMPTY_TEXT, NO_PLACE, WRONG_PLACE, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::ReadHouseholds, May::ReadHousehold], routes!(list_households::list_households), &[WRONG_QUERY])
        .route(&[May::KeepHouseholds], routes!(add_household::add_household), &[EMPTY_TEXT, NO_PLACE, NO_TEAM])
        .route(&[May::ReadHousehold], routes!(read_household::read_household), &[NO_HOUSEHOLD])
        .route(&[May::KeepHouseholds], routes!(correct_household::correct_household),
            &[NO_HOUSEHOLD, NO_PLACE, EMPTY_TEXT, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::MoveHousehold], routes!(move_household::move_household),
            &[NO_HOUSEHOLD, NO_TEAM, ALREADY_THERE, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::KeepHouseholds], routes!(remove_household::remove_household),
            &[NO_HOUSEHOLD, NOT_EMPTY, NO_REASON, CHANGED_MEANWHILE, NOT_ERASED, ERASED_NOT_LISTED])
        .route(&[May::KeepPeople], routes!(add_person::add_person),
            &[NO_HOUSEHOLD, EMPTY_TEXT, BAD_PHONE, CHILD_RESPONDER])
        .route(&[May::KeepPeople], routes!(correct_person::correct_person),
            &[NO_PERSON, EMPTY_TEXT, BAD_PHONE, CHILD_RESPONDER, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::ErasePerson], routes!(erase_person::erase_person),
            &[NO_PERSON, NO_REASON, NOT_ERASED, ERASED_NOT_LISTED])
        .route(&[May::WriteHelp], routes!(write_help::write_help), &[NO_PERSON, WRONG_FIELDS])
        .route(&[May::WriteHelp], routes!(read_help::read_help), &[NO_PERSON])
        .route(&[May::ReadHelpReads], routes!(read_help::read_help_reads), &[NO_PERSON, WRONG_QUERY])
        .route(&[May::ReadTeams, May::ReadLeaders], routes!(list_teams::list_teams), &[WRONG_QUERY])
        .route(&[May::KeepTeams], routes!(form_team::form_team), &[EMPTY_TEXT, NO_PLACE, NO_HOUSEHOLD, TOO_MANY_ITEMS])
        .route(&[May::ReadTeams, May::ReadLeaders], routes!(read_team::read_team), &[NO_TEAM])
        .route(&[May::KeepTeams], routes!(correct_team::correct_team),
            &[NO_TEAM, NO_PLACE, EMPTY_TEXT, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::KeepTeams], routes!(dissolve_team::dissolve_team), &[NO_TEAM, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::NameLeaders], routes!(name_leaders::name_leaders),
            &[NO_TEAM, NO_PERSON, NOT_OF_THE_TEAM, SAME_PERSON, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::KeepTeams], routes!(name_neighbours::name_neighbours),
            &[NO_TEAM, OWN_NEIGHBOUR, TOO_MANY_ITEMS, NO_REASON, CHANGED_MEANWHILE])
        .route(&[May::ReadHistory], routes!(read_history::read_history), &[WRONG_QUERY, NO_PLACE])
}

impl Api {
    /// What a place is called.
    fn place_name(&self, place: PlaceId) -> String {
        self.access.tree(|tree| tree.place(place).map(|place| place.name.clone())).unwrap_or_default()
    }

    /// Refuses a place that is not in the tree.
    fn known_place(&self, place: PlaceId) -> Result<PlaceId, RegisterError> {
        let known = self.access.tree(|tree| tree.place(place).is_some());
        if known { Ok(place) } else { Err(RegisterError::NoPlace(place)) }
    }

    /// A place and all that stands in it, as a list is narrowed to it.
    fn inside(place: PlaceId) -> Where {
        Where { nodes: [place.into()].into(), ..Where::default() }
    }

    fn household_shown(&self, caller: &Caller, home: Household) -> HouseholdShown {
        let place = self.place_name(home.place);
        HouseholdShown::to(caller, home, place)
    }

    /// A household with its people.
    async fn household_whole(
        &self,
        caller: &Caller,
        household: HouseholdId,
    ) -> Result<HouseholdWhole, ActError> {
        let home = self.register.household(household).await?;
        let people = Person::of_household(&self.register.journal, household).await?;
        Ok(HouseholdWhole {
            household: self.household_shown(caller, home),
            people: people.into_iter().map(|person| PersonShown::to(caller, person)).collect(),
        })
    }

    /// Teams with the names of their places and leaders.
    async fn teams_shown(&self, caller: &Caller, teams: Vec<Team>) -> Result<Vec<TeamShown>, ActError> {
        let leaders: Vec<PersonId> =
            teams.iter().flat_map(|team| [team.leader, team.deputy]).flatten().collect();
        let names = Person::names(&self.register.journal, &leaders).await?;
        let shown = |team: Team| {
            let told = caller.may(Action::ReadLeaders, Target::team(team.team));
            let place = self.place_name(team.place);
            TeamShown::new(team, place, |person| {
                told.then(|| names.get(&person).cloned().unwrap_or_default())
            })
        };
        Ok(teams.into_iter().map(shown).collect())
    }

    /// A team, to ask a permit for. One that was dissolved stands in the tree no more: its place counts.
    async fn team_target(&self, team: liengia_kernel::TeamId) -> Result<Target, liengia_journal::QueryError> {
        let dissolved = Team::find(&self.register.journal, team).await?.filter(|team| team.dissolved);
        Ok(dissolved.map_or(Target::team(team), |team| Target::place(team.place)))
    }

    /// One team.
    async fn team_shown(&self, caller: &Caller, team: liengia_kernel::TeamId) -> Result<TeamShown, ActError> {
        let shown = self.teams_shown(caller, vec![self.register.team(team).await?]).await?;
        shown.into_iter().next().ok_or(ActError::Refused(RegisterError::NoTeam(team)))
    }
}

/// Why something changes, as it came in.
pub fn because(reason: &Pii<String>) -> Result<Pii<String>, RegisterError> {
    rules::reason(reason.expose())
}
