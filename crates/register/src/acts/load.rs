//! Many households, people and teams at once: for an import, and for the sample commune.
//!
//! The rules are those of the single acts; nothing is read, so the ids must be new.

use super::{ActError, Register};
use crate::{
    event::RegisterEvent,
    rules::{self, HouseholdParticulars, PersonParticulars},
    vault,
};
use liengia_access::{AccessEvent, Role, Scope};
use liengia_journal::{Commit, Context, Draft};
use liengia_kernel::{HouseholdId, PersonId, Pii, PlaceId, TeamId};

/// A household to load, with its people.
#[derive(Clone, Debug)]
pub struct NewHome {
    /// Its id.
    pub household: HouseholdId,
    /// What is written down about it.
    pub particulars: HouseholdParticulars,
    /// Its team.
    pub team: Option<TeamId>,
    /// Its people.
    pub people: Vec<NewPerson>,
}

/// A person to load.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their id.
    pub person: PersonId,
    /// What is written down about them.
    pub particulars: PersonParticulars,
    /// The help they need to get out, if the household gave a note.
    pub help: Option<Pii<String>>,
}

/// A team to load.
#[derive(Clone, Debug)]
pub struct NewTeam {
    /// Its id.
    pub team: TeamId,
    /// The village it is in.
    pub place: PlaceId,
    /// What people call it.
    pub name: String,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who stands in for the leader.
    pub deputy: Option<PersonId>,
    /// The teams next to it; each must name the other.
    pub neighbours: Vec<TeamId>,
}

impl Register {
    /// Loads teams, their leaders included.
    pub fn load_teams(&self, context: &Context, teams: &[NewTeam]) -> Result<Commit, ActError> {
        let mut commit = Commit::new(context.clone(), Vec::new());
        let no_reason = Pii::new(String::new());
        for new in teams {
            let team = new.team;
            let (reason, keep) = self.because(team, &no_reason);
            let formed = rules::form_team(team, new.place, &new.name)?;
            let led = RegisterEvent::LeadersNamed { team, leader: new.leader, deputy: new.deputy, reason };
            let near = RegisterEvent::NeighboursNamed {
                team,
                added: new.neighbours.clone(),
                removed: Vec::new(),
                reason,
            };
            commit.drafts.extend([&formed, &led, &near].map(Draft::of));
            commit.drafts.push(Draft::of(&AccessEvent::TeamPlaced { team, place: new.place }));
            commit.drafts.push(Draft::of(&AccessEvent::TeamAdjoins { team, teams: new.neighbours.clone() }));
            let roles = [(new.leader, Role::TeamLeader), (new.deputy, Role::TeamDeputy)];
            commit.drafts.extend(roles.into_iter().filter_map(|(person, role)| {
                let scope = Scope::Team(team);
                person.map(|person| Draft::of(&AccessEvent::RoleGranted { person, role, scope }))
            }));
            commit = commit.beside([keep]);
        }
        Ok(commit)
    }

    /// Loads households with their people; their teams must be loaded before.
    pub fn load_homes(&self, context: &Context, homes: Vec<NewHome>) -> Result<Commit, ActError> {
        let mut commit = Commit::new(context.clone(), Vec::new());
        for home in homes {
            let NewHome { household, team, people, .. } = home;
            let particulars = home.particulars.checked()?;
            let HouseholdParticulars { member, place, occupants, .. } = particulars;
            let (details, write) =
                vault::household(self.journal.commune(), household, self.salt(), &particulars);
            let added = RegisterEvent::HouseholdAdded { household, member, place, team, occupants, details };
            commit.drafts.extend([Draft::of(&added), Self::placed(household, place, team)]);
            commit = commit.beside([write]);
            for person in people {
                commit = self.load_person(commit, household, person)?;
            }
        }
        Ok(commit)
    }

    fn load_person(
        &self,
        commit: Commit,
        household: HouseholdId,
        new: NewPerson,
    ) -> Result<Commit, ActError> {
        let (commune, person) = (self.journal.commune(), new.person);
        let particulars = new.particulars.checked()?;
        let (details, write) = vault::person(commune, household, person, self.salt(), &particulars);
        let mut commit = commit.beside([write]);
        commit.drafts.push(Draft::of(&rules::add_person(person, household, particulars, details)));
        if let Some(note) = new.help {
            let note = Pii::new(rules::note("note", note.expose())?);
            let (commitment, keep) = vault::help_note(commune, person, self.salt(), &note);
            let written =
                RegisterEvent::HelpNoteWritten { person, household, present: true, note: commitment };
            commit.drafts.push(Draft::of(&written));
            commit = commit.beside([keep]);
        }
        Ok(commit)
    }
}
