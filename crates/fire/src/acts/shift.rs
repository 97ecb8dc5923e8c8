//! Acts on shifts at the desk.

use super::{Kit, KitActError, commit};
use crate::{
    rules::{self, KitError},
    views::Shift,
};
use liengia_journal::{Commit, Context, Salt};
use liengia_kernel::{PersonId, Pii, ShiftId};

impl Kit {
    /// Begins an officer's shift, or goes on with theirs, or takes over from one who is not at the desk any more:
    /// `there` tells. Answers the shift that is on then.
    pub async fn start_shift(
        &self,
        context: &Context,
        officer: PersonId,
        there: impl Fn(PersonId) -> bool,
    ) -> Result<(Commit, ShiftId), KitActError> {
        let new = ShiftId::new(context.at, &*self.entropy);
        let current = Shift::current(&self.journal).await?;
        let there = current.as_ref().is_some_and(|current| there(current.officer));
        let events = rules::start_shift(current.as_ref(), new, officer, there, context.at)?;
        let on = current.filter(|_| events.is_empty()).map_or(new, |current| current.shift);
        Ok((commit(context, &events, []), on))
    }

    /// Hands a shift over: to an officer, whose shift begins at once, or to nobody.
    pub async fn hand_over(
        &self,
        context: &Context,
        shift: ShiftId,
        officer: PersonId,
        to: Option<PersonId>,
        note: &Pii<String>,
    ) -> Result<Commit, KitActError> {
        let note = Pii::new(liengia_register::rules::note("note", note.expose()).map_err(KitError::Text)?);
        let kept = (!note.expose().is_empty()).then(|| self.note(shift, Salt::new(&*self.entropy), &note));
        let (commitment, keep) = kept.unzip();
        let next = to.map(|person| (ShiftId::new(context.at, &*self.entropy), person));
        let known = Shift::find(&self.journal, shift).await?;
        let events = rules::hand_over(known.as_ref(), shift, officer, next, commitment)?;
        Ok(commit(context, &events, keep))
    }
}
