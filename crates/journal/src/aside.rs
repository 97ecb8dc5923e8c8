//! A SQLite file beside the journal, for rows that can be made anew from elsewhere: an index of files, for instance.
//!
//! Promises: what [`Aside::write`] answered is seen by every read after it, all of it or nothing; a damaged file never
//! stops a node: it is moved aside and a new one begun, which [`Aside::damaged`] tells. A power cut may take the last
//! moments. Blocks, for plain threads; never holds anything that is nowhere else, nothing personal, and no entry.

use crate::{
    Migration, QueryError, Row, Statement, Value,
    engine::{migrations, sqlite::Sqlite},
    rebuild::beside,
    system::{give_to_owner_of_folder, in_words},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

/// Connections that read.
const READERS: usize = 3;
/// Damaged files that are kept; the last is written over.
const KEPT_DAMAGED: usize = 9;
/// What SQLite says of a file that is none of its own, or whose pages do not fit.
const DAMAGE: [&str; 2] = ["malformed", "not a database"];

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AsideError {
    /// It cannot be opened, or its tables cannot be brought up to date.
    #[error("{} cannot be opened: {why}", place.display())]
    Unopened {
        /// The file.
        place: PathBuf,
        /// What was said.
        why: String,
    },
}

/// The file. Clones share one connection that writes and a few that read.
#[derive(Clone)]
pub struct Aside {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Aside {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Aside").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

struct Shared {
    path: PathBuf,
    damaged: Option<PathBuf>,
    readers: Mutex<Vec<Sqlite>>,
    /// Behind the readers, so that it goes last: who writes leaves no log beside the file.
    writer: Mutex<Sqlite>,
    free: Condvar,
}

impl Aside {
    /// Opens the file, makes it if it is not there, and runs the steps that did not run yet. A damaged file, also one that
    /// showed its damage only while it was used, is moved to a name of its own and begun anew.
    pub fn open(path: &Path, migrations: &'static [Migration]) -> Result<Self, AsideError> {
        let unopened = |why| AsideError::Unopened { place: path.to_owned(), why };
        let marked = beside(path, MARK).exists();
        let first = if marked { Err(DAMAGE[0].to_owned()) } else { connect(path, migrations) };
        let (connections, damaged) = match first {
            Ok(connections) => (connections, None),
            Err(why) if is_damage(&why) => {
                let moved = move_away(path).map_err(|error| unopened(in_words(&error)))?;
                (connect(path, migrations).map_err(unopened)?, Some(moved))
            }
            Err(why) => return Err(unopened(why)),
        };
        let (writer, readers) = connections;
        Ok(Self {
            shared: Arc::new(Shared {
                path: path.to_owned(),
                damaged,
                writer: Mutex::new(writer),
                readers: Mutex::new(readers),
                free: Condvar::new(),
            }),
        })
    }

    /// Where the file that was damaged lies now, if it was when this was opened: all rows are to be made anew.
    pub fn damaged(&self) -> Option<&Path> {
        self.shared.damaged.as_deref()
    }

    /// Runs these statements as one transaction: all of them, or none.
    pub fn write(&self, statements: &[Statement]) -> Result<(), QueryError> {
        let written = transact(&mut locked(&self.shared.writer), statements);
        self.noted(written)
    }

    /// The rows of one query, on one state of the file. Waits while all readers are in use.
    pub fn read(&self, statement: &Statement) -> Result<Vec<Row>, QueryError> {
        let mut reader = Borrowed::from(&self.shared);
        let read = reader.connection().and_then(|reader| Ok(reader.query(statement)?));
        self.noted(read)
    }

    /// Leaves a mark beside a file whose damage has shown: the next who opens it begins a new one.
    fn noted<T>(&self, outcome: Result<T, QueryError>) -> Result<T, QueryError> {
        if let Err(QueryError::Storage(why)) = &outcome
            && is_damage(why)
        {
            // Where no mark can be left, the damage shows again.
            let _ = File::create(beside(&self.shared.path, MARK));
        }
        outcome
    }
}

/// Beside a file whose damage has shown.
const MARK: &str = "-damaged";

/// A reader that goes back when this is dropped, also by a panic.
struct Borrowed<'a> {
    shared: &'a Shared,
    reader: Option<Sqlite>,
}

impl<'a> Borrowed<'a> {
    fn from(shared: &'a Shared) -> Self {
        let readers = shared.free.wait_while(locked(&shared.readers), |readers| readers.is_empty());
        let reader = readers.unwrap_or_else(PoisonError::into_inner).pop();
        Self { shared, reader }
    }

    fn connection(&mut self) -> Result<&mut Sqlite, QueryError> {
        self.reader.as_mut().ok_or_else(|| QueryError::Storage("no reader is left".into()))
    }
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        locked(&self.shared.readers).extend(self.reader.take());
        self.shared.free.notify_one();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_damage(why: &str) -> bool {
    DAMAGE.iter().any(|words| why.contains(words))
}

fn connect(path: &Path, steps: &'static [Migration]) -> Result<(Sqlite, Vec<Sqlite>), String> {
    let new = !path.exists();
    let mut writer = Sqlite::alone(path)?;
    if new {
        File::open(path)
            .and_then(|file| give_to_owner_of_folder(&file, path))
            .map_err(|why| in_words(&why))?;
    }
    writer.batch("PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY;")?;
    writer.batch(migrations::TABLE)?;
    let missing = missing(&mut writer, steps)?;
    writer.run_migrations(missing)?;
    let readers = (0..READERS).map(|_| Sqlite::reading(path, None)).collect::<Result<_, _>>()?;
    Ok((writer, readers))
}

/// The steps that did not run here yet.
fn missing(writer: &mut Sqlite, steps: &'static [Migration]) -> Result<Vec<&'static Migration>, String> {
    let done = writer.done_migrations()?;
    let mut missing = Vec::new();
    for step in steps {
        match done.get(step.name) {
            Some(ran) if migrations::note(step).values.contains(&Value::Bytes(ran.clone())) => {}
            Some(_) => return Err(format!("migration {} was changed after it ran", step.name)),
            None => missing.push(step),
        }
    }
    Ok(missing)
}

fn transact(writer: &mut Sqlite, statements: &[Statement]) -> Result<(), QueryError> {
    writer.batch("BEGIN IMMEDIATE").map_err(QueryError::Storage)?;
    let ran = statements.iter().try_for_each(|statement| writer.execute(statement).map(drop));
    let outcome =
        ran.map_err(QueryError::from).and_then(|()| writer.batch("COMMIT").map_err(QueryError::Storage));
    if outcome.is_err() && !writer.connection().is_autocommit() {
        // If even this fails, the next BEGIN says so.
        let _ = writer.batch("ROLLBACK");
    }
    outcome
}

/// Gives a damaged file, and the log that belongs to it, another name.
fn move_away(path: &Path) -> std::io::Result<PathBuf> {
    let names = (1..=KEPT_DAMAGED).map(|number| beside(path, &format!("{MARK}-{number}")));
    let taken = beside(path, &format!("{MARK}-{KEPT_DAMAGED}"));
    let to = names.into_iter().find(|name| !name.exists()).unwrap_or(taken);
    fs::rename(path, &to)?;
    for (from, to) in [("-wal", Some(beside(&to, "-wal"))), ("-shm", None), (MARK, None)] {
        let from = beside(path, from);
        let done = match to {
            Some(to) => fs::rename(from, to),
            None => fs::remove_file(from),
        };
        done.or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement;

    const STEPS: &[Migration] = &[Migration {
        name: "aside/0001",
        sql: "CREATE TABLE pages (\n    number BIGINT NOT NULL,\n    PRIMARY KEY (number)\n);\n",
    }];
    const MORE: &[Migration] =
        &[STEPS[0], Migration { name: "aside/0002", sql: "CREATE TABLE more (number BIGINT NOT NULL);\n" }];
    const CHANGED: &[Migration] = &[Migration { name: "aside/0001", sql: "CREATE TABLE other (a TEXT);\n" }];

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn folder(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("liengia-aside-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn put(aside: &Aside, numbers: &[i64]) -> Result<(), QueryError> {
        let one = |number: &i64| statement!("INSERT INTO pages (number) VALUES ($1)", *number);
        aside.write(&numbers.iter().map(one).collect::<Vec<_>>())
    }

    fn numbers(aside: &Aside) -> Vec<i64> {
        let rows = aside.read(&statement!("SELECT number FROM pages ORDER BY number")).unwrap();
        rows.iter().map(|row| row.int(0).unwrap()).collect()
    }

    #[test]
    fn what_was_written_is_read_by_all_clones_and_after_a_restart() {
        let folder = folder("kept");
        let path = folder.0.join("index.db");
        let aside = Aside::open(&path, STEPS).unwrap();
        put(&aside, &[1, 2]).unwrap();
        assert_eq!(numbers(&aside.clone()), [1, 2]);
        drop(aside);
        let aside = Aside::open(&path, MORE).unwrap();
        assert_eq!((numbers(&aside), aside.damaged()), (vec![1, 2], None));
        assert!(aside.read(&statement!("SELECT number FROM more")).unwrap().is_empty());
    }

    #[test]
    fn a_transaction_is_all_or_nothing_and_the_next_one_is_not_hurt() {
        let folder = folder("transaction");
        let aside = Aside::open(&folder.0.join("index.db"), STEPS).unwrap();
        assert!(put(&aside, &[1, 2, 1]).is_err());
        assert!(numbers(&aside).is_empty());
        put(&aside, &[3]).unwrap();
        assert_eq!(numbers(&aside), [3]);
        let write_by_reading = aside.read(&statement!("DELETE FROM pages"));
        assert!(write_by_reading.is_err());
    }

    #[test]
    fn more_threads_than_readers_all_get_their_answer() {
        let folder = folder("threads");
        let aside = Aside::open(&folder.0.join("index.db"), STEPS).unwrap();
        put(&aside, &[1]).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..READERS * 3 {
                scope.spawn(|| (0..20).for_each(|_| assert_eq!(numbers(&aside), [1])));
            }
        });
    }

    #[test]
    fn a_file_that_is_no_database_is_moved_aside_each_time_under_a_name_of_its_own() {
        let folder = folder("damaged");
        let path = folder.0.join("index.db");
        for number in 1..=3 {
            fs::write(&path, vec![b'x'; 9000]).unwrap();
            let aside = Aside::open(&path, STEPS).unwrap();
            let moved = beside(&path, &format!("-damaged-{number}"));
            assert_eq!(aside.damaged(), Some(&*moved));
            assert_eq!(fs::read(moved).unwrap(), vec![b'x'; 9000]);
            put(&aside, &[1]).unwrap();
            drop(aside);
        }
    }

    #[test]
    fn damage_that_shows_only_in_use_is_moved_aside_by_the_next_who_opens_it() {
        let folder = folder("late");
        let path = folder.0.join("index.db");
        let aside = Aside::open(&path, STEPS).unwrap();
        put(&aside, &(0..50_000).collect::<Vec<_>>()).unwrap();
        drop(aside);
        let mut bytes = fs::read(&path).unwrap();
        bytes[40_000..].fill(0xA5);
        fs::write(&path, bytes).unwrap();
        let aside = Aside::open(&path, STEPS).unwrap();
        assert_eq!(aside.damaged(), None);
        let all = statement!("SELECT number FROM pages ORDER BY number");
        assert!(aside.read(&all).is_err());
        drop(aside);
        let aside = Aside::open(&path, STEPS).unwrap();
        assert!(aside.damaged().is_some());
        assert!(numbers(&aside).is_empty());
        drop(aside);
        assert_eq!(Aside::open(&path, STEPS).unwrap().damaged(), None);
    }

    #[test]
    fn steps_that_were_changed_or_a_folder_that_is_not_there_are_refused() {
        let folder = folder("refused");
        let path = folder.0.join("index.db");
        drop(Aside::open(&path, STEPS).unwrap());
        let changed = Aside::open(&path, CHANGED).unwrap_err().to_string();
        assert!(changed.contains("was changed after it ran"), "{changed}");
        assert!(Aside::open(&folder.0.join("none/index.db"), STEPS).is_err());
    }
}
