//! Acts on shifts at the desk.

use super::{Kit, KitActError, commit};
use crate::{
    rules::{self, KitError},
    views::Shift,
};
use liengia_journal::{Commit, Receipt, Salt};
use liengia_kernel::{PersonId, Pii, ShiftId};
use liengia_register::Ask;

impl Kit {
    /// Begins an officer's shift, or goes on with theirs. Answers the shift that is on then.
    pub async fn start_shift(&self, ask: &Ask, officer: PersonId) -> Result<ShiftId, KitActError> {
        let new = ShiftId::new(ask.context.at, &*self.entropy);
        let current = Shift::current(&self.journal).await?;
        match rules::start_shift(current.as_ref(), new, officer)? {
            Some(event) => {
                self.journal.commit(commit(ask, &[event], [])).await?;
                Ok(new)
            }
            None => Ok(current.map_or(new, |current| current.shift)),
        }
    }

    /// Hands a shift over: to an officer, whose shift begins at once, or to nobody.
    pub async fn hand_over(
        &self,
        ask: &Ask,
        shift: ShiftId,
        officer: PersonId,
        to: Option<PersonId>,
        note: &Pii<String>,
    ) -> Result<Receipt, KitActError> {
        let note = Pii::new(liengia_register::rules::note("note", note.expose()).map_err(KitError::Text)?);
        let kept = (!note.expose().is_empty()).then(|| self.note(shift, Salt::new(&*self.entropy), &note));
        let (commitment, keep) = kept.unzip();
        let next = to.map(|person| (ShiftId::new(ask.context.at, &*self.entropy), person));
        let decide = async || {
            let known = Shift::find(&self.journal, shift).await?;
            let events = rules::hand_over(known.as_ref(), shift, officer, next, commitment)?;
            Ok::<Commit, KitActError>(commit(ask, &events, keep.clone()))
        };
        self.journal.decide(decide).await
    }
}
