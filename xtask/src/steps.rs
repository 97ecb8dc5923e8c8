//! Running a task's steps: one line each, with its time; the whole output of a step that failed, and of no other.

use crate::{
    place,
    tally::{Tally, left_out},
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs::{self, File},
    io::{self, Write as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How many of the last lines of a failed step are shown; the whole stands in its log.
const SHOWN: usize = 400;

/// The steps of one task so far.
#[derive(Debug, Default)]
pub struct Steps {
    failed: Vec<String>,
    tally: Tally,
}

impl Steps {
    /// Runs `command` to its end. `true` when it went well; otherwise its output has been shown.
    pub fn run(&mut self, title: &str, command: &mut Command) -> Result<bool> {
        announce(title);
        let started = now();
        fs::create_dir_all(place::notes())?;
        let log = place::notes().join(format!("{}.log", title.replace([' ', '/'], "-")));
        let out = File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        let err = out.try_clone()?;
        let status = command.stdin(Stdio::null()).stdout(out).stderr(err).status();
        let status = status.with_context(|| format!("{} does not start", command.get_program().display()))?;
        let said = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        let counted = Tally::read(&said);
        self.tally.add(&counted);
        if status.success() {
            eprintln!("ok, {}{}", in_words(started.elapsed()), counted.in_words());
            for line in left_out(&said) {
                eprintln!("  {line}");
            }
            return Ok(true);
        }
        eprintln!("FAILED ({status}), {}", in_words(started.elapsed()));
        eprintln!("  {}", in_one_line(command));
        show_end(&said);
        eprintln!("  the whole: {}", log.display());
        self.failed(title, counted.failed > 0);
        Ok(false)
    }

    /// Runs `check`, which says what is wrong, if something is.
    pub fn check(&mut self, title: &str, check: impl FnOnce() -> Result<()>) {
        announce(title);
        let started = now();
        match check() {
            Ok(()) => eprintln!("ok, {}", in_words(started.elapsed())),
            Err(wrong) => {
                eprintln!("FAILED, {}\n  {wrong:#}", in_words(started.elapsed()));
                self.failed(title, false);
            }
        }
    }

    /// Ends the task: an error when a step failed.
    pub fn end(self) -> Result<()> {
        match self.failed.as_slice() {
            [] => Ok(()),
            failed => bail!("failed: {}", failed.join(", ")),
        }
    }

    /// Ends a task of tests: the closing line, then an error when a step failed.
    pub fn end_with_tally(self) -> Result<()> {
        println!("{}", self.tally.closing_line());
        self.end()
    }

    fn failed(&mut self, title: &str, counted: bool) {
        self.failed.push(title.to_owned());
        if !counted {
            self.tally.failed += 1;
        }
    }
}

/// Says that a step is left out, since another's failure made it impossible.
pub fn skip(title: &str, why: &str) {
    announce(title);
    eprintln!("left out: {why}");
}

/// A single command that must go well: shown as a step of its own.
pub fn must(title: &str, command: &mut Command) -> Result<()> {
    let mut steps = Steps::default();
    steps.run(title, command)?;
    steps.end()
}

fn announce(title: &str) {
    eprint!("{title} ... ");
    // Only so that the title is seen before the step ends.
    let _ = io::stderr().flush();
}

fn show_end(said: &str) {
    let lines: Vec<&str> = said.lines().collect();
    for line in &lines[lines.len().saturating_sub(SHOWN)..] {
        eprintln!("  | {line}");
    }
}

fn in_one_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// How long something took, as people say it.
pub fn in_words(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// The moment, to measure how long a step takes.
#[expect(clippy::disallowed_methods, reason = "times are shown to a person, nothing depends on them")]
pub fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use std::time::Duration;

    #[test]
    fn short_times_have_a_decimal_and_long_ones_minutes() {
        assert_eq!(in_words(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(in_words(Duration::from_secs(42)), "42 s");
        assert_eq!(in_words(Duration::from_secs(754)), "12 min 34 s");
    }
}
