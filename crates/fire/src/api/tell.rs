//! What the endpoints say to the engine, and what it refuses.

use super::Api;
use crate::{
    engine::{Input, Output},
    event::{About, KitEvent},
    live::Note,
    problems::JOURNAL_FAILING,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use liengia_access::Caller;
use liengia_http::{Problem, Written};
use liengia_journal::{Actor, Hash};
use liengia_kernel::{AlarmId, PersonId, Pii};
use sha2::{Digest, Sha256};
use std::{convert::Infallible, time::Duration};

/// How long an answer waits for the disk where it is nicer to say that it is written.
pub(super) const SOON: Duration = Duration::from_millis(250);

/// How long an act that is no alarm may take to be written before it is refused.
const WRITTEN: Duration = Duration::from_secs(3);

/// When to try again what the journal did not take.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How long an answer waits for lists in memory to know what was just written.
pub(super) const FOLLOWED: Duration = Duration::from_secs(1);

/// An act in an alarm as it came in. One without a key is not refused: it counts each time.
pub(super) struct Act(Option<Written>);

impl Act {
    fn of(&self, caller: &Caller) -> Option<(String, Hash)> {
        let written = self.0.as_ref()?;
        Some((written.key(&caller.account().to_string()).ok()?, written.fingerprint()))
    }
}

impl<S: Sync> FromRequestParts<S> for Act {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Self(Written::from_request_parts(parts, state).await.ok()))
    }
}

impl Api {
    /// Tells the engine; answers what it wants done, or why it does nothing.
    pub(super) fn tell(&self, input: Input) -> Result<Vec<Output>, Problem> {
        let outputs = self.alarms.tell(input);
        let refused = outputs.iter().find_map(|output| match output {
            Output::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        });
        refused.map_or(Ok(outputs), |refusal| Err(refusal.into()))
    }

    /// Whether the caller did this before, and only the answer was lost: then it is answered anew and not done again.
    pub(super) fn is_done(&self, caller: &Caller, act: &Act) -> Result<bool, Problem> {
        let Some((key, fingerprint)) = act.of(caller) else { return Ok(false) };
        self.memory.acts().is_done(&key, &fingerprint)
    }

    /// Tells the engine, once for each key of the caller: a repeat finds it done, and nothing is answered to it.
    pub(super) fn tell_once(&self, caller: &Caller, act: &Act, input: Input) -> Result<Vec<Output>, Problem> {
        let Some((key, fingerprint)) = act.of(caller) else { return self.tell(input) };
        // Held while the engine is told, so that of two at the same time one is told.
        let mut acts = self.memory.acts();
        if acts.is_done(&key, &fingerprint)? {
            return Ok(Vec::new());
        }
        let outputs = self.tell(input)?;
        acts.keep(key, fingerprint);
        Ok(outputs)
    }

    /// Refuses what is no alarm while the journal cannot write: it would be half done.
    pub(super) fn may_be_written(&self) -> Result<(), Problem> {
        if self.alarms.failing_since().is_some() { Err(journal_failing()) } else { Ok(()) }
    }

    /// Waits until all that happened so far is on the disk. Only an alarm is answered without that.
    pub(super) async fn written(&self) -> Result<(), Problem> {
        if self.alarms.settled(WRITTEN).await { Ok(()) } else { Err(journal_failing()) }
    }

    /// Keeps a note of an alarm: in memory at once, and in the vault as soon as it can be written.
    pub(super) fn keep_note(&self, alarm: AlarmId, by: PersonId, about: About, text: Pii<String>) {
        if text.expose().is_empty() {
            return;
        }
        let (note, row) = self.kit.note_row(alarm, &text);
        self.alarms.keep(&KitEvent::AlarmNoted { alarm, about, note }, Actor::Person(by), vec![row]);
        self.alarms.note(alarm, Note { at: self.alarms.now().wall, by: Some(by), about, text });
    }

    /// An id that this request makes, the same for a repeat of it.
    pub(super) fn id_of(written: &Written, account: &str, part: &[u8]) -> Result<AlarmId, Problem> {
        let key = written.key(account)?;
        let digest = Sha256::new().chain_update(key).chain_update(part).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Ok(AlarmId::from_bytes(bytes))
    }
}

fn journal_failing() -> Problem {
    Problem::new(JOURNAL_FAILING).after(AGAIN_AFTER)
}

/// Words that come with an urgent act: they are shortened rather than refused.
pub(super) fn shortened(text: &Pii<String>) -> Pii<String> {
    const MOST: usize = 1_000;
    let kept = text.expose().chars().filter(|letter| !letter.is_control() || *letter == '\n').take(MOST);
    Pii::new(liengia_kernel::nfc(&kept.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_urgent_act_are_shortened_and_never_refused() {
        let long = Pii::new(format!("\u{7}khói đen\n{}", "a".repeat(2_000)));
        let kept = shortened(&long);
        assert!(kept.expose().starts_with("khói đen\naaa"));
        assert_eq!(kept.expose().chars().count(), 1_000);
    }
}
