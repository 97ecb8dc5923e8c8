//! `backup`: one state of the journal into one sealed file.

use super::{
    BesideFile, MAX_BESIDE,
    format::{Manifest, Packer, TableShape},
    header::{BackupHeader, ENDING},
    key::BackupKey,
    seal::{PREFIX, Sealer},
    watch::Watch,
};
use crate::{
    Broken, ChainEnd, Commitment, Database, ERASED_IDS, ErasedListError, Schema,
    engine::{migrations, source::Source},
    erased::ErasedList,
    progress::{Progress, Reporter, Step},
    rebuild::{beside, sync_folder},
    statement,
    system::{folder_of, give_to_owner_of_folder, in_words, not_made},
    table::{Role, Table},
    writer::Failure,
};
use liengia_kernel::{CommuneId, Entropy, Timestamp};
use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    sync::Arc,
};

/// What to save, and where to.
pub struct BackupOrder {
    /// The journal.
    pub database: Database,
    /// What the capabilities bring.
    pub schema: Schema,
    /// Whose chain the node writes.
    pub commune: CommuneId,
    /// The new file; its name must end in `.liengia-backup`.
    pub file: PathBuf,
    /// What to seal it with.
    pub key: BackupKey,
    /// The list of erased ids beside the database. A copy is kept beside the backup.
    pub erased_ids: PathBuf,
    /// Now.
    pub made_at: Timestamp,
    /// When the backup must be deleted.
    pub expires_at: Timestamp,
    /// Small files to save with it.
    pub beside: Vec<BesideFile>,
    /// The nonce comes from here.
    pub entropy: Arc<dyn Entropy>,
}

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupMade {
    /// The chains, and where they ended.
    pub chains: Vec<ChainEnd>,
    /// Rows of all tables, entries among them.
    pub rows: u64,
    /// The size of the file.
    pub bytes: u64,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The chain is not whole: a backup of it could never be restored.
    #[error("{0}. No backup was made: keep the last good one, and restore from it")]
    Broken(#[from] Broken),
    /// The name is taken, or is no backup's name.
    #[error("{} {why}", file.display())]
    Name {
        /// The file.
        file: PathBuf,
        /// What is the matter with it.
        why: &'static str,
    },
    /// A file to be saved with it is too large.
    #[error("{0} is larger than 1 MiB: only small files can be saved with a backup")]
    TooLarge(String),
    /// The list of erased ids cannot be used.
    #[error(transparent)]
    Erased(#[from] ErasedListError),
    /// The journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Database(String),
    /// The backup cannot be written.
    #[error("the backup cannot be written: {}", in_words(.0))]
    Io(#[from] std::io::Error),
    /// The folder takes no backup.
    #[error("{} cannot be written: {}", file.display(), not_made(file, why))]
    NotMade {
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
}

impl From<Failure> for BackupError {
    fn from(failure: Failure) -> Self {
        Self::Database(failure.to_string())
    }
}

/// Saves the journal as it is now. Works while the node runs.
pub async fn backup(
    order: BackupOrder,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<BackupMade, BackupError> {
    let runtime = tokio::runtime::Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        // Before the journal is looked at: whoever is on the list by now is gone from what is saved, or will be
        // taken out when it is restored.
        let erased = ErasedList::read(&order.erased_ids)?;
        let mut source = Source::open(&order.database, &runtime).map_err(BackupError::Database)?;
        save(&order, &erased, &mut source, &mut Reporter::new(&mut progress))
    });
    task.await.map_err(|error| BackupError::Database(error.to_string()))?
}

fn save(
    order: &BackupOrder,
    erased: &ErasedList,
    source: &mut Source,
    reporter: &mut Reporter<'_>,
) -> Result<BackupMade, BackupError> {
    let name = |why| BackupError::Name { file: order.file.clone(), why };
    if order.file.extension().is_none_or(|ending| ending != ENDING) {
        return Err(name("must end in .liengia-backup, so that it is known and deleted when it expires"));
    }
    if order.file.exists() {
        return Err(name("is there already: give the backup another name"));
    }
    if let Some(large) = order.beside.iter().find(|file| file.contents.len() > MAX_BESIDE) {
        return Err(BackupError::TooLarge(large.name.clone()));
    }
    let unfinished = Unfinished(beside(&order.file, ".unfinished"));
    let folder = folder_of(&order.file);
    let file = unfinished.begin().map_err(|why| BackupError::NotMade { file: order.file.clone(), why })?;
    let (mut made, file) = write(order, erased, source, file, reporter)?;
    file.sync_all()?;
    made.bytes = file.metadata()?.len();
    // The list first: no backup stands without the list that it needs.
    erased.copy_to(&folder.join(ERASED_IDS))?;
    std::fs::rename(&unfinished.0, &order.file)?;
    sync_folder(&order.file)?;
    Ok(made)
}

/// A file that is gone when this is dropped, unless it got another name.
struct Unfinished(PathBuf);

impl Unfinished {
    fn begin(&self) -> std::io::Result<File> {
        // What an earlier attempt left goes; whatever else lies there, a link above all, is not written through.
        match std::fs::remove_file(&self.0) {
            Err(why) if why.kind() != ErrorKind::NotFound => return Err(why),
            _ => {}
        }
        let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&self.0)?;
        give_to_owner_of_folder(&file, &self.0)?;
        Ok(file)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It is not there if all went well; if it cannot be removed, the next backup of this name writes over it.
        let _ = std::fs::remove_file(&self.0);
    }
}

fn write(
    order: &BackupOrder,
    erased: &ErasedList,
    source: &mut Source,
    file: File,
    reporter: &mut Reporter<'_>,
) -> Result<(BackupMade, File), BackupError> {
    let mut nonce = [0; PREFIX];
    order.entropy.fill(&mut nonce);
    let header = BackupHeader {
        commune: order.commune,
        made_at: order.made_at,
        expires_at: order.expires_at,
        key: order.key.id(),
        nonce,
    };
    let begin = header.bytes();
    let mut out = BufWriter::new(file);
    out.write_all(&begin)?;
    let tables = saved_tables(source, &order.schema)?;
    let manifest = manifest(order, erased, source, &tables)?;
    let mut packer = Packer::new(Sealer::new(out, order.key.bytes(), nonce, begin), &manifest)?;
    let mut watch = Watch::default();
    let mut rows = 0;
    reporter.begin(Step::Copying, 0);
    for table in &tables {
        let columns = table.columns.len();
        source.rows_in_order(table, &mut |record| {
            watch.row(&table.name, record)?;
            packer.row(columns, record)?;
            rows += 1;
            reporter.add(1);
            Ok::<_, BackupError>(())
        })?;
        packer.end_table()?;
    }
    reporter.end();
    let chains = watch.finish()?;
    let file = packer.finish()?.into_inner().map_err(|error| BackupError::Io(error.into_error()))?;
    Ok((BackupMade { chains, rows, bytes: 0 }, file))
}

/// The tables that a rebuild cannot make again: entries first, then their ends, then all others.
fn saved_tables(source: &mut Source, schema: &Schema) -> Result<Vec<Table>, BackupError> {
    let mut tables = source.tables().map_err(BackupError::Database)?;
    tables.retain(|table| matches!(table.role(schema), Role::Entries | Role::Beside));
    tables.sort_by_key(|table| (table.name != "entries", table.name != "heads", table.name.clone()));
    Ok(tables)
}

fn manifest(
    order: &BackupOrder,
    erased: &ErasedList,
    source: &mut Source,
    tables: &[Table],
) -> Result<Manifest, BackupError> {
    let rows = source.query(&statement!(migrations::DONE))?;
    let done = migrations::done(&rows).map_err(BackupError::Database)?;
    let as_hash = |(name, sha256): (String, Vec<u8>)| {
        let hash = sha256.try_into().map_err(|_| BackupError::Database(format!("migration {name}")))?;
        Ok((name, Commitment(hash)))
    };
    let mark = erased.mark();
    Ok(Manifest {
        commune: order.commune,
        migrations: done.into_iter().map(as_hash).collect::<Result<_, BackupError>>()?,
        tables: tables.iter().map(TableShape::of).collect(),
        erased_bytes: mark.bytes,
        erased_sha256: Commitment(mark.sha256),
        beside: order.beside.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::folder;

    #[test]
    fn a_link_in_the_place_of_the_new_file_is_not_followed() {
        let folder = folder();
        let (other, unfinished) = (folder.join("other"), Unfinished(folder.join("new.unfinished")));
        std::fs::write(&other, "theirs").unwrap();
        std::os::unix::fs::symlink(&other, &unfinished.0).unwrap();
        unfinished.begin().unwrap().write_all(b"mine").unwrap();
        assert_eq!(std::fs::read(&other).unwrap(), b"theirs");
        assert_eq!(std::fs::read(&unfinished.0).unwrap(), b"mine");
    }
}
