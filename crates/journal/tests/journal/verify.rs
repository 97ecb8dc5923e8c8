//! `verify` on both engines: a whole journal passes, and whatever was changed is found and named.

use crate::bells::{BELLS, commit, rang, weeks};
use liengia_journal::{
    Broken, Database, Progress, Statement, Value, Verified, VerifyError, Wrong, statement,
    testing::{COMMUNE, Engine, Fresh, context, raw},
    verify,
};
use std::sync::{Arc, Mutex};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

async fn verified(database: &Database) -> Result<Verified, VerifyError> {
    verify(database.clone(), |_| ()).await
}

async fn broken(database: &Database) -> Broken {
    match verified(database).await {
        Err(VerifyError::Broken(broken)) => broken,
        other => panic!("the change was not found: {other:?}"),
    }
}

/// A closed journal of some weeks.
async fn closed(engine: Engine, entries: i64) -> Fresh {
    let fresh = Fresh::new(engine).await;
    let journal = fresh.open(&[BELLS]).await;
    weeks(&journal, entries).await;
    journal.close().await;
    fresh
}

#[tokio::test]
async fn a_whole_journal_passes_while_the_node_writes_and_tells_its_end() {
    for engine in ENGINES {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        assert_eq!(verified(&fresh.database()).await.unwrap().entries(), 0);
        weeks(&journal, 5000).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let telling = told.clone();
        let tell = move |progress: Progress| telling.lock().unwrap().push(progress.done);
        let verifying = tokio::spawn(verify(fresh.database(), tell));
        for second in 0..20 {
            commit(&journal, second, vec![rang("late", 0)]).await;
        }
        let verified = verifying.await.unwrap().unwrap();
        assert!((5000..=5020).contains(&verified.entries()));
        let told = told.lock().unwrap().clone();
        assert!(told.is_sorted() && told.last() == Some(&verified.entries()), "{told:?}");
        let end = verified.chains[0];
        let last = journal.entries_after(end.seq - 1, 1).await.unwrap();
        assert_eq!((end.commune, end.hash, end.epoch, end.withheld), (COMMUNE, last[0].hash, 0, 0));
    }
}

#[tokio::test]
async fn an_index_that_leads_elsewhere_is_found_though_every_entry_is_whole() {
    let fresh = closed(Engine::Sqlite, 12).await;
    let Database::Sqlite(path) = fresh.database() else { panic!("a file") };
    // The index keeps what the entry said for a moment: it is out of sight when the entry is set right.
    let open = || {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA writable_schema = ON").unwrap();
        connection
    };
    let (subject, page, sql): (String, i64, String) = open()
        .query_row(
            "SELECT e.subject, s.rootpage, s.sql FROM entries e, sqlite_schema s \
             WHERE e.seq = 7 AND s.name = 'entries_by_subject'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .unwrap();
    let set = "UPDATE entries SET subject = ?1 WHERE seq = 7";
    open().execute(set, ["elsewhere"]).unwrap();
    open().execute("DELETE FROM sqlite_schema WHERE name = 'entries_by_subject'", []).unwrap();
    open().execute(set, [&subject]).unwrap();
    let again = "INSERT INTO sqlite_schema VALUES ('index', 'entries_by_subject', 'entries', ?1, ?2)";
    open().execute(again, rusqlite::params![page, sql]).unwrap();

    let found = verified(&fresh.database()).await.unwrap_err();
    assert!(matches!(&found, VerifyError::Index(entry) if entry.starts_with("entry 7 of ")), "{found}");
}

#[tokio::test]
async fn every_flipped_bit_of_every_column_of_an_entry_is_found() {
    let columns = [
        "commune", "seq", "id", "at", "actor", "purpose", "slice", "kind", "subject", "version", "epoch",
        "salt", "body", "hash",
    ];
    for engine in ENGINES {
        let fresh = closed(engine, 12).await;
        let database = fresh.database();
        for (number, column) in columns.iter().enumerate() {
            let seq = [1_u64, 7, 12][number % 3];
            let read = statement!(format!("SELECT {column} FROM entries WHERE seq = $1"), seq);
            let kept = raw(&database, &read).await.unwrap()[0].0[0].clone();
            for changed in flipped(&kept, engine) {
                let at = if *column == "seq" { changed.clone() } else { Value::from(seq) };
                let set = |value: &Value, at: Value| {
                    let sql = format!("UPDATE entries SET {column} = $1 WHERE seq = $2");
                    Statement::new(sql, [value.clone(), at])
                };
                if raw(&database, &set(&changed, seq.into())).await.is_err() {
                    continue; // Two entries cannot have one number, nor PostgreSQL broken text.
                }
                let found = broken(&database).await;
                // An entry that says it is another's, or stands elsewhere, leaves a gap or comes too early.
                let named = found.seq == seq || *column == "commune" || *column == "seq" && found.seq < seq;
                assert!(named, "{column} {changed:?}: {found}");
                raw(&database, &set(&kept, at)).await.unwrap();
            }
        }
        assert_eq!(verified(&database).await.unwrap().entries(), 12);
    }
}

/// The value with one bit changed, in turn bits all over it: more on SQLite, where that is quick.
fn flipped(value: &Value, engine: Engine) -> Vec<Value> {
    let step = if engine == Engine::Sqlite { 3 } else { 37 };
    let bits = |length: usize| (0..length * 8).step_by(step);
    let flip = |bytes: &[u8], bit: usize| {
        let mut bytes = bytes.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        bytes
    };
    match value {
        Value::Int(number) => bits(8).map(|bit| Value::Int(number ^ (1 << bit))).collect(),
        Value::Bytes(bytes) => bits(bytes.len()).map(|bit| Value::Bytes(flip(bytes, bit))).collect(),
        Value::Text(text) => {
            let texts = bits(text.len()).map(|bit| String::from_utf8(flip(text.as_bytes(), bit)));
            texts.filter_map(Result::ok).filter(|text| !text.contains('\0')).map(Value::Text).collect()
        }
        Value::Null | Value::Real(_) => Vec::new(),
    }
}

#[tokio::test]
async fn every_flipped_bit_of_the_end_of_the_chain_is_found() {
    for engine in ENGINES {
        let fresh = closed(engine, 12).await;
        let database = fresh.database();
        for column in ["commune", "seq", "epoch", "hash"] {
            let kept = raw(&database, &statement!(format!("SELECT {column} FROM heads"))).await.unwrap();
            let kept = kept[0].0[0].clone();
            for changed in flipped(&kept, engine) {
                let set = |value: &Value| {
                    Statement::new(format!("UPDATE heads SET {column} = $1"), [value.clone()])
                };
                if raw(&database, &set(&changed)).await.is_err() {
                    continue;
                }
                broken(&database).await;
                raw(&database, &set(&kept)).await.unwrap();
            }
        }
        verified(&database).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_taken_out_put_in_or_swapped_is_found() {
    for engine in ENGINES {
        let cases: [(&str, u64, Wrong); 7] = [
            ("DELETE FROM entries WHERE seq = 5", 5, Wrong::Missing),
            ("DELETE FROM entries WHERE seq >= 11", 11, Wrong::Missing),
            ("UPDATE heads SET seq = 11", 12, Wrong::Head),
            ("DELETE FROM heads", 12, Wrong::Head),
            ("UPDATE entries SET body = NULL WHERE seq = 3", 3, Wrong::Column("body")),
            ("UPDATE entries SET body_hash = salt WHERE seq = 3", 3, Wrong::Column("body_hash")),
            ("UPDATE entries SET actor = 'device' WHERE seq = 12", 12, Wrong::Hash),
        ];
        for (sql, seq, wrong) in cases {
            let fresh = closed(engine, 12).await;
            raw(&fresh.database(), &statement!(sql)).await.unwrap();
            let found = broken(&fresh.database()).await;
            assert_eq!((found.seq, found.wrong), (seq, wrong), "{sql}");
        }
        let fresh = closed(engine, 12).await;
        let swap = "UPDATE entries SET seq = CASE seq WHEN 4 THEN -5 WHEN 5 THEN -4 ELSE -100 END WHERE seq IN (4, 5)";
        raw(&fresh.database(), &statement!(swap)).await.unwrap();
        raw(&fresh.database(), &statement!("UPDATE entries SET seq = -seq WHERE seq < 0")).await.unwrap();
        assert_eq!(broken(&fresh.database()).await.seq, 4);
    }
}

#[tokio::test]
async fn a_withheld_body_leaves_the_chain_whole_and_is_recorded() {
    for engine in ENGINES {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        weeks(&journal, 12).await;
        let before = journal.entries_after(4, 1).await.unwrap();
        let receipt = journal.withhold(context(9), 5).await.unwrap();
        assert_eq!(receipt.entries[0].kind.as_ref(), "body_withheld");
        let after = journal.entries_after(4, 1).await.unwrap();
        assert_eq!(after[0].hash, before[0].hash);
        assert!(after[0].event::<crate::bells::BellEvent>().unwrap_err().to_string().contains("withheld"));
        let verified = verified(&fresh.database()).await.unwrap();
        assert_eq!((verified.entries(), verified.chains[0].withheld), (13, 1));
        for (seq, words) in [(5, "already"), (13, "own"), (99, "no entry")] {
            let refused = journal.withhold(context(9), seq).await.unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        }
        raw(&fresh.database(), &statement!("UPDATE entries SET body_hash = hash WHERE seq = 5"))
            .await
            .unwrap();
        assert_eq!(broken(&fresh.database()).await.seq, 5);
    }
}

/// Bits anywhere in the file: in rows, in the pages' own structure, in free space.
#[tokio::test]
async fn a_bit_flipped_anywhere_in_the_file_is_found_or_changes_nothing() {
    let fresh = closed(Engine::Sqlite, 600).await;
    let Database::Sqlite(path) = fresh.database() else { unreachable!() };
    let whole = std::fs::read(&path).unwrap();
    let all = statement!("SELECT * FROM entries ORDER BY commune, seq");
    let heads = statement!("SELECT * FROM heads");
    let read = async |database: &Database| {
        Some((raw(database, &all).await.ok()?, raw(database, &heads).await.ok()?))
    };
    let rows = read(&fresh.database()).await.unwrap();
    let copy = Database::Sqlite(fresh.folder().join("copy.db"));
    let Database::Sqlite(copy_path) = &copy else { unreachable!() };
    let mut found = 0;
    for round in 0..400_usize {
        let bit = (round * 7_368_787 + 3) % (whole.len() * 8);
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(copy_path, &bytes).unwrap();
        match verified(&copy).await {
            Ok(_) => assert_eq!(read(&copy).await.as_ref(), Some(&rows), "bit {bit} went unseen"),
            Err(_) => found += 1,
        }
    }
    assert!(found > 100, "{found}");
}
