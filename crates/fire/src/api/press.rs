//! `POST /api/alarms`: FIRE.
//!
//! Promises: it rings before anything is asked of the disk; a press is never refused for what it says; the same id
//! again is the same press, and gets the same answer.

use super::{
    Api,
    tell::{SOON, shortened},
};
use crate::{
    engine::{Event, Input, Outcome, Output, Phase, Press, Receipt, Refusal, Source},
    event::About,
    problems::WHICH_HOME,
};
use axum::{Json, extract::State, http::StatusCode};
use liengia_access::{Action, Caller, Scope, Target};
use liengia_http::{Body, Problem};
use liengia_kernel::{AlarmId, HouseholdId, Pii, TeamId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A press.
#[derive(Deserialize, utoipa::ToSchema)]
pub struct NewAlarm {
    /// The id that the phone made. Every repeat carries the same.
    alarm: AlarmId,
    /// The home that burns; one's own where it is left out.
    household: Option<HouseholdId>,
    /// The team, where the desk knows no home.
    team: Option<TeamId>,
    /// When it was pressed, by the phone's clock.
    pressed_at: Timestamp,
    /// When it is sent, by the same clock: then nothing hangs on the phone's clock being right.
    sent_at: Option<Timestamp>,
    /// Where it was pressed.
    source: PressedAt,
    /// What the caller said, at the desk.
    caller_note: Option<Pii<String>>,
}

/// Where a press was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PressedAt {
    /// On a phone.
    Phone,
    /// At the desk, for somebody who called.
    Desk,
}

/// What became of a press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AlarmReceipt {
    /// The id of the press.
    pub alarm: AlarmId,
    /// The open alarm that it joined, where that is another one.
    pub joined: Option<AlarmId>,
    /// When the node had it.
    pub received_at: Timestamp,
    /// It is on the disk. What is not yet still rings.
    pub recorded: bool,
    /// What happens now.
    pub state: PressState,
}

/// What happens after a press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PressState {
    /// The home that smells smoke is warned.
    OwnHomeWarning,
    /// The team rings.
    Ringing,
    /// Its alarm is over.
    Closed,
    /// It came late: does it still burn?
    AskStillBurning,
}

/// Raises the alarm. 202 once it rings; 200 where the press is older than five minutes and somebody must say whether it
/// still burns, or where its alarm is over.
#[utoipa::path(post, path = "/api/alarms", tag = "fire", request_body = NewAlarm,
    responses((status = 202, body = AlarmReceipt), (status = 200, body = AlarmReceipt)))]
pub async fn press(
    State(api): State<Api>,
    caller: Caller,
    Body(input): Body<NewAlarm>,
) -> Result<(StatusCode, Json<AlarmReceipt>), Problem> {
    let (household, team, scope) = Api::pressed_for(&caller, &input)?;
    caller.permit(Action::PressAlarm, Target::node(scope))?;
    // Who sits at the desk presses a phone for their own home only: for all others they are the desk.
    let own = household.is_some() && household == caller.household();
    let desk = (input.source == PressedAt::Desk || !own) && api.sits(&caller, Some(scope));
    let held =
        input.sent_at.filter(|sent| *sent >= input.pressed_at).map(|sent| sent.since(input.pressed_at));
    let (pressed, outputs) = api.tell_press(&Press {
        alarm: input.alarm,
        source: if desk { Source::Desk } else { Source::Phone },
        device: None,
        by: Some(caller.person()),
        household,
        team,
        pressed_at: Some(input.pressed_at),
        held,
    })?;
    let receipt = outputs.iter().find_map(|output| match output {
        Output::Receipt(receipt) if receipt.press == pressed => Some(*receipt),
        _ => None,
    });
    let receipt = receipt.ok_or_else(|| Problem::failed("the engine gave no receipt for a press"))?;
    let first = matches!(receipt.outcome, Outcome::Raised | Outcome::Joined | Outcome::Asked);
    if let Some(note) = input.caller_note.filter(|_| first) {
        api.keep_note(receipt.alarm, caller.person(), About::Call, shortened(&note));
    }
    // It rings. Whether it is written is nicer to know at once, and not worth a second.
    let recorded =
        receipt.outcome != Outcome::Limited && (receipt.recorded || api.alarms.settled(SOON).await);
    let (status, Json(told)) = api.receipt(&receipt, recorded);
    // Whoever asks knows the press by the id that they gave it.
    let joined = told.joined.or_else(|| Some(receipt.alarm).filter(|alarm| *alarm != input.alarm));
    Ok((status, Json(AlarmReceipt { alarm: input.alarm, joined, ..told })))
}

impl Api {
    /// Tells the engine of a press; answers the id under which it took it. One that bears the id of another team's alarm
    /// rings all the same, under an id of its own.
    fn tell_press(&self, press: &Press) -> Result<(AlarmId, Vec<Output>), Problem> {
        let outputs = self.alarms.tell(Input::Press(press.clone()));
        let refusal = outputs.iter().find_map(|output| match output {
            Output::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        });
        match refusal {
            None => return Ok((press.alarm, outputs)),
            Some(Refusal::IdOfAnotherTeam) => {}
            Some(refusal) => return Err(refusal.into()),
        }
        let by = press.by.map(|by| by.to_string()).unwrap_or_default();
        let digest = Sha256::new().chain_update(press.alarm.as_bytes()).chain_update(by).finalize();
        let mut own = [0; 16];
        own.copy_from_slice(&digest[..16]);
        let own = Press { alarm: AlarmId::from_bytes(own), ..press.clone() };
        Ok((own.alarm, self.tell(Input::Press(own))?))
    }

    /// The home and team that a press is for, and where that is in the tree.
    fn pressed_for(
        caller: &Caller,
        input: &NewAlarm,
    ) -> Result<(Option<HouseholdId>, Option<TeamId>, Scope), Problem> {
        if let Some(household) = input.household {
            return Ok((Some(household), None, household.into()));
        }
        if let Some(team) = input.team {
            return Ok((None, Some(team), team.into()));
        }
        if input.source == PressedAt::Phone {
            if let Some(own) = caller.household() {
                return Ok((Some(own), None, own.into()));
            }
            if let Some(team) = caller.team() {
                return Ok((None, Some(team), team.into()));
            }
        }
        Self::seat(caller).map(|seat| (None, None, seat)).ok_or_else(|| Problem::new(WHICH_HOME))
    }

    fn receipt(&self, receipt: &Receipt, recorded: bool) -> (StatusCode, Json<AlarmReceipt>) {
        let now = self.alarms.now();
        let open = self.alarms.look(|state| state.snapshot(receipt.alarm, now));
        let (status, state) = match (receipt.outcome, open.map(|open| open.phase)) {
            // Of too many late presses of one source, one that is still asked stands for all.
            (Outcome::Asked, _) | (Outcome::Limited, None) => (StatusCode::OK, PressState::AskStillBurning),
            (Outcome::Closed, _) | (_, None) => (StatusCode::OK, PressState::Closed),
            (_, Some(Phase::OwnHomeWarning)) => (StatusCode::ACCEPTED, PressState::OwnHomeWarning),
            (_, Some(Phase::Ringing)) => (StatusCode::ACCEPTED, PressState::Ringing),
        };
        let told = AlarmReceipt {
            alarm: receipt.press,
            joined: Some(receipt.alarm).filter(|alarm| *alarm != receipt.press),
            received_at: self.received_at(receipt).unwrap_or(now.wall),
            recorded: recorded && state != PressState::AskStillBurning,
            state,
        };
        (status, Json(told))
    }

    /// When a press first came in: a repeat is told the same.
    fn received_at(&self, receipt: &Receipt) -> Option<Timestamp> {
        let story = self.alarms.story(receipt.alarm)?;
        story.events.iter().find_map(|event| match event {
            Event::Raised { press, at, .. } | Event::Joined { press, at, .. }
                if press.press == receipt.press =>
            {
                Some(*at)
            }
            Event::LateAsked { press, at, .. } if *press == receipt.press => Some(*at),
            _ => None,
        })
    }
}
