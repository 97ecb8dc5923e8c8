//! `rebuild` on both engines: the views come out as they were, and whatever was no view comes through untouched.

use crate::bells::{BELLS, commit, moved, name_of, named, rang, silenced, times, weeks};
use liengia_journal::{
    Commit, Database, Progress, Row, Schema, Step, Value,
    rebuild::{self, Difference, Differs, RebuildError, Rebuilt},
    statement,
    testing::{COMMUNE, Engine, Fresh, context, raw},
};
use std::sync::{Arc, Mutex};

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

fn schema() -> Schema {
    Schema::new([BELLS])
}

async fn checked(database: &Database) -> Result<Rebuilt, RebuildError> {
    rebuild::check(database.clone(), schema(), |_| ()).await
}

async fn rebuilt(database: &Database) -> Result<Rebuilt, RebuildError> {
    rebuild::rebuild(database.clone(), schema(), |_| ()).await
}

async fn difference(database: &Database) -> Difference {
    match checked(database).await {
        Err(RebuildError::Differs(difference)) => *difference,
        other => panic!("no difference was found: {other:?}"),
    }
}

/// Every row of every table, in order.
async fn everything(database: &Database) -> Vec<Vec<Row>> {
    let tables = [
        "SELECT * FROM bells ORDER BY bell",
        "SELECT * FROM rings ORDER BY day",
        "SELECT * FROM owners ORDER BY owner",
        "SELECT * FROM heard ORDER BY bell",
        "SELECT * FROM cursors ORDER BY name",
        "SELECT * FROM answers ORDER BY key",
        "SELECT * FROM heads",
        "SELECT * FROM entries ORDER BY seq",
        "SELECT * FROM migrations ORDER BY name",
    ];
    let mut rows = Vec::new();
    for table in tables {
        rows.push(raw(database, &statement!(table)).await.unwrap());
    }
    rows
}

/// A journal with something in every table.
async fn full(engine: Engine) -> Fresh {
    let fresh = Fresh::new(engine).await;
    let journal = fresh.open(&[BELLS]).await;
    weeks(&journal, 3000).await;
    let heard = statement!("INSERT INTO heard (commune, bell, at) VALUES ($1, 'bell-1', 5)", COMMUNE);
    let once = liengia_journal::Idempotency { key: "k".into(), fingerprint: [1; 32], answer: "a".into() };
    let command = Commit::new(context(1), vec![moved("bell-1", "house-9")]).once(Some(once));
    journal.commit(command.beside([named("person-1", "Bà Lan"), heard])).await.unwrap();
    journal.advance(context(1), "siren", 17).await.unwrap();
    journal.close().await;
    fresh
}

#[tokio::test]
async fn a_rebuild_changes_nothing_and_the_node_goes_on_after_it() {
    for engine in ENGINES {
        let fresh = full(engine).await;
        let before = everything(&fresh.database()).await;
        let done = rebuilt(&fresh.database()).await.unwrap();
        assert_eq!((done.entries, done.withheld), (3001, 0));
        assert!(everything(&fresh.database()).await == before, "{engine:?}");
        assert_eq!(checked(&fresh.database()).await.unwrap().rows, done.rows);
        let journal = fresh.open(&[BELLS]).await;
        let rings = times(&journal, "bell-1").await;
        commit(&journal, 5, vec![rang("bell-1", 1)]).await;
        assert_eq!(times(&journal, "bell-1").await, rings + 1);
        assert_eq!(name_of(&journal, "person-1").await.as_deref(), Some("Bà Lan"));
    }
}

#[tokio::test]
async fn a_rebuild_mends_what_a_defect_or_a_hand_did_to_a_view() {
    for engine in ENGINES {
        let fresh = full(engine).await;
        let before = everything(&fresh.database()).await;
        raw(&fresh.database(), &statement!("UPDATE bells SET times = 77")).await.unwrap();
        raw(&fresh.database(), &statement!("DELETE FROM rings WHERE day > 3")).await.unwrap();
        assert!(checked(&fresh.database()).await.is_err());
        rebuilt(&fresh.database()).await.unwrap();
        assert!(everything(&fresh.database()).await == before, "{engine:?}");
    }
}

#[tokio::test]
async fn a_check_while_the_node_writes_compares_one_state() {
    for engine in ENGINES {
        let fresh = full(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let telling = told.clone();
        let tell = move |progress: Progress| telling.lock().unwrap().push(progress.step);
        let checking = tokio::spawn(rebuild::check(fresh.database(), schema(), tell));
        for second in 0..30 {
            commit(&journal, second, vec![rang("bell-2", 1), silenced("house-2")]).await;
        }
        let done = checking.await.unwrap().unwrap();
        assert!((3001..=3061).contains(&done.entries), "{done:?}");
        assert!(told.lock().unwrap().ends_with(&[Step::Comparing, Step::Comparing]));
    }
}

#[tokio::test]
async fn a_check_names_the_first_difference() {
    for engine in ENGINES {
        let fresh = full(engine).await;
        let database = fresh.database();
        let change = async |sql: &'static str| raw(&database, &statement!(sql)).await.unwrap();

        change("UPDATE rings SET rings = rings + 1 WHERE day = 23").await;
        let found = difference(&database).await;
        assert_eq!((found.table.as_str(), &found.key[1]), ("rings", &("day".to_owned(), Value::Int(23))));
        assert!(matches!(&found.what, Differs::Column { name, .. } if name == "rings"), "{found}");

        change("DELETE FROM rings WHERE day = 11").await;
        assert_eq!(difference(&database).await.key[1].1, Value::Int(11));
        assert_eq!(difference(&database).await.what, Differs::Missing);

        change("INSERT INTO bells (commune, bell, times, version) SELECT commune, 'bell', 0, 1 FROM heads")
            .await;
        let found = difference(&database).await;
        assert_eq!((found.table.as_str(), &found.what), ("bells", &Differs::TooMuch));
        assert!(found.to_string().contains("'bell'"), "{found}");

        change("UPDATE bells SET house = NULL WHERE bell = 'bell'").await;
        change("DELETE FROM bells WHERE bell <> 'bell'").await;
        assert_eq!(difference(&database).await.what, Differs::TooMuch);
        change("DELETE FROM bells").await;
        assert_eq!(difference(&database).await.what, Differs::Missing);
    }
}

#[tokio::test]
async fn a_table_that_no_capability_knows_any_more_is_kept() {
    let fresh = full(Engine::Sqlite).await;
    let database = fresh.database();
    for sql in [
        "CREATE TABLE left_over (commune TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (commune, word))",
        "CREATE INDEX left_over_by_word ON left_over (word)",
        "INSERT INTO left_over VALUES ('c', 'kept')",
    ] {
        raw(&database, &statement!(sql)).await.unwrap();
    }
    rebuilt(&database).await.unwrap();
    let rows = raw(&database, &statement!("SELECT word FROM left_over INDEXED BY left_over_by_word")).await;
    assert_eq!(rows.unwrap(), [Row(vec!["kept".into()])]);
}

#[tokio::test]
async fn a_rebuild_is_refused_while_the_node_runs_or_where_the_chain_is_broken() {
    let fresh = full(Engine::Sqlite).await;
    let journal = fresh.open(&[BELLS]).await;
    assert!(matches!(rebuilt(&fresh.database()).await, Err(RebuildError::InUse)));
    journal.close().await;
    for engine in ENGINES {
        let fresh = full(engine).await;
        raw(&fresh.database(), &statement!("UPDATE entries SET actor = 'device:' WHERE seq = 8"))
            .await
            .unwrap();
        let before = everything(&fresh.database()).await;
        let refused = rebuilt(&fresh.database()).await.unwrap_err().to_string();
        assert!(refused.contains("entry 8"), "{refused}");
        assert!(everything(&fresh.database()).await == before);
    }
}

#[tokio::test]
async fn a_view_without_a_withheld_body_is_made_without_it() {
    for engine in ENGINES {
        let fresh = Fresh::new(engine).await;
        let journal = fresh.open(&[BELLS]).await;
        commit(&journal, 1, vec![rang("a", 1), rang("a", 2), rang("a", 3)]).await;
        journal.withhold(context(2), 2).await.unwrap();
        journal.close().await;
        assert_eq!(difference(&fresh.database()).await.table, "bells");
        assert_eq!(rebuilt(&fresh.database()).await.unwrap().withheld, 1);
        let journal = fresh.open(&[BELLS]).await;
        assert_eq!(times(&journal, "a").await, 4);
    }
}
