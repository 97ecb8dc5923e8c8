//! What the register keeps and access needs: names, which are shown, and who lives where.

use liengia_journal::QueryError;
use liengia_kernel::{HouseholdId, PersonId, Pii, TeamId};
use std::{collections::BTreeMap, future::Future, pin::Pin};

/// What has a name in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A person, by name.
    Person(PersonId),
    /// A household, by its label.
    Household(HouseholdId),
    /// A team, by its name.
    Team(TeamId),
}

/// The names that were found.
pub type Names = BTreeMap<Named, Pii<String>>;

/// Answers which name something has and where somebody lives. The register implements it; access never reads the
/// register's tables.
pub trait Directory: Send + Sync {
    /// The names of these; what has none is left out.
    fn names<'a>(
        &'a self,
        of: &'a [Named],
    ) -> Pin<Box<dyn Future<Output = Result<Names, QueryError>> + Send + 'a>>;

    /// The household in which this person lives; nothing for somebody whom the register does not know.
    fn home_of(&self, person: PersonId) -> HomeFound<'_>;
}

/// Where somebody lives, when it is found.
pub type HomeFound<'a> = Pin<Box<dyn Future<Output = Result<Option<HouseholdId>, QueryError>> + Send + 'a>>;

/// Knows nobody and no names: for a node without a register, and for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nameless;

impl Directory for Nameless {
    fn names<'a>(
        &'a self,
        _: &'a [Named],
    ) -> Pin<Box<dyn Future<Output = Result<Names, QueryError>> + Send + 'a>> {
        Box::pin(async { Ok(Names::new()) })
    }

    fn home_of(&self, _: PersonId) -> HomeFound<'_> {
        Box::pin(async { Ok(None) })
    }
}
