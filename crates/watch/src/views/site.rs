//! Sites: where cameras stand together, what for, and whom to ask.

use crate::event::SiteFacts;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{Position, SiteId};

/// A site.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its id.
    pub site: SiteId,
    /// What everyone may know of it.
    pub facts: SiteFacts,
    /// The `seq` of its last entry.
    pub version: u64,
}

const COLUMNS: &str = "SELECT site, place, name, lat, lon, purpose, words, contact, paid_by, sound, keep_hours, version \
                       FROM sites WHERE commune = $1 AND closed_at IS NULL";

impl Site {
    /// The site with this id.
    pub async fn find(journal: &Journal, site: SiteId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND site = $2");
        journal.query(statement!(sql, journal.commune(), site)).await?.first().map(read).transpose()
    }

    /// All sites, in the order of their names.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
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
            keep_hours: u16::try_from(row.int(10)?).unwrap_or(u16::MAX),
        },
        version: row.count(11)?,
    })
}
