//! A public firefighting point as people read it.

use crate::{event::Contents, views};
use liengia_kernel::{Pii, PlaceId, PointId, Position, shown};
use serde::Serialize;

/// A public firefighting point.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Point {
    /// Its id.
    pub id: PointId,
    /// Send it back with a correction.
    pub version: u64,
    /// The village it is in.
    pub place: PlaceId,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// What stands there.
    pub contents: Vec<Contents>,
    /// How to get to it.
    pub access: String,
    /// Who has the key, and their phone: only where one point is asked for, by whoever may keep it or leads.
    #[serde(serialize_with = "shown", skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub keyholder: Option<Pii<String>>,
}

impl Point {
    pub(crate) fn new(point: &views::Point, keyholder: Option<Pii<String>>) -> Self {
        let views::Point { point: id, facts, version } = point.clone();
        Self {
            id,
            version,
            place: facts.place,
            name: facts.name,
            position: facts.position,
            contents: facts.contents,
            access: facts.access,
            keyholder,
        }
    }
}
