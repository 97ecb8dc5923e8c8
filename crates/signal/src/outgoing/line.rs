//! The line in which messages wait: the urgent ones first, those to be tried again when their time has come.
//!
//! Promises: never more new messages than its limit; what has been taken out for an attempt may always come back.
//! Pure: the time comes in as an argument.

use std::{collections::BTreeMap, time::Duration};

/// Lower goes first.
pub(crate) type Rank = u8;

/// Messages that wait.
#[derive(Debug)]
pub(super) struct Line<M> {
    limit: usize,
    count: u64,
    ready: BTreeMap<Turn, M>,
    later: BTreeMap<(Duration, u64), (Rank, M)>,
    /// Whose way is full.
    held: BTreeMap<String, BTreeMap<Turn, M>>,
}

/// Whose turn it is: the lowest.
pub(crate) type Turn = (Rank, u64);

impl<M> Line<M> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, count: 0, ready: BTreeMap::new(), later: BTreeMap::new(), held: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        let held: usize = self.held.values().map(BTreeMap::len).sum();
        self.ready.len() + self.later.len() + held
    }

    /// Puts a new message at the end of its rank, or gives it back if the line is full.
    pub(super) fn join(&mut self, rank: Rank, message: M) -> Result<(), M> {
        if self.len() >= self.limit {
            return Err(message);
        }
        let place = self.place();
        self.ready.insert((rank, place), message);
        Ok(())
    }

    /// Puts a message back, to be tried again at `at`.
    pub(super) fn come_back(&mut self, at: Duration, rank: Rank, message: M) {
        let place = self.place();
        self.later.insert((at, place), (rank, message));
    }

    /// Takes out the message whose turn it is at `now`.
    pub(super) fn turn(&mut self, now: Duration) -> Option<(Turn, M)> {
        while let Some(entry) = self.later.first_entry().filter(|entry| entry.key().0 <= now) {
            let (_, place) = *entry.key();
            let (rank, message) = entry.remove();
            self.ready.insert((rank, place), message);
        }
        self.ready.pop_first()
    }

    /// Puts a message aside whose way is full; it keeps its turn.
    pub(super) fn hold(&mut self, way: String, turn: Turn, message: M) {
        self.held.entry(way).or_default().insert(turn, message);
    }

    /// Puts as many back as their ways have places.
    pub(super) fn let_go(&mut self, free: impl Fn(&str) -> usize) {
        for (way, held) in &mut self.held {
            self.ready.extend((0..free(way)).map_while(|_| held.pop_first()));
        }
        self.held.retain(|_, held| !held.is_empty());
    }

    /// When the next message's turn comes, if none is ready.
    pub(super) fn next_turn(&self) -> Option<Duration> {
        self.later.first_key_value().map(|((at, _), _)| *at)
    }

    /// Everything that waits, taken out.
    pub(super) fn dissolve(&mut self) -> Vec<M> {
        let ready = std::mem::take(&mut self.ready).into_values();
        let held = std::mem::take(&mut self.held).into_values().flat_map(BTreeMap::into_values);
        ready
            .chain(held)
            .chain(std::mem::take(&mut self.later).into_values().map(|(_, message)| message))
            .collect()
    }

    fn place(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);
    const LATER: Duration = Duration::from_secs(103);

    fn taken(line: &mut Line<&'static str>, now: Duration) -> Option<&'static str> {
        line.turn(now).map(|(_, message)| message)
    }

    #[test]
    fn whose_way_is_full_is_held_and_keeps_its_turn() {
        let mut line = Line::new(9);
        for message in ["a", "b", "c"] {
            line.join(0, message).unwrap();
        }
        for _ in ["a", "b"] {
            let (turn, message) = line.turn(NOW).unwrap();
            line.hold("full".into(), turn, message);
        }
        assert_eq!((line.len(), taken(&mut line, NOW)), (3, Some("c")));
        line.let_go(|_| 0);
        assert_eq!(taken(&mut line, NOW), None);
        line.join(0, "d").unwrap();
        line.let_go(|_| 1);
        assert_eq!((taken(&mut line, NOW), taken(&mut line, NOW)), (Some("a"), Some("d")));
        assert_eq!(line.dissolve(), ["b"]);
    }

    #[test]
    fn the_urgent_go_first_and_equals_in_order() {
        let mut line = Line::new(9);
        for (rank, message) in [(1, "drill"), (0, "fire"), (0, "fire too"), (1, "drill too")] {
            line.join(rank, message).unwrap();
        }
        let order: Vec<_> = std::iter::from_fn(|| taken(&mut line, NOW)).collect();
        assert_eq!(order, ["fire", "fire too", "drill", "drill too"]);
    }

    #[test]
    fn a_full_line_gives_the_message_back() {
        let mut line = Line::new(1);
        assert_eq!(line.join(0, "a"), Ok(()));
        assert_eq!(line.join(0, "b"), Err("b"));
        assert_eq!(line.len(), 1);
    }

    #[test]
    fn who_was_taken_out_may_always_come_back_and_waits_its_time() {
        let mut line = Line::new(1);
        line.join(0, "a").unwrap();
        let a = taken(&mut line, NOW).unwrap();
        line.join(0, "b").unwrap();
        line.come_back(LATER, 0, a);
        assert_eq!((line.len(), line.next_turn()), (2, Some(LATER)));
        assert_eq!((taken(&mut line, NOW), taken(&mut line, NOW)), (Some("b"), None));
        assert_eq!(taken(&mut line, LATER), Some("a"));
    }

    #[test]
    fn dissolving_forgets_nobody() {
        let mut line = Line::new(3);
        line.join(1, "a").unwrap();
        line.come_back(LATER, 0, "b");
        assert_eq!(line.dissolve(), ["a", "b"]);
        assert_eq!(line.len(), 0);
    }
}
