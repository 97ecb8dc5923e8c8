//! `restore`: a backup into an empty place, on either engine.

use super::{
    BackupHeader, BackupKey, BesideFile, Unreadable,
    format::{Manifest, Unpacker},
    header::opened,
    rows::{Loaded, load},
    seal::Opener,
};
use crate::{
    Actor, Broken, Commit, CommitError, Commitment, Context, Database, Draft, ErasedListError, Hash,
    JournalEvent, Schema,
    engine::{
        READ_HEAD, head_of,
        lease::{Lease, NoLease},
        postgres::Postgres,
        source::Source,
        sqlite::Sqlite,
    },
    erased::ErasedList,
    plan::{self, Head, Rules},
    progress::{Progress, Reporter, Step},
    rebuild::{self, RebuildError, Scratch, beside},
    statement,
    writer::Failure,
};
use liengia_kernel::{CommuneId, Entropy, Timestamp};
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::runtime::Handle;

/// What to restore, and where to.
pub struct RestoreOrder {
    /// The backup.
    pub file: PathBuf,
    /// Its key.
    pub key: BackupKey,
    /// What the capabilities bring.
    pub schema: Schema,
    /// A SQLite file that is not there yet, or a PostgreSQL schema without tables.
    pub target: Database,
    /// The newest list of erased ids that there is.
    pub erased_ids: PathBuf,
    /// Now.
    pub now: Timestamp,
    /// Whether a backup that should have been deleted is taken all the same.
    pub accept_expired: bool,
    /// Salts and entry ids come from here.
    pub entropy: Arc<dyn Entropy>,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Whose chain it is.
    pub commune: CommuneId,
    /// When the backup was made: everything after that is lost, unless it lives elsewhere.
    pub made_at: Timestamp,
    /// The last entry of the backup.
    pub old_seq: u64,
    /// Its hash.
    pub old_hash: Hash,
    /// The epoch that was opened.
    pub epoch: u32,
    /// Rows of all tables but views.
    pub rows: u64,
    /// Rows that were left out because their owner was erased since.
    pub left_out: u64,
    /// Files that were saved with it, for the caller to put in their place.
    pub beside: Vec<BesideFile>,
}

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// It should have been deleted.
    #[error("this backup expired on {0} and should have been deleted: restore a newer one")]
    Expired(Timestamp),
    /// The place is taken.
    #[error("{0} is not empty: restore into a new place, then let the node use that")]
    NotEmpty(String),
    /// The list of erased ids cannot be used.
    #[error(transparent)]
    Erased(#[from] ErasedListError),
    /// The chain in the backup is not whole.
    #[error("the backup's journal is not whole: {0}")]
    Broken(#[from] Broken),
    /// The backup's schema is not one that this program can bring up to date.
    #[error("the backup does not fit this program: {0}")]
    Schema(String),
    /// The views could not be made.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    /// A database or file failed.
    #[error("the restore stopped, and nothing was left behind: {0}")]
    Storage(String),
}

impl From<rusqlite::Error> for RestoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.to_string())
    }
}

impl From<Failure> for RestoreError {
    fn from(failure: Failure) -> Self {
        Self::Storage(failure.to_string())
    }
}

/// Restores a backup.
pub async fn restore(
    order: RestoreOrder,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Restored, RestoreError> {
    let runtime = Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        let mut reporter = Reporter::new(&mut progress);
        match &order.target {
            Database::Sqlite(path) => {
                let _alone = free_place(path)?;
                let (restored, scratch) = make(&order, &beside(path, "-restore"), &mut reporter)?;
                // Beside the database from the first moment on.
                let erased = ErasedList::read(&order.erased_ids)?;
                erased.copy_to(&beside(path, "-erased-ids"))?;
                scratch.replace(path)?;
                Ok(restored)
            }
            Database::Postgres(url) => {
                let mut postgres = runtime.block_on(empty_schema(url))?;
                let place = std::env::temp_dir().join(format!("liengia-restore-{}", std::process::id()));
                let (restored, mut scratch) = make(&order, &place, &mut reporter)?;
                scratch.finish()?;
                runtime.block_on(transfer(&mut scratch, &mut postgres, &order.schema, &mut reporter))?;
                Ok(restored)
            }
        }
    });
    task.await.map_err(|error| RestoreError::Storage(error.to_string()))?
}

/// The small files that were saved with a backup; nothing is restored.
pub fn beside_in(file: &Path, key: &BackupKey) -> Result<Vec<BesideFile>, Unreadable> {
    Ok(unsealed(file, key)?.2.beside)
}

/// A backup, opened by its key.
fn unsealed(
    file: &Path,
    key: &BackupKey,
) -> Result<(BackupHeader, Unpacker<BufReader<File>>, Manifest), Unreadable> {
    let mut file = BufReader::new(opened(file)?);
    let (header, bound) = BackupHeader::take(&mut file)?;
    if header.key != key.id() {
        return Err(Unreadable::WrongKey(header.key));
    }
    let (unpacker, manifest) = Unpacker::new(Opener::new(file, key.bytes(), header.nonce, bound)?)?;
    Ok((header, unpacker, manifest))
}

/// Makes the whole journal in a scratch file at `place`.
fn make(
    order: &RestoreOrder,
    place: &Path,
    reporter: &mut Reporter<'_>,
) -> Result<(Restored, Scratch), RestoreError> {
    let (header, unpacker, manifest) = unsealed(&order.file, &order.key)?;
    if header.expires_at <= order.now && !order.accept_expired {
        return Err(RestoreError::Expired(header.expires_at));
    }
    let erased = ErasedList::read(&order.erased_ids)?;
    erased.since(manifest.erased())?;
    let first = beside(place, "-rows");
    let mut rows = Scratch::empty(&first)?;
    let loaded = load(unpacker, &manifest, &order.schema, &erased.ids(), &mut rows, reporter)?;
    // The file stays until its rows are carried over.
    let _first = rows.close();
    let mut scratch = Scratch::named(place, &order.schema)?;
    let mut source = Source::alone(&first).map_err(RestoreError::Storage)?;
    rebuild::sqlite::fill(&first, &mut source, &order.schema, &mut scratch, reporter)?;
    drop(source);
    let (old, epoch) = open_epoch(order, &header, &loaded, &erased, &mut scratch.sqlite)?;
    let Manifest { commune, beside, .. } = manifest;
    let restored = Restored {
        commune,
        made_at: header.made_at,
        old_seq: old.seq,
        old_hash: old.hash,
        epoch,
        rows: loaded.rows,
        left_out: loaded.left_out,
        beside,
    };
    Ok((restored, scratch))
}

/// Opens the next epoch: the old chain may go on elsewhere, and whoever sees both knows them apart.
fn open_epoch(
    order: &RestoreOrder,
    header: &BackupHeader,
    loaded: &Loaded,
    erased: &ErasedList,
    sqlite: &mut Sqlite,
) -> Result<(Head, u32), RestoreError> {
    let commune = header.commune;
    let old = loaded.chains.iter().find(|chain| chain.commune == commune);
    let old = old.map_or(Head { seq: 0, epoch: 0, hash: [0; 32] }, |chain| Head {
        seq: chain.seq,
        epoch: chain.epoch,
        hash: chain.hash,
    });
    let known = sqlite.query(&statement!("SELECT owner FROM erasures WHERE commune = $1", commune))?;
    let known: Vec<&str> = known.iter().filter_map(|row| row.text(0).ok()).collect();
    let again: Vec<&str> = erased.ids().into_iter().filter(|id| !known.contains(id)).collect();
    let event = JournalEvent::EpochOpened {
        old_seq: old.seq,
        old_hash: Commitment(old.hash),
        backup_made_at: header.made_at,
        erased_again: again.len() as u64,
    };
    let mut drafts = vec![Draft::of(&event)];
    drafts.extend(again.iter().map(|owner| Draft::of(&JournalEvent::Erased { owner: (*owner).to_owned() })));
    let context = Context { actor: Actor::Node, purpose: "restore".into(), at: order.now };
    let rules = Rules { commune, schema: order.schema.clone(), entropy: order.entropy.clone() };
    let epoch = old.epoch.saturating_add(1);
    sqlite.head(commune).map_err(RestoreError::Storage)?;
    let mut head = Head { epoch, ..old };
    for drafts in drafts.chunks(crate::commit::MAX_DRAFTS) {
        let commit = Commit::new(context.clone(), drafts.to_vec());
        let mut planned = plan::plan(&rules, head, [&commit], &[]);
        let outcome = planned.outcomes.pop().unwrap_or(Err(CommitError::Busy));
        outcome.map_err(|error| RestoreError::Storage(error.to_string()))?;
        for statement in planned.statements.iter().chain(&planned.fence) {
            sqlite.execute(statement)?;
        }
        head = planned.head;
    }
    let stored = head_of(&sqlite.query(&statement!(READ_HEAD, commune))?);
    if stored.as_ref().ok() != Some(&head) {
        return Err(RestoreError::Storage("the new epoch could not be written".into()));
    }
    Ok((old, epoch))
}

/// A SQLite file that is not there yet.
fn free_place(path: &Path) -> Result<Lease, RestoreError> {
    let taken = || RestoreError::NotEmpty(path.display().to_string());
    let lease = Lease::exclusive(path).map_err(|refused| match refused {
        NoLease::InUse => taken(),
        other @ NoLease::Io { .. } => RestoreError::Storage(other.to_string()),
    })?;
    let there = [path.to_owned(), beside(path, "-wal")].iter().any(|file| file.exists());
    if there { Err(taken()) } else { Ok(lease) }
}

/// A transaction in a PostgreSQL schema without tables.
async fn empty_schema(url: &str) -> Result<Postgres, RestoreError> {
    let mut postgres = Postgres::connect(url).await.map_err(RestoreError::Storage)?;
    postgres.batch("BEGIN").await.map_err(RestoreError::Storage)?;
    let tables = postgres.tables().await.map_err(RestoreError::Storage)?;
    match tables.first() {
        Some(table) => Err(RestoreError::NotEmpty(format!("the schema (it has a table {})", table.name))),
        None => Ok(postgres),
    }
}

/// Makes all tables in PostgreSQL and fills them, in one transaction.
async fn transfer(
    scratch: &mut Scratch,
    postgres: &mut Postgres,
    schema: &Schema,
    reporter: &mut Reporter<'_>,
) -> Result<(), RestoreError> {
    let made = async {
        postgres.batch(crate::engine::migrations::TABLE).await?;
        for migration in schema.migrations() {
            postgres.run_migration(migration).await?;
        }
        let known = postgres.tables().await?;
        reporter.begin(Step::Copying, 0);
        for table in scratch.sqlite.tables()? {
            let there = known.iter().any(|known| known.name == table.name);
            postgres.batch(&if there { table.delete_all() } else { table.create() }).await?;
            rebuild::postgres::transfer(&scratch.sqlite, postgres, &table, reporter).await?;
        }
        reporter.end();
        postgres.batch("COMMIT").await
    };
    made.await.map_err(RestoreError::Storage)
}
