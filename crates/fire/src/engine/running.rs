//! What an open alarm needs beside its record: who was told and when the next word is due.
//! Lost in a crash, and made anew from the record and the roster.

use super::output::{Message, Recipient};
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
    /// When a word outside the ladder was said last, and to whom.
    pub said: BTreeMap<(Recipient, Message), Duration>,
}

/// When a bell was told last, and whether it confirmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub at: Duration,
    pub confirmed: bool,
}

/// When a rung is due next, and which time that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub due: Duration,
    /// It only grows, also over a restart: a text's name belongs to it, and no name is sent twice.
    pub round: u32,
    /// It is said to everybody, also to those who have answered: the first time, and when somebody asks for more.
    pub fresh: bool,
}

impl Step {
    /// The same, due then and for everybody.
    pub fn anew(&mut self, due: Duration) {
        *self = Self { due, fresh: true, ..*self };
    }
}
