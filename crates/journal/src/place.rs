//! Where a journal lives, looked at without opening it: for whoever sets a node up.

use crate::{
    Database,
    engine::{lease::Lease, postgres::Postgres},
};

impl Database {
    /// Whether a node, or a command of one, uses this SQLite file now. Of a server nobody can say.
    pub fn is_in_use(&self) -> bool {
        match self {
            Self::Sqlite(path) => Lease::is_held(path),
            Self::Postgres(_) => false,
        }
    }

    /// Whether the PostgreSQL server answers and lets the node in; what it said if not. A SQLite file needs nobody.
    pub async fn answers(&self) -> Result<(), String> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) => Postgres::connect(url).await.map(drop),
        }
    }
}
