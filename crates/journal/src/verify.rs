//! `verify`: the whole chain, from the first entry to its end.
//!
//! Promises: every bit of every entry and of the chain's end is looked at, and the first bad entry is named; on SQLite the
//! index by which entries are found and their versions counted holds each of them and nothing else.
//! Works while the node runs, on one state of the database. Reads on one thread and hashes on another.

use crate::{
    Database, Row, Statement,
    cell::{Cell, Record},
    chain::{Broken, COLUMNS, ChainEnd, Checker, Packed, RawEntry, Wrong},
    engine::source::Source,
    progress::{Progress, Reporter, Step},
    statement,
    writer::Failure,
};
use std::{
    hash::{BuildHasher as _, Hash as _, Hasher as _, RandomState},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

/// Entries that go to the hashing thread at a time.
const BATCH: usize = 2048;

/// Batches that may wait for the hashing thread.
const MAX_BATCHES: usize = 4;

const READ_HEADS: &str = "SELECT commune, seq, epoch, hash FROM heads ORDER BY commune";
const FOUND: &str =
    "SELECT commune, subject, seq FROM entries INDEXED BY entries_by_subject ORDER BY commune, subject, seq";
const NOT_FOUND: &str = "SELECT e.commune, CAST(e.seq AS TEXT) FROM entries AS e NOT INDEXED WHERE NOT EXISTS \
    (SELECT 1 FROM entries AS i INDEXED BY entries_by_subject \
    WHERE i.commune = e.commune AND i.subject = e.subject AND i.seq = e.seq) ORDER BY e.commune, e.seq LIMIT 1";
const COUNT_ENTRIES: &str = "SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM heads";

/// What was found to be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The chains in this database: a commune's node has one, a province's has one a commune.
    pub chains: Vec<ChainEnd>,
}

impl Verified {
    /// How many entries there are.
    pub fn entries(&self) -> u64 {
        self.chains.iter().map(|chain| chain.seq).sum()
    }
}

/// Why a journal is not known to be whole.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Something was changed, or lost.
    #[error("{0}. Everything before it is whole; restore from a backup that still holds it")]
    Broken(#[from] Broken),
    /// The entries are whole, but the index by which they are found is not.
    #[error(
        "{0}: the index entries_by_subject does not agree with the entries, which are whole. `liengia rebuild` makes it anew"
    )]
    Index(String),
    /// The database cannot be opened.
    #[error("the journal cannot be read: {0}")]
    Database(String),
}

impl From<Failure> for VerifyError {
    fn from(failure: Failure) -> Self {
        Self::Database(failure.to_string())
    }
}

/// Checks every chain in this database.
pub async fn verify(
    database: Database,
    mut progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Verified, VerifyError> {
    let runtime = tokio::runtime::Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        let mut source = Source::open(&database, &runtime).map_err(VerifyError::Database)?;
        let (verified, found) = chains_are_whole(&mut source, &mut Reporter::new(&mut progress))?;
        index_is_whole(&mut source, &found)?;
        Ok(verified)
    });
    task.await.map_err(|error| VerifyError::Database(error.to_string()))?
}

/// Where entries are found, in any order: a sum over the entries of a hash whose key nobody knows.
#[derive(Default)]
struct Places {
    key: RandomState,
    count: u64,
    sum: u64,
}

impl Places {
    /// Adds an entry; the columns of its commune, its subject and its number.
    fn add(&mut self, record: &dyn Record, columns: [usize; 3]) -> Result<(), Failure> {
        let mut hasher = self.key.build_hasher();
        for column in columns {
            match record.cell(column)? {
                Cell::Text(text) => text.hash(&mut hasher),
                Cell::Int(number) => number.hash(&mut hasher),
                _ => {}
            }
        }
        self.count += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
        Ok(())
    }
}

/// Checks that each entry is found by its subject, and nothing that is no entry. PostgreSQL looks after its own indexes.
fn index_is_whole(source: &mut Source, entries: &Places) -> Result<(), VerifyError> {
    if !matches!(source, Source::Sqlite(_)) {
        return Ok(());
    }
    let mut index = Places { key: entries.key.clone(), ..Places::default() };
    source.each(&statement!(FOUND), &mut |record| index.add(record, [0, 1, 2]))?;
    if (index.count, index.sum) == (entries.count, entries.sum) {
        return Ok(());
    }
    let lost = source.query(&statement!(NOT_FOUND))?;
    let place = |row: &Row| {
        let text = |column| row.text(column).unwrap_or_default().to_owned();
        format!("entry {} of commune {}", text(1), text(0))
    };
    Err(VerifyError::Index(lost.first().map_or_else(|| "one thing too many".into(), place)))
}

/// Checks every chain in what this source shows.
pub(crate) fn source_is_whole(
    source: &mut Source,
    reporter: &mut Reporter<'_>,
) -> Result<Verified, VerifyError> {
    chains_are_whole(source, reporter).map(|(verified, _)| verified)
}

/// The same, and where each entry should be found.
fn chains_are_whole(
    source: &mut Source,
    reporter: &mut Reporter<'_>,
) -> Result<(Verified, Places), VerifyError> {
    let total = source.query(&statement!(COUNT_ENTRIES))?;
    reporter.begin(Step::Verifying, total.first().and_then(|row| row.count(0).ok()).unwrap_or(0));
    let (sender, receiver) = sync_channel(MAX_BATCHES);
    let mut places = Places::default();
    let checker = std::thread::scope(|scope| {
        let hashing = scope.spawn(move || check_all(&receiver));
        read_all(source, &sender, reporter, &mut places);
        drop(sender);
        // A panic there is a defect of this program; it goes on here.
        hashing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    let mut owners = Vec::new();
    source.each(&statement!(READ_HEADS), &mut |record| {
        checker.check_head(record)?;
        if let Ok(Cell::Text(commune)) = record.cell(0) {
            owners.push(String::from_utf8_lossy(commune).into_owned());
        }
        Ok::<_, VerifyError>(())
    })?;
    checker.check_owners(&owners)?;
    reporter.end();
    Ok((Verified { chains: checker.ends().to_vec() }, places))
}

/// What the reading thread hands over: entries, or the row that it could not make sense of.
enum Read {
    Entries(Packed),
    Bad { commune: Option<String>, seq: Option<u64>, wrong: Wrong },
}

/// Why reading stopped early.
enum Stopped {
    /// The hashing thread has found something.
    Heard,
    Failed(Failure),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

fn read_all(
    source: &mut Source,
    sender: &SyncSender<Read>,
    reporter: &mut Reporter<'_>,
    places: &mut Places,
) {
    let mut packed = Packed::default();
    let all = Statement::new(format!("SELECT {COLUMNS} FROM entries ORDER BY commune, seq"), []);
    let outcome = source.each(&all, &mut |record| {
        match RawEntry::read(record) {
            Ok(entry) => {
                packed.push(&entry);
                places.add(record, [0, 8, 1])?;
            }
            Err(wrong) => {
                sender.send(Read::Entries(std::mem::take(&mut packed))).map_err(|_| Stopped::Heard)?;
                let (commune, seq) = place(record);
                let _ = sender.send(Read::Bad { commune, seq, wrong });
                return Err(Stopped::Heard);
            }
        }
        if packed.len() == BATCH {
            reporter.add(packed.len() as u64);
            sender.send(Read::Entries(std::mem::take(&mut packed))).map_err(|_| Stopped::Heard)?;
        }
        Ok(())
    });
    reporter.add(packed.len() as u64);
    // If nobody takes it, something before it is bad.
    let _ = sender.send(Read::Entries(packed));
    if let Err(Stopped::Failed(failure)) = outcome {
        let wrong = Wrong::Unreadable(failure.to_string());
        let _ = sender.send(Read::Bad { commune: None, seq: None, wrong });
    }
}

/// Whose entry this row is and which, as far as it can be made out.
fn place(record: &dyn Record) -> (Option<String>, Option<u64>) {
    let commune = match record.cell(0) {
        Ok(Cell::Text(text)) => Some(String::from_utf8_lossy(text).into_owned()),
        _ => None,
    };
    let seq = match record.cell(1) {
        Ok(Cell::Int(seq)) => u64::try_from(seq).ok(),
        _ => None,
    };
    (commune, seq)
}

fn check_all(receiver: &Receiver<Read>) -> Result<Checker, Broken> {
    let mut checker = Checker::default();
    while let Ok(read) = receiver.recv() {
        match read {
            Read::Entries(packed) => checker.check(&packed)?,
            Read::Bad { commune, seq, wrong } => {
                let (last, next) = checker.next_seq();
                let broken = Broken { commune: commune.unwrap_or(last), seq: seq.unwrap_or(next), wrong };
                return Err(broken);
            }
        }
    }
    Ok(checker)
}
