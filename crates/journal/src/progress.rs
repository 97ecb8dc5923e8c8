//! How far a long task has come.

/// What a long task is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Checking entries against the chain.
    Verifying,
    /// Making the views anew from the entries.
    Replaying,
    /// Carrying rows over.
    Copying,
    /// Comparing tables row by row.
    Comparing,
}

/// How far a long task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub step: Step,
    /// Entries or rows that are done.
    pub done: u64,
    /// Entries or rows that there are, as far as is known.
    pub total: u64,
}

/// Entries or rows from one report to the next.
pub(crate) const REPORT_EVERY: u64 = 4096;

/// Who is told.
pub(crate) struct Reporter<'a> {
    tell: &'a mut dyn FnMut(Progress),
    now: Progress,
}

impl<'a> Reporter<'a> {
    pub(crate) fn new(tell: &'a mut dyn FnMut(Progress)) -> Self {
        Self { tell, now: Progress { step: Step::Verifying, done: 0, total: 0 } }
    }

    /// A new step begins.
    pub(crate) fn begin(&mut self, step: Step, total: u64) {
        self.now = Progress { step, done: 0, total };
        (self.tell)(self.now);
    }

    /// So many more are done.
    pub(crate) fn add(&mut self, count: u64) {
        let before = self.now.done / REPORT_EVERY;
        self.now.done += count;
        if self.now.done / REPORT_EVERY != before {
            (self.tell)(self.now);
        }
    }

    /// The step is done.
    pub(crate) fn end(&mut self) {
        self.now.total = self.now.done;
        (self.tell)(self.now);
    }
}
