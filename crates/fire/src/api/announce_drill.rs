//! `POST /api/drills`: a drill is announced.

use super::{Api, tell::shortened};
use crate::{
    engine::{By, DrillOrder, Input, Output, Refusal},
    event::About,
    shown::drill::{Drill, DrillsAnnounced},
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Scope, Target};
use liengia_http::{Body, Field, Problem, WRONG_FIELDS, Written};
use liengia_kernel::{AlarmId, Pii, TeamId, Timestamp};
use serde::Deserialize;

/// Teams that one request may announce a drill for.
const MOST_TEAMS: usize = 50;

/// A drill to announce.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewDrill {
    /// The teams that practise; each has a drill of its own.
    teams: Vec<TeamId>,
    /// When: at least a day ahead, and by day.
    at: Timestamp,
    /// What is announced of it.
    text: Option<Pii<String>>,
    /// It begins at that time by itself; otherwise somebody starts it then.
    #[serde(default = "yes")]
    by_itself: bool,
}

const fn yes() -> bool {
    true
}

/// Announces a drill to its team, and to the desk.
#[utoipa::path(post, path = "/api/drills", tag = "fire", request_body = NewDrill,
    responses((status = 201, body = DrillsAnnounced)))]
pub async fn announce_drill(
    State(api): State<Api>,
    caller: Caller,
    written: Written,
    Body(input): Body<NewDrill>,
) -> Result<(StatusCode, Json<DrillsAnnounced>), Problem> {
    if input.teams.is_empty() || input.teams.len() > MOST_TEAMS {
        let field = Field::new("teams", "out_of_range").with("least", 1_usize).with("most", MOST_TEAMS);
        return Err(Problem::new(WRONG_FIELDS).blaming(field));
    }
    for team in &input.teams {
        caller.permit(Action::KeepDrills, Target::team(*team))?;
    }
    api.may_be_written()?;
    let account = caller.account().to_string();
    let text = input.text.as_ref().map(shortened).filter(|text| !text.expose().is_empty());
    let (mut items, mut new, mut done) = (Vec::with_capacity(input.teams.len()), Vec::new(), Ok(()));
    for team in &input.teams {
        let drill = Api::id_of(&written, &account, team.as_bytes())?;
        match api.announce(&caller, drill, *team, &input, text.as_ref()) {
            Ok(is_new) => new.extend(is_new.then_some((drill, *team))),
            Err(problem) => {
                done = Err(problem);
                break;
            }
        }
        items.extend(api.announced(drill));
    }
    if let Err(problem) = done.and(api.written().await) {
        api.take_back(&caller, &new);
        return Err(problem);
    }
    Ok((StatusCode::CREATED, Json(DrillsAnnounced { items })))
}

impl Api {
    /// Whether it is new: not where the same request came before.
    fn announce(
        &self,
        caller: &Caller,
        drill: AlarmId,
        team: TeamId,
        input: &NewDrill,
        text: Option<&Pii<String>>,
    ) -> Result<bool, Problem> {
        let by = By { person: caller.person(), desk: self.sits(caller, Some(Scope::Team(team))) };
        let (starts_at, by_itself) = (input.at, input.by_itself);
        let order = DrillOrder::Announce { drill, team, starts_at, by_itself, by };
        let outputs = self.alarms.tell(Input::Drill(order));
        let refused = outputs.iter().find_map(|output| match output {
            Output::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        });
        match refused {
            // The same request came before.
            Some(Refusal::DrillExists) if self.announced(drill).is_some() => Ok(false),
            Some(refusal) => Err(refusal.into()),
            None => {
                if let Some(text) = text {
                    self.keep_note(drill, caller.person(), About::Drill, text.clone());
                }
                Ok(true)
            }
        }
    }

    /// All of a request is done, or nothing: what was announced is called off.
    fn take_back(&self, caller: &Caller, new: &[(AlarmId, TeamId)]) {
        for (drill, team) in new {
            let by = By { person: caller.person(), desk: self.sits(caller, Some(Scope::Team(*team))) };
            self.alarms.tell(Input::Drill(DrillOrder::Cancel { drill: *drill, by }));
        }
    }

    /// A drill that was announced and did not begin.
    pub(super) fn announced(&self, drill: AlarmId) -> Option<Drill> {
        let announced =
            self.alarms.look(|state| state.announced_drills().find(|known| known.drill == drill))?;
        Some(Drill::announced(&announced, self.announced_text(drill)))
    }

    /// What was announced of a drill, as far as memory knows.
    pub(super) fn announced_text(&self, drill: AlarmId) -> Option<Pii<String>> {
        let notes = self.alarms.story(drill)?.notes;
        notes.into_iter().find(|note| note.about == About::Drill).map(|note| note.text)
    }
}
