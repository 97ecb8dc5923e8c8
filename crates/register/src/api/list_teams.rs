//! `GET /api/teams`: the teams that the caller may see.

use super::{Api, shown::TeamShown};
use crate::views::{Team, TeamFilter};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_kernel::{PlaceId, TeamId};
use serde::Deserialize;

/// Which teams.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Part of the name; diacritics do not matter.
    search: Option<String>,
    /// In this place, with all that is in it.
    place: Option<PlaceId>,
}

/// Teams that stand, a page at a time, in the order of their names.
#[utoipa::path(get, path = "/api/teams", tag = "register", params(Which, Page),
    responses((status = 200, body = Paged<TeamShown>)))]
pub async fn list_teams(
    State(api): State<Api>,
    caller: Caller,
    Query(which): Query<Which>,
    page: Page,
) -> Result<Json<Paged<TeamShown>>, Problem> {
    let mut within = vec![caller.reach(Action::ReadTeams)?];
    within.extend(which.place.map(Api::inside));
    let limit = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let filter = TeamFilter { search: which.search, within, after: page.after::<TeamId>()?, limit };
    let teams = Team::list(&api.register.journal, &filter).await?;
    let teams = Paged::cut(teams, &page, |team| team.team);
    let items = api.teams_shown(&caller, teams.items).await?;
    Ok(Json(Paged { items, next: teams.next }))
}
