//! What access asks the register: names, and who lives where.

use crate::{
    Register,
    views::{Household, Person, Team},
};
use liengia_access::{Directory, HomeFound, Named, Names};
use liengia_journal::QueryError;
use liengia_kernel::{PersonId, Pii};
use std::pin::Pin;

impl Directory for Register {
    fn names<'a>(
        &'a self,
        of: &'a [Named],
    ) -> Pin<Box<dyn Future<Output = Result<Names, QueryError>> + Send + 'a>> {
        Box::pin(async move {
            let people: Vec<PersonId> = of
                .iter()
                .filter_map(|named| if let Named::Person(person) = named { Some(*person) } else { None })
                .collect();
            let people = Person::names(&self.journal, &people).await?;
            let mut names: Names =
                people.into_iter().map(|(person, name)| (Named::Person(person), name)).collect();
            for named in of {
                let name = match named {
                    Named::Person(_) => None,
                    Named::Household(id) => Household::find(&self.journal, *id).await?.map(|home| home.label),
                    Named::Team(id) => Team::find(&self.journal, *id).await?.map(|team| Pii::new(team.name)),
                };
                names.extend(name.map(|name| (*named, name)));
            }
            Ok(names)
        })
    }

    fn home_of(&self, person: PersonId) -> HomeFound<'_> {
        Box::pin(async move { Ok(Person::find(&self.journal, person).await?.map(|known| known.household)) })
    }
}
