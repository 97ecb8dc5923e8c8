//! `GET /api/home`: everything that the phone's first screen shows, in one answer.

use super::Api;
use crate::{
    engine::{DeviceHealth, Link},
    shown::home::{
        Connection, DrillRef, HomeHousehold, HomeRole, HomeScope, HomeTeam, HomeView, Me, RingTestRef, Siren,
        TeamMemberHome, TeamMemberPerson,
    },
    views::{self, RingTest},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Scope, Target};
use liengia_http::Problem;
use liengia_kernel::{HouseholdId, Pii, TeamId, fold};
use std::{collections::BTreeSet, sync::PoisonError, time::Duration};

/// How long a ring test waits for "did you hear it?".
const ASKED_FOR: Duration = Duration::from_hours(24);

/// Everything that the phone's first screen shows. Alarms are there even when the disk is not.
#[utoipa::path(get, path = "/api/home", tag = "fire", responses((status = 200, body = HomeView)))]
pub async fn home(State(api): State<Api>, caller: Caller) -> Result<Json<HomeView>, Problem> {
    let household = caller.household();
    let team = caller.team();
    let target = household.map(Target::household).or(team.map(Target::team)).unwrap_or(caller.own());
    caller.permit(Action::ReadHome, target)?;
    api.learn_names([caller.person()]).await;
    let alarms = api.open_alarms(&caller, |_| true).await;
    let ring_test = api.ring_test_of(household, team).await;
    let silent = api.silent_homes(&caller, team);
    let mut view = api.home_view(&caller, household, team, silent.as_ref());
    view.alarms = alarms;
    view.ring_test = ring_test;
    Ok(Json(view))
}

impl Api {
    /// A ring test of the home's bell of which nobody there has said anything yet; none where the disk cannot tell.
    async fn ring_test_of(
        &self,
        household: Option<HouseholdId>,
        team: Option<TeamId>,
    ) -> Option<RingTestRef> {
        let (household, team) = (household?, team?);
        let since = self.alarms.now().wall - ASKED_FOR;
        match RingTest::unanswered(&self.kit.journal, household, team, since).await {
            Ok(test) => test.map(|test| RingTestRef { device: test.device, started_at: test.at }),
            Err(error) => {
                tracing::warn!(%error, "ring tests cannot be read");
                None
            }
        }
    }

    /// The silent homes of a team, for those who may know.
    fn silent_homes(&self, caller: &Caller, team: Option<TeamId>) -> Option<BTreeSet<HouseholdId>> {
        let team = team.filter(|team| caller.may(Action::EscalateAlarm, Target::team(*team)))?;
        let homes: Vec<HouseholdId> = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            directory.homes_of(team).map(|home| home.household).collect()
        };
        Some(self.alarms.look(|state| homes.into_iter().filter(|home| state.is_silent(*home)).collect()))
    }

    fn home_view(
        &self,
        caller: &Caller,
        household: Option<HouseholdId>,
        team: Option<TeamId>,
        silent: Option<&BTreeSet<HouseholdId>>,
    ) -> HomeView {
        let connection = self.connection(caller, household);
        let drill_next = team.and_then(|team| self.next_drill(team));
        self.named(caller.language(), |names| HomeView {
            me: self.me(caller, names),
            household: household.and_then(|id| names.directory.households.get(&id)).map(|home| {
                HomeHousehold {
                    id: home.household,
                    label: home.label(),
                    people_count: home.people().len() as u64,
                    occupants: home.occupants,
                    version: home.version,
                }
            }),
            team: team.and_then(|team| home_team(team, names, silent)),
            connection,
            alarms: Vec::new(),
            drill_next,
            ring_test: None,
            emergency_number: self.settings.emergency_number.to_string(),
            utc_offset_hours: self.settings.utc_offset_hours,
            node_heartbeat_s: self.settings.heartbeat.as_secs(),
        })
    }

    fn me(&self, caller: &Caller, names: &crate::shown::Names<'_>) -> Me {
        let person = caller.person();
        let roles = caller.grants().into_iter().map(|grant| {
            let (kind, name) = match grant.scope {
                Scope::Household(id) => ("household".to_owned(), names.household(id)),
                Scope::Team(id) => {
                    let team = names.team(id).map_or(String::new(), |team| team.name);
                    ("team".to_owned(), Pii::new(team))
                }
                Scope::Place(id) => self.access.tree(|tree| {
                    let place = tree.place(id);
                    let kind = place.map_or(String::new(), |place| place.kind.to_string());
                    (kind, Pii::new(place.map_or(String::new(), |place| place.name.clone())))
                }),
            };
            HomeRole { role: grant.role, scope: HomeScope { kind, id: grant.scope.id(), name } }
        });
        let known = names.directory.person(person);
        Me {
            person,
            name: names.person(person),
            roles: roles.collect(),
            trained: known.map(|known| known.trained.iter().collect()).unwrap_or_default(),
        }
    }

    fn connection(&self, caller: &Caller, household: Option<HouseholdId>) -> Connection {
        let bells: Vec<views::Device> = {
            let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
            let devices = household.into_iter().flat_map(|home| directory.devices_of(home));
            devices.filter(|device| device.kind.rings()).cloned().collect()
        };
        let health = self.health_of(&bells);
        let state = |bell: &views::Device| health.get(&bell.device).map_or(Siren::Fault, siren);
        Connection {
            siren: bells.iter().map(state).min().unwrap_or(Siren::None),
            phone: self.settings.phones.listens(caller.person()),
            push: self.settings.phones.push(caller.person()),
            last_heard_ringing_at: health.values().filter_map(|health| health.rang_at).max(),
        }
    }

    fn next_drill(&self, team: TeamId) -> Option<DrillRef> {
        let next = self.alarms.look(|state| {
            let drills = state.announced_drills().filter(|drill| drill.team == team);
            drills.min_by_key(|drill| (drill.starts_at, drill.drill))
        })?;
        Some(DrillRef { id: next.drill, at: next.starts_at, text: self.announced_text(next.drill) })
    }
}

fn siren(health: &DeviceHealth) -> Siren {
    match health.link {
        Link::Ok => Siren::Ok,
        Link::Late => Siren::Late,
        Link::Fault | Link::NeverSeen => Siren::Fault,
    }
}

fn home_team(
    team: TeamId,
    names: &crate::shown::Names<'_>,
    silent: Option<&BTreeSet<HouseholdId>>,
) -> Option<HomeTeam> {
    let known = names.directory.teams.get(&team)?;
    let homes = names.directory.homes_of(team).map(|home| TeamMemberHome {
        household: home.household,
        label: home.label(),
        people: home
            .people()
            .map(|person| TeamMemberPerson {
                person: person.person,
                name: person.name(),
                roles: Api::team_roles(known, person.person),
            })
            .collect(),
        silent: silent.map(|silent| silent.contains(&home.household)),
    });
    let mut members: Vec<TeamMemberHome> = homes.collect();
    members.sort_by_cached_key(|member| (fold(member.label.expose()), member.household));
    Some(HomeTeam {
        id: team,
        name: known.name.clone(),
        leader: known.leader.map(|person| names.person(person)),
        deputy: known.deputy.map(|person| names.person(person)),
        members,
    })
}
