//! The desk's first screen in one answer.

use super::{HouseholdNamed, TeamNamed, alarm::Alarm, device::Device};
use crate::{engine::Source, settings::Fault};
use liengia_kernel::{AlarmId, PersonId, Pii, ShiftId, Timestamp, shown};
use serde::Serialize;

/// The desk's first screen.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Board {
    /// Open alarms and running drills.
    pub alarms: Vec<Alarm>,
    /// Late presses that wait for somebody to say whether it still burns.
    pub late: Vec<LatePress>,
    /// What is the matter in quiet times.
    pub quiet: Quiet,
    /// Whose shift is on.
    pub shift: Option<ShiftShown>,
    /// What is wrong with the node.
    pub faults: Vec<Fault>,
    /// Events of alarms that wait to be written.
    pub unrecorded: usize,
    /// The number that every alarm screen shows.
    pub emergency_number: String,
    /// By how many hours the place's clocks are ahead of UTC.
    pub utc_offset_hours: i8,
    /// When this was true.
    pub as_of: Timestamp,
}

/// A press that came late.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct LatePress {
    /// Its id.
    pub alarm: AlarmId,
    /// The home, if it is known.
    pub home: Option<HouseholdNamed>,
    /// Its team.
    pub team: Option<TeamNamed>,
    /// What sent it.
    pub source: Source,
    /// Who pressed, if that is known.
    #[serde(serialize_with = "shown")]
    pub by: Option<Pii<String>>,
    /// Their phone.
    #[serde(serialize_with = "shown")]
    pub phone: Option<Pii<String>>,
    /// When it was pressed.
    pub pressed_at: Timestamp,
    /// When it was asked about.
    pub asked_at: Timestamp,
    /// Since when it is the desk's to answer.
    pub desk_at: Option<Timestamp>,
}

/// What is the matter in quiet times. Each list holds the first of them; the count is of all.
#[derive(Clone, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Quiet {
    /// Households that have bells of which none is there to ring.
    pub silent_households: Vec<HouseholdNamed>,
    /// How many.
    pub silent_count: usize,
    /// Devices that are late, at fault, never seen or tampered with.
    pub faults: Vec<Device>,
    /// How many.
    pub faults_count: usize,
    /// Devices whose battery is low.
    pub low_batteries: Vec<Device>,
    /// How many.
    pub low_batteries_count: usize,
    /// Bells that nobody has heard ringing for 35 days, or ever.
    pub due: Vec<Device>,
    /// How many.
    pub due_count: usize,
    /// Devices in all.
    pub devices_count: usize,
    /// Households without any bell.
    pub without_bell_count: usize,
}

/// A shift at the desk.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ShiftShown {
    /// Its id.
    pub id: ShiftId,
    /// Whose.
    pub person: PersonId,
    /// Their name.
    #[serde(serialize_with = "shown")]
    pub officer: Pii<String>,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when; null while it is on.
    pub ended_at: Option<Timestamp>,
    /// To whom it was handed over.
    #[serde(serialize_with = "shown")]
    pub successor: Option<Pii<String>>,
    /// What was said at the handover.
    #[serde(serialize_with = "shown")]
    pub note: Option<Pii<String>>,
}
