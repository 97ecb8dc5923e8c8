//! Notes in alarms and drills: words that may be personal, in the vault; entries commit to them.

use super::{Kit, KitActError, commit};
use crate::{
    event::{About, KitEvent},
    rules::KitError,
};
use liengia_journal::{Commit, Commitment, Context, Salt, Statement};
use liengia_kernel::{AlarmId, Pii};
use liengia_register::rules::{RegisterError, note};

impl Kit {
    /// The commitment to a note of this alarm, and the row that keeps its words.
    pub fn note_row(&self, alarm: AlarmId, text: &Pii<String>) -> (Commitment, Statement) {
        self.note(alarm, Salt::new(&*self.entropy), text)
    }

    /// Writes a note into an alarm or drill.
    pub fn note_alarm(
        &self,
        context: &Context,
        alarm: AlarmId,
        about: About,
        text: &Pii<String>,
    ) -> Result<Commit, KitActError> {
        let text = Pii::new(note("text", text.expose()).map_err(KitError::Text)?);
        if text.expose().is_empty() {
            return Err(KitError::Text(RegisterError::Empty { field: "text" }).into());
        }
        let (note, row) = self.note_row(alarm, &text);
        Ok(commit(context, &[KitEvent::AlarmNoted { alarm, about, note }], [row]))
    }
}
