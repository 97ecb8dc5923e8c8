//! How often things happened.

use liengia_fire::engine::{DrillEnd, Event};
use std::collections::BTreeMap;

/// How often things happened, so that a run that tests nothing is noticed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<&'static str, u64>);

impl Tally {
    pub fn add(&mut self, what: &'static str, count: u64) {
        *self.0.entry(what).or_default() += count;
    }

    pub fn count(&mut self, event: &Event) {
        let what = match event {
            Event::Raised { .. } => "raised",
            Event::Joined { .. } => "joined",
            Event::Adopted { .. } => "adopted",
            Event::AliasAdopted { .. } => "alias adopted",
            Event::WentToTeam { .. } => "went to team",
            Event::CancelledAtHome { .. } => "cancelled at home",
            Event::LateAsked { .. } => "late asked",
            Event::LateToDesk { .. } => "late to desk",
            Event::LateAnswered { yes: true, .. } => "late yes",
            Event::Closed { .. } => "closed",
            Event::Linked { .. } => "linked",
            Event::BellsRested { .. } => "bells rested",
            Event::BellsResumed { .. } => "bells resumed",
            Event::CardAccepted { .. } => "cards accepted",
            Event::DrillStarted { .. } => "drill started",
            Event::DrillEnded { why: DrillEnd::LiveAlarm, .. } => "drill ended by a live alarm",
            _ => return,
        };
        self.add(what, 1);
    }

    /// Everything that the simulator is for happened at least once.
    pub fn saw_everything(&self) {
        for what in [
            "raised",
            "joined",
            "adopted",
            "alias adopted",
            "went to team",
            "cancelled at home",
            "late asked",
            "late to desk",
            "late yes",
            "closed",
            "linked",
            "bells rested",
            "bells resumed",
            "cards accepted",
            "drill started",
            "drill ended by a live alarm",
            "crashes",
            "events lost in a crash",
            "events lost from a full queue",
            "wall clock jumps",
            "homes moved",
            "messages lost",
        ] {
            assert!(self.0.contains_key(what), "never seen: {what}");
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        for (what, count) in other.0 {
            self.add(what, count);
        }
    }
}
