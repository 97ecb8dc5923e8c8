//! How far a long command is: on a terminal, where somebody waits and looks. A log gets none of it.

use liengia_journal::{Progress, Step};
use std::io::{IsTerminal as _, Write as _, stderr};

/// Shows how far it is.
pub fn show(progress: Progress) {
    if !stderr().is_terminal() {
        return;
    }
    let doing = match progress.step {
        Step::Verifying => "checking",
        Step::Replaying => "replaying",
        Step::Copying => "carrying over",
        Step::Comparing => "comparing",
    };
    eprint!("\r{doing}: {} of {}        ", progress.done, progress.total);
    // A terminal that is gone needs no progress.
    let _ = stderr().flush();
}

/// It is done: what comes next begins a line of its own.
pub fn done() {
    if stderr().is_terminal() {
        eprintln!();
    }
}
