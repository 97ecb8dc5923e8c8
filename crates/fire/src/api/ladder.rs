//! `/api/teams/{id}/ladder`: when whom an alarm of this team is told, and how often.

use super::Api;
use crate::{
    engine::LadderConfig, event::KitEvent, problems::LADDER_OUT_OF_BOUNDS, rules::LadderTimes, views::Ladder,
};
use axum::{Json, extract::State};
use liengia_access::{Action, Caller, Target};
use liengia_http::{Body, Field, Path, Problem};
use liengia_journal::{Commit, Draft};
use liengia_kernel::{TeamId, Timestamp};
use liengia_register::{problems::NO_TEAM, views::Team};
use serde::Serialize;

/// A team's ladder.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TeamLadder {
    #[serde(flatten)]
    times: LadderTimes,
    /// When it was set; none while it is the usual one.
    set_at: Option<Timestamp>,
}

/// A team's ladder. No setting of it silences a bell.
#[utoipa::path(get, path = "/api/teams/{id}/ladder", tag = "fire", params(("id" = TeamId, Path)),
    responses((status = 200, body = TeamLadder)))]
pub async fn read_ladder(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
) -> Result<Json<TeamLadder>, Problem> {
    caller.permit(Action::ReadTeams, Target::team(id))?;
    Ok(Json(api.ladder(id).await?))
}

/// Sets a team's ladder. An alarm that is open goes on with it from its next rung.
#[utoipa::path(put, path = "/api/teams/{id}/ladder", tag = "fire", params(("id" = TeamId, Path)),
    request_body = LadderTimes, responses((status = 200, body = TeamLadder)))]
pub async fn set_ladder(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TeamId>,
    Body(times): Body<LadderTimes>,
) -> Result<Json<TeamLadder>, Problem> {
    let permit = caller.permit(Action::KeepLadder, Target::team(id))?;
    let wrong = times.out_of_bounds();
    if !wrong.is_empty() {
        return Err(wrong.into_iter().fold(Problem::new(LADDER_OUT_OF_BOUNDS), |problem, wrong| {
            let field = Field::new(wrong.field, "out_of_bounds");
            problem.blaming(field.with("least", u64::from(wrong.least)).with("most", u64::from(wrong.most)))
        }));
    }
    api.standing_team(id).await?;
    let done = permit
        .commit(async || {
            let draft = Draft::of(&KitEvent::LadderSet { team: id, ladder: times });
            Ok::<_, Problem>((Commit::new(permit.context(), vec![draft]), ()))
        })
        .await?;
    api.followed(&done.entries).await;
    Ok(Json(api.ladder(id).await?))
}

impl Api {
    async fn standing_team(&self, team: TeamId) -> Result<(), Problem> {
        let known = Team::find(&self.kit.journal, team).await?.filter(|team| !team.dissolved);
        known.map(drop).ok_or_else(|| Problem::new(NO_TEAM))
    }

    async fn ladder(&self, team: TeamId) -> Result<TeamLadder, Problem> {
        let set = Ladder::find(&self.kit.journal, team).await?;
        let times = set.map_or_else(|| LadderConfig::default().into(), |set| set.times);
        Ok(TeamLadder { times, set_at: set.map(|set| set.set_at) })
    }
}
