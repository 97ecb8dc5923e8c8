//! `GET /api/map`: what a map is drawn from. It needs no tiles.

use super::Api;
use crate::shown::point::Point;
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, PlaceKind, Scope, Where};
use liengia_http::{Problem, Query};
use liengia_kernel::{HouseholdId, Pii, PlaceId, Position, TeamId, shown};
use liengia_register::event::MemberKind;
use serde::{Deserialize, Serialize};
use std::sync::PoisonError;

/// Which part of the map.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WhichPart {
    /// This place, with all that is in it.
    place: Option<PlaceId>,
}

/// What a map is drawn from.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MapView {
    /// The commune's outline as GeoJSON, if the operator loaded one.
    #[schema(value_type = Option<Object>)]
    pub outline: Option<serde_json::Value>,
    /// Places.
    pub places: Vec<MapPlace>,
    /// Teams.
    pub teams: Vec<MapTeam>,
    /// Households that have a position, and those that have none.
    pub households: Vec<MapHousehold>,
    /// Firefighting points.
    pub points: Vec<Point>,
}

/// A place on the map.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MapPlace {
    /// Its id.
    pub id: PlaceId,
    /// The place above it.
    pub parent: Option<PlaceId>,
    /// What kind of place it is.
    pub kind: PlaceKind,
    /// What people call it.
    pub name: String,
}

/// A team on the map.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MapTeam {
    /// Its id.
    pub id: TeamId,
    /// What people call it.
    pub name: String,
    /// The village it is in.
    pub place: PlaceId,
    /// The teams next to it.
    pub adjacent: Vec<TeamId>,
}

/// A household on the map.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MapHousehold {
    /// Its id.
    pub id: HouseholdId,
    /// Its team.
    pub team: Option<TeamId>,
    /// The village or cluster it is in.
    pub place: PlaceId,
    /// What kind of member of a team it is.
    pub kind: MemberKind,
    /// What neighbours call it.
    #[serde(serialize_with = "shown")]
    pub label: Pii<String>,
    /// Where it is.
    #[serde(serialize_with = "shown")]
    pub position: Option<Pii<Position>>,
}

/// The map of what the caller may see: households by team, teams, points, places.
#[utoipa::path(get, path = "/api/map", tag = "fire", params(WhichPart), responses((status = 200, body = MapView)))]
pub async fn map(
    State(api): State<Api>,
    caller: Caller,
    Query(which): Query<WhichPart>,
) -> Result<Json<MapView>, Problem> {
    let reach = caller.reach(Action::ReadMap)?;
    let part = which.place.map(|place| Where { nodes: [Scope::Place(place)].into(), ..Where::default() });
    let parts: Vec<&Where> = std::iter::once(&reach).chain(&part).collect();
    Ok(Json(api.map_of(&parts)))
}

impl Api {
    fn map_of(&self, parts: &[&Where]) -> MapView {
        let inside = |node: Scope| {
            self.access.tree(|tree| {
                let inside = |part: &&Where| part.nodes.iter().any(|held| tree.within(*held, node));
                parts.iter().all(|part| part.everywhere || inside(part))
            })
        };
        let places = self.access.tree(|tree| {
            let places = tree.places().map(|(id, place)| {
                let (parent, kind, name) = (place.parent, place.kind, place.name.clone());
                MapPlace { id, parent, kind, name }
            });
            places.collect()
        });
        let directory = self.directory.read().unwrap_or_else(PoisonError::into_inner);
        let teams = directory.teams.values().filter(|team| inside(team.team.into()));
        let households = directory.households.values().filter(|home| inside(home.household.into()));
        let points =
            directory.points.iter().filter(|point| inside_or_leads(&inside, parts, point.facts.place));
        MapView {
            outline: self.settings.outline.as_deref().cloned(),
            places,
            teams: teams
                .map(|team| MapTeam {
                    id: team.team,
                    name: team.name.clone(),
                    place: team.place,
                    adjacent: team.neighbours.clone(),
                })
                .collect(),
            households: households
                .map(|home| MapHousehold {
                    id: home.household,
                    team: home.team,
                    place: home.place,
                    kind: home.member,
                    label: home.label(),
                    position: home.position.clone(),
                })
                .collect(),
            points: points.map(|point| Point::new(point, None)).collect(),
        }
    }
}

/// A team leader's map has no places of its own, and all points: whoever fights a fire takes the nearest.
fn inside_or_leads(inside: &impl Fn(Scope) -> bool, parts: &[&Where], place: PlaceId) -> bool {
    let has_places = parts.iter().any(|part| part.nodes.iter().any(|node| matches!(node, Scope::Place(_))));
    !has_places || inside(place.into())
}
