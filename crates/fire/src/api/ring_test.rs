//! `POST /api/ring-tests`: bells sound for a moment, so that people can say whether they heard them.

use super::Api;
use crate::engine::{By, Event, Input, Output};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Scope, Target};
use liengia_http::{Body, Field, Problem, WRONG_FIELDS, Written};
use liengia_kernel::{AlarmId, HouseholdId, TeamId, Timestamp};
use serde::{Deserialize, Serialize};

/// Which bells are tested: a team's or one home's.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewRingTest {
    /// All bells of this team.
    team: Option<TeamId>,
    /// The bells of this home.
    household: Option<HouseholdId>,
}

/// A ring test.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RingTestShown {
    /// Its id.
    pub ring_test: AlarmId,
    /// When the bells sounded.
    pub at: Timestamp,
    /// How many.
    pub devices: u16,
}

/// Tests bells, by day and never near a live alarm. Whoever lives in a home may test that home's.
#[utoipa::path(post, path = "/api/ring-tests", tag = "fire", request_body = NewRingTest,
    responses((status = 201, body = RingTestShown)))]
pub async fn ring_test(
    State(api): State<Api>,
    caller: Caller,
    written: Written,
    Body(input): Body<NewRingTest>,
) -> Result<(StatusCode, Json<RingTestShown>), Problem> {
    let scope = match (input.team, input.household) {
        (Some(team), None) => Scope::Team(team),
        (None, Some(household)) => Scope::Household(household),
        _ => return Err(Problem::new(WRONG_FIELDS).blaming(Field::new("team", "missing"))),
    };
    caller.permit(Action::TestRing, Target::node(scope))?;
    let test = Api::id_of(&written, &caller.account().to_string(), b"ring test")?;
    if let Some((at, devices)) = api.memory.ring_test(test) {
        api.written().await?;
        return Ok((StatusCode::CREATED, Json(RingTestShown { ring_test: test, at, devices })));
    }
    api.may_be_written()?;
    let by = By { person: caller.person(), desk: api.sits(&caller, Some(scope)) };
    let outputs = api.tell(match scope {
        Scope::Household(household) => Input::RingTestAtHome { test, household, by },
        Scope::Team(team) => Input::RingTest { test, team, by },
        Scope::Place(_) => return Err(Problem::failed("bells of a place cannot be tested")),
    })?;
    let tested = outputs.iter().find_map(|output| match output {
        Output::Record(Event::RingTested { at, bells, .. }) => Some((*at, *bells)),
        _ => None,
    });
    let (at, devices) = tested.ok_or_else(|| Problem::failed("the engine tested nothing"))?;
    api.memory.keep_ring_test(test, at, devices);
    api.written().await?;
    Ok((StatusCode::CREATED, Json(RingTestShown { ring_test: test, at, devices })))
}
