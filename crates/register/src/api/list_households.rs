//! `GET /api/households`: the households that the caller may see, searched and filtered.

use super::{Api, shown::HouseholdListed};
use crate::{
    event::MemberKind,
    views::{Household, HouseholdFilter},
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller};
use liengia_http::{Page, Paged, Problem, Query};
use liengia_kernel::{HouseholdId, PlaceId, TeamId};
use serde::Deserialize;

/// Which households.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Part of a label, or of a name or phone number of somebody whose home the caller may read; diacritics do not
    /// matter.
    search: Option<String>,
    /// In this place, with all that is in it.
    place: Option<PlaceId>,
    /// In this team.
    team: Option<TeamId>,
    /// In no team.
    #[serde(default)]
    without_team: bool,
    /// Of this kind.
    kind: Option<MemberKind>,
}

/// Households, a page at a time, in the order of their labels.
#[utoipa::path(get, path = "/api/households", tag = "register", params(Which, Page),
    responses((status = 200, body = Paged<HouseholdListed>)))]
pub async fn list_households(
    State(api): State<Api>,
    caller: Caller,
    Query(which): Query<Which>,
    page: Page,
) -> Result<Json<Paged<HouseholdListed>>, Problem> {
    let mut within = vec![caller.reach(Action::ReadHouseholds)?];
    within.extend(which.place.map(Api::inside));
    let filter = HouseholdFilter {
        search: which.search,
        // Whom nobody may read about is not found by a guess either.
        people_within: caller.reach(Action::ReadHousehold).unwrap_or_default(),
        within,
        team: which.team,
        without_team: which.without_team,
        member: which.kind,
        after: page.after::<HouseholdId>()?,
        limit: usize::try_from(page.rows()).unwrap_or(usize::MAX),
    };
    let homes = Household::list(&api.register.journal, &filter).await?;
    let homes = Paged::cut(homes, &page, |home| home.household);
    Ok(Json(homes.map(|home| {
        let place = api.place_name(home.place);
        HouseholdListed::new(home, place)
    })))
}
