//! A round of presses and what came of them: who heard which alarm when.

use super::latencies::Latencies;
use super::wiring::TEAM;
use liengia_kernel::AlarmId;
use std::{collections::BTreeMap, time::Duration};

/// What a round measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// How many presses there were.
    pub presses: usize,
    /// From the press to the last of the twelve, for every press that all twelve heard.
    pub rings: Latencies,
    /// From the press to the word that it is recorded.
    pub recorded: Latencies,
    /// Rings that never came.
    pub lost: usize,
    /// Presses of which nobody said that they are recorded, where that is said.
    pub unrecorded: usize,
    /// Rings that came to a client that had heard that alarm before.
    pub repeated: usize,
    /// From the round's first press to its last ring.
    pub span: Duration,
}

struct Open {
    pressed: Duration,
    team: usize,
    heard: u16,
    last: Duration,
    recorded: Option<Duration>,
}

/// Everyone of a team heard it.
const ALL: u16 = (1 << TEAM) - 1;

/// A round under way.
#[derive(Default)]
pub(super) struct Round {
    open: BTreeMap<AlarmId, Open>,
    first: Option<Duration>,
    last: Duration,
    rings: Vec<Duration>,
    records: Vec<Duration>,
    presses: usize,
    lost: usize,
    unrecorded: usize,
    repeated: usize,
}

impl Round {
    pub(super) fn pressed(&mut self, alarm: AlarmId, team: usize, at: Duration) {
        self.presses += 1;
        self.first.get_or_insert(at);
        self.open.insert(alarm, Open { pressed: at, team, heard: 0, last: at, recorded: None });
    }

    pub(super) fn rang(&mut self, alarm: AlarmId, client: usize, at: Duration) {
        let Some(open) = self.open.get_mut(&alarm).filter(|open| open.team == client / TEAM) else { return };
        let one = 1 << (client % TEAM);
        self.repeated += usize::from(open.heard & one != 0);
        if open.heard & one == 0 {
            open.heard |= one;
            open.last = open.last.max(at);
            self.last = self.last.max(at);
        }
    }

    pub(super) fn recorded(&mut self, alarm: AlarmId, at: Duration) {
        if let Some(open) = self.open.get_mut(&alarm) {
            open.recorded.get_or_insert(at);
        }
    }

    /// Whether everything that was to come of a press has come.
    pub(super) fn is_done(&self, alarm: AlarmId, records: bool) -> bool {
        self.open.get(&alarm).is_none_or(|open| open.heard == ALL && (!records || open.recorded.is_some()))
    }

    /// Takes stock of a press: it is done, or its time is over.
    pub(super) fn settle(&mut self, alarm: AlarmId, records: bool) {
        let Some(open) = self.open.remove(&alarm) else { return };
        let missing = TEAM - open.heard.count_ones() as usize;
        self.lost += missing;
        if missing == 0 {
            self.rings.push(open.last.saturating_sub(open.pressed));
        }
        match open.recorded {
            Some(at) => self.records.push(at.saturating_sub(open.pressed)),
            None => self.unrecorded += usize::from(records),
        }
    }

    pub(super) fn measured(self) -> Measured {
        Measured {
            presses: self.presses,
            rings: self.rings.into_iter().collect(),
            recorded: self.records.into_iter().collect(),
            lost: self.lost,
            unrecorded: self.unrecorded,
            repeated: self.repeated,
            span: self.last.saturating_sub(self.first.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::{SeededEntropy, Timestamp};

    const MS: Duration = Duration::from_millis(1);

    fn alarm() -> AlarmId {
        AlarmId::new(Timestamp::from_seconds(1), &SeededEntropy::new(1))
    }

    #[test]
    fn the_last_of_the_twelve_counts() {
        let mut round = Round::default();
        round.pressed(alarm(), 2, MS);
        for client in 24..36 {
            assert!(!round.is_done(alarm(), false));
            round.rang(alarm(), client, u32::try_from(client).unwrap() * MS);
        }
        assert!(round.is_done(alarm(), false) && !round.is_done(alarm(), true));
        round.recorded(alarm(), 9 * MS);
        assert!(round.is_done(alarm(), true));
        round.settle(alarm(), true);
        let measured = round.measured();
        assert_eq!(
            (measured.rings.max(), measured.recorded.max(), measured.span),
            (34 * MS, 8 * MS, 34 * MS)
        );
        assert_eq!((measured.lost, measured.repeated, measured.unrecorded), (0, 0, 0));
    }

    #[test]
    fn a_ring_that_does_not_come_is_lost_and_one_that_comes_twice_is_repeated() {
        let mut round = Round::default();
        round.pressed(alarm(), 0, MS);
        for client in [0, 1, 1, 2, 40] {
            round.rang(alarm(), client, 2 * MS);
        }
        round.settle(alarm(), true);
        let measured = round.measured();
        assert_eq!((measured.lost, measured.repeated, measured.unrecorded), (9, 1, 1));
        assert_eq!(measured.rings.count(), 0);
    }
}
