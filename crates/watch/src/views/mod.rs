//! The tables that the screens of cameras read, and how each entry changes them.

mod apply;
mod camera;
mod delay;
mod export;
mod hold;
mod look;
mod masked;
mod order;
mod residents;
mod sighting;
mod site;

pub use camera::{Bare, Camera};
pub use delay::{Delay, DelaysOpen};
pub use export::Export;
pub use hold::Hold;
pub use look::{Look, LookCount};
pub use order::{Order, OrderCopy};
pub use residents::{Entered, ResidentsView, Voted, objections_of};
pub use sighting::{Sighting, SightingCount, Sightings};
pub use site::{Longer, Site};

use liengia_journal::{Commitment, Journal, Migration, Part, QueryError, Vault, statement};
use liengia_kernel::{EntryId, Pii, Timestamp};
use std::collections::BTreeMap;

/// What cameras bring to the database.
pub const PART: Part = Part {
    slice: "watch",
    migrations: &[Migration {
        name: "watch/0001_watch",
        sql: include_str!("../../migrations/0001_watch.sql"),
    }],
    views: &[
        "sites",
        "cameras",
        "residents_views",
        "residents_objections",
        "looks",
        "look_cameras",
        "notice_delays",
        "orders",
        "holds",
        "exports",
        "sightings",
        "footage_roots",
    ],
    vault: &[
        Vault { table: "camera_doors", owner: "camera" },
        Vault { table: "watch_notes", owner: "owner" },
        Vault { table: "order_copies", owner: "order_id" },
    ],
    apply: apply::apply,
};

/// Where in the journal a hash over footage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The entry.
    pub entry: EntryId,
    /// Its place.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
}

impl Anchor {
    /// The entry that holds this root, if one does.
    pub async fn of(journal: &Journal, root: Commitment) -> Result<Option<Self>, QueryError> {
        let sql = "SELECT entry, seq, at FROM footage_roots WHERE commune = $1 AND root = $2";
        let rows = journal.query(statement!(sql, journal.commune(), root.to_string())).await?;
        let read = |row: &liengia_journal::Row| {
            Ok(Self { entry: row.parse(0)?, seq: row.count(1)?, at: row.time(2)? })
        };
        rows.first().map(read).transpose()
    }
}

/// What was noted of this, by the commitments that stand in entries.
pub async fn notes_of(
    journal: &Journal,
    owner: impl std::fmt::Display,
) -> Result<BTreeMap<String, Pii<String>>, QueryError> {
    let sql = "SELECT commitment, note FROM watch_notes WHERE commune = $1 AND owner = $2";
    let rows = journal.query(statement!(sql, journal.commune(), owner.to_string())).await?;
    rows.iter().map(|row| Ok((row.text(0)?.to_owned(), Pii::new(row.text(1)?.to_owned())))).collect()
}

/// Ids that stand in one column, with spaces between.
fn ids<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, QueryError> {
    let wrong = |word: &str| QueryError::Storage(format!("{word} is no id"));
    text.split_whitespace().map(|word| word.parse().map_err(|_| wrong(word))).collect()
}

/// The other way round.
fn joined<T: ToString>(ids: &[T]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
