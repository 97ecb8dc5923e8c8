//! Public firefighting points.

use crate::event::{Contents, PointFacts};
use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{PointId, Position};

/// A public firefighting point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its id.
    pub point: PointId,
    /// What everyone may know of it.
    pub facts: PointFacts,
    /// The `seq` of its last entry.
    pub version: u64,
}

const COLUMNS: &str = "SELECT point, place, name, lat, lon, contents, access, version FROM points \
                       WHERE commune = $1 AND removed_at IS NULL";

impl Point {
    /// The point with this id.
    pub async fn find(journal: &Journal, point: PointId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND point = $2");
        journal.query(statement!(sql, journal.commune(), point)).await?.first().map(read).transpose()
    }

    /// All points, in the order of their names.
    pub async fn all(journal: &Journal) -> Result<Vec<Self>, QueryError> {
        let sql = format!("{COLUMNS} ORDER BY search, point");
        journal.query(statement!(sql, journal.commune())).await?.iter().map(read).collect()
    }
}

/// The nearest points to a place, with metres in a straight line, nearest first.
pub fn nearest(points: &[Point], to: Position, count: usize) -> Vec<(&Point, f64)> {
    let mut near: Vec<(&Point, f64)> =
        points.iter().map(|point| (point, point.facts.position.metres_to(to))).collect();
    near.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.point.cmp(&other.0.point)));
    near.truncate(count);
    near
}

fn read(row: &Row) -> Result<Point, QueryError> {
    let position = Position::new(row.real(3)?, row.real(4)?);
    Ok(Point {
        point: row.parse(0)?,
        facts: PointFacts {
            place: row.parse(1)?,
            name: row.text(2)?.to_owned(),
            position: position.map_err(|error| QueryError::Storage(error.to_string()))?,
            contents: row
                .text(5)?
                .split_whitespace()
                .filter_map(|word| word.parse::<Contents>().ok())
                .collect(),
            access: row.text(6)?.to_owned(),
        },
        version: row.count(7)?,
    })
}
