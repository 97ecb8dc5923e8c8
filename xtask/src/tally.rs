//! How many tests passed and failed, read off the closing lines of the runners that the tasks start.

/// A count of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed or ran out of time.
    pub failed: u64,
    /// Tests that were left out.
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
    use super::Tally;

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
    fn other_lines_count_nothing() {
        assert_eq!(
            Tally::read("4 passed the bridge\n Test Files  3 passed (3)\nthe 2 passed, 1 failed"),
            tally(0, 0, 0)
        );
    }
}
