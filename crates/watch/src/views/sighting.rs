//! What officers saw.

use crate::event::SightingKind;
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{CameraId, PersonId, SightingId, SiteId, Timestamp};

/// Something that an officer saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Its id.
    pub sighting: SightingId,
    /// On which camera.
    pub camera: CameraId,
    /// Who saw it.
    pub person: PersonId,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What.
    pub kind: SightingKind,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Commitments to what was noted, who was told and how it ended.
    pub words: [Option<String>; 3],
}

/// Which sightings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sightings {
    /// Seen at this time or later.
    pub since: Option<Timestamp>,
    /// Seen before this time.
    pub until: Option<Timestamp>,
    /// Those before this one, by time.
    pub before: Option<(Timestamp, SightingId)>,
}

/// How often something was seen at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SightingCount {
    /// Where.
    pub site: SiteId,
    /// What.
    pub kind: SightingKind,
    /// How often.
    pub times: u64,
}

const COLUMNS: &str = "SELECT sighting, camera, person, seen_at, kind, ended_at, note, told, outcome FROM sightings WHERE commune = $1";

impl Sighting {
    /// The sighting with this id.
    pub async fn find(journal: &Journal, sighting: SightingId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND sighting = $2");
        journal.query(statement!(sql, journal.commune(), sighting)).await?.first().map(read).transpose()
    }

    /// Some of these, the latest first.
    pub async fn last(journal: &Journal, which: Sightings, limit: u64) -> Result<Vec<Self>, QueryError> {
        let Sightings { since, until, before } = which;
        let mut query = statement!(COLUMNS, journal.commune());
        if let Some(since) = since {
            let since = query.place(since);
            query.add(&format!(" AND seen_at >= {since}"));
        }
        if let Some(until) = until {
            let until = query.place(until);
            query.add(&format!(" AND seen_at < {until}"));
        }
        if let Some((at, sighting)) = before {
            let (at, sighting) = (query.place(at), query.place(sighting));
            query.add(&format!(" AND (seen_at < {at} OR (seen_at = {at} AND sighting < {sighting}))"));
        }
        let limit = query.place(limit);
        query.add(&format!(" ORDER BY seen_at DESC, sighting DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }

    /// How often what was seen where since then.
    pub async fn counts(journal: &Journal, since: Timestamp) -> Result<Vec<SightingCount>, QueryError> {
        let sql = "SELECT c.site, s.kind, COUNT(*) FROM sightings s JOIN cameras c ON c.commune = s.commune \
                   AND c.camera = s.camera WHERE s.commune = $1 AND s.seen_at >= $2 GROUP BY c.site, s.kind \
                   ORDER BY COUNT(*) DESC, c.site, s.kind";
        let rows = journal.query(statement!(sql, journal.commune(), since)).await?;
        let count =
            |row: &Row| Ok(SightingCount { site: row.parse(0)?, kind: row.parse(1)?, times: row.count(2)? });
        rows.iter().map(count).collect()
    }
}

fn read(row: &Row) -> Result<Sighting, QueryError> {
    let text = |column| row.maybe(column, |row, column| Ok(row.text(column)?.to_owned()));
    Ok(Sighting {
        sighting: row.parse(0)?,
        camera: row.parse(1)?,
        person: row.parse(2)?,
        seen_at: row.time(3)?,
        kind: row.parse(4)?,
        ended_at: row.maybe(5, Row::time)?,
        words: [text(6)?, text(7)?, text(8)?],
    })
}
