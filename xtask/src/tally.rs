//! How many tests passed and failed, read off the closing lines of the runners that the tasks start, and what tests
//! themselves said that they left out.

/// Begins the line on which a test says that it leaves something out on this machine, and why.
const LEFT_OUT: &str = "LEFT OUT: ";

/// A count of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed or ran out of time.
    pub failed: u64,
    /// Tests, and parts of tests, that were left out.
    pub skipped: u64,
}

impl Tally {
    /// Adds up every closing line in what a runner said.
    pub fn read(said: &str) -> Self {
        let mut all = Self::default();
        for line in said.lines() {
            if let Some(closing) = closing_words(&plain(line)) {
                all.add(&counts(closing));
            }
        }
        all.skipped += left_out(said).count() as u64;
        all
    }

    /// Adds `other`.
    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// The line on which a run of all tests ends.
    pub fn closing_line(&self) -> String {
        let Self { passed, failed, skipped } = self;
        match skipped {
            0 => format!("{passed} passed, {failed} failed"),
            _ => format!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
    }

    /// A remark behind a step; empty when it ran no tests.
    pub fn in_words(&self) -> String {
        match self.passed + self.failed {
            0 => String::new(),
            _ => format!(" ({})", self.closing_line()),
        }
    }
}

/// What tests say that they left out, and why.
pub fn left_out(said: &str) -> impl Iterator<Item = &str> {
    said.lines().map(str::trim).filter(|line| line.starts_with(LEFT_OUT))
}

/// What follows the mark of a closing line: nextest, cargo test, vitest, or the plain `N passed, M failed`.
fn closing_words(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(nextest) = line.strip_prefix("Summary [") {
        return nextest
            .split_once("tests run:")
            .or_else(|| nextest.split_once("test run:"))
            .map(|(_, counts)| counts);
    }
    if let Some(cargo) = line.strip_prefix("test result:") {
        return cargo.split_once('.').map(|(_, counts)| counts);
    }
    if let Some(vitest) = line.strip_prefix("Tests ") {
        return Some(vitest);
    }
    let digits = line.starts_with(|c: char| c.is_ascii_digit());
    (digits && line.contains(" passed, ") && line.contains(" failed")).then_some(line)
}

fn counts(words: &str) -> Tally {
    let mut tally = Tally::default();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    for pair in words.windows(2) {
        let Ok(count) = pair[0].parse::<u64>() else { continue };
        match pair[1] {
            "passed" => tally.passed += count,
            "failed" | "timed" => tally.failed += count,
            "skipped" | "ignored" | "todo" => tally.skipped += count,
            _ => {}
        }
    }
    tally
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, text)| text));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Tally, left_out};

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally { passed, failed, skipped }
    }

    #[test]
    fn each_runner_s_closing_line_is_read() {
        assert_eq!(
            Tally::read("     Summary [   0.2s] 59 tests run: 51 passed (2 slow), 8 failed, 3 skipped\n"),
            tally(51, 8, 3)
        );
        assert_eq!(
            Tally::read("Summary [ 1s] 3 tests run: 1 passed, 1 failed, 1 timed out, 0 skipped"),
            tally(1, 2, 0)
        );
        assert_eq!(
            Tally::read("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out"),
            tally(5, 0, 1)
        );
        assert_eq!(
            Tally::read("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | 11 passed (12)"),
            tally(11, 1, 0)
        );
        assert_eq!(Tally::read("12 passed, 0 failed\n"), tally(12, 0, 0));
    }

    #[test]
    fn what_a_test_leaves_out_is_skipped_and_not_passed_over() {
        let said = "    LEFT OUT: clock: no library\nSummary [ 1s] 3 tests run: 3 passed, 0 skipped\nLEFT OUT: x: y\n";
        assert_eq!(Tally::read(said), tally(3, 0, 2));
        assert_eq!(Tally::read(said).closing_line(), "3 passed, 0 failed, 2 skipped");
        assert_eq!(left_out(said).collect::<Vec<_>>(), ["LEFT OUT: clock: no library", "LEFT OUT: x: y"]);
        assert_eq!(Tally::read("it said LEFT OUT: nothing\n"), tally(0, 0, 0));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            Tally::read("4 passed the bridge\n Test Files  3 passed (3)\nthe 2 passed, 1 failed"),
            tally(0, 0, 0)
        );
    }
}
