//! Decisions about public firefighting points.

use super::KitError;
use crate::{
    event::{KitEvent, PointFacts},
    views::Point,
};
use liengia_journal::Commitment;
use liengia_kernel::{Pii, PointId};
use liengia_register::rules::{note, title};

/// What is written down about a point.
#[derive(Clone, Debug, PartialEq)]
pub struct PointParticulars {
    /// What everyone may know.
    pub facts: PointFacts,
    /// Who has the key, and their phone: for responders.
    pub keyholder: Pii<String>,
}

impl PointParticulars {
    /// The same, normalised; or what is wrong with it.
    pub fn checked(mut self) -> Result<Self, KitError> {
        self.facts.name = title("name", &self.facts.name)?;
        self.facts.access = note("access", &self.facts.access)?;
        self.facts.contents.sort_unstable();
        self.facts.contents.dedup();
        self.keyholder = Pii::new(note("keyholder", self.keyholder.expose())?);
        Ok(self)
    }
}

/// A new point.
pub fn add_point(point: PointId, facts: PointFacts, keyholder: Option<Commitment>) -> KitEvent {
    KitEvent::PointAdded { point, facts, keyholder }
}

/// Corrected particulars.
pub fn correct_point(
    known: &Point,
    read: u64,
    facts: PointFacts,
    keyholder: Option<Commitment>,
    reason: Commitment,
) -> Result<KitEvent, KitError> {
    if read == known.version {
        Ok(KitEvent::PointCorrected { point: known.point, facts, keyholder, reason: Some(reason) })
    } else {
        Err(KitError::ChangedMeanwhile { found: known.version })
    }
}

/// A point that is no longer there.
pub fn remove_point(known: &Point, reason: Commitment) -> KitEvent {
    KitEvent::PointRemoved { point: known.point, reason: Some(reason) }
}
