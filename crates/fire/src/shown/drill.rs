//! A drill as the team, the leader and the desk read it.

use crate::{engine::AnnouncedDrill, views::AlarmRow};
use liengia_kernel::{AlarmId, Pii, TeamId, Timestamp, shown};
use serde::Serialize;

/// A drill of one team.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Drill {
    /// Its id.
    pub id: AlarmId,
    /// Its team, as a list of one.
    pub teams: Vec<TeamId>,
    /// When it begins, or began.
    pub at: Timestamp,
    /// What was announced of it.
    #[serde(serialize_with = "shown")]
    pub text: Option<Pii<String>>,
    /// How far it is.
    pub state: DrillState,
}

/// How far a drill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrillState {
    /// It will be.
    Announced,
    /// It is under way.
    Running,
    /// It was.
    Done,
    /// It did not take place.
    Cancelled,
}

/// The drills that a request announced.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DrillsAnnounced {
    /// One for each team.
    pub items: Vec<Drill>,
}

impl Drill {
    pub(crate) fn announced(drill: &AnnouncedDrill, text: Option<Pii<String>>) -> Self {
        Self {
            id: drill.drill,
            teams: vec![drill.team],
            at: drill.starts_at,
            text,
            state: DrillState::Announced,
        }
    }

    pub(crate) fn of_row(row: &AlarmRow, text: Option<Pii<String>>) -> Self {
        let state = match (row.state.as_str(), row.number) {
            ("announced", _) => DrillState::Announced,
            ("open", _) => DrillState::Running,
            (_, Some(_)) => DrillState::Done,
            (_, None) => DrillState::Cancelled,
        };
        Self { id: row.alarm, teams: row.team.into_iter().collect(), at: row.raised_at, text, state }
    }
}
