//! A SQLite file that is filled quickly and is worth nothing until it is whole.

use super::{RebuildError, late::Late};
use crate::{
    Database, Schema,
    engine::sqlite::Sqlite,
    system::{folder_of, give_to_owner_of_folder},
};
use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

/// The open file; it is gone when this is dropped, unless it took another's place.
pub(crate) struct Scratch {
    pub(crate) sqlite: Sqlite,
    /// Indexes that are made last.
    pub(super) late: Late,
    file: Temporary,
}

/// A file that is gone when this is dropped.
pub(crate) struct Temporary(Option<PathBuf>);

impl Scratch {
    /// Where a scratch file for this database goes: beside it, where there is room for another like it.
    pub(crate) fn place_for(database: &Database) -> PathBuf {
        let process = std::process::id();
        match database {
            Database::Sqlite(path) => beside(path, &format!("-check-{process}")),
            Database::Postgres(_) => std::env::temp_dir().join(format!("liengia-check-{process}")),
        }
    }

    /// A file with all tables of this schema and no name: it cannot be left behind.
    pub(crate) fn hidden(place: &Path, schema: &Schema) -> Result<Self, RebuildError> {
        let mut scratch = Self::named(place, schema)?;
        // Takes its name away now; the open file lives on until it is closed.
        scratch.file = Temporary(None);
        Ok(scratch)
    }

    /// A file with all tables of this schema.
    pub(crate) fn named(path: &Path, schema: &Schema) -> Result<Self, RebuildError> {
        let mut scratch = Self::empty(path)?;
        scratch.sqlite.migrate(schema).map_err(RebuildError::Storage)?;
        scratch.late = Late::put_off(&mut scratch.sqlite, schema)?;
        Ok(scratch)
    }

    /// A file with no table, that nobody else may read.
    pub(crate) fn empty(path: &Path) -> Result<Self, RebuildError> {
        let file = Temporary(Some(path.to_owned()));
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let new = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        give_to_owner_of_folder(&new, path)?;
        let sqlite = Sqlite::scratch(path).map_err(RebuildError::Storage)?;
        Ok(Self { sqlite, late: Late::default(), file })
    }

    /// Makes the indexes that were put off.
    pub(crate) fn finish(&mut self) -> Result<(), RebuildError> {
        self.late.make_all(&mut self.sqlite)
    }

    /// Closes the file, which stays until the answer is dropped.
    pub(crate) fn close(self) -> Temporary {
        self.file
    }

    /// Makes it durable and puts it in the place of `target`, all at once.
    pub(crate) fn replace(mut self, target: &Path) -> Result<(), RebuildError> {
        self.finish()?;
        let mut file = self.close();
        let Some(path) = file.0.clone() else { return Ok(()) };
        // The node reads while it writes: the file says so from the beginning.
        let closed = rusqlite::Connection::open(&path)?;
        closed.execute_batch("PRAGMA journal_mode = WAL")?;
        drop(closed);
        if let Ok(old) = std::fs::metadata(target) {
            std::fs::set_permissions(&path, old.permissions())?;
        }
        std::fs::File::open(&path)?.sync_all()?;
        std::fs::rename(&path, target)?;
        file.0 = None;
        sync_folder(target)?;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // If it cannot be removed now, the next one of this name does it.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// The path with this after its name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Makes a new name in this file's folder durable.
pub(crate) fn sync_folder(file: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder_of(file))?.sync_all()
}
