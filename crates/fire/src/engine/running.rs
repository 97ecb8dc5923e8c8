//! What an open alarm needs beside its record: who was told and when the next word is due.
//! Lost in a crash, and made anew from the record and the roster.

use super::terms::{Role, Rung};
use liengia_kernel::{DeviceId, HouseholdId, PersonId};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What an open alarm needs beside its record.
#[derive(Clone, Debug, Default)]
pub(super) struct Running {
    /// The burning homes and those next to them.
    pub near: BTreeSet<HouseholdId>,
    /// The homes that ring now.
    pub homes: BTreeSet<HouseholdId>,
    pub bells: BTreeMap<DeviceId, Told>,
    /// How often bells were told again without all confirming.
    pub retries: u32,
    pub rungs: BTreeMap<Rung, Step>,
    /// When an offered card moves on, or may come back to who did not answer it.
    pub cards_due: BTreeMap<(Role, PersonId), Duration>,
}

/// When a bell was told last, and whether it confirmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub at: Duration,
    pub confirmed: bool,
}

/// When a rung is due next, and how often it was taken since the process began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub due: Duration,
    pub round: u32,
}
