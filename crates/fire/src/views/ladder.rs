//! The ladders of teams that set their own.

use crate::{engine::LadderConfig, rules::LadderTimes};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{TeamId, Timestamp};
use std::collections::BTreeMap;

/// A team's ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// The team.
    pub team: TeamId,
    /// What is set.
    pub times: LadderTimes,
    /// When.
    pub set_at: Timestamp,
    /// The `seq` of the entry that set it.
    pub version: u64,
}

const COLUMNS: &str = "SELECT team, hook_seconds, leaders_seconds, wider_seconds, repeat_seconds, own_home_seconds, \
                       enough, ring_adjacent_bells, set_at, version FROM ladders WHERE commune = $1";

impl Ladder {
    /// The ladder that this team set; none if it has the usual one.
    pub async fn find(journal: &Journal, team: TeamId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND team = $2");
        journal.query(statement!(sql, journal.commune(), team)).await?.first().map(read).transpose()
    }

    /// All that were set, as the engine takes them.
    pub async fn all(journal: &Journal) -> Result<BTreeMap<TeamId, LadderConfig>, QueryError> {
        let rows = journal.query(statement!(COLUMNS, journal.commune())).await?;
        rows.iter().map(|row| read(row).map(|ladder| (ladder.team, ladder.times.into()))).collect()
    }
}

fn read(row: &Row) -> Result<Ladder, QueryError> {
    let small = |column| row.count(column).map(|count| u16::try_from(count).unwrap_or(u16::MAX));
    Ok(Ladder {
        team: row.parse(0)?,
        times: LadderTimes {
            hook_seconds: small(1)?,
            leaders_seconds: small(2)?,
            wider_seconds: small(3)?,
            repeat_seconds: small(4)?,
            own_home_seconds: small(5)?,
            enough: small(6)?,
            ring_adjacent_bells: row.count(7)? > 0,
        },
        set_at: row.time(8)?,
        version: row.count(9)?,
    })
}
