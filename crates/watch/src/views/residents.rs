//! What villages voted about their residents' viewing, and to which cameras a home objects.

use super::{Camera, Site};
use crate::event::{Owner, ResidentsVote, SitePurpose, WatchEvent};
use liengia_journal::{Commitment, Entry, Journal, QueryError, Row, Statement, statement};
use liengia_kernel::{CameraId, HouseholdId, PersonId, PlaceId, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A vote as it was entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// What was voted.
    pub voted: ResidentsVote,
    /// The number of the minutes; the vault keeps it.
    pub minutes: Commitment,
    /// What was noted with it.
    pub note: Option<Commitment>,
    /// Who entered it.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
}

/// What residents may look at of one site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentsView {
    /// Which site.
    pub site: SiteId,
    /// What was entered last and waits for a second person.
    pub asked: Option<Entered>,
    /// What holds, until its time is over.
    pub vote: Option<Entered>,
    /// Who agreed to that, and when.
    pub agreed: Option<(PersonId, Timestamp)>,
    /// The `seq` of its last entry; 0 where there is none.
    pub version: u64,
}

/// What a vote lets residents see of one camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voted {
    /// The village that voted.
    pub village: PlaceId,
    /// Until when.
    pub until: Timestamp,
    /// The minutes say that there is nothing to mask, and it was not turned since.
    pub nothing_to_mask: bool,
    /// A home that is in the picture objects.
    pub objected: bool,
}

const COLUMNS: &str =
    "SELECT site, asked, vote, agreed_by, agreed_at, version FROM residents_views WHERE commune = $1";

impl ResidentsView {
    /// What holds of a site; nothing where nobody ever entered a vote.
    pub async fn find(journal: &Journal, site: SiteId) -> Result<Self, QueryError> {
        let sql = format!("{COLUMNS} AND site = $2");
        let rows = journal.query(statement!(sql, journal.commune(), site)).await?;
        let none = Self { site, asked: None, vote: None, agreed: None, version: 0 };
        rows.first().map(read).transpose().map(|found| found.unwrap_or(none))
    }

    /// All of them.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} ORDER BY site");
        journal.query(statement!(sql, journal.commune())).await?.iter().map(read).collect()
    }

    /// What was voted of this site and agreed to, while residents pay for it.
    fn voted(&self, site: &Site) -> Option<&Entered> {
        let paid = site.facts.paid_by.is_residents() && site.facts.purpose != SitePurpose::Home;
        self.vote.as_ref().filter(|_| paid && site.site == self.site && self.agreed.is_some())
    }

    /// What holds of this site at this moment, and since when.
    pub fn in_force(&self, site: &Site, now: Timestamp) -> Option<(&Entered, Timestamp)> {
        let (_, since) = self.agreed?;
        self.voted(site).filter(|entered| now < entered.voted.until).map(|entered| (entered, since))
    }
}

/// The cameras to which a home objects.
pub async fn objections_of(
    journal: &Journal,
    household: HouseholdId,
) -> Result<BTreeSet<CameraId>, QueryError> {
    let sql = "SELECT camera FROM residents_objections WHERE commune = $1 AND household = $2";
    let rows = journal.query(statement!(sql, journal.commune(), household)).await?;
    rows.iter().map(|row| Ok(row.parse(0)?)).collect()
}

/// The cameras to which any home objects: never which one, and never how many.
async fn objected(journal: &Journal) -> Result<BTreeSet<CameraId>, QueryError> {
    let sql = "SELECT DISTINCT camera FROM residents_objections WHERE commune = $1";
    let rows = journal.query(statement!(sql, journal.commune())).await?;
    rows.iter().map(|row| Ok(row.parse(0)?)).collect()
}

/// These cameras, each with what a vote lets residents see of it. Whether that is over is looked at when somebody looks.
pub(super) async fn with_votes(
    journal: &Journal,
    mut cameras: Vec<Camera>,
) -> Result<Vec<Camera>, QueryError> {
    let views = ResidentsView::all(journal).await?;
    let votes: BTreeMap<SiteId, &ResidentsView> =
        views.iter().filter(|view| view.vote.is_some()).map(|view| (view.site, view)).collect();
    if votes.is_empty() {
        return Ok(cameras);
    }
    let sites: BTreeMap<SiteId, Site> =
        Site::all(journal).await?.into_iter().map(|site| (site.site, site)).collect();
    let objected = objected(journal).await?;
    for camera in &mut cameras {
        let Some(view) = votes.get(&camera.facts.site) else { continue };
        let Some(site) = sites.get(&camera.facts.site) else { continue };
        let Some(entered) = view.voted(site) else { continue };
        let named = entered.voted.cameras.iter().find(|one| one.camera == camera.camera);
        let Some(named) = named.filter(|_| camera.facts.owner == Owner::Public) else { continue };
        camera.voted = Some(Voted {
            village: entered.voted.village,
            until: entered.voted.until,
            nothing_to_mask: named.nothing_to_mask && camera.aimed_at <= entered.at,
            objected: objected.contains(&camera.camera),
        });
    }
    Ok(cameras)
}

/// What an entry about residents' viewing changes.
pub(super) fn apply(entry: &Entry, event: &WatchEvent) -> Vec<Statement> {
    match event {
        WatchEvent::ResidentsViewAsked { site, person, voted, minutes, note } => {
            let (voted, minutes, note) = (voted.clone(), *minutes, *note);
            let entered = Entered { voted, minutes, note, person: *person, at: entry.at };
            vec![statement!(
                "INSERT INTO residents_views (commune, site, asked, version) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (commune, site) DO UPDATE SET asked = excluded.asked, version = excluded.version",
                entry.commune,
                *site,
                serde_json::to_string(&entered).unwrap_or_default(),
                entry.seq
            )]
        }
        WatchEvent::ResidentsViewAgreed { site, person } => vec![statement!(
            "UPDATE residents_views SET vote = asked, asked = NULL, agreed_by = $3, agreed_at = $4, version = $5 \
             WHERE commune = $1 AND site = $2",
            entry.commune,
            *site,
            *person,
            entry.at,
            entry.seq
        )],
        WatchEvent::ResidentsViewEnded { site, .. } => vec![statement!(
            "UPDATE residents_views SET vote = NULL, asked = NULL, agreed_by = NULL, agreed_at = NULL, version = $3 \
             WHERE commune = $1 AND site = $2",
            entry.commune,
            *site,
            entry.seq
        )],
        WatchEvent::ResidentsViewObjected { camera, household, .. } => vec![statement!(
            "INSERT INTO residents_objections (commune, camera, household, objected_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (commune, camera, household) DO NOTHING",
            entry.commune,
            *camera,
            *household,
            entry.at
        )],
        WatchEvent::ObjectionWithdrawn { camera, household, .. } => vec![statement!(
            "DELETE FROM residents_objections WHERE commune = $1 AND camera = $2 AND household = $3",
            entry.commune,
            *camera,
            *household
        )],
        _ => Vec::new(),
    }
}

fn read(row: &Row) -> Result<ResidentsView, QueryError> {
    let entered = |column| {
        let text = row.maybe(column, |row, column| row.text(column).map(str::to_owned))?;
        let json = |error: serde_json::Error| QueryError::Storage(error.to_string());
        text.map(|text| serde_json::from_str::<Entered>(&text).map_err(json)).transpose()
    };
    let by: Option<PersonId> = row.maybe(3, Row::parse)?;
    Ok(ResidentsView {
        site: row.parse(0)?,
        asked: entered(1)?,
        vote: entered(2)?,
        agreed: by.zip(row.maybe(4, Row::time)?),
        version: row.count(5)?,
    })
}
