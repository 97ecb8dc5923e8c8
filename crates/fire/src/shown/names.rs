//! The names behind ids, in memory; where one is not known, a word that says so.

use super::{HouseholdNamed, TeamNamed};
use crate::{
    engine::{By, Holder},
    live::{Directory, Home},
};
use liengia_http::{Args, Language, say};
use liengia_kernel::{HouseholdId, PersonId, Pii, TeamId};
use std::collections::BTreeMap;

/// The names of people who are in no household: officers, clerks.
pub(crate) type Staff = BTreeMap<PersonId, Pii<String>>;

/// Who is who, for an answer in one language.
pub(crate) struct Names<'a> {
    pub directory: &'a Directory,
    pub staff: &'a Staff,
    pub language: Language,
}

impl Names<'_> {
    /// A person's name. Whoever was erased is somebody.
    pub fn person(&self, person: PersonId) -> Pii<String> {
        self.known(person).unwrap_or_else(|| self.word("fire-somebody"))
    }

    fn known(&self, person: PersonId) -> Option<Pii<String>> {
        let here = self.directory.person(person).map(|known| known.name());
        here.or_else(|| self.staff.get(&person).cloned()).filter(|name| !name.expose().is_empty())
    }

    /// The name of who did something; an officer whose name is not known is the desk.
    pub fn by(&self, by: By) -> Pii<String> {
        let unknown = if by.desk { "fire-the-desk" } else { "fire-somebody" };
        self.known(by.person).unwrap_or_else(|| self.word(unknown))
    }

    /// The name of who holds a card.
    pub fn holder(&self, holder: Holder) -> Pii<String> {
        match holder {
            Holder::Person(person) => self.person(person),
            Holder::Household(household) => self.household(household),
            Holder::Desk => self.word("fire-the-desk"),
        }
    }

    /// What neighbours call a household.
    pub fn household(&self, household: HouseholdId) -> Pii<String> {
        let known = self.directory.households.get(&household);
        known.map_or_else(|| self.word("fire-some-home"), Home::label)
    }

    /// A household with its label and team.
    pub fn home(&self, household: HouseholdId) -> HouseholdNamed {
        let team = self.directory.households.get(&household).and_then(|home| home.team);
        HouseholdNamed {
            household,
            label: self.household(household),
            team: team.and_then(|team| self.team(team)),
        }
    }

    /// A team with its name, if it stands.
    pub fn team(&self, team: TeamId) -> Option<TeamNamed> {
        self.directory.teams.get(&team).map(|known| TeamNamed { id: team, name: known.name.clone() })
    }

    /// A word of ours in place of a name.
    pub fn word(&self, id: &str) -> Pii<String> {
        Pii::new(say(self.language, id, &Args::new()))
    }
}
