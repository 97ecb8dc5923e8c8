//! Cameras, with what their owners allow.

use super::residents::{Voted, with_votes};
use crate::event::{CameraFacts, Consent, Mask, Masking, Owner, Span};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{CameraId, HouseholdId, PersonId, Position, Timestamp};

/// A camera.
#[derive(Clone, Debug, PartialEq)]
pub struct Camera {
    /// Its id.
    pub camera: CameraId,
    /// What everyone may know of it.
    pub facts: CameraFacts,
    /// What its home allows; none for a public camera, or where the home allows nothing.
    pub consent: Option<Consent>,
    /// Who of the home said so, and when.
    pub consented: Option<(PersonId, Timestamp)>,
    /// The home lets nobody look for now.
    pub paused: bool,
    /// What must not be seen.
    pub masks: Vec<Mask>,
    /// What becomes of that.
    pub masking: Masking,
    /// When it had forgotten them, if it ever has.
    pub bare: Option<Bare>,
    /// When the home was asked to turn it.
    pub reaim_asked_at: Option<Timestamp>,
    /// Why, by the commitment of those words.
    pub reaim_note: Option<String>,
    /// What it answered to that.
    pub reaim_done: Option<bool>,
    /// Since when it has been dead, as far as somebody must see to it.
    pub died_at: Option<Timestamp>,
    /// Who sees to it, and until when.
    pub repair: Option<(PersonId, Timestamp)>,
    /// What a vote lets residents see of it; none of a home's.
    pub voted: Option<Voted>,
    /// Since when it has stood and looked as it does, or been reached where it is.
    pub aimed_at: Timestamp,
    /// Since when it is there.
    pub added_at: Timestamp,
    /// When it was taken down. What it recorded is left until its time is over.
    pub removed_at: Option<Timestamp>,
    /// The `seq` of its last entry.
    pub version: u64,
}

/// From when to when a camera had forgotten what it was to blacken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bare {
    /// When it blackened last, as far as it was asked.
    pub from: Timestamp,
    /// Since when it does again; none while it does not.
    pub to: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT camera, site, name, lat, lon, direction, angle, reach_m, household, consent, consented_by, \
                       consented_at, paused, masks, masking, reaim_asked_at, reaim_done, died_at, repair_by, repair_until, \
                       added_at, version, aimed_at, bare_from, bare_to, removed_at, reaim_note FROM cameras WHERE commune = $1";

/// Those that were not taken down.
const STANDING: &str = "AND removed_at IS NULL";

impl Camera {
    /// The camera with this id, unless it was taken down.
    pub async fn find(journal: &Journal, camera: CameraId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} {STANDING} AND camera = $2");
        let found = journal.query(statement!(sql, journal.commune(), camera)).await?;
        Ok(whole(journal, &found).await?.pop())
    }

    /// All cameras, in the order of their names.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} {STANDING} ORDER BY search, camera");
        whole(journal, &journal.query(statement!(sql, journal.commune())).await?).await
    }

    /// The same, and those that were taken down.
    pub async fn ever(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} ORDER BY search, camera");
        whole(journal, &journal.query(statement!(sql, journal.commune())).await?).await
    }

    /// A home's cameras.
    pub async fn of_household(journal: &Journal, household: HouseholdId) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} {STANDING} AND household = $2 ORDER BY search, camera");
        journal.query(statement!(sql, journal.commune(), household)).await?.iter().map(read).collect()
    }

    /// Whether what its home drew is missing from pictures of this stretch; from those of now, where none is named.
    pub fn is_bare(&self, span: Option<Span>) -> bool {
        let overlap =
            |(bare, span): (Bare, Span)| bare.from < span.to && bare.to.is_none_or(|to| span.from < to);
        self.masking == Masking::Withheld || self.bare.zip(span).is_some_and(overlap)
    }

    /// Since when it has not blackened what it is to blacken, while that is so.
    pub fn masks_lost_at(&self) -> Option<Timestamp> {
        let bare = self.bare.filter(|bare| bare.to.is_none() && self.masking == Masking::Withheld);
        bare.map(|bare| bare.from)
    }

    /// Whether the commune's server may record it at this moment.
    pub fn is_recorded(&self, now: Timestamp) -> bool {
        let consented = |consent: &Consent| consent.recorded && consent.until.is_none_or(|until| now < until);
        match self.facts.owner {
            _ if self.removed_at.is_some() => false,
            Owner::Public => true,
            Owner::Household(_) => {
                self.masking != Masking::Withheld
                    && !self.paused
                    && self.consent.as_ref().is_some_and(consented)
            }
        }
    }
}

async fn whole(journal: &Journal, rows: &[Row]) -> Result<Vec<Camera>, QueryError> {
    with_votes(journal, rows.iter().map(read).collect::<Result<_, _>>()?).await
}

fn read(row: &Row) -> Result<Camera, QueryError> {
    let json = |error: serde_json::Error| QueryError::Storage(error.to_string());
    let position = Position::new(row.real(3)?, row.real(4)?);
    let small = |column| Ok::<_, QueryError>(u16::try_from(row.int(column)?).unwrap_or(u16::MAX));
    let household: Option<HouseholdId> = row.maybe(8, Row::parse)?;
    let consent = row.maybe(9, |row, column| row.text(column).map(str::to_owned))?;
    let by: Option<PersonId> = row.maybe(10, Row::parse)?;
    let repair_by: Option<PersonId> = row.maybe(18, Row::parse)?;
    let bare_from: Option<Timestamp> = row.maybe(23, Row::time)?;
    let bare_to: Option<Timestamp> = row.maybe(24, Row::time)?;
    Ok(Camera {
        camera: row.parse(0)?,
        facts: CameraFacts {
            site: row.parse(1)?,
            name: row.text(2)?.to_owned(),
            position: position.map_err(|error| QueryError::Storage(error.to_string()))?,
            direction: small(5)?,
            angle: small(6)?,
            reach_m: small(7)?,
            owner: household.map_or(Owner::Public, Owner::Household),
        },
        consent: consent.map(|text| serde_json::from_str(&text).map_err(json)).transpose()?,
        consented: by.zip(row.maybe(11, Row::time)?),
        paused: row.int(12)? != 0,
        masks: serde_json::from_str(row.text(13)?).map_err(json)?,
        masking: row.parse(14)?,
        bare: bare_from.map(|from| Bare { from, to: bare_to }),
        reaim_asked_at: row.maybe(15, Row::time)?,
        reaim_note: row.maybe(26, |row, column| row.text(column).map(str::to_owned))?,
        reaim_done: row.maybe(16, Row::int)?.map(|done| done != 0),
        died_at: row.maybe(17, Row::time)?,
        repair: repair_by.zip(row.maybe(19, Row::time)?),
        voted: None,
        aimed_at: row.time(22)?,
        added_at: row.time(20)?,
        removed_at: row.maybe(25, Row::time)?,
        version: row.count(21)?,
    })
}
