//! Erasing a person: the rows go, the bytes go, and nobody brings them back.
//!
//! Promises: the rows of every vault table go in the same transaction that records the erasure; the id is on the
//! list beside the database and its backups before it is acknowledged; on SQLite the bytes are overwritten in the
//! file and its log is emptied. `secure_delete` alone does not do that: where SQLite moved rows between pages, old
//! copies stay in the gaps. So the tables that may hold an owner are written anew, page by page, in the same
//! transaction (about 0.1 s for 20,000 people, during which other commits wait). PostgreSQL keeps old row versions until they are vacuumed, which is done at once,
//! and in its own log and free space for as long as the server reuses them: no client can shorten that.

use crate::{
    Commit, CommitError, Database, Draft, Journal, JournalEvent, QueryError, Receipt, Schema, Statement,
    engine::{postgres::Postgres, sqlite::Sqlite},
    erased::{ErasedList, ErasedListError, writable},
    statement,
    table::quoted,
};
use liengia_kernel::Timestamp;
use std::{
    fmt::Display,
    path::{Path, PathBuf},
    time::Duration,
};

const LISTED: &str = "SELECT owner, at FROM erasures WHERE commune = $1 ORDER BY seq";

/// Tries to empty the log before the caller is let go; after that it is tried until it is done.
const TRIES: u32 = 100;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);
const BETWEEN_LATER_TRIES: Duration = Duration::from_secs(2);

/// Why nothing was erased, or the erasure is not on the list yet.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// Nothing was erased.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// Nothing was erased: the id is none of ours.
    #[error("'{0}' is not an id that can be erased: letters, digits and hyphens are needed")]
    BadOwner(String),
    /// Nothing was erased: there is no list to put the id on.
    #[error("this journal keeps no list of erased ids: name one in the configuration")]
    NoList,
    /// Nothing was erased: the list cannot be written.
    #[error("{0}. Nothing was erased")]
    List(ErasedListError),
    /// The rows are gone, but the list does not name the id yet: the next erasure and the next start try again.
    #[error("{0}. The data is erased; until the list is mended, restore no backup")]
    NotListed(ErasedListError),
    /// The journal could not be asked what was erased before.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl Journal {
    /// Names the files that list erased ids, the first one beside the database, the others beside backups, and
    /// brings them up to date. On SQLite there is one beside the database from the beginning.
    ///
    /// A file beside backups that cannot be reached now (a disk that is not plugged in) is brought up to date the
    /// next time; only the first one must be there.
    pub async fn list_erased_in(&self, files: Vec<PathBuf>) -> Result<(), EraseError> {
        let mut lists = self.shared.erased.lock().await;
        *lists = files;
        self.bring_up_to_date(&lists).await.map_err(|error| match error {
            EraseError::NotListed(why) => EraseError::List(why),
            other => other,
        })
    }

    /// Erases all that the vault holds of these owners (persons, households) with this commit.
    pub async fn erase(
        &self,
        owners: impl IntoIterator<Item = impl Display>,
        commit: Commit,
    ) -> Result<Receipt, EraseError> {
        let owners: Vec<String> = owners.into_iter().map(|owner| owner.to_string()).collect();
        let journal = self.clone();
        // On a task of its own: a caller that goes away halfway must not leave the list behind.
        let task = tokio::spawn(async move { journal.erase_all(&owners, commit).await });
        task.await.unwrap_or(Err(CommitError::Closed("the node is stopping").into()))
    }

    async fn erase_all(&self, owners: &[String], mut commit: Commit) -> Result<Receipt, EraseError> {
        let fits = |owner: &String| owner.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if let Some(bad) = owners.iter().find(|owner| owner.is_empty() || !fits(owner)) {
            return Err(EraseError::BadOwner(bad.clone()));
        }
        // Held to the end: one erasure at a time, in the order of the list.
        let lists = self.shared.erased.lock().await;
        writable(lists.first().ok_or(EraseError::NoList)?).map_err(EraseError::List)?;
        commit.beside.extend(self.erasing(owners));
        for owner in owners {
            commit.drafts.push(Draft::of(&JournalEvent::Erased { owner: owner.clone() }));
        }
        let receipt = self.commit(commit).await?;
        self.bring_up_to_date(&lists).await?;
        self.scrub().await;
        Ok(receipt)
    }

    /// The statements that erase these owners: their rows in every vault table, and kept answers that name them. All those
    /// tables are written anew, whatever is in them now: a commit that waits before this one may put a row there.
    fn erasing(&self, owners: &[String]) -> Vec<Statement> {
        let mut statements = Vec::new();
        for (table, matches) in places(self.schema()) {
            let name = quoted(table);
            for owner in owners {
                let delete = format!("DELETE FROM {name} WHERE commune = $1 AND {matches}");
                statements.push(statement!(delete, self.commune(), owner));
            }
            if matches!(self.database(), Database::Sqlite(_)) {
                statements.extend(written_anew(&name));
            }
        }
        statements
    }

    /// Lists what was erased and is not listed yet: all of it, whatever stopped an earlier attempt.
    pub(crate) async fn bring_up_to_date(&self, lists: &[PathBuf]) -> Result<(), EraseError> {
        let Some((first, others)) = lists.split_first() else { return Ok(()) };
        let rows = self.query(statement!(LISTED, self.commune())).await?;
        let read = |row: &crate::Row| Ok((row.text(0)?.to_owned(), row.time(1)?));
        let erased = rows.iter().map(read).collect::<Result<Vec<(String, Timestamp)>, crate::BadColumn>>();
        let erased = erased.map_err(QueryError::from)?;
        if erased.is_empty() && !first.exists() {
            return Ok(());
        }
        let (first, others) = (first.clone(), others.to_vec());
        let written = tokio::task::spawn_blocking(move || {
            let mut list = ErasedList::read(&first)?;
            list.add(erased.iter().map(|(owner, at)| (owner.as_str(), *at)))?;
            for other in others {
                if let Err(error) = list.copy_to(&other) {
                    tracing::warn!(why = %error, "a list of erased ids is not up to date");
                }
            }
            Ok(())
        });
        let written = written.await.map_err(|_| CommitError::Closed("the node is stopping"))?;
        written.map_err(EraseError::NotListed)
    }

    /// Makes the bytes of deleted rows go, as far as the engine lets us.
    pub(crate) async fn scrub(&self) {
        match self.database().clone() {
            Database::Sqlite(path) => {
                for _ in 0..TRIES {
                    if emptied(&path).await {
                        return;
                    }
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                // Someone reads an older state, a backup perhaps: it is done when they are.
                tokio::spawn(async move {
                    while !emptied(&path).await {
                        tokio::time::sleep(BETWEEN_LATER_TRIES).await;
                    }
                });
            }
            Database::Postgres(url) => {
                if let Err(why) = vacuum(&url, self.schema()).await {
                    tracing::warn!(why, "PostgreSQL did not vacuum; its own autovacuum will");
                }
            }
        }
    }
}

/// Where an owner's data may lie: each table, and the condition on the owner in `$2`.
fn places(schema: &Schema) -> impl Iterator<Item = (&'static str, String)> {
    let vault = schema.vault().map(|vault| (vault.table, format!("{} = $2", quoted(vault.owner))));
    // An answer kept for a repeated command may show what it created.
    vault.chain([("answers", "answer LIKE '%' || $2 || '%'".to_owned())])
}

/// Writes all rows of a table again, so that no page holds anything but them. The copy is in memory.
fn written_anew(table: &str) -> [Statement; 4] {
    let run = |sql: String| Statement::new(sql, []);
    [
        run(format!("CREATE TEMP TABLE kept_rows AS SELECT * FROM main.{table}")),
        run(format!("DELETE FROM main.{table}")),
        run(format!("INSERT INTO main.{table} SELECT * FROM temp.kept_rows")),
        run("DROP TABLE temp.kept_rows".to_owned()),
    ]
}

/// Whether the log could be emptied, and so every page is in the file as it is now.
async fn emptied(path: &Path) -> bool {
    let path = path.to_owned();
    let task = tokio::task::spawn_blocking(move || {
        // The file is gone, and with it what there was to empty.
        !path.exists() || Sqlite::empty_log(&path).unwrap_or(false)
    });
    task.await.unwrap_or(true)
}

async fn vacuum(url: &str, schema: &Schema) -> Result<(), String> {
    let postgres = Postgres::connect(url).await?;
    for table in schema.vault().map(|vault| vault.table).chain(["answers"]) {
        postgres.batch(&format!("VACUUM {}", quoted(table))).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Engine, Fresh};

    #[tokio::test]
    async fn every_table_that_may_hold_an_owner_is_written_anew_whatever_is_in_it_before() {
        let fresh = Fresh::new(Engine::Sqlite).await;
        let journal = fresh.open(&[]).await;
        let statements = journal.erasing(&["person-1".to_owned()]);
        let anew = statements.iter().filter(|one| one.sql.contains("CREATE TEMP TABLE kept_rows"));
        assert_eq!(anew.count(), places(journal.schema()).count());
    }
}
