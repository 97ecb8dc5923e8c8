//! Sites: where cameras stand together, what for, and whom to ask.

use crate::event::SiteFacts;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{PersonId, Position, SiteId};

/// A site.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its id.
    pub site: SiteId,
    /// What everyone may know of it.
    pub facts: SiteFacts,
    /// That its footage be kept longer, where somebody asks so.
    pub longer: Option<Longer>,
    /// The `seq` of its last entry.
    pub version: u64,
}

/// That footage be kept longer than is usual: who asks, and for how many hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Longer {
    /// For so many hours.
    pub hours: u16,
    /// Who asks.
    pub asked_by: PersonId,
}

const COLUMNS: &str = "SELECT site, place, name, lat, lon, purpose, words, contact, paid_by, sound, keep_hours, longer_hours, \
                       longer_by, version \
                       FROM sites WHERE commune = $1";

impl Site {
    /// The site with this id.
    pub async fn find(journal: &Journal, site: SiteId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND closed_at IS NULL AND site = $2");
        journal.query(statement!(sql, journal.commune(), site)).await?.first().map(read).transpose()
    }

    /// All sites, in the order of their names.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND closed_at IS NULL ORDER BY search, site");
        journal.query(statement!(sql, journal.commune())).await?.iter().map(read).collect()
    }

    /// The same, and those that were closed.
    pub async fn ever(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} ORDER BY search, site");
        journal.query(statement!(sql, journal.commune())).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Site, QueryError> {
    let position = Position::new(row.real(3)?, row.real(4)?);
    Ok(Site {
        site: row.parse(0)?,
        facts: SiteFacts {
            place: row.parse(1)?,
            name: row.text(2)?.to_owned(),
            position: position.map_err(|error| QueryError::Storage(error.to_string()))?,
            purpose: row.parse(5)?,
            words: row.text(6)?.to_owned(),
            contact: row.text(7)?.to_owned(),
            paid_by: row.parse(8)?,
            sound: row.int(9)? != 0,
            keep_hours: hours_of(row.int(10)?),
        },
        longer: row.maybe(11, Row::int)?.zip(row.maybe(12, Row::parse)?).map(longer),
        version: row.count(13)?,
    })
}

fn longer((hours, asked_by): (i64, PersonId)) -> Longer {
    Longer { hours: hours_of(hours), asked_by }
}

fn hours_of(column: i64) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}
