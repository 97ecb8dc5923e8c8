//! People as the screens read them.

use crate::event::Training;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{AlarmId, HouseholdId, PersonId, Pii, TeamId, Timestamp};
use std::collections::BTreeMap;

const COLUMNS: &str = "SELECT p.person, p.household, h.team, d.name, d.phone, d.born, p.adult, p.tenant, \
    p.can_respond, p.trained, p.help, p.version FROM people p \
    JOIN households h ON h.commune = p.commune AND h.household = p.household \
    LEFT JOIN person_details d ON d.commune = p.commune AND d.person = p.person WHERE p.commune = $1";

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own on the form")]
pub struct Person {
    /// Their id.
    pub person: PersonId,
    /// Where they live.
    pub household: HouseholdId,
    /// The team of that household.
    pub team: Option<TeamId>,
    /// Their name.
    pub name: Pii<String>,
    /// Their phone number, or empty.
    pub phone: Pii<String>,
    /// Their day of birth, if they gave it.
    pub born: Option<Pii<Timestamp>>,
    /// Whether they are an adult.
    pub adult: bool,
    /// Whether they rent.
    pub tenant: bool,
    /// Whether they chose to help in an alarm.
    pub can_respond: bool,
    /// What they were trained for.
    pub trained: Vec<Training>,
    /// Whether there is a note about the help they need to get out.
    pub help: bool,
    /// The `seq` of their last entry.
    pub version: u64,
}

/// That somebody was shown a person's help note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpNoteRead {
    /// Who was shown it.
    pub reader: PersonId,
    /// In which alarm.
    pub alarm: Option<AlarmId>,
    /// When.
    pub at: Timestamp,
    /// Its entry.
    pub seq: u64,
}

impl Person {
    /// The person with this id.
    pub async fn find(journal: &Journal, person: PersonId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND p.person = $2");
        let rows = journal.query(statement!(sql, journal.commune(), person)).await?;
        rows.first().map(read).transpose()
    }

    /// The names of these people; who was erased has none.
    pub async fn names(
        journal: &Journal,
        people: &[PersonId],
    ) -> Result<BTreeMap<PersonId, Pii<String>>, QueryError> {
        if people.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query =
            statement!("SELECT person, name FROM person_details WHERE commune = $1", journal.commune());
        let marks: Vec<String> = people.iter().map(|person| query.place(*person)).collect();
        query.add(&format!(" AND person IN ({})", marks.join(", ")));
        let rows = journal.query(query).await?;
        rows.iter().map(|row| Ok((row.parse(0)?, Pii::new(row.text(1)?.to_owned())))).collect()
    }

    /// What `make` makes of everybody, in no order; nobody else is held in memory meanwhile.
    pub async fn all<T: Send + 'static>(
        journal: &Journal,
        make: impl Fn(Self) -> T + Send + 'static,
    ) -> Result<Vec<T>, QueryError> {
        journal.read_each(statement!(COLUMNS, journal.commune()), move |row| read(row).map(&make)).await
    }

    /// The people of this household, in the order in which they were added.
    pub async fn of_household(journal: &Journal, household: HouseholdId) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND p.household = $2 ORDER BY p.person");
        journal.query(statement!(sql, journal.commune(), household)).await?.iter().map(read).collect()
    }

    /// The people of all the team's households.
    pub async fn of_team(journal: &Journal, team: TeamId) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND h.team = $2 ORDER BY p.household, p.person");
        journal.query(statement!(sql, journal.commune(), team)).await?.iter().map(read).collect()
    }

    /// The note about the help this person needs to get out. Reading it is an act: note it.
    pub async fn help_note(journal: &Journal, person: PersonId) -> Result<Option<Pii<String>>, QueryError> {
        let sql = "SELECT note FROM help_notes WHERE commune = $1 AND person = $2";
        let rows = journal.query(statement!(sql, journal.commune(), person)).await?;
        Ok(rows.first().map(|row| row.text(0)).transpose()?.map(|note| Pii::new(note.to_owned())))
    }

    /// Who was shown this person's help note before this entry, the latest first.
    pub async fn help_note_reads(
        journal: &Journal,
        person: PersonId,
        before: Option<u64>,
        limit: u64,
    ) -> Result<Vec<HelpNoteRead>, QueryError> {
        let sql = "SELECT reader, alarm, at, seq FROM help_note_reads WHERE commune = $1 AND person = $2 \
                   AND seq < $3 ORDER BY seq DESC LIMIT $4";
        let before = before.unwrap_or(i64::MAX.unsigned_abs());
        let rows = journal.query(statement!(sql, journal.commune(), person, before, limit)).await?;
        let read = |row: &Row| {
            let (reader, alarm) = (row.parse(0)?, row.maybe(1, Row::parse)?);
            Ok(HelpNoteRead { reader, alarm, at: row.time(2)?, seq: row.count(3)? })
        };
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Person, QueryError> {
    let text =
        |column| row.maybe(column, Row::text).map(|text| Pii::new(text.unwrap_or_default().to_owned()));
    Ok(Person {
        person: row.parse(0)?,
        household: row.parse(1)?,
        team: row.maybe(2, Row::parse)?,
        name: text(3)?,
        phone: text(4)?,
        born: row.maybe(5, Row::time)?.map(Pii::new),
        adult: row.truth(6)?,
        tenant: row.truth(7)?,
        can_respond: row.truth(8)?,
        trained: row.text(9)?.split_whitespace().filter_map(|word| word.parse::<Training>().ok()).collect(),
        help: row.truth(10)?,
        version: row.count(11)?,
    })
}

/// The reasons that were given for changes to this record, by the commitment in their entries.
pub async fn reasons_of(journal: &Journal, owner: &str) -> Result<BTreeMap<String, Pii<String>>, QueryError> {
    let sql = "SELECT commitment, reason FROM reasons WHERE commune = $1 AND owner = $2";
    let rows = journal.query(statement!(sql, journal.commune(), owner)).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), Pii::new(row.text(1)?.to_owned())))).collect()
}
