//! What the journal remembers of signals: what people did about them.

use crate::hook::MessageId;
use liengia_journal::Event;
use liengia_kernel::AlarmId;
use serde::{Deserialize, Serialize};

/// What happened to the feed, or to what could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SignalEvent {
    /// The operator tried the feed out.
    CapTested {
        /// The test, named like an alarm.
        test: AlarmId,
    },
    /// Somebody had a dead letter sent again.
    DeadLetterSent {
        /// The letter.
        letter: MessageId,
        /// Its alarm.
        alarm: AlarmId,
    },
    /// Somebody took a dead letter off the list.
    DeadLetterDiscarded {
        /// The letter.
        letter: MessageId,
    },
}

impl Event for SignalEvent {
    const SLICE: &'static str = "signal";

    fn kind(&self) -> &'static str {
        match self {
            Self::CapTested { .. } => "cap_tested",
            Self::DeadLetterSent { .. } => "dead_letter_sent",
            Self::DeadLetterDiscarded { .. } => "dead_letter_discarded",
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::CapTested { test } => test.to_string(),
            Self::DeadLetterSent { letter, .. } | Self::DeadLetterDiscarded { letter } => letter.to_string(),
        }
    }
}
