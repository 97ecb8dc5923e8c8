//! Decisions about people.

use super::{RegisterError, current, phone, title};
use crate::{
    event::{RegisterEvent, Training},
    views::Person,
};
use liengia_journal::Commitment;
use liengia_kernel::{HouseholdId, PersonId, Pii, Timestamp};

/// What is written down about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonParticulars {
    /// Their name.
    pub name: Pii<String>,
    /// Their phone number, or empty.
    pub phone: Pii<String>,
    /// Their day of birth, if they gave it.
    pub born: Option<Pii<Timestamp>>,
    /// Whether they are an adult.
    pub adult: bool,
    /// Whether they rent: a landlord has no say over a tenant's alarm.
    pub tenant: bool,
    /// Whether they chose to help in an alarm.
    pub can_respond: bool,
    /// What they were trained for.
    pub trained: Vec<Training>,
}

impl PersonParticulars {
    /// The same, normalised; or what is wrong with it.
    pub fn checked(mut self) -> Result<Self, RegisterError> {
        self.name = Pii::new(title("name", self.name.expose())?);
        self.phone = phone(self.phone.expose())?;
        self.trained.sort_unstable();
        self.trained.dedup();
        if self.can_respond && !self.adult {
            return Err(RegisterError::ChildResponder);
        }
        Ok(self)
    }

    /// The bytes that an entry commits to.
    pub fn committed(&self) -> Vec<u8> {
        let born = self.born.as_ref().map_or(String::new(), |born| born.expose().to_string());
        [self.name.expose().as_str(), self.phone.expose(), &born].join("\n").into_bytes()
    }
}

/// A new person in a household.
pub fn add_person(
    person: PersonId,
    household: HouseholdId,
    particulars: PersonParticulars,
    details: Commitment,
) -> RegisterEvent {
    let PersonParticulars { adult, tenant, can_respond, trained, .. } = particulars;
    RegisterEvent::PersonAdded { person, household, adult, tenant, can_respond, trained, details }
}

/// Corrected particulars.
pub fn correct_person(
    known: &Person,
    read: u64,
    particulars: PersonParticulars,
    details: Commitment,
    reason: Commitment,
) -> Result<RegisterEvent, RegisterError> {
    current(read, known.version)?;
    let PersonParticulars { adult, tenant, can_respond, trained, .. } = particulars;
    let (person, household) = (known.person, known.household);
    Ok(RegisterEvent::PersonCorrected {
        person,
        household,
        adult,
        tenant,
        can_respond,
        trained,
        details,
        reason,
    })
}

/// Erased: the vault's rows go, an entry without a name stays.
pub fn erase_person(known: &Person, reason: Commitment) -> RegisterEvent {
    RegisterEvent::PersonErased { person: known.person, household: known.household, reason }
}

/// A note about the help that a person needs to get out; an empty one takes it back.
pub fn write_help_note(known: &Person, note: &str, commitment: Commitment) -> RegisterEvent {
    let (person, household) = (known.person, known.household);
    RegisterEvent::HelpNoteWritten { person, household, present: !note.is_empty(), note: commitment }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child() -> PersonParticulars {
        PersonParticulars {
            name: Pii::new("Bé Na".into()),
            phone: Pii::default(),
            born: None,
            adult: false,
            tenant: false,
            can_respond: true,
            trained: vec![Training::Power, Training::Gate, Training::Power],
        }
    }

    #[test]
    fn no_child_is_sent_to_help() {
        assert_eq!(child().checked(), Err(RegisterError::ChildResponder));
    }

    #[test]
    fn each_training_is_kept_once() {
        let checked = PersonParticulars { adult: true, ..child() }.checked().unwrap();
        assert_eq!(checked.trained, [Training::Gate, Training::Power]);
    }
}
