//! What was decided and is not done yet.
//!
//! Promises: it is done in the order in which it was decided, whoever does it, and each once; bounded.

use crate::engine::Output;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Most decisions that are left to another thread; whoever decides more does what there is.
const MOST: usize = 1_000;

/// What came of one input, and whether that was about the roster.
type Decided = (Arc<Vec<Output>>, bool);

/// All of it.
#[derive(Default)]
pub(super) struct Undone {
    waiting: Mutex<VecDeque<Decided>>,
    /// Held by the one who does it, so that nothing overtakes.
    doing: Mutex<()>,
    left: Notify,
}

impl Undone {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Decided>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what was decided. The order is that of the calls: the engine is held meanwhile.
    pub(super) fn add(&self, outputs: Vec<Output>, roster: bool) -> Arc<Vec<Output>> {
        let outputs = Arc::new(outputs);
        if !outputs.is_empty() {
            self.lock().push_back((outputs.clone(), roster));
        }
        outputs
    }

    /// Leaves it to the one who waits for it. False if that one has too much to do.
    pub(super) fn leave(&self) -> bool {
        self.left.notify_one();
        self.lock().len() <= MOST
    }

    /// Waits until something was left.
    pub(super) async fn left(&self) {
        self.left.notified().await;
    }

    /// Does each by this that was decided until now. Two who call this at once take turns; whoever decides more meanwhile
    /// does that, or leaves it.
    pub(super) fn each(&self, mut carry_out: impl FnMut(&[Output], bool)) {
        let _doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        let there = self.lock().len();
        for _ in 0..there {
            let next = self.lock().pop_front();
            let Some((outputs, roster)) = next else { return };
            carry_out(&outputs, roster);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Board;
    use liengia_kernel::AlarmId;

    fn board(n: u8) -> Output {
        Output::Board(Board::Alarm(AlarmId::from_bytes([n; 16])))
    }

    #[test]
    fn what_was_decided_first_is_done_first_and_once_whoever_does_it() {
        let undone = Undone::default();
        let all: Vec<Output> = (0..200).map(board).collect();
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for output in &all {
                undone.add(vec![output.clone()], false);
                scope.spawn(|| undone.each(|outputs, _| done.lock().unwrap().extend_from_slice(outputs)));
            }
        });
        assert_eq!(done.into_inner().unwrap(), all);
    }

    #[test]
    fn too_much_is_not_left_to_another() {
        let undone = Undone::default();
        undone.add(Vec::new(), false);
        assert!(undone.leave() && undone.lock().is_empty(), "nothing is nothing to do");
        for _ in 0..=MOST {
            undone.add(vec![board(1)], false);
        }
        assert!(!undone.leave());
        undone.each(|_, _| {});
        assert!(undone.leave());
    }
}
