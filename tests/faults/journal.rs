//! The database of a node that is dead, or of one that runs, read beside the program: what is written is what counts.

use rusqlite::{Connection, OpenFlags};
use std::{collections::BTreeSet, path::Path};

/// An entry, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Entry {
    pub seq: u64,
    pub kind: String,
    pub subject: String,
    pub body: String,
}

/// Opens it for reading.
pub fn open(data: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(data.join("journal.db"), flags).unwrap()
}

/// The entries after this one.
pub fn entries(data: &Path, after: u64) -> Vec<Entry> {
    let database = open(data);
    let mut all =
        database.prepare("SELECT seq, kind, subject, body FROM entries WHERE seq > ?1 ORDER BY seq").unwrap();
    let rows = all.query_map([i64::try_from(after).unwrap()], |row| {
        Ok(Entry {
            seq: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
            kind: row.get(1)?,
            subject: row.get(2)?,
            body: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Every id that these entries name.
pub fn ids(entries: &[Entry]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in entries {
        for text in [&entry.subject, &entry.body] {
            let mut rest = text.as_str();
            while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
                rest = &rest[at..];
                let end = rest.find(|c: char| !(c.is_ascii_hexdigit() || c == '-')).unwrap_or(rest.len());
                if end == 36 {
                    found.insert(rest[..36].to_owned());
                }
                rest = &rest[end..];
            }
        }
    }
    found
}
