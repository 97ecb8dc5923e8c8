//! Acts on people.

use super::{ActError, Register};
use crate::{
    event::RegisterEvent,
    rules::{self, PersonParticulars, RegisterError},
    vault,
    views::Person,
};
use liengia_journal::{Actor, Commit, Context};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, Pii};

impl Register {
    /// Adds a person to a household, under an id that the caller made.
    pub async fn add_person(
        &self,
        context: &Context,
        person: PersonId,
        household: HouseholdId,
        particulars: PersonParticulars,
    ) -> Result<Commit, ActError> {
        let particulars = particulars.checked()?;
        self.household(household).await?;
        let commune = self.journal.commune();
        let (details, write) = vault::person(commune, household, person, self.salt(), &particulars);
        let event = rules::add_person(person, household, particulars, details);
        Ok(Self::commit(context, &event, Some(0), [write]))
    }

    /// Corrects a person's particulars.
    pub async fn correct_person(
        &self,
        context: &Context,
        person: PersonId,
        version: u64,
        particulars: PersonParticulars,
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let particulars = particulars.checked()?;
        let known = self.person(person).await?;
        let commune = self.journal.commune();
        let (details, write) = vault::person(commune, known.household, person, self.salt(), &particulars);
        let (reason, keep) = self.because(person, reason);
        let event = rules::correct_person(&known, version, particulars, details, reason)?;
        Ok(Self::commit(context, &event, Some(version), [write, keep]))
    }

    /// Erases a person; an entry without a name stays. Commit it by `Permit::erase` or [`liengia_journal::Journal::erase`],
    /// which erase what the vault holds of them.
    pub async fn erase_person(
        &self,
        context: &Context,
        person: PersonId,
        reason: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let (reason, keep) = self.because("erased", reason);
        let known = self.person(person).await?;
        let event = rules::erase_person(&known, reason);
        Ok(Self::commit(context, &event, Some(known.version), [keep]))
    }

    /// Writes the note about the help a person needs to get out; an empty one takes it back.
    pub async fn write_help_note(
        &self,
        context: &Context,
        person: PersonId,
        note: &Pii<String>,
    ) -> Result<Commit, ActError> {
        let note = Pii::new(rules::note("note", note.expose())?);
        let (commitment, write) = vault::help_note(self.journal.commune(), person, self.salt(), &note);
        let known = self.person(person).await?;
        let event = rules::write_help_note(&known, note.expose(), commitment);
        Ok(Self::commit(context, &event, Some(known.version), [write]))
    }

    /// A person's help note, and the entry that says who was shown it: commit it before they see it. The person
    /// themselves reads it without one.
    pub async fn read_help_note(
        &self,
        context: &Context,
        person: PersonId,
        alarm: Option<AlarmId>,
    ) -> Result<(Commit, Option<Pii<String>>), ActError> {
        let known = self.person(person).await?;
        let note = Person::help_note(&self.journal, person).await?;
        let nothing = Commit::new(context.clone(), Vec::new());
        let commit = match context.actor {
            Actor::Person(by) if by != person && note.is_some() => {
                let event = RegisterEvent::HelpNoteRead { person, household: known.household, by, alarm };
                Self::commit(context, &event, None, [])
            }
            _ => nothing,
        };
        Ok((commit, note))
    }

    /// The person with this id.
    pub async fn person(&self, person: PersonId) -> Result<Person, ActError> {
        let found = Person::find(&self.journal, person).await?;
        found.ok_or(ActError::Refused(RegisterError::NoPerson(person)))
    }
}
